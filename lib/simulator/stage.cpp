#include "simulator/stage.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <unistd.h>

#include "net/make_keys.hpp"
#include "net/rs256.hpp"
#include "simulator/tokens.hpp"
#include "zello/jwt.hpp"

namespace zgw::simulator {
namespace {

constexpr const char* person_password = "person-secret";
constexpr const char* server_password = "gateway-secret";
constexpr const char* issuer = "stage-issuer";

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

// Secrets are for their owner alone, as the gateway wants them.
void write_secret(const std::filesystem::path& path, const std::string& text) {
  write_file(path, "");
  std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  write_file(path, text);
}

std::string read_file(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string token_signed_with(const std::string& private_key) {
  const auto expires = std::chrono::system_clock::now().time_since_epoch() + std::chrono::hours(1);
  const std::string input =
      zello::jwt_signing_input(issuer, std::chrono::duration_cast<std::chrono::seconds>(expires).count());
  return zello::jwt_assemble(input, net::rs256_sign(private_key, input).value());
}

}  // namespace

Stage::Stage(asio::io_context& io, Settings settings) : io_(io), settings_(std::move(settings)) {
  settings_.directory = std::filesystem::absolute(settings_.directory);
  if (settings_.state.empty()) settings_.state = settings_.directory / "state";
  std::filesystem::create_directories(settings_.directory / "state");
  make_keys();
  start_server(0);
  if (settings_.with_wire) wire_ = std::make_unique<Wire>(io_, server_->port());
  add_corner("cos", "Rescue 1", "alice");
  add_corner("vox", "Event Crew", "bob");
  write_configuration();
}

Stage::~Stage() = default;

void Stage::make_keys() {
  const net::Certificate certificate = net::make_certificate({settings_.certificate_host});
  const net::KeyPair key = net::make_rsa_key();
  public_key_ = key.public_pem;
  write_file(settings_.directory / "server.pem", certificate.certificate_pem);
  write_secret(settings_.directory / "server.key", certificate.key_pem);
  write_secret(settings_.directory / "issuer.key", key.private_pem);
}

void Stage::start_server(int port) {
  ServiceSettings service;
  service.accounts = {{"gateway-cos", server_password},
                      {"gateway-vox", server_password},
                      {"alice", person_password},
                      {"bob", person_password}};
  service.channels = {"Rescue 1", "Event Crew"};
  for (const std::string& channel : service.channels) service.rules[channel] = settings_.channel_rules;
  if (settings_.one_account) service.most_channels = 2;
  service.token_is_good = tokens_of({{issuer, public_key_}});
  net::WebSocketServer::Settings listen;
  listen.port = port;
  listen.certificate = settings_.directory / "server.pem";
  listen.private_key = settings_.directory / "server.key";
  server_ = std::make_unique<ChannelServer>(io_, listen, std::move(service),
                                            [this](const Report& r) { reports_.push_back(r); });
}

void Stage::restart_server() {
  const int port = server_->port();
  server_.reset();
  start_server(port);
  for (Corner& corner : corners_) {
    corner.user = make_user(corner.person, person_password, corner.channel);
    corner.user->log_on();
  }
}

std::unique_ptr<ChannelUser> Stage::impostor(const Corner& corner) {
  return make_user("gateway-" + corner.name, server_password, corner.channel);
}

std::unique_ptr<ChannelUser> Stage::make_user(const std::string& name, const std::string& password,
                                              const std::string& channel) {
  zello::Logon logon;
  logon.auth_token = token_signed_with(read_file(settings_.directory / "issuer.key"));
  logon.username = name;
  logon.password = password;
  logon.channels = {channel};
  return std::make_unique<ChannelUser>(io_, endpoint(), logon);
}

net::Endpoint Stage::endpoint() const {
  return {{"127.0.0.1", server_->port(), "/ws"}, settings_.directory / "server.pem"};
}

void Stage::add_corner(const std::string& name, const std::string& channel, const std::string& person) {
  Corner corner;
  corner.name = name;
  corner.channel = channel;
  corner.person = person;
  corner.radio = std::make_unique<SimulatedRadio>(io_, settings_.directory / ("radio-" + name));
  corner.user = make_user(person, person_password, channel);
  corners_.push_back(std::move(corner));
}

void Stage::write_configuration() const {
  std::vector<SimulatedCard> cards;
  std::ostringstream yaml;
  yaml << "# The real gateway reads this file as it would read /etc/zello-gateway/zello-gateway.yaml.\n"
       << "gateway: {name: stage, log_level: debug, state: " << settings_.state << settings_.more_gateway_keys
       << "}\nstatus: {listen: " << settings_.status_listen << "}\n"
       << settings_.more_sections << "accounts:\n";
  for (const Corner& corner : corners_) {
    if (&account_of(corner) != &corner) continue;
    yaml << "  " << corner.name << ":\n    url: wss://127.0.0.1:" << (wire_ ? wire_->port() : server_->port())
         << "/ws\n";
    if (settings_.with_ca_file)
      yaml << "    ca_file: " << settings_.directory / "server.pem"
           << "\n";
    yaml << "    username: gateway-" << corner.name << "\n    password: {file: " << settings_.directory / "password"
         << "}\n    token: {issuer: " << issuer << ", private_key: {file: " << settings_.directory / "issuer.key"
         << "}}\n    platform_name: Radio Gateway\n";
  }
  yaml << "radios:\n";
  for (const Corner& corner : corners_) {
    const auto& folder = corner.radio->folder();
    const bool right = settings_.one_card && &corner != &corners_.front();
    if (right) {
      cards.front().right = folder;
    } else {
      cards.push_back({"card_" + corner.name, folder});
    }
    yaml << "  " << corner.name << ":\n    sound: {device: " << cards.back().name << ", buffer: 200ms"
         << (right ? ", rx_channel: right" : "") << "}\n    cos: ";
    if (corner.name == "cos") {
      yaml << "{source: file, path: " << folder / "cos"
           << "}\n";
    } else {
      yaml << "{source: vox}\n";
    }
    yaml << "    ptt: {method: file, path: " << folder / "ptt" << settings_.more_ptt_keys << "}\n";
  }
  yaml << "bridges:\n";
  for (const Corner& corner : corners_) {
    const std::string channel = settings_.gateway_channel.empty() ? corner.channel : settings_.gateway_channel;
    yaml << "  - {name: " << corner.name << ", account: " << account_of(corner).name << ", radio: " << corner.name
         << ", channel: \"" << channel << "\"" << settings_.more_bridge_keys << "}\n";
  }
  write_file(config_file(), yaml.str());
  write_secret(settings_.directory / "password", settings_.gateway_password + "\n");
  write_file(settings_.directory / "asound.conf", alsa_configuration(settings_.alsa_plugin, cards, settings_.card_ppm));
}

void Stage::start_gateway() {
  for (Corner& corner : corners_) {
    if (!corner.user->online()) corner.user->log_on();
  }
  // Before the gateway, so that they miss nothing of what it says at its start; where they cannot, it is not for long.
  wait_until([&] {
    return std::all_of(corners_.begin(), corners_.end(),
                       [](const Corner& c) { return c.user->online() || !c.user->trouble().empty(); });
  });
  std::vector<std::string> environment = settings_.environment;
  environment.push_back("ALSA_CONFIG_PATH=" + (settings_.directory / "asound.conf").string());
  std::vector<std::string> command{settings_.gateway.string(), "run", "--config", config_file().string()};
  command.insert(command.end(), settings_.arguments.begin(), settings_.arguments.end());
  gateway_ = std::make_unique<ChildProcess>(ChildProcess::Command{command, environment, log_file()});
}

CoreWatch Stage::watch_cores() const {
  auto tasks = tasks_of(gateway_->pid());
  tasks.push_back(tasks_of(::getpid()).front());
  return {std::move(tasks), std::chrono::steady_clock::now()};
}

void Stage::wait_until_ready() {
  const auto gateway_in = [&](const Corner& corner) {
    for (const Report& report : reports_) {
      if (report.what != Report::What::logged_on || report.user != "gateway-" + account_of(corner).name) continue;
      if (!settings_.one_account || report.channel == corner.channel) return true;
    }
    return false;
  };
  const bool ready = wait_until([&] {
    if (gateway_->ended()) return true;
    for (const Corner& corner : corners_) {
      if (!corner.user->online() || !gateway_in(corner)) return false;
    }
    return true;
  });
  if (gateway_->ended()) throw std::runtime_error("the gateway ended at its start:\n" + log());
  if (!ready) throw std::runtime_error("the gateway did not log on:\n" + log());
}

bool Stage::wait_until(const std::function<bool()>& condition, std::chrono::seconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    io_.restart();
    io_.run_one_for(std::chrono::milliseconds(20));
  }
  return true;
}

std::string Stage::log() const {
  return read_file(log_file());
}

}  // namespace zgw::simulator
