// An input line that is opened again, with growing pauses, when its chip went away: carrier() says nothing meanwhile.
//
// Theory of operation: the descriptor handed out is an epoll of our own with the line's in it, so that it stays the
// same and falls quiet while there is no line; a broken line's own would be readable forever. Who gets no answer asks
// again now and then, which is what drives the attempts. A line is taken up soon after its return, so the pauses stay
// short, but for a device that hangs when it is opened: that holds up the thread for seconds.
//
// Thread: control. Real-time safe: no. Errors: construction throws what opening does, but for a device that is missing
// and may be (IfMissing::wait); afterwards carrier() says nothing.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/descriptor.hpp"
#include "base/time.hpp"
#include "gateway/ports.hpp"
#include "radio/device_missing.hpp"

namespace zgw::radio {

class ReopenedCos final : public gateway::Cos {
 public:
  using Open = std::function<std::unique_ptr<gateway::Cos>()>;
  using Clock = std::function<base::TimePoint()>;

  static constexpr std::chrono::milliseconds first_pause{500};
  static constexpr std::chrono::seconds longest_pause{2};
  static constexpr int rest = 5;  ///< times as long as the attempt took

  explicit ReopenedCos(Open open, IfMissing first = IfMissing::fail, Clock clock = std::chrono::steady_clock::now);

  [[nodiscard]] int descriptor() const override { return events_.get(); }
  std::optional<bool> carrier() override;

 private:
  void take(std::unique_ptr<gateway::Cos> line);
  bool reopen();

  Open open_;
  Clock clock_;
  base::Descriptor events_;
  std::unique_ptr<gateway::Cos> line_;
  base::TimePoint retry_at_;
  base::Duration pause_ = first_pause;
};

}  // namespace zgw::radio
