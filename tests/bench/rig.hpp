// The real gateway with any number of bridges, each with an account, a channel, a simulated card and a radio of its
// own, and the Channel API server that they talk to. The gateway is a process of its own; all else is in this one.
//
// Thread: the io_context's, which run_for() and run_until() turn. Errors: std::runtime_error that says what did not
// come up, with the gateway's log.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <asio/io_context.hpp>

#include "bench/antenna.hpp"
#include "bench/figure.hpp"
#include "net/timer.hpp"
#include "simulator/channel_server.hpp"
#include "simulator/channel_user.hpp"
#include "simulator/child_process.hpp"
#include "simulator/simulated_radio.hpp"

namespace zgw::bench {

/// What came from the gateway into a channel.
struct Sent {
  base::TimePoint when;
  std::vector<std::uint8_t> opus;
};

struct Place {
  std::string name;
  std::unique_ptr<simulator::SimulatedRadio> radio;  ///< its transmit side
  std::unique_ptr<Antenna> antenna;                  ///< … and what it hears
  std::unique_ptr<simulator::ChannelUser> user;      ///< somebody in the channel, where wanted
  base::TimePoint logon;                             ///< the gateway's came at the server
  base::TimePoint asked;                             ///< its last start_stream did
  std::vector<Sent> sent;
  std::size_t streams = 0;            ///< that have ended
  std::vector<base::TimePoint> said;  ///< when packets of the user came at the server
};

class Rig {
 public:
  struct Settings {
    int bridges = 1;
    std::string cos = "vox";                    ///< or "file": an antenna's squelch
    std::string sound_keys = {};                ///< YAML: ", buffer: 200ms"
    std::string radio_keys = {};                ///< YAML: "    rx_audio: {…}\n"
    std::string ptt_keys = {};                  ///< YAML: ", lead: 0ms"
    std::string bridge_keys = {};               ///< YAML: ", jitter: {target: 120ms}"
    bool people = false;                        ///< somebody in each channel
    std::vector<std::string> under = {};        ///< a program that runs the gateway: valgrind …
    std::vector<std::string> environment = {};  ///< NAME=VALUE
    std::chrono::seconds patience{30};
  };

  Rig(const Options& options, const std::string& name, Settings settings);
  ~Rig();
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;

  /// Starts the gateway; until all bridges are in their channels. Returns when the process was started.
  base::TimePoint start();
  /// SIGTERM, and until it has ended.
  void stop();

  void run_for(base::Duration length);
  /// False when `condition` does not hold by then.
  bool run_until(const std::function<bool()>& condition, std::chrono::seconds limit);
  void receive(const SharedSamples& samples);  ///< every radio hears this

  [[nodiscard]] Place& place(std::size_t index) { return places_[index]; }
  [[nodiscard]] std::vector<Place>& places() { return places_; }
  [[nodiscard]] pid_t process() const { return gateway_->pid(); }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::string log() const;

 private:
  void write_configuration(const std::string& private_key) const;
  void start_server(const std::string& public_key);
  void add_place(int number, const std::string& token);
  void on_message(net::ClientId client, bool binary, std::string_view message);
  void on_logon(net::ClientId client, std::string_view message, base::TimePoint when);
  void on_report(const simulator::Report& report);
  void feed();

  const Options& options_;
  Settings settings_;
  std::filesystem::path folder_;
  asio::io_context io_{1};
  net::Timer feeding_;
  std::unique_ptr<simulator::ChannelServer> server_;
  std::vector<Place> places_;
  std::map<net::ClientId, std::size_t> by_client_;  // gateway's
  std::map<net::ClientId, std::size_t> people_;
  std::size_t online_ = 0;
  std::unique_ptr<simulator::ChildProcess> gateway_;
};

}  // namespace zgw::bench
