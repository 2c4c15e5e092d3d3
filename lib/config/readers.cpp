#include "config/readers.hpp"

#include <array>
#include <utility>

namespace zgw::config {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::pair<std::string_view, LogLevel>, 4> log_levels = {
    {{"debug", LogLevel::debug}, {"info", LogLevel::info}, {"warning", LogLevel::warning}, {"error", LogLevel::error}}};

constexpr std::array<std::pair<std::string_view, Direction>, 3> directions = {
    {{"both", Direction::both},
     {"radio_to_channel", Direction::radio_to_channel},
     {"channel_to_radio", Direction::channel_to_radio}}};

constexpr std::array<std::pair<std::string_view, Priority>, 3> priorities = {
    {{"radio", Priority::radio}, {"channel", Priority::channel}, {"first", Priority::first}}};

constexpr std::array<std::pair<std::string_view, Keep>, 3> keeps = {
    {{"log", Keep::log}, {"spool", Keep::spool}, {"off", Keep::off}}};

void read_gateway(Section s, Gateway& out) {
  s.text("name", out.name);
  s.choice("log_level", out.log_level, log_levels);
  s.text("state", out.state);
  s.flag("key_guard", out.key_guard);
  if (!out.key_guard) s.warning("key_guard", "without it nobody unkeys when the gateway itself hangs or dies");
  s.done();
}

void read_backoff(Section s, Backoff& out) {
  s.duration("first", out.first, 100ms, 10min);
  s.duration("max", out.max, 1s, 1h);
  s.fraction("jitter", out.jitter);
  if (out.first > out.max) s.error("first", "must not be longer than max");
  s.done();
}

void read_supervisor(Section s, Supervisor& out) {
  read_backoff(s.section("backoff"), out.backoff);
  s.duration("connect_timeout", out.connect_timeout, 1s, 2min);
  s.duration("reply_timeout", out.reply_timeout, 1s, 2min);
  s.duration("idle_ping", out.idle_ping, 5s, 5min);
  s.integer("max_connects_per_minute", out.max_connects_per_minute, 1, 60);
  s.duration("after_kick", out.after_kick, 1s, 1h);
  s.done();
}

void read_status(Section s, Status& out) {
  s.address_or_off("listen", out.listen);
  if (out.listen && out.listen->host.rfind("127.", 0) != 0 && out.listen->host != "::1") {
    s.warning("listen", "not only this machine can read the page: it asks for no password and is not encrypted");
  }
  s.done();
}

void read_opus(Section s, Opus& out) {
  s.rate("rate", out.rate, {8000, 12000, 16000, 24000, 48000});
  s.duration_of("frame", out.frame, {5ms, 10ms, 20ms, 40ms, 60ms});
  s.integer("frames_per_packet", out.frames_per_packet, 1, 2);
  s.bitrate("bitrate", out.bitrate, 6000, 128000);
  s.integer("complexity", out.complexity, 0, 10);
  s.flag("fec", out.fec);
  s.percent("expected_loss", out.expected_loss);
  s.done();
}

void read_jitter(Section s, Jitter& out) {
  s.duration("target", out.target, 20ms, 2s);
  s.done();
}

void read_messages(Section s, Messages& out) {
  s.choice("text", out.text, keeps);
  s.choice("location", out.location, keeps);
  s.choice("image", out.image, keeps);
  s.size("image_max", out.image_max, 10'000, 4'000'000);
  s.done();
}

void read_location(Section s, AnnouncedLocation& out) {
  s.degrees("latitude", out.latitude, 90);
  s.degrees("longitude", out.longitude, 180);
  s.distance("accuracy", out.accuracy, 0, 1'000'000);
  s.text("address", out.address);
  s.duration("every", out.every, 1min, 24h);
  s.done();
}

void read_announce_location(Section& s, std::optional<AnnouncedLocation>& out) {
  AnnouncedLocation location;
  bool on = false;
  read_location(s.section_or_off("announce_location", on), location);
  if (!on) return;
  Section below = s.section("announce_location");
  for (const char* key : {"latitude", "longitude"}) below.require(key);
  out = location;
}

void read_first_over(Section s, FirstOver& out) {
  s.duration("min", out.min, 10ms, 2s);
  s.duration("after_idle", out.after_idle, 0ms, 24h);
  s.done();
}

}  // namespace

void read_bridge(Section s, Bridge& out) {
  for (const char* key : {"name", "account", "channel", "radio"}) s.require(key);
  s.text("name", out.name);
  s.text("account", out.account);
  s.text("channel", out.channel);
  s.text("radio", out.radio);
  s.choice("direction", out.direction, directions);
  s.choice("priority", out.priority, priorities);
  s.duration_or("preroll", "auto", out.preroll, 0ms, 2s);
  FirstOver first_over;
  bool filters = false;
  read_first_over(s.section_or_off("first_over", filters), first_over);
  if (filters) out.first_over = first_over;
  s.duration("max_over", out.max_over, 10s, 1h);
  s.duration("guard", out.guard, 0ms, 5s);
  s.duration("min_stream_interval", out.min_stream_interval, 0ms, 30s);
  s.duration("hold_channel", out.hold_channel, 0ms, 10min);
  s.duration("hold_radio", out.hold_radio, 0ms, 10min);
  s.flag("link_tones", out.link_tones);
  read_opus(s.section("opus"), out.opus);
  read_jitter(s.section("jitter"), out.jitter);
  read_messages(s.section("messages"), out.messages);
  read_announce_location(s, out.announce_location);
  s.done();
}

void read_config(Section s, Config& out) {
  for (const char* key : {"accounts", "radios", "bridges"}) s.require(key);
  read_gateway(s.section("gateway"), out.gateway);
  s.each("accounts",
         [&](const std::string& name, Section below) { read_account(std::move(below), out.accounts[name]); });
  s.each("radios", [&](const std::string& name, Section below) { read_radio(std::move(below), out.radios[name]); });
  s.each_of_list("bridges", [&](Section below) {
    out.bridges.emplace_back();
    read_bridge(std::move(below), out.bridges.back());
  });
  read_supervisor(s.section("supervisor"), out.supervisor);
  read_status(s.section("status"), out.status);
  s.done();
  check_whole(s, out);
}

}  // namespace zgw::config
