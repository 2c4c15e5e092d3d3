#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "config/readers.hpp"
#include "config/wording.hpp"

namespace zgw::config {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::pair<std::string_view, Direction>, 3> directions = {
    {{"both", Direction::both},
     {"radio_to_channel", Direction::radio_to_channel},
     {"channel_to_radio", Direction::channel_to_radio}}};

constexpr std::array<std::pair<std::string_view, Priority>, 3> priorities = {
    {{"radio", Priority::radio}, {"channel", Priority::channel}, {"first", Priority::first}}};

constexpr std::array<std::pair<std::string_view, Keep>, 3> keeps = {
    {{"log", Keep::log}, {"spool", Keep::spool}, {"off", Keep::off}}};

constexpr std::array<std::pair<std::string_view, Duplex>, 2> duplexes = {
    {{"half", Duplex::half}, {"full", Duplex::full}}};

constexpr std::array<std::pair<std::string_view, StationIdMode>, 2> id_modes = {
    {{"after_tx", StationIdMode::after_tx}, {"beacon", StationIdMode::beacon}}};

constexpr std::size_t longest_callsign = 20;
constexpr milliseconds longest_packet = 60ms;  // Zello Channel API 1.0, "Start stream"; phones play no longer ones
constexpr milliseconds shortest_packet = 10ms;

void read_opus(Section s, Opus& out) {
  s.rate("rate", out.rate, {8000, 12000, 16000, 24000, 48000});
  s.duration_of("frame", out.frame, {5ms, 10ms, 20ms, 40ms, 60ms});
  s.integer("frames_per_packet", out.frames_per_packet, 1, 2);
  if (out.frame * out.frames_per_packet > longest_packet) {
    s.error("frames_per_packet", "packets are at most " + shown(longest_packet) + " long; " +
                                     std::to_string(out.frames_per_packet) + " frames of " + shown(out.frame) +
                                     " are longer");
  }
  if (out.frame * out.frames_per_packet < shortest_packet) {
    s.warning("frame", "the service was seen to refuse packets of 5ms; two frames of it make one of 10ms");
  }
  s.bitrate("bitrate", out.bitrate, 6000, 128000);
  s.integer("complexity", out.complexity, 0, 10);
  s.flag("fec", out.fec);
  s.percent("expected_loss", out.expected_loss);
  if (out.fec && s.has("bitrate") && out.bitrate < 20000) {
    s.warning("bitrate", "below 20kbps Opus adds no error correction; write fec: off, or more");
  }
  s.done();
}

void read_jitter(Section s, Jitter& out) {
  s.duration_or("target", "auto", out.target, 20ms, 2s);
  s.duration("min", out.min, 20ms, 2s);
  s.duration("max", out.max, 20ms, 2s);
  if (out.min > out.max) s.error("max", "must not be below min");
  for (const char* key : {"min", "max"}) {
    if (out.target) s.unused(key, "target: auto");
  }
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

void read_courtesy_tone(Section s, CourtesyTone& out) {
  s.pitch("frequency", out.frequency, 200, 3000);
  s.duration("length", out.length, 20ms, 2s);
  s.level("level", out.level, -60, 0);
  s.done();
}

void read_station_id(Section s, bool there, StationId& out) {
  if (there) s.require("callsign");
  s.text("callsign", out.callsign);
  s.duration("interval", out.interval, 1min, 1h);
  s.speed("speed", out.speed, 5, 20);
  s.pitch("tone", out.tone, 300, 2000);
  s.level("level", out.level, -60, 0);
  s.duration("polite", out.polite, 0ms, 10min);
  s.choice("mode", out.mode, id_modes);
  const bool said = std::all_of(out.callsign.begin(), out.callsign.end(), [](unsigned char one) {
    return one < 0x80 && (std::isalnum(one) != 0 || one == '/' || one == '-');
  });
  if (!said || out.callsign.size() > longest_callsign) {
    s.error("callsign", "is said in Morse code: letters, digits, / and -, at most 20 of them");
  }
  if (out.polite > out.interval) s.error("polite", "must not be longer than interval");
  s.done();
}

void read_dtmf(Section s, bool there, Dtmf& out) {
  if (there) s.require("pin");
  s.secret("pin", out.pin);
  s.flag("mute", out.mute);
  s.done();
}

// A section in whose place "off" may stand, and does by default.
template <class T, class Read>
void read_or_off(Section& s, const char* key, std::optional<T>& out, Read read) {
  T value;
  bool on = false;
  Section below = s.section_or_off(key, on);
  read(std::move(below), on, value);
  if (on) out = value;
}

void check_use_of(Section& s, const Bridge& bridge) {
  for (const char* key : {"guard", "priority"}) {
    if (bridge.duplex == Duplex::full) s.unused(key, "duplex: half");
  }
  for (const char* key : {"hold_channel", "courtesy_tone", "link_tones", "station_id", "jitter"}) {
    if (bridge.direction == Direction::radio_to_channel) s.unused(key, "a radio that transmits: another direction");
  }
  for (const char* key : {"preroll", "first_over", "hold_radio", "min_stream_interval", "opus"}) {
    if (bridge.direction == Direction::channel_to_radio) s.unused(key, "a radio that is heard: another direction");
  }
}

}  // namespace

void read_bridge(Section s, Bridge& out) {
  for (const char* key : {"name", "account", "channel", "radio"}) s.require(key);
  s.text("name", out.name);
  s.text("account", out.account);
  s.text("channel", out.channel);
  s.text("radio", out.radio);
  s.choice("direction", out.direction, directions);
  s.choice("duplex", out.duplex, duplexes);
  check_use_of(s, out);
  s.choice("priority", out.priority, priorities);
  s.duration_or("preroll", "auto", out.preroll, 0ms, 2s);
  read_or_off(s, "first_over", out.first_over,
              [](Section below, bool /*on*/, FirstOver& first_over) { read_first_over(std::move(below), first_over); });
  s.duration("max_over", out.max_over, 10s, 1h);
  s.duration("guard", out.guard, 0ms, 5s);
  s.duration("min_stream_interval", out.min_stream_interval, 0ms, 30s);
  s.duration("hold_channel", out.hold_channel, 0ms, 10min);
  s.duration("hold_radio", out.hold_radio, 0ms, 10min);
  read_or_off(s, "courtesy_tone", out.courtesy_tone,
              [](Section below, bool /*on*/, CourtesyTone& tone) { read_courtesy_tone(std::move(below), tone); });
  s.flag("link_tones", out.link_tones);
  read_or_off(s, "station_id", out.station_id, read_station_id);
  read_or_off(s, "dtmf", out.dtmf, read_dtmf);
  if (out.dtmf && out.direction == Direction::channel_to_radio) {
    s.error("dtmf", "with direction: channel_to_radio nobody listens to the radio");
  }
  read_opus(s.section("opus"), out.opus);
  read_jitter(s.section("jitter"), out.jitter);
  read_messages(s.section("messages"), out.messages);
  read_announce_location(s, out.announce_location);
  s.done();
}

}  // namespace zgw::config
