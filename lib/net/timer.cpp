#include "net/timer.hpp"

#include <chrono>
#include <utility>

namespace zgw::net {

Timer::Timer(asio::io_context& io, std::function<void()> callback) : timer_(io), callback_(std::move(callback)) {}

Timer::~Timer() {
  ++*generation_;
}

void Timer::at(base::TimePoint deadline) {
  const std::uint64_t mine = ++*generation_;
  timer_.expires_at(deadline);
  timer_.async_wait([this, mine, generation = generation_](asio::error_code error) {
    if (!error && *generation == mine) callback_();
  });
}

void Timer::at(std::optional<base::TimePoint> deadline) {
  if (deadline) {
    at(*deadline);
  } else {
    cancel();
  }
}

void Timer::after(base::Duration delay) {
  at(std::chrono::steady_clock::now() + delay);
}

void Timer::cancel() {
  ++*generation_;
  timer_.cancel();
}

}  // namespace zgw::net
