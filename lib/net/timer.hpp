// One deadline that is re-armed as often as one likes.
// A callback never runs after cancel(), a later at() or destruction, also when it was already on its way: a generation
// number guards it. One that is set again for the time that it is set for stays as it is: however often that is done,
// as with each message of a flood, the callback comes. The callback may re-arm or destroy its Timer. Thread: the
// io_context's. Errors: none.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include "base/time.hpp"

namespace zgw::net {

class Timer {
 public:
  Timer(asio::io_context& io, std::function<void()> callback);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void at(base::TimePoint deadline);
  /// Nothing cancels.
  void at(std::optional<base::TimePoint> deadline);
  void after(base::Duration delay);
  void cancel();
  /// Whether the time last set has come; the callback may still be on its way.
  [[nodiscard]] bool has_expired() const;

 private:
  struct State;

  asio::steady_timer timer_;
  std::shared_ptr<State> state_;
};

}  // namespace zgw::net
