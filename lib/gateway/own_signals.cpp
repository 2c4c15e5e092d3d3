#include "gateway/own_signals.hpp"

#include <algorithm>
#include <utility>

namespace zgw::gateway {
namespace {

using audio::Note;
using audio::Tones;
using base::TimePoint;

constexpr std::chrono::milliseconds before_courtesy{100};
constexpr std::chrono::milliseconds before_id{300};

}  // namespace

OwnSignals::OwnSignals(const Settings& settings, base::SampleRate rate)
    : settings_(settings), rate_(rate), link_(settings.link) {
  if (settings.id) id_.emplace(*settings.id);
}

bool OwnSignals::test(const TestTone& tone, TimePoint now) {
  if (tone.length > settings_.longest) return false;
  test_ = Note{.hertz = tone.hertz, .length = tone.length, .level = tone.level, .with = tone.with};
  test_until_ = now + patience;
  return true;
}

void OwnSignals::on_time(TimePoint now) {
  if (test_ && now >= test_until_) test_.reset();
  if (status_until_ && now >= *status_until_) status_until_.reset();
  link_.on_time(now);
  if (id_) id_->on_time(now);
}

std::optional<TimePoint> OwnSignals::next_deadline() const {
  std::optional<TimePoint> next;
  for (const auto& due : {link_.next_deadline(), id_ ? id_->next_deadline() : std::nullopt,
                          test_ ? std::optional(test_until_) : std::nullopt, status_until_}) {
    if (due) next = next ? std::min(*next, *due) : *due;
  }
  return next;
}

bool OwnSignals::waiting() const {
  return link_.waiting() || test_ || status_until_ || (id_ && id_->due());
}

Tones OwnSignals::begin(TimePoint now) {
  if (test_) return {rate_, {*std::exchange(test_, std::nullopt)}};
  if (std::exchange(status_until_, std::nullopt)) {
    return {rate_, !switched_on_ ? low_beeps() : online_ ? rising_tones() : falling_tones()};
  }
  std::vector<Note> notes = link_.begin();
  if (id_ && id_->may_go_along(now)) add_id(notes);
  return {rate_, std::move(notes)};
}

Tones OwnSignals::closing(base::Duration room, TimePoint now) {
  std::vector<Note> notes;
  if (settings_.courtesy) notes = {{.length = before_courtesy}, *settings_.courtesy};
  std::vector<Note> with_id = notes;
  if (id_ && id_->may_go_along(now)) {
    add_id(with_id);
    if (Tones(rate_, with_id).length() <= room) return {rate_, std::move(with_id)};
    says_id_ = false;
  }
  if (Tones(rate_, notes).length() > room) return {rate_, {}};
  return {rate_, std::move(notes)};
}

void OwnSignals::add_id(std::vector<Note>& notes) {
  if (!notes.empty()) notes.push_back({.length = before_id});
  notes.insert(notes.end(), id_->notes().begin(), id_->notes().end());
  says_id_ = true;
}

void OwnSignals::on_keyed(TimePoint now) {
  says_id_ = false;
  if (id_) id_->on_keyed(now);
}

void OwnSignals::on_played(TimePoint now) {
  if (says_id_) id_->on_played(now);
  says_id_ = false;
}

void OwnSignals::on_cut(TimePoint now) {
  if (says_id_) id_->on_cut(now);
  says_id_ = false;
}

}  // namespace zgw::gateway
