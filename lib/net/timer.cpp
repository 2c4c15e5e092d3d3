#include "net/timer.hpp"

#include <chrono>
#include <utility>

namespace zgw::net {

// Outlives the Timer as long as a wait is on its way or the callback runs, which may destroy the Timer.
struct Timer::State {
  std::function<void()> callback;
  std::uint64_t generation = 0;
  std::optional<base::TimePoint> armed;  // until the callback runs
};

Timer::Timer(asio::io_context& io, std::function<void()> callback)
    : timer_(io), state_(std::make_shared<State>(State{std::move(callback)})) {}

Timer::~Timer() {
  ++state_->generation;
}

void Timer::at(base::TimePoint deadline) {
  if (state_->armed == deadline) return;
  state_->armed = deadline;
  const std::uint64_t mine = ++state_->generation;
  timer_.expires_at(deadline);
  timer_.async_wait([mine, state = state_](asio::error_code error) {
    if (error || state->generation != mine) return;
    state->armed.reset();
    state->callback();
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
  ++state_->generation;
  state_->armed.reset();
  timer_.cancel();
}

bool Timer::has_expired() const {
  return std::chrono::steady_clock::now() >= timer_.expiry();
}

}  // namespace zgw::net
