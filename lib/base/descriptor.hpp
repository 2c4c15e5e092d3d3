// A file descriptor that closes itself.
// Thread: any, one at a time. Errors: none.
#pragma once

#include <string_view>
#include <utility>

namespace zgw::base {

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

/// Writes all of `bytes`, through interruptions; false, with errno set, where that fails. Blocks as the descriptor
/// does.
bool write_all(int fd, std::string_view bytes) noexcept;

}  // namespace zgw::base
