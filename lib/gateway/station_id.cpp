#include "gateway/station_id.hpp"

#include "audio/morse.hpp"

namespace zgw::gateway {

using base::TimePoint;

StationId::StationId(const Settings& settings)
    : settings_(settings),
      notes_(audio::morse(settings.callsign, settings.words_per_minute,
                          {.hertz = settings.hertz, .level = settings.level})),
      pause_(settings.retry) {}

void StationId::on_time(TimePoint now) {
  if (!clock_ && settings_.mode == Mode::beacon) clock_ = now;
  due_ = clock_ && now >= when_due();
}

void StationId::on_keyed(TimePoint now) {
  if (!clock_) clock_ = now;
}

void StationId::on_played(TimePoint now) {
  clock_.reset();
  pause_ = settings_.retry;
  on_time(now);
}

void StationId::on_cut(TimePoint now) {
  not_before_ = now + pause_;
  pause_ = std::min(2 * pause_, settings_.interval);
  on_time(now);
}

std::optional<TimePoint> StationId::next_deadline() const {
  return clock_ && !due_ ? std::optional(when_due()) : std::nullopt;
}

}  // namespace zgw::gateway
