// Everything around a gateway on one machine: a Channel API server on loopback TLS, two simulated radios behind ALSA
// (one with a squelch line, one without), a person in each radio's channel, and the real gateway process between them.
//
// The demo shows it, the end-to-end tests judge by it. All of it lives in one folder; nothing outside is touched.
// Thread: the io_context's. Errors: std::runtime_error that says what did not come up, with the end of the gateway's
// log.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <asio/io_context.hpp>

#include "simulator/channel_server.hpp"
#include "simulator/channel_user.hpp"
#include "simulator/child_process.hpp"
#include "simulator/core_watch.hpp"
#include "simulator/simulated_radio.hpp"
#include "simulator/wire.hpp"

namespace zgw::simulator {

class Stage {
 public:
  struct Settings {
    std::filesystem::path directory = {};
    std::filesystem::path gateway = {};  ///< the program
    std::filesystem::path alsa_plugin = {};
    std::string more_gateway_keys = {};               ///< YAML for the gateway section: ", key_guard: off"
    std::string more_ptt_keys = {};                   ///< YAML for the ptt sections: ", timeout: 5s"
    std::string more_bridge_keys = {};                ///< YAML for the bridges: ", max_over: 10s"
    std::string more_sections = {};                   ///< YAML: "supervisor: {idle_ping: 5s}\n"
    std::string gateway_password = "gateway-secret";  ///< what the gateway is configured with
    ChannelRules channel_rules = {};                  ///< of both channels
    int card_ppm = 0;                                 ///< the sound cards' crystals are wrong by so many millionths
    bool one_account = false;                         ///< for both bridges: the first's, in one session
    bool one_card = false;                            ///< both radios on one stereo card, the first on the left
    std::string gateway_channel = {};                 ///< instead of the radio's own channel
    std::string certificate_host = "127.0.0.1";       ///< the server's certificate is for this host
    bool with_ca_file = true;
    bool with_wire = false;                     ///< between the gateway and the server: wire()
    std::string status_listen = "off";          ///< the gateway's status page
    std::filesystem::path state = {};           ///< instead of a folder of the stage's own
    std::vector<std::string> environment = {};  ///< NAME=VALUE, for the gateway
    std::vector<std::string> arguments = {};    ///< … and of its command line
  };

  /// A radio, its channel, and who is there.
  struct Corner {
    std::string name;  ///< of the radio and the bridge: "cos" or "vox"
    std::string channel;
    std::string person;
    std::unique_ptr<SimulatedRadio> radio;
    std::unique_ptr<ChannelUser> user;
  };

  Stage(asio::io_context& io, Settings settings);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  /// Starts the gateway process; the people log on, too, where they are not. Once it has ended: starts it again.
  void start_gateway();
  /// Until the gateway and the people are in their channels.
  void wait_until_ready();
  /// The server goes away with everything it knows, and a new one stands in its place. The people log on again.
  void restart_server();
  /// Somebody else with the account of the gateway's corner.
  [[nodiscard]] std::unique_ptr<ChannelUser> impostor(const Corner& corner);
  /// Runs the io_context until `condition` holds; false after `limit`.
  bool wait_until(const std::function<bool()>& condition, std::chrono::seconds limit = std::chrono::seconds(30));

  [[nodiscard]] std::vector<Corner>& corners() { return corners_; }
  [[nodiscard]] ChannelServer& server() { return *server_; }
  [[nodiscard]] Wire& wire() { return *wire_; }
  [[nodiscard]] std::filesystem::path certificate() const { return settings_.directory / "server.pem"; }
  [[nodiscard]] ChildProcess& gateway() { return *gateway_; }
  /// How the gateway, its key guards and this process get on with the machine, from now on.
  [[nodiscard]] CoreWatch watch_cores() const;
  [[nodiscard]] const std::vector<Report>& reports() const { return reports_; }
  [[nodiscard]] std::filesystem::path log_file() const { return settings_.directory / "gateway.log"; }
  [[nodiscard]] std::filesystem::path journal_file() const { return settings_.directory / "state/events.ndjson"; }
  [[nodiscard]] std::filesystem::path config_file() const { return settings_.directory / "gateway.yaml"; }
  [[nodiscard]] std::string log() const;

 private:
  void make_keys();
  void start_server(int port);
  void add_corner(const std::string& name, const std::string& channel, const std::string& person);
  void write_configuration() const;
  /// The corner whose account carries this corner's bridge.
  [[nodiscard]] const Corner& account_of(const Corner& corner) const {
    return settings_.one_account ? corners_.front() : corner;
  }
  [[nodiscard]] net::Endpoint endpoint() const;
  [[nodiscard]] std::unique_ptr<ChannelUser> make_user(const std::string& name, const std::string& password,
                                                       const std::string& channel);

  asio::io_context& io_;
  Settings settings_;
  std::vector<Report> reports_;
  std::string public_key_;
  std::unique_ptr<ChannelServer> server_;
  std::unique_ptr<Wire> wire_;
  std::vector<Corner> corners_;
  std::unique_ptr<ChildProcess> gateway_;
};

}  // namespace zgw::simulator
