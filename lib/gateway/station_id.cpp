#include "gateway/station_id.hpp"

#include "audio/morse.hpp"

namespace zgw::gateway {

using base::TimePoint;

StationId::StationId(const Settings& settings)
    : settings_(settings),
      notes_(audio::morse(settings.callsign, settings.words_per_minute,
                          {.hertz = settings.hertz, .level = settings.level})) {}

void StationId::on_time(TimePoint now) {
  if (!clock_ && settings_.mode == Mode::beacon) clock_ = now;
  due_ = clock_ && now >= when_due();
}

void StationId::on_keyed(TimePoint now) {
  if (!clock_) clock_ = now;
}

void StationId::on_played(TimePoint now) {
  clock_.reset();
  on_time(now);
}

std::optional<TimePoint> StationId::next_deadline() const {
  return clock_ && !due_ ? std::optional(when_due()) : std::nullopt;
}

}  // namespace zgw::gateway
