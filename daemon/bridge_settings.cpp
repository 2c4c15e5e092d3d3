#include "daemon/bridge_settings.hpp"

#include <stdexcept>
#include <utility>

#include "base/text.hpp"
#include "daemon/exit_status.hpp"

namespace zgw::daemon {
namespace {

gateway::DetectedBy detected_by(const config::Cos& cos) {
  if (cos.source == config::CosSource::vox) return gateway::DetectedBy::vox;
  if (cos.source == config::CosSource::none) return gateway::DetectedBy::none;
  switch (cos.with_vox) {
    case config::WithVox::off:
      return gateway::DetectedBy::cos;
    case config::WithVox::and_vox:
      return gateway::DetectedBy::cos_and_vox;
    case config::WithVox::or_vox:
      return gateway::DetectedBy::cos_or_vox;
  }
  return gateway::DetectedBy::cos;
}

gateway::Priority priority_of(config::Priority priority) {
  switch (priority) {
    case config::Priority::radio:
      return gateway::Priority::radio;
    case config::Priority::channel:
      return gateway::Priority::channel;
    case config::Priority::first:
      return gateway::Priority::first;
  }
  return gateway::Priority::radio;
}

std::optional<base::Hertz> corner(const std::optional<double>& hertz) {
  return hertz ? std::optional(base::Hertz{*hertz}) : std::nullopt;
}

audio::ChainSettings chain_of(const config::RxAudio& audio) {
  return {.dc_removal = true,
          .emphasis = audio.deemphasis ? audio::Emphasis::de : audio::Emphasis::none,
          .highpass = corner(audio.highpass),
          .lowpass = corner(audio.lowpass),
          .agc = audio.agc,
          .limiter = audio.limiter};
}

audio::ChainSettings chain_of(const config::TxAudio& audio) {
  return {.emphasis = audio.preemphasis ? audio::Emphasis::pre : audio::Emphasis::none,
          .highpass = corner(audio.highpass),
          .lowpass = corner(audio.lowpass),
          .limiter = audio.limiter};
}

gateway::OwnSignals::Settings signals_of(const config::Bridge& bridge) {
  gateway::OwnSignals::Settings settings;
  settings.link.on = bridge.link_tones;
  if (const auto& tone = bridge.courtesy_tone) {
    settings.courtesy = audio::Note{.hertz = tone->frequency, .length = tone->length, .level = tone->level};
  }
  if (const auto& id = bridge.station_id) {
    using Mode = gateway::StationId::Mode;
    settings.id = {.callsign = id->callsign,
                   .interval = id->interval,
                   .polite = id->polite,
                   .words_per_minute = id->speed,
                   .hertz = id->tone,
                   .level = id->level,
                   .mode = id->mode == config::StationIdMode::beacon ? Mode::beacon : Mode::after_tx};
  }
  return settings;
}

std::optional<audio::Ctcss::Settings> ctcss_of(const config::TxAudio& tx_audio) {
  if (!tx_audio.ctcss) return std::nullopt;
  using End = audio::Ctcss::End;
  return audio::Ctcss::Settings{.hertz = *tx_audio.ctcss,
                                .level = tx_audio.ctcss_level,
                                .end = tx_audio.ctcss_end == config::CtcssEnd::drop ? End::drop : End::reverse};
}

std::optional<gateway::DtmfControl::Settings> dtmf_of(const config::Bridge& bridge) {
  if (!bridge.dtmf) return std::nullopt;
  auto pin = bridge.dtmf->pin->read();
  if (!pin) throw std::runtime_error("bridge " + base::quoted(bridge.name) + ": dtmf.pin: " + pin.error().message);
  try {
    gateway::DtmfCommands check(*pin);
  } catch (const std::invalid_argument& error) {
    throw ConfigurationError("bridge " + base::quoted(bridge.name) + ": " + error.what());
  }
  return gateway::DtmfControl::Settings{.pin = *std::move(pin), .mute = bridge.dtmf->mute};
}

}  // namespace

gateway::BridgeSettings bridge_settings(const config::Bridge& bridge, const config::Radio& radio) {
  gateway::BridgeSettings settings;
  settings.turn.radio_to_channel = bridge.direction != config::Direction::channel_to_radio;
  settings.turn.channel_to_radio = bridge.direction != config::Direction::radio_to_channel;
  settings.turn.lead = radio.ptt.lead;
  settings.turn.tail = radio.ptt.tail;
  settings.turn.timeout = radio.ptt.timeout;
  settings.turn.timeout_penalty = radio.ptt.timeout_penalty;
  settings.turn.stall = radio.ptt.stall;
  settings.turn.guard = bridge.guard;
  settings.turn.max_over = bridge.max_over;
  settings.turn.priority = priority_of(bridge.priority);
  settings.duplex = bridge.duplex == config::Duplex::full ? gateway::Duplex::full : gateway::Duplex::half;
  settings.detector = detected_by(radio.cos);
  settings.carrier_always = radio.cos.source == config::CosSource::always;
  settings.tail_cut = radio.rx_audio.tail_cut;
  settings.cos = {.debounce = radio.cos.debounce, .hang = radio.cos.hang};
  const base::SampleRate rate = radio.sound.rate;
  settings.vox = {.rate = rate,
                  .open = radio.vox.open,
                  .close = radio.vox.close,
                  .automatic = radio.vox.automatic,
                  .open_above = radio.vox.open_above,
                  .attack = rate.samples(radio.vox.attack),
                  .hang = rate.samples(radio.vox.hang)};
  const bool by_voice =
      settings.detector == gateway::DetectedBy::vox || settings.detector == gateway::DetectedBy::cos_and_vox;
  if (by_voice) settings.opening.min_open = radio.vox.min_open;
  if (bridge.first_over) settings.opening.first_over = {bridge.first_over->min, bridge.first_over->after_idle};
  if (bridge.preroll) settings.preroll = *bridge.preroll;
  settings.period = radio.sound.period;
  settings.rx_audio = chain_of(radio.rx_audio);
  settings.tx_audio = chain_of(radio.tx_audio);
  settings.opus = {.rate = bridge.opus.rate,
                   .frame = bridge.opus.frame,
                   .frames_per_packet = bridge.opus.frames_per_packet,
                   .bitrate = bridge.opus.bitrate,
                   .complexity = bridge.opus.complexity,
                   .fec = bridge.opus.fec,
                   .expected_loss_percent = bridge.opus.expected_loss};
  settings.jitter = {.fixed = bridge.jitter.target, .min = bridge.jitter.min, .max = bridge.jitter.max};
  settings.hold_channel = bridge.hold_channel;
  settings.hold_radio = bridge.hold_radio;
  settings.min_stream_interval = bridge.min_stream_interval;
  settings.signals = signals_of(bridge);
  settings.ctcss = ctcss_of(radio.tx_audio);
  settings.dtmf = dtmf_of(bridge);
  return settings;
}

}  // namespace zgw::daemon
