#include "audio/jitter_buffer.hpp"

#include <algorithm>
#include <utility>

namespace zgw::audio {
namespace {

constexpr std::int32_t longest_gap = 50;                  // packets; a longer jump is a new numbering, not a loss
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
  if (counters_.received == 2 && packet_id == 0 && newest_id_ == 0) {  // not numbered, or the first packet once more
    const bool repeated =
        !packets_.empty() && std::equal(opus.begin(), opus.end(), packets_.begin()->second.opus.begin(),
                                        packets_.begin()->second.opus.end());
    unnumbered_ = !repeated;
  }
  const std::int64_t position = place(packet_id);
  if (started_ && position < next_) {
    const bool again = was_here(position);
    ++(again ? counters_.duplicate : counters_.late);
    return again ? std::nullopt : std::optional(position);
  }
  if (packets_.count(position) > 0) {
    ++counters_.duplicate;
    return std::nullopt;
  }
  const auto slot = keep(position, Packet{{opus.begin(), opus.end()}, duration});
  if (std::next(slot) != packets_.end()) ++counters_.reordered;
  waiting_ += duration;
  bytes_ += opus.size() + packet_overhead;
  for (; waiting_ > settings_.capacity; ++counters_.overflowed) drop_oldest();
  while (bytes_ > most_bytes) make_room();
  return position;
}

JitterBuffer::Packets::iterator JitterBuffer::keep(std::int64_t place, Packet packet) {
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

std::int64_t JitterBuffer::place(std::uint32_t packet_id) {
  if (counters_.received == 1) {
    newest_id_ = packet_id;
    return newest_;
  }
  const std::int32_t step = distance(newest_id_, packet_id);
  if (unnumbered_ && packet_id == 0) return ++newest_;
  if (step > longest_gap || step < -longest_gap) {  // numbering began anew: go on behind the newest
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
