// One deadline that is re-armed as often as one likes.
// A callback never runs after cancel(), a later at() or destruction, also when it was already on its way: a generation
// number guards it. Thread: the io_context's. Errors: none.
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

 private:
  asio::steady_timer timer_;
  std::function<void()> callback_;
  std::shared_ptr<std::uint64_t> generation_ = std::make_shared<std::uint64_t>(0);
};

}  // namespace zgw::net
