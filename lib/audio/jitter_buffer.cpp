#include "audio/jitter_buffer.hpp"

#include <algorithm>
#include <utility>

namespace zgw::audio {
namespace {

constexpr std::int32_t longest_gap = 50;                  // packets; what is missing in a longer jump is not waited for
constexpr std::chrono::seconds longest_pause{3};          // … and what would be longer is a new numbering, not a loss
constexpr std::size_t most_bytes = std::size_t{1} << 20;  // `capacity` counts time, and packets may be large and short
constexpr std::size_t packet_overhead = 128;              // … or many and small

// How far `to` is ahead of `from`, across the wrap at 2^32.
std::int32_t distance(std::uint32_t from, std::uint32_t to) {
  return static_cast<std::int32_t>(to - from);
}

}  // namespace

JitterBuffer::JitterBuffer(const JitterSettings& settings) : settings_(settings) {}

std::optional<std::int64_t> JitterBuffer::push(std::uint32_t packet_id, std::span<const std::uint8_t> opus,
                                               std::chrono::microseconds duration) {
  if (ended_) return std::nullopt;
  ++counters_.received;
  if (counters_.received == 1 && packet_id == 0) {
    first_ = Packet{{opus.begin(), opus.end()}, duration};
  } else if (first_ && set_aside(packet_id, opus)) {
    return std::nullopt;
  }
  const std::int64_t position = place(packet_id, duration);
  if (started_ && position < next_) {
    const bool again = was_here(position);
    ++(again ? counters_.duplicate : counters_.late);
    return again ? std::nullopt : std::optional(position);
  }
  if (packets_.count(position) > 0) {
    ++counters_.duplicate;
    return std::nullopt;
  }
  keep(position, Packet{{opus.begin(), opus.end()}, duration});
  return position;
}

bool JitterBuffer::set_aside(std::uint32_t packet_id, std::span<const std::uint8_t> opus) {
  const bool as_first = std::equal(opus.begin(), opus.end(), first_->opus.begin(), first_->opus.end());
  if (packet_id == 0 && as_first && !repeated_) {
    repeated_ = true;
    ++counters_.duplicate;
    return true;
  }
  unnumbered_ = packet_id == 0;
  if (unnumbered_ && repeated_) {  // then it was no repeat
    --counters_.duplicate;
    keep(++newest_, std::move(*first_));
  }
  first_.reset();
  return false;
}

void JitterBuffer::keep(std::int64_t place, Packet packet) {
  waiting_ += packet.duration;
  bytes_ += packet.opus.size() + packet_overhead;
  const auto slot = insert(place, std::move(packet));
  if (std::next(slot) != packets_.end()) ++counters_.reordered;
  for (; waiting_ > settings_.capacity; ++counters_.overflowed) drop_oldest();
  while (bytes_ > most_bytes) make_room();
}

JitterBuffer::Packets::iterator JitterBuffer::insert(std::int64_t place, Packet packet) {
  if (!spare_) return packets_.emplace(place, std::move(packet)).first;
  spare_.key() = place;
  spare_.mapped() = std::move(packet);
  return packets_.insert(std::move(spare_)).position;
}

void JitterBuffer::pass(std::int64_t place) {
  const std::int64_t steps = place + 1 - next_;
  passed_ = steps < 64 ? passed_ << steps | 1 : 1;
  next_ = place + 1;
}

bool JitterBuffer::was_here(std::int64_t place) const {
  const std::int64_t back = next_ - 1 - place;
  return back < 64 && (passed_ >> back & 1) != 0;
}

std::int64_t JitterBuffer::place(std::uint32_t packet_id, std::chrono::microseconds duration) {
  if (counters_.received == 1) {
    newest_id_ = packet_id;
    return newest_;
  }
  const std::int32_t step = distance(newest_id_, packet_id);
  if (unnumbered_ && packet_id == 0) return ++newest_;
  if (step > longest_gap || step < -longest_gap) {  // too much is missing, or numbering began anew: go on at once
    if (step > 0 && (step - 1) * duration <= longest_pause) counters_.lost += static_cast<std::uint64_t>(step - 1);
    newest_id_ = packet_id;
    return ++newest_;
  }
  if (step > 0) {
    newest_id_ = packet_id;
    return newest_ += step;
  }
  return newest_ + step;
}

void JitterBuffer::drop_oldest() {
  const auto oldest = packets_.begin();
  waiting_ -= oldest->second.duration;
  bytes_ -= oldest->second.opus.size() + packet_overhead;
  if (!started_) next_ = oldest->first;
  counters_.lost += static_cast<std::uint64_t>(oldest->first - next_);  // what is passed over with it
  pass(oldest->first);
  started_ = true;
  packets_.erase(oldest);
}

void JitterBuffer::make_room() {
  if (packets_.empty()) return;
  drop_oldest();
  ++counters_.no_room;
}

void JitterBuffer::end() {
  ended_ = true;
}

bool JitterBuffer::ready() const {
  if (packets_.empty()) return false;
  return giving_ || ended_ || waiting_ >= settings_.target;
}

JitterBuffer::Item JitterBuffer::pop(bool dry) {
  if (packets_.empty()) return ended_ ? Item(Ended{}) : Item(Empty{});
  if (!giving_ && !ready()) return Empty{};
  const auto first = packets_.begin();
  if (!std::exchange(giving_, true) && !std::exchange(started_, true)) next_ = first->first;
  if (first->first > next_) {
    if (!dry && !ended_ && waiting_ < settings_.target) return Empty{};  // it may still come
    ++counters_.lost;
    passed_ <<= 1;
    ++next_;
    return Lost{first->first == next_ ? std::span<const std::uint8_t>(first->second.opus)
                                      : std::span<const std::uint8_t>()};
  }
  Packet packet = std::move(first->second);
  waiting_ -= packet.duration;
  bytes_ -= packet.opus.size() + packet_overhead;
  pass(first->first);
  spare_ = packets_.extract(first);
  return packet;
}

}  // namespace zgw::audio
