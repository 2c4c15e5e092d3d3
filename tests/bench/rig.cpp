#include "bench/rig.hpp"

#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <sys/wait.h>

#include "net/make_keys.hpp"
#include "net/rs256.hpp"
#include "simulator/tokens.hpp"
#include "zello/jwt.hpp"

namespace zgw::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds feed_interval{10};
constexpr const char* issuer = "bench";
constexpr const char* password = "secret";
constexpr std::size_t audio_header = 9;  // of a binary message: type, stream, packet

base::TimePoint now() {
  return std::chrono::steady_clock::now();
}

void write_file(const fs::path& path, const std::string& text) {
  std::ofstream file(path);
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path.string());
}

std::string account_of(int number) {
  return "bridge-" + std::to_string(number);
}

std::string token_signed_with(const std::string& private_key) {
  const auto expires = std::chrono::system_clock::now().time_since_epoch() + std::chrono::hours(1);
  const std::string input =
      zello::jwt_signing_input(issuer, std::chrono::duration_cast<std::chrono::seconds>(expires).count());
  return zello::jwt_assemble(input, net::rs256_sign(private_key, input).value());
}

}  // namespace

Rig::Rig(const Options& options, const std::string& name, Settings settings)
    : options_(options),
      settings_(std::move(settings)),
      folder_(fs::absolute(options.folder / name)),
      feeding_(io_, [this] { feed(); }) {
  fs::remove_all(folder_);
  fs::create_directories(folder_ / "state");
  const net::KeyPair key = net::make_rsa_key();
  const std::string token = token_signed_with(key.private_pem);
  start_server(key.public_pem);
  for (int i = 0; i < settings_.bridges; ++i) add_place(i, token);
  write_configuration(key.private_pem);
  feed();
}

Rig::~Rig() {
  places_.clear();  // the people's connections, before the server
}

void Rig::start_server(const std::string& public_key) {
  const net::Certificate certificate = net::make_certificate({"127.0.0.1"});
  write_file(folder_ / "server.pem", certificate.certificate_pem);
  write_file(folder_ / "server.key", certificate.key_pem);
  simulator::ServiceSettings service;
  service.open = true;
  service.token_is_good = simulator::tokens_of({{issuer, public_key}});
  net::WebSocketServer::Settings listen;
  listen.certificate = folder_ / "server.pem";
  listen.private_key = folder_ / "server.key";
  server_ = std::make_unique<simulator::ChannelServer>(io_, listen, std::move(service),
                                                       [this](const simulator::Report& r) { on_report(r); });
  server_->listen_in(
      [this](net::ClientId client, bool binary, std::string_view message) { on_message(client, binary, message); });
}

void Rig::add_place(int number, const std::string& token) {
  Place place;
  place.name = account_of(number);
  place.radio = std::make_unique<simulator::SimulatedRadio>(io_, folder_ / place.name);
  place.antenna = std::make_unique<Antenna>(place.radio->folder());
  if (settings_.people) {
    zello::Logon logon;
    logon.auth_token = token;
    logon.username = "person-" + std::to_string(number);
    logon.password = password;
    logon.channels = {"channel-" + place.name};
    const net::Endpoint endpoint{{"127.0.0.1", server_->port(), "/ws"}, folder_ / "server.pem"};
    place.user = std::make_unique<simulator::ChannelUser>(io_, endpoint, logon);
  }
  places_.push_back(std::move(place));
}

void Rig::write_configuration(const std::string& private_key) const {
  write_file(folder_ / "issuer.key", private_key);
  write_file(folder_ / "password", password);
  std::ostringstream accounts;
  std::ostringstream radios;
  std::ostringstream bridges;
  std::vector<std::pair<std::string, fs::path>> cards;
  for (const Place& place : places_) {
    const std::string& name = place.name;
    cards.emplace_back(name, place.radio->folder());
    accounts << "  " << name << ":\n    url: wss://127.0.0.1:" << server_->port()
             << "/ws\n    ca_file: " << folder_ / "server.pem"
             << "\n    username: " << name << "\n    password: {file: " << folder_ / "password"
             << "}\n    token: {issuer: " << issuer << ", private_key: {file: " << folder_ / "issuer.key"
             << "}}\n    platform_name: Radio Gateway\n";
    radios << "  " << name << ":\n    sound: {device: " << name << settings_.sound_keys
           << "}\n    cos: {source: " << settings_.cos;
    if (settings_.cos == "file") radios << ", path: " << place.antenna->squelch_file();
    radios << "}\n"
           << settings_.radio_keys << "    ptt: {method: file, path: " << place.radio->folder() / "ptt"
           << settings_.ptt_keys << "}\n";
    bridges << "  - {name: " << name << ", account: " << name << ", radio: " << name << ", channel: channel-" << name
            << settings_.bridge_keys << "}\n";
  }
  write_file(folder_ / "gateway.yaml", "gateway: {name: bench, state: " + (folder_ / "state").string() +
                                           "}\nstatus: {listen: 127.0.0.1:0}\naccounts:\n" + accounts.str() +
                                           "radios:\n" + radios.str() + "bridges:\n" + bridges.str());
  // A card that looks for no faults: a real one costs the gateway no such looks.
  std::string alsa = "</usr/share/alsa/alsa.conf>\npcm_type.zgwsim { lib \"" + options_.alsa_plugin.string() + "\" }\n";
  for (const auto& [name, folder] : cards)
    alsa += "pcm." + name + " { type zgwsim dir \"" + folder.string() + "\" faults no }\n";
  write_file(folder_ / "asound.conf", alsa);
}

base::TimePoint Rig::start() {
  std::size_t people = 0;
  for (Place& place : places_) {
    if (!place.user) continue;
    place.user->log_on();
    ++people;
  }
  online_ = 0;
  if (!run_until([&] { return online_ == people; }, settings_.patience)) throw std::runtime_error("nobody is there");
  online_ = 0;
  std::vector<std::string> command = {"nice", "-n", "-10"};  // as its unit does; without the right it goes on as it is
  command.insert(command.end(), settings_.under.begin(), settings_.under.end());
  for (const std::string& word :
       {options_.gateway.string(), std::string("run"), std::string("--config"), (folder_ / "gateway.yaml").string()})
    command.push_back(word);
  std::vector<std::string> environment = settings_.environment;
  environment.push_back("ALSA_CONFIG_PATH=" + (folder_ / "asound.conf").string());
  fs::remove(folder_ / "gateway.log");
  const base::TimePoint started = now();
  gateway_ = std::make_unique<simulator::ChildProcess>(
      simulator::ChildProcess::Command{command, environment, folder_ / "gateway.log"});
  const bool ready = run_until([&] { return online_ == places_.size() || gateway_->ended(); }, settings_.patience);
  if (!ready || gateway_->ended()) throw std::runtime_error("the gateway did not log on:\n" + log());
  return started;
}

void Rig::stop() {
  gateway_->signal(SIGTERM);
  if (!run_until([&] { return gateway_->ended().has_value(); }, settings_.patience)) {
    throw std::runtime_error("the gateway did not end:\n" + log());
  }
}

void Rig::run_for(base::Duration length) {
  const base::TimePoint end = now() + length;
  while (now() < end) {
    io_.restart();
    io_.run_one_until(end);
    if (gateway_ && gateway_->ended()) throw std::runtime_error("the gateway ended:\n" + log());
  }
}

bool Rig::run_until(const std::function<bool()>& condition, std::chrono::seconds limit) {
  const base::TimePoint end = now() + limit;
  while (!condition()) {
    if (now() >= end) return false;
    io_.restart();
    io_.run_one_for(feed_interval);
  }
  return true;
}

void Rig::receive(const SharedSamples& samples) {
  for (Place& place : places_) place.antenna->receive(samples, now());
}

void Rig::feed() {
  for (Place& place : places_) place.antenna->feed(now());
  feeding_.after(feed_interval);
}

void Rig::on_message(net::ClientId client, bool binary, std::string_view message) {
  const base::TimePoint when = now();
  const auto bridge = by_client_.find(client);
  const auto person = people_.find(client);
  if (person != people_.end()) {
    if (binary) places_[person->second].said.push_back(when);
  } else if (bridge == by_client_.end()) {
    on_logon(client, message, when);
  } else if (Place& place = places_[bridge->second]; binary && message.size() > audio_header) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(message.data());
    place.sent.push_back({when, {bytes + audio_header, bytes + message.size()}});
  } else {
    if (message.find("\"start_stream\"") != std::string_view::npos) place.asked = when;
    if (message.find("\"stop_stream\"") != std::string_view::npos) ++place.streams;
  }
}

void Rig::on_logon(net::ClientId client, std::string_view message, base::TimePoint when) {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (message.find('"' + places_[i].name + '"') != std::string_view::npos) {
      by_client_[client] = i;
      places_[i].logon = when;
    } else if (message.find("\"person-" + std::to_string(i) + '"') != std::string_view::npos) {
      people_[client] = i;
    }
  }
}

void Rig::on_report(const simulator::Report& report) {
  if (report.what == simulator::Report::What::logged_on) ++online_;
}

std::string Rig::log() const {
  std::ostringstream text;
  text << std::ifstream(folder_ / "gateway.log").rdbuf();
  return text.str();
}

}  // namespace zgw::bench
