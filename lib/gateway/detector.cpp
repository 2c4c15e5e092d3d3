#include "gateway/detector.hpp"

#include <algorithm>

namespace zgw::gateway {

using base::Duration;
using base::TimePoint;
using namespace std::chrono_literals;

namespace {

constexpr Duration before_an_onset = 100ms;
constexpr Duration rise_to_a_level = 200ms;  // the loud part of a word, or that of the next one, comes so much later
constexpr Duration rise_to_a_voice = 400ms;  // the first vowel

Detector::Settings effective(Detector::Settings settings) {
  if (settings.carrier_always) settings.cos.debounce = 0ms;
  return settings;
}

Carrier either(Carrier a, Carrier b) {
  if (a == Carrier::open || b == Carrier::open) return Carrier::open;
  return a == Carrier::hang || b == Carrier::hang ? Carrier::hang : Carrier::closed;
}

}  // namespace

Detector::Detector(const Settings& settings)
    : settings_(effective(settings)), cos_(settings_.cos), vox_(settings.vox) {}

void Detector::on_line(bool carrier_present, TimePoint now) {
  if (!settings_.carrier_always) cos_.on_level(carrier_present, now);
}

void Detector::on_audio(std::span<const float> captured) {
  if (!has_voice()) return;
  vox_.push(captured);
  const bool nobody = cos_.state() == Carrier::closed && !cos_.on_since();
  if (settings_.by == DetectedBy::cos_and_vox && nobody) vox_.reset();
}

void Detector::on_time(TimePoint now) {
  if (settings_.carrier_always) cos_.on_level(true, now);
  cos_.on_time(now);
}

std::optional<TimePoint> Detector::next_deadline() const {
  return has_line() ? cos_.next_deadline() : std::nullopt;
}

Carrier Detector::voice() const {
  switch (vox_.state()) {
    case audio::Vox::State::open:
      return Carrier::open;
    case audio::Vox::State::hang:
      return Carrier::hang;
    default:
      return Carrier::closed;
  }
}

Carrier Detector::carrier() const {
  switch (settings_.by) {
    case DetectedBy::cos:
      return cos_.state();
    case DetectedBy::vox:
      return voice();
    case DetectedBy::cos_and_vox:
      if (cos_.state() == Carrier::open) return voice();
      return voice() == Carrier::closed ? Carrier::closed : cos_.state();
    case DetectedBy::cos_or_vox:
      return either(cos_.state(), voice());
    case DetectedBy::none:
      break;
  }
  return Carrier::closed;
}

Carrier Detector::receiver() const {
  const bool line_alone = settings_.by == DetectedBy::cos || settings_.by == DetectedBy::cos_or_vox;
  return carrier() == Carrier::closed && line_alone && cos_.on_since() ? Carrier::hang : carrier();
}

TimePoint Detector::since(TimePoint now) const {
  const bool line =
      settings_.by == DetectedBy::cos || (settings_.by == DetectedBy::cos_or_vox && voice() == Carrier::closed);
  return line ? cos_.on_since().value_or(now) : now;
}

Duration Detector::voice_lead() const {
  const auto& vox = settings_.vox;
  return vox.rate.duration(vox.detection()) + settings_.period + before_an_onset +
         (vox.automatic ? rise_to_a_voice : rise_to_a_level);
}

Duration Detector::voice_back() const {
  if (settings_.preroll) return *settings_.preroll;
  const auto& vox = settings_.vox;
  const auto since_onset = vox.automatic ? vox_.sounded() : std::max(vox_.sounded(), vox.detection());
  return std::min<Duration>(voice_lead(), vox.rate.duration(since_onset) + settings_.period + before_an_onset);
}

Duration Detector::detection() const {
  const Duration voice = settings_.vox.rate.duration(settings_.vox.detection());
  return std::max(has_line() ? settings_.cos.debounce : 0ms, has_voice() ? voice : 0ms);
}

Duration Detector::lead() const {
  if (settings_.preroll) return *settings_.preroll;
  return std::max(has_line() ? settings_.cos.debounce + settings_.period : 0ms, has_voice() ? voice_lead() : 0ms);
}

// Since the line came on, and the card period in which it did.
Duration Detector::line_back(TimePoint now) const {
  const Duration on = cos_.on_since() ? now - *cos_.on_since() : 0ms;
  return std::max(settings_.preroll.value_or(settings_.cos.debounce + settings_.period), on + settings_.period);
}

Duration Detector::back(TimePoint now) const {
  switch (settings_.by) {
    case DetectedBy::cos:
      return line_back(now);
    case DetectedBy::vox:
      return voice_back();
    case DetectedBy::cos_and_vox:
      // Words that began in a guard are behind the line; a line that has been on for long says nothing of words.
      return line_back(now) <= lead() + settings_.kept ? line_back(now) : voice_back();
    case DetectedBy::cos_or_vox:
      return std::max(cos_.on_since() ? line_back(now) : 0ms, voice() == Carrier::closed ? 0ms : voice_back());
    case DetectedBy::none:
      break;
  }
  return 0ms;
}

Duration Detector::heard_since(TimePoint unkeyed, TimePoint now) const {
  if (!has_line() || cos_.on_since() < unkeyed) return 0ms;
  return now - *cos_.on_since() + settings_.period;
}

}  // namespace zgw::gateway
