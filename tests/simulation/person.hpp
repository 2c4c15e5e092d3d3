// A person with the app: logs on, comes back when thrown out, says overs in numbered packets, hears the gateway.
// Thread: one.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "simulation/network.hpp"

namespace zgw::simulation {

class Person {
 public:
  struct Hooks {
    /// The number for the next packet of a stream.
    std::function<std::uint32_t(zello::StreamId)> number;
    /// A packet of the gateway's, by number.
    std::function<void(std::uint32_t)> heard;
  };

  Person(std::string name, base::TimePoint& now, Agenda& agenda, Network& network, Hooks hooks)
      : name_(std::move(name)), now_(now), agenda_(agenda), network_(network), hooks_(std::move(hooks)) {}

  void log_on();
  /// Says an over as soon as the channel lets him, with a pause of `pause` before packet `pause_at`.
  void talk(int packets, int pause_at = -1, base::Duration pause = {}, int broken_at = -1);
  /// His connection breaks, in the middle of whatever he says.
  void lose_link();
  [[nodiscard]] bool talks() const { return left_ > 0; }

 private:
  void on_notice(const zello::Effect& notice);
  void ask();
  void say_next();

  std::string name_;
  base::TimePoint& now_;
  Agenda& agenda_;
  Network& network_;
  Hooks hooks_;
  NodePtr node_;
  zello::StreamId stream_ = 0;
  zello::StreamId of_gateway_ = 0;
  int left_ = 0;
  int tries_ = 0;
  int said_ = 0;
  int over_ = 0;  // counts the overs, so that nothing of one goes on in the next
  int pause_at_ = -1;
  base::Duration pause_{};
  int broken_at_ = -1;
  std::vector<std::uint8_t> message_;
};

}  // namespace zgw::simulation
