#include <array>

#include "config/readers.hpp"
#include "config/steady_names.hpp"
#include "config/wording.hpp"

namespace zgw::config {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::pair<std::string_view, RxChannel>, 3> rx_channels = {
    {{"left", RxChannel::left}, {"right", RxChannel::right}, {"mix", RxChannel::mix}}};
constexpr std::array<std::pair<std::string_view, CosSource>, 7> cos_sources = {{{"gpio", CosSource::gpio},
                                                                                {"cm108", CosSource::cm108},
                                                                                {"serial", CosSource::serial},
                                                                                {"file", CosSource::file},
                                                                                {"vox", CosSource::vox},
                                                                                {"always", CosSource::always},
                                                                                {"none", CosSource::none}}};
constexpr std::array<std::pair<std::string_view, WithVox>, 3> with_vox = {
    {{"off", WithVox::off}, {"and", WithVox::and_vox}, {"or", WithVox::or_vox}}};
constexpr std::array<std::pair<std::string_view, Level>, 2> levels = {{{"low", Level::low}, {"high", Level::high}}};
constexpr std::array<std::pair<std::string_view, Bias>, 4> biases = {
    {{"as_is", Bias::as_is}, {"disabled", Bias::disabled}, {"pull_up", Bias::pull_up}, {"pull_down", Bias::pull_down}}};
constexpr std::array<std::pair<std::string_view, PttMethod>, 6> ptt_methods = {{{"gpio", PttMethod::gpio},
                                                                                {"cm108", PttMethod::cm108},
                                                                                {"serial_rts", PttMethod::serial_rts},
                                                                                {"serial_dtr", PttMethod::serial_dtr},
                                                                                {"file", PttMethod::file},
                                                                                {"none", PttMethod::none}}};

constexpr milliseconds shortest_hang_of_a_voice = 300ms;
constexpr const char* no_line = "is missing: the number or name of the GPIO line";

void read_sound(Section s, Sound& out) {
  s.require("device");
  s.text("device", out.device);
  if (card_is_numbered(out.device)) s.warning("device", numbered_name);
  s.rate("rate", out.rate, {8000, 16000, 24000, 32000, 44100, 48000, 96000});
  s.duration("period", out.period, 5ms, 100ms);
  s.duration("buffer", out.buffer, 20ms, 1s);
  s.choice("rx_channel", out.rx_channel, rx_channels);
  s.level("rx_gain", out.rx_gain, -60, 60);
  s.level("tx_gain", out.tx_gain, -60, 60);
  s.duration("retry", out.retry, 100ms, 1min);
  // One period is being played, one is the control thread's to be late by, and silence is put in with less than one
  // left.
  if (out.buffer < 4 * out.period) {
    s.error("buffer", shown(out.buffer) + " is less than four periods of " + shown(out.period) +
                          ": overs on the air would have gaps");
  }
  s.done();
}

bool is_line(CosSource source) {
  return source != CosSource::vox && source != CosSource::none && source != CosSource::always;
}

void check_with_vox(Section& s, const Cos& cos) {
  if (cos.source == CosSource::always && cos.with_vox == WithVox::off) {
    s.warning("source", "always, without with_vox: and, is one over without end, which max_over ends with an alarm");
  }
  if (cos.source == CosSource::always && cos.with_vox == WithVox::or_vox)
    s.error("with_vox", "with source: always there is always a carrier already; write and");
  const bool opens = is_line(cos.source) || cos.source == CosSource::always;
  if (!opens && cos.with_vox != WithVox::off) s.error("with_vox", "goes with a squelch line or with source: always");
}

void check_use_of(Section& s, CosSource source) {
  if (source != CosSource::gpio) s.unused("line", "source: gpio");
  if (source != CosSource::file) s.unused("path", "source: file");
  if (!is_line(source)) s.unused("active", "a squelch line");
  if (source != CosSource::vox) return;
  for (const char* key : {"debounce", "hang"}) s.unused(key, "a squelch line; a voice has vox.attack and vox.hang");
}

// `with_lines`: the sound device is the file radio, which brings a carrier and a PTT line of its own.
void read_cos(Section s, bool with_lines, Cos& out) {
  const bool known = s.choice("source", out.source, cos_sources);
  s.text("chip", out.chip);
  s.text("line", out.line);
  s.choice("active", out.active, levels);
  s.choice("bias", out.bias, biases);
  s.duration("debounce", out.debounce, 0ms, 2s);
  s.duration("hang", out.hang, 0ms, 10s);
  s.text("path", out.path);
  if (known && out.source == CosSource::gpio && !s.has("line")) s.error("line", no_line);
  if (known) check_use_of(s, out.source);
  read_cos_interface(s, known, with_lines, out);
  if (known && out.source == CosSource::file && !s.has("path") && !with_lines)
    s.error("path", "is missing: the file that holds 1 or 0");
  s.choice("with_vox", out.with_vox, with_vox);
  if (known) check_with_vox(s, out);
  s.done();
}

void read_vox(Section s, Vox& out) {
  s.level_or("open", "auto", out.automatic, out.open, -90, 0);
  s.level("close", out.close, -90, 0);
  s.duration("attack", out.attack, 0ms, 1s);
  s.duration("hang", out.hang, 50ms, 10s);
  s.duration("min_open", out.min_open, 0ms, 2s);
  s.level("open_above", out.open_above, 3, 30);
  if (out.automatic) {
    s.unused("close", "a level at open");
    if (out.hang < shortest_hang_of_a_voice)
      s.warning("hang", "is short for open: auto, which takes what has no tone for a pause; write 300ms or more");
  } else {
    s.unused("open_above", "open: auto");
    if (out.close > out.open) s.error("close", "must not be above open");
  }
  s.done();
}

// An absent section is read as well, so that its keys are known.
void read_read_back(Section s, bool there, ReadBack& out) {
  if (there) s.require("line");
  s.text("chip", out.chip);
  s.text("line", out.line);
  s.choice("active", out.active, levels);
  s.choice("bias", out.bias, biases);
  s.done();
}

void read_heartbeat(Section s, bool there, Heartbeat& out) {
  if (there) s.require("line");
  s.text("chip", out.chip);
  s.text("line", out.line);
  base::SampleRate rate{out.rate};
  s.rate("rate", rate, {1, 2, 5, 10});
  out.rate = rate.hz;
  s.done();
}

void read_ptt(Section s, bool with_lines, Ptt& out) {
  const bool known = s.choice("method", out.method, ptt_methods);
  s.text("chip", out.chip);
  s.text("line", out.line);
  s.choice("active", out.active, levels);
  s.duration("lead", out.lead, 0ms, 5s);
  s.duration("tail", out.tail, 0ms, 5s);
  s.duration("timeout", out.timeout, 5s, 1h);  // has no "off": the time-out timer cannot be configured away
  s.duration("timeout_penalty", out.timeout_penalty, 0ms, 1min);
  s.duration("stall", out.stall, 200ms, 10s);
  s.text("path", out.path);
  read_read_back(s.section("read_back"), s.has("read_back"), out.read_back.emplace());
  if (!s.has("read_back")) out.read_back.reset();
  read_heartbeat(s.section("heartbeat"), s.has("heartbeat"), out.heartbeat.emplace());
  if (!s.has("heartbeat")) out.heartbeat.reset();
  if (known && out.method == PttMethod::gpio && !s.has("line")) s.error("line", no_line);
  if (known && out.method != PttMethod::gpio) s.unused("line", "method: gpio");
  if (known && out.method != PttMethod::file) s.unused("path", "method: file");
  read_ptt_interface(s, known, with_lines, out);
  if (known && out.method == PttMethod::file && !s.has("path") && !with_lines)
    s.error("path", "is missing: the file to append to");
  if (out.lead + out.tail + 1s > out.timeout) s.error("timeout", "leaves no time to talk between lead and tail");
  s.done();
}

}  // namespace

void read_radio(Section s, Radio& out) {
  read_sound(s.section("sound"), out.sound);
  read_rx_audio(s.section("rx_audio"), out.rx_audio);
  const bool with_lines = out.sound.device.rfind("file:", 0) == 0;
  read_tx_audio(s.section("tx_audio"), out.tx_audio);
  read_cos(s.section("cos"), with_lines, out.cos);
  read_vox(s.section("vox"), out.vox);
  if (out.cos.source != CosSource::vox && out.cos.with_vox == WithVox::off)
    s.unused("vox", "cos.source: vox, or cos.with_vox");
  const bool by_line = is_line(out.cos.source);
  if (out.rx_audio.tail_cut > 0ms && (!by_line || out.cos.with_vox == WithVox::or_vox))
    s.section("rx_audio").warning("tail_cut", "is not used; the end of a squelch line tells where the tail is");
  read_ptt(s.section("ptt"), with_lines, out.ptt);
  if (out.tx_audio.ctcss && out.ptt.tail < 150ms) {
    s.section("ptt").warning("tail", "is shorter than the 150ms in which the end of tx_audio.ctcss is sent");
  }
  s.done();
}

}  // namespace zgw::config
