// A wake-up between threads.
// Thread: any. Real-time safe: notify() and clear(). Errors: making one throws std::system_error.
#pragma once

#include "base/descriptor.hpp"

namespace zgw::radio {

/// A wake-up between threads: readable from notify() to clear().
class Event {
 public:
  Event();
  [[nodiscard]] int descriptor() const noexcept { return fd_.get(); }
  void notify() const noexcept;
  void clear() const noexcept;

 private:
  base::Descriptor fd_;
};

}  // namespace zgw::radio
