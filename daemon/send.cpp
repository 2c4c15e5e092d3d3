// send: a text, an image or a location into a channel, by the running gateway or by a session of its own.
#include <array>
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>

#include "base/listed.hpp"
#include "base/text.hpp"
#include "control/socket.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_status.hpp"
#include "daemon/load_config.hpp"
#include "daemon/outgoing_messages.hpp"
#include "daemon/own_session.hpp"
#include "image/jpeg.hpp"
#include "net/timer.hpp"
#include "zello/error_code.hpp"

namespace zgw::daemon {
namespace {

constexpr std::chrono::minutes patience{2};
constexpr std::chrono::seconds logon_patience{60};

/// What is sent, checked as far as it can be without a channel.
struct Parcel {
  control::Request request;
  std::vector<std::uint8_t> payload = {};
};

std::optional<std::string> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

control::Request addressed(const SendOptions& options) {
  return {given(options.bridge), given(options.channel), given(options.recipient), {}};
}

/// At most one byte more than `limit`, so that too much is seen to be too much.
std::string read(const std::string& path, std::size_t limit) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& in = path == "-" ? std::cin : file;
  std::string bytes(limit + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  if (bytes.empty()) throw UsageError(base::quoted(path, 400) + " cannot be read, or is empty");
  return bytes;
}

Parcel text_parcel(const SendOptions& options) {
  Parcel parcel{addressed(options)};
  std::string text = options.text;
  if (text == "-") {
    text = read("-", zello::max_text_bytes + 1);
    if (text.back() == '\n') text.pop_back();
  }
  if (const auto fault = zello::fault_of_text(text)) throw UsageError(*fault);
  parcel.request.what = control::Text{std::move(text)};
  return parcel;
}

Parcel location_parcel(const SendOptions& options) {
  Parcel parcel{addressed(options)};
  zello::Location location{options.latitude, options.longitude, options.accuracy, given(options.address)};
  if (const auto fault = zello::fault_of(location)) throw UsageError(*fault);
  parcel.request.what = std::move(location);
  return parcel;
}

// The thumbnail is made here and not by the gateway: a picture that takes long holds up this command alone.
Parcel image_parcel(const SendOptions& options) {
  Parcel parcel{addressed(options)};
  const std::string file = read(options.file, zello::default_image_bytes);
  if (file.size() > zello::default_image_bytes) {
    throw UsageError("an image of more than " + std::to_string(zello::default_image_bytes) + " bytes; make it smaller");
  }
  const std::vector<std::uint8_t> full(file.begin(), file.end());
  const auto thumbnail = image::make_thumbnail(full);
  if (!thumbnail) throw UsageError(base::quoted(options.file, 400) + " cannot be sent: " + thumbnail.error().message);
  parcel.request.what =
      control::ImageHead{static_cast<std::uint32_t>(thumbnail->jpeg.size()), static_cast<std::uint32_t>(full.size()),
                         thumbnail->width, thumbnail->height, options.camera ? "camera" : "library"};
  parcel.payload = thumbnail->jpeg;
  parcel.payload.insert(parcel.payload.end(), full.begin(), full.end());
  return parcel;
}

int report(const std::optional<std::string>& refused) {
  if (!refused) return exit_ok;
  std::cerr << "not sent: " << base::printable(*refused, 400) << '\n';
  return exit_failed;
}

int send_by_gateway(const SendOptions& options, const Parcel& parcel, const char* without_it) {
  const auto answer = control::ask(options.socket, parcel.request, parcel.payload, patience);
  if (!answer) {
    throw StartFailed(answer.error().message + "; does the gateway run, and are you in its group? " + without_it);
  }
  return report(answer->refused);
}

/// The user of a channel who says one thing in it.
struct Sender final : link::ChannelEvents {
  Sender(OwnSession& by, const std::string& channel, const Parcel& what)
      : session(by), out(channel, by.link()), parcel(what), give_up(by.io(), [this] {
          std::cerr << "the channel did not come online\n";
          session.end(exit_start_failed);
        }) {
    session.link().join(channel, *this);
    give_up.after(logon_patience);
  }

  void on_online(bool online) override {
    if (!online || std::exchange(sent, true)) return;
    give_up.cancel();
    out.send(parcel.request, parcel.payload, [this](const std::optional<std::string>& refused) {
      session.end(report(refused ? std::optional(zello::explained(*refused)) : std::nullopt));
    });
  }
  void on_stream_opened(zello::StreamId /*id*/) override {}
  void on_stream_refused(gateway::Refusal /*refusal*/, std::string_view /*why*/) override {}
  void on_stream_ended() override {}
  void on_incoming_start(const zello::StreamStart& /*stream*/) override {}
  void on_incoming_packet(const zello::AudioPacket& /*packet*/) override {}
  void on_incoming_stop(zello::StreamId /*id*/) override {}
  void on_sent(zello::Tag tag, const std::optional<std::string>& refused) override { out.on_sent(tag, refused); }

  OwnSession& session;
  OutgoingMessages out;
  const Parcel& parcel;
  net::Timer give_up;
  bool sent = false;
};

const config::Bridge& bridge_called(const config::Config& config, const std::string& name) {
  std::vector<std::string> names;
  for (const config::Bridge& bridge : config.bridges) {
    if (bridge.name == name) return bridge;
    names.push_back(bridge.name);
  }
  throw UsageError("no bridge is called " + base::quoted(name) + "; there is " + base::listed(names));
}

// What is said beside a bridge must agree with it: of two places, none can be the right one.
OwnLogon logon_of_bridge(const config::Config& config, const SendOptions& options) {
  const config::Bridge& bridge = bridge_called(config, options.bridge);
  const auto demand = [&](const std::string& given, const std::string& its, const char* what) {
    if (given.empty() || given == its) return;
    throw UsageError("bridge " + base::quoted(bridge.name) + " is for " + what + ' ' + base::quoted(its) +
                     ", and not for " + base::quoted(given) + "; give one of the two");
  };
  demand(options.channel, bridge.channel, "channel");
  demand(options.account, bridge.account, "account");
  return choose_logon(config, bridge.account, {bridge.channel});
}

OwnLogon logon_of(const config::Config& config, const SendOptions& options) {
  if (!options.bridge.empty()) return logon_of_bridge(config, options);
  std::vector<std::string> channels;
  if (!options.channel.empty()) channels.push_back(options.channel);
  return choose_logon(config, options.account, channels);
}

int send_by_own_session(const SendOptions& options, const Parcel& parcel) {
  const config::Config config = load_config(options.config).config;
  const OwnLogon logon = logon_of(config, options);
  if (logon.channels.size() != 1) {
    throw UsageError("the account has several channels, " + base::listed(logon.channels) +
                     ": say which, --channel NAME");
  }
  OwnSession session(config, logon, false);
  Sender sender(session, logon.channels.front(), parcel);
  return session.run(exit_failed);
}

int send(const SendOptions& options, const Parcel& parcel) {
  if (!options.config.empty()) return send_by_own_session(options, parcel);
  return send_by_gateway(options, parcel, "`send` with --config sends without it");
}

}  // namespace

int send_text_command(const SendOptions& options) {
  return send(options, text_parcel(options));
}

int test_tone_command(const SendOptions& send, const TestToneOptions& tone) {
  const control::Tone what{tone.hertz, tone.with == 0 ? std::nullopt : std::optional(tone.with), tone.level,
                           tone.seconds};
  if (const auto fault = control::fault_of(what)) throw UsageError(*fault);
  Parcel parcel{addressed(send)};
  parcel.request.what = what;
  return send_by_gateway(send, parcel, "A tone is transmitted by the running one alone");
}

int send_image_command(const SendOptions& options) {
  return send(options, image_parcel(options));
}

int send_location_command(const SendOptions& options) {
  return send(options, location_parcel(options));
}

}  // namespace zgw::daemon
