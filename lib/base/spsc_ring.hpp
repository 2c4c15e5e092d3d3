// A bounded queue between exactly one producer thread and one consumer thread.
//
// Thread: write() and space() by the producer only, read() and size() by the consumer only.
// Real-time safe: no lock, no allocation after construction, no throw.
// Memory order: each side publishes its own index with release and reads the other side's with acquire, so that the
// elements copied before the publication are visible after it (needed on ARM, and by the thread sanitizer).
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

namespace zgw::base {

template <class T>
class SpscRing {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  /// Holds at most `capacity` elements.
  explicit SpscRing(std::size_t capacity) : slots_(capacity + 1) {}

  /// Appends as many of `values` as fit; returns how many did.
  std::size_t write(std::span<const T> values) noexcept {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    const std::size_t count = std::min(values.size(), free_from(head, tail_.load(std::memory_order_acquire)));
    const std::size_t first = std::min(count, slots_.size() - head);
    std::copy_n(values.data(), first, slots_.data() + head);
    std::copy_n(values.data() + first, count - first, slots_.data());
    head_.store((head + count) % slots_.size(), std::memory_order_release);
    return count;
  }

  /// Elements that a write() would take now.
  [[nodiscard]] std::size_t space() const noexcept {
    return free_from(head_.load(std::memory_order_relaxed), tail_.load(std::memory_order_acquire));
  }

  /// Takes up to `out.size()` elements; returns how many there were.
  std::size_t read(std::span<T> out) noexcept {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    const std::size_t count = std::min(out.size(), used_from(tail, head_.load(std::memory_order_acquire)));
    const std::size_t first = std::min(count, slots_.size() - tail);
    std::copy_n(slots_.data() + tail, first, out.data());
    std::copy_n(slots_.data(), count - first, out.data() + first);
    tail_.store((tail + count) % slots_.size(), std::memory_order_release);
    return count;
  }

  /// Elements that a read() would find now.
  [[nodiscard]] std::size_t size() const noexcept {
    return used_from(tail_.load(std::memory_order_relaxed), head_.load(std::memory_order_acquire));
  }

  /// Elements queued, for either side: a snapshot that may be old by the time it is used.
  [[nodiscard]] std::size_t approximate_size() const noexcept {
    return used_from(tail_.load(std::memory_order_acquire), head_.load(std::memory_order_acquire));
  }

 private:
  [[nodiscard]] std::size_t used_from(std::size_t tail, std::size_t head) const noexcept {
    return (head + slots_.size() - tail) % slots_.size();
  }
  [[nodiscard]] std::size_t free_from(std::size_t head, std::size_t tail) const noexcept {
    return slots_.size() - 1 - used_from(tail, head);
  }

  std::vector<T> slots_;
  alignas(64) std::atomic<std::size_t> head_{0};
  alignas(64) std::atomic<std::size_t> tail_{0};
};

}  // namespace zgw::base
