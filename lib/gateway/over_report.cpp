#include "gateway/over_report.hpp"

namespace zgw::gateway {
namespace {

constexpr std::array<std::string_view, Dropped::reasons> reason_names = {
    "never_came", "broken",     "held_too_long", "no_room",      "refused",  "timed_out",
    "card_lost",  "ptt_failed", "stopped",       "switched_off", "too_short"};
constexpr std::array<std::string_view, 10> wait_names = {"radio_talks", "other_over", "guard",     "penalty",
                                                         "sound_card",  "ptt_line",   "link_down", "channel_busy",
                                                         "interval",    "cool_down"};

}  // namespace

std::string_view to_string(Direction direction) {
  return direction == Direction::radio_to_channel ? "radio_to_channel" : "channel_to_radio";
}

std::string_view to_string(DropReason reason) {
  return reason_names.at(static_cast<std::size_t>(reason));
}

bool is_loss(DropReason reason) {
  return reason != DropReason::too_short && reason != DropReason::switched_off;
}

std::string_view to_string(Wait wait) {
  return wait_names.at(static_cast<std::size_t>(wait));
}

std::uint64_t Dropped::lost() const {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < reasons; ++i) {
    if (is_loss(static_cast<DropReason>(i))) sum += counts_.at(i);
  }
  return sum;
}

Dropped& Dropped::operator+=(const Dropped& other) {
  for (std::size_t i = 0; i < reasons; ++i) counts_.at(i) += other.counts_.at(i);
  return *this;
}

std::string to_string(const Dropped& dropped) {
  std::string text;
  for (std::size_t i = 0; i < Dropped::reasons; ++i) {
    const auto reason = static_cast<DropReason>(i);
    if (dropped.of(reason) == 0) continue;
    text += (text.empty() ? "" : ", ") + std::string(to_string(reason)) + ' ' + std::to_string(dropped.of(reason));
  }
  return text;
}

std::string to_string(const Waits& waits) {
  std::string text;
  for (std::size_t i = 0; i < wait_names.size(); ++i) {
    if (!waits.has(static_cast<Wait>(i))) continue;
    text += (text.empty() ? "" : ", ") + std::string(wait_names.at(i));
  }
  return text;
}

void OverReport::note_stream(std::optional<std::uint32_t> id) {
  ++streams;
  if (!id) return;
  if (stream_ids.size() == most_stream_ids) stream_ids.erase(stream_ids.begin());
  stream_ids.push_back(*id);
}

}  // namespace zgw::gateway
