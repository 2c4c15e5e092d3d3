#include "simulation/radio.hpp"

#include <algorithm>

namespace zgw::simulation {

using base::Duration;
using base::TimePoint;
using namespace std::chrono_literals;

bool Line::set(bool on) noexcept {
  if (broken_) return false;
  if (on && !keyed_since_) {
    keyed_since_ = now_;
    ++keyings_;
    watch_.note("PTT on");
  } else if (!on && keyed_since_) {
    longest_ = std::max(longest_, now_ - *keyed_since_);
    keyed_since_.reset();
    off_since_ = now_;
    watch_.note("PTT off");
  }
  return true;
}

void Line::break_down(bool broken) noexcept {
  if (broken) set(false);
  broken_ = broken;
  if (!broken) broken_until_ = now_;
  if (broken) broken_until_ = TimePoint::max();
}

Duration Card::queued() const {
  return std::max(queue_end_ - now_, Duration::zero());
}

std::size_t Card::wanted() const {
  constexpr Duration ahead = 100ms;
  return up_ ? static_cast<std::size_t>(card_rate.samples(std::max(ahead - queued(), Duration::zero()))) : 0;
}

std::size_t Card::unplayed() const {
  return static_cast<std::size_t>(card_rate.samples(queued()));
}

std::size_t Card::write(std::span<const float> samples) {
  if (!up_ || samples.empty()) return 0;
  settle();
  const bool heard = line_.keyed_since() || line_.off_since() == now_ || line_.broken_until() >= now_ - 1s;
  watch_.expect(heard, "audio was written while PTT was not keyed");
  for (std::size_t i = 0; i < samples.size();) {
    std::size_t end = i + 1;
    while (end < samples.size() && samples[end] == samples[i]) ++end;
    const bool packet = samples[i] >= 1.0F;  // below 1: a signal of the gateway's own, or concealment
    append(packet ? static_cast<std::uint32_t>(samples[i]) : 0, end - i);
    i = end;
  }
  return samples.size();
}

void Card::append(std::uint32_t number, std::size_t samples) {
  const TimePoint from = std::max(now_, queue_end_);
  queue_end_ = from + card_rate.duration(static_cast<base::SampleCount>(samples));
  if (!queue_.empty() && queue_.back().number == number && queue_.back().to == from) {
    queue_.back().to = queue_end_;
  } else {
    queue_.push_back({number, from, queue_end_});
  }
  if (number == 0) return;
  std::uint32_t& last = last_of_.at(stream_of_.at(number % stream_of_.size()) % last_of_.size());
  watch_.expect(number >= last, "a packet was played twice, or before one that came earlier", number, last);
  last = number;
}

void Card::count(const Piece& piece) {
  if (piece.number == 0) return;
  if (piece.number != counted_) of_it_ = Duration::zero();
  counted_ = piece.number;
  of_it_ += piece.to - piece.from;
  if (of_it_ == 60ms) ++played_packets_;
  watch_.expect(of_it_ <= 60ms, "a packet was played twice", piece.number);
  const bool on_air = line_.keyed_since() ? *line_.keyed_since() <= piece.from : line_.off_since() >= piece.to;
  const bool excused = line_.broken_until() >= piece.from - 1s;
  watch_.expect(on_air || excused, "a packet was played while PTT was not keyed", piece.number);
}

void Card::settle() {
  while (!queue_.empty() && queue_.front().to <= now_) {
    count(queue_.front());
    queue_.pop_front();
  }
}

void Card::discard() {
  settle();
  if (!queue_.empty() && queue_.front().from < now_) {
    queue_.front().to = now_;
    count(queue_.front());
  }
  queue_.clear();
  queue_end_ = std::min(queue_end_, now_);
}

void Card::set_up(bool up) {
  if (up_ && !up) discard();
  up_ = up;
}

void Card::announce(std::uint32_t number, std::uint32_t stream) {
  stream_of_.at(number % stream_of_.size()) = stream;
}

}  // namespace zgw::simulation
