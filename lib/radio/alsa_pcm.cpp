#include "radio/alsa_pcm.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <alsa/asoundlib.h>

#include "base/text.hpp"
#include "radio/devices.hpp"

namespace zgw::radio {
namespace {

using base::SampleCount;

/// What remains of a failed call.
struct Refused {
  AlsaCall call;
  int code;
};

void check(int code, AlsaCall call) {
  if (code < 0) throw Refused{call, code};
}

template <class T, void (*free)(T*)>
struct Free {
  void operator()(T* object) const noexcept { free(object); }
};
using HwParams = std::unique_ptr<snd_pcm_hw_params_t, Free<snd_pcm_hw_params_t, snd_pcm_hw_params_free>>;
using SwParams = std::unique_ptr<snd_pcm_sw_params_t, Free<snd_pcm_sw_params_t, snd_pcm_sw_params_free>>;

std::string rate_hint(snd_pcm_t* pcm, const snd_pcm_hw_params_t* params, const PcmSettings& settings) {
  unsigned low = 0;
  unsigned high = 0;
  snd_pcm_hw_params_get_rate_min(params, &low, nullptr);
  snd_pcm_hw_params_get_rate_max(params, &high, nullptr);
  std::string hint = "it does not run at " + std::to_string(settings.rate.hz) + " Hz but at " + std::to_string(low);
  if (high != low) hint += " to " + std::to_string(high);
  hint += " Hz: set that rate";
  if (snd_pcm_type(pcm) == SND_PCM_TYPE_HW && settings.device.rfind("hw:", 0) == 0)
    hint += ", or use plug" + base::printable(settings.device) + " to have ALSA convert";
  return hint;
}

std::string in_ms(SampleCount frames, const PcmSettings& settings) {
  return std::to_string((1000 * frames + settings.rate.hz / 2) / settings.rate.hz) + " ms";
}

/// A card that is looked at seldomer than was asked for, or holds less than four such looks, would play gaps.
void check_looks(const PcmSettings& settings, SampleCount period, SampleCount buffer, std::string& hint) {
  if (2 * period > 3 * settings.period) {
    hint = "its periods are " + in_ms(period, settings) + " long, not " + in_ms(settings.period, settings) +
           ": set that period, and a buffer of four of them at least";
    throw Refused{AlsaCall::period, EINVAL};
  }
  if (4 * buffer < 15 * settings.period) {
    hint = "its buffer holds no more than " + in_ms(buffer, settings) + ", which is less than four periods of " +
           in_ms(settings.period, settings) + ": set a shorter period";
    throw Refused{AlsaCall::buffer, EINVAL};
  }
}

unsigned set_channels(snd_pcm_t* pcm, snd_pcm_hw_params_t* params, int preferred) {
  const unsigned first = preferred == 2 ? 2 : 1;
  if (snd_pcm_hw_params_set_channels(pcm, params, first) >= 0) return first;
  const unsigned second = 3 - first;
  check(snd_pcm_hw_params_set_channels(pcm, params, second), AlsaCall::channels);
  return second;
}

void set_hardware(snd_pcm_t* pcm, const PcmSettings& settings, std::string& hint, int& channels, SampleCount& period,
                  SampleCount& buffer) {
  snd_pcm_hw_params_t* raw = nullptr;
  check(snd_pcm_hw_params_malloc(&raw), AlsaCall::hw_params);
  const HwParams params(raw);
  check(snd_pcm_hw_params_any(pcm, raw), AlsaCall::hw_params);
  check(snd_pcm_hw_params_set_access(pcm, raw, SND_PCM_ACCESS_RW_INTERLEAVED), AlsaCall::access);
  check(snd_pcm_hw_params_set_format(pcm, raw, SND_PCM_FORMAT_S16_LE), AlsaCall::format);
  channels = static_cast<int>(set_channels(pcm, raw, settings.channels));
  const int rate = snd_pcm_hw_params_set_rate(pcm, raw, static_cast<unsigned>(settings.rate.hz), 0);
  if (rate < 0) hint = rate_hint(pcm, raw, settings);
  check(rate, AlsaCall::rate);
  auto period_frames = static_cast<snd_pcm_uframes_t>(settings.period);
  check(snd_pcm_hw_params_set_period_size_near(pcm, raw, &period_frames, nullptr), AlsaCall::period);
  auto buffer_frames = static_cast<snd_pcm_uframes_t>(settings.buffer);
  check(snd_pcm_hw_params_set_buffer_size_near(pcm, raw, &buffer_frames), AlsaCall::buffer);
  check(snd_pcm_hw_params(pcm, raw), AlsaCall::hw_params);
  period = static_cast<SampleCount>(period_frames);
  buffer = static_cast<SampleCount>(buffer_frames);
  check_looks(settings, period, buffer, hint);
}

/// Started by snd_pcm_start() alone. Capture wakes when a period is there (libasound takes no less), playback when less
/// than a period is left to play.
void set_software(snd_pcm_t* pcm, Direction direction, SampleCount period, SampleCount buffer) {
  snd_pcm_sw_params_t* raw = nullptr;
  check(snd_pcm_sw_params_malloc(&raw), AlsaCall::sw_params);
  const SwParams params(raw);
  check(snd_pcm_sw_params_current(pcm, raw), AlsaCall::sw_params);
  snd_pcm_uframes_t boundary = 0;
  check(snd_pcm_sw_params_get_boundary(raw, &boundary), AlsaCall::sw_params);
  check(snd_pcm_sw_params_set_start_threshold(pcm, raw, boundary), AlsaCall::sw_params);
  const SampleCount wake = direction == Direction::capture ? period : buffer - period;
  check(snd_pcm_sw_params_set_avail_min(pcm, raw, static_cast<snd_pcm_uframes_t>(std::max<SampleCount>(wake, 1))),
        AlsaCall::sw_params);
  check(snd_pcm_sw_params(pcm, raw), AlsaCall::sw_params);
}

}  // namespace

void AlsaPcm::Close::operator()(_snd_pcm* pcm) const noexcept {
  snd_pcm_close(pcm);
}

AlsaPcm AlsaPcm::open(Direction direction, const PcmSettings& settings, PcmFailure& failure) noexcept {
  AlsaPcm result;
  try {
    snd_pcm_t* pcm = nullptr;
    const auto stream = direction == Direction::capture ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK;
    check(snd_pcm_open(&pcm, settings.device.c_str(), stream, SND_PCM_NONBLOCK), AlsaCall::open);
    result.pcm_.reset(pcm);
    set_hardware(pcm, settings, failure.hint, result.channels_, result.period_, result.buffer_);
    set_software(pcm, direction, result.period_, result.buffer_);
    const int count = snd_pcm_poll_descriptors_count(pcm);
    check(count, AlsaCall::descriptors);
    result.descriptors_ = static_cast<std::size_t>(count);
    check(snd_pcm_prepare(pcm), AlsaCall::prepare);
    return result;
  } catch (const Refused& refused) {
    failure.call = refused.call;
    failure.code = -refused.code;
  } catch (const std::exception&) {
    failure.code = ENOMEM;  // nothing else throws in there
  }
  return {};
}

int AlsaPcm::card() const noexcept {
  snd_pcm_info_t* info = nullptr;
  if (!pcm_ || snd_pcm_info_malloc(&info) < 0) return -1;
  const int card = snd_pcm_info(pcm_.get(), info) < 0 ? -1 : snd_pcm_info_get_card(info);
  snd_pcm_info_free(info);
  return card;
}

AlsaPcm::State AlsaPcm::state() const noexcept {
  switch (snd_pcm_state(pcm_.get())) {
    case SND_PCM_STATE_RUNNING:
    case SND_PCM_STATE_DRAINING:
      return State::running;
    case SND_PCM_STATE_XRUN:
      return State::xrun;
    case SND_PCM_STATE_SUSPENDED:
      return State::suspended;
    case SND_PCM_STATE_DISCONNECTED:
      return State::gone;
    default:
      return State::ready;
  }
}

int AlsaPcm::prepare() noexcept {
  return snd_pcm_prepare(pcm_.get());
}

int AlsaPcm::start() noexcept {
  return snd_pcm_start(pcm_.get());
}

int AlsaPcm::drop() noexcept {
  return snd_pcm_drop(pcm_.get());
}

int AlsaPcm::resume() noexcept {
  return snd_pcm_resume(pcm_.get());
}

long AlsaPcm::read(std::span<std::int16_t> interleaved) noexcept {
  const auto frames = interleaved.size() / static_cast<std::size_t>(channels_);
  return snd_pcm_readi(pcm_.get(), interleaved.data(), frames);
}

long AlsaPcm::write(std::span<const std::int16_t> interleaved) noexcept {
  const auto frames = interleaved.size() / static_cast<std::size_t>(channels_);
  return snd_pcm_writei(pcm_.get(), interleaved.data(), frames);
}

long AlsaPcm::available() noexcept {
  return snd_pcm_avail_update(pcm_.get());
}

int AlsaPcm::delay(SampleCount& frames) noexcept {
  snd_pcm_sframes_t delay = 0;
  const int error = snd_pcm_delay(pcm_.get(), &delay);
  frames = static_cast<SampleCount>(delay);
  return error;
}

void AlsaPcm::fill(std::span<pollfd> descriptors) noexcept {
  snd_pcm_poll_descriptors(pcm_.get(), descriptors.data(), static_cast<unsigned>(descriptors.size()));
}

unsigned short AlsaPcm::events(std::span<pollfd> descriptors) noexcept {
  unsigned short events = 0;
  const auto count = static_cast<unsigned>(descriptors.size());
  if (snd_pcm_poll_descriptors_revents(pcm_.get(), descriptors.data(), count, &events) < 0) return POLLERR;
  return events;
}

std::string cards_here() {
  std::string list;
  for (const SoundCardInfo& card : list_sound_cards(false)) {
    list += (list.empty() ? "" : ", ") + card.name + " (" + base::printable(card.long_name) + ")";
  }
  return list.empty() ? "none" : list;
}

}  // namespace zgw::radio
