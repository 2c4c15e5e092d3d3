// A file descriptor that closes itself, and the two kinds of it the room makes.
// Thread: any. Real-time safe: notify() and clear(). Errors: making one throws std::system_error.
#pragma once

#include <utility>

namespace zgw::radio {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  ~Descriptor() { reset(); }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }
  void reset() noexcept;

 private:
  int fd_ = -1;
};

/// A wake-up between threads: readable from notify() to clear().
class Event {
 public:
  Event();
  [[nodiscard]] int descriptor() const noexcept { return fd_.get(); }
  void notify() const noexcept;
  void clear() const noexcept;

 private:
  Descriptor fd_;
};

}  // namespace zgw::radio
