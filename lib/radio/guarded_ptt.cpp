#include "radio/guarded_ptt.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace zgw::radio {
namespace {

constexpr int start_limit_ms = 10000;
constexpr int end_limit_ms = 1000;
constexpr std::size_t longest_words = 1024;
constexpr std::chrono::nanoseconds renewal = std::chrono::milliseconds(50);  // a message to the guard wakes it

bool readable(int descriptor, int limit_ms) noexcept {
  pollfd waiting{descriptor, POLLIN, 0};
  int ready = 0;
  do ready = ::poll(&waiting, 1, limit_ms);
  while (ready < 0 && errno == EINTR);
  return ready == 1;
}

}  // namespace

bool GuardedPtts::Line::set(bool on) noexcept {
  // Forgotten after the message: a hold() in between may think that its own message stands, and is told anew then; the
  // other way round it would go on thinking so.
  const bool sent = !on && guard_.send({index_, 0, 0});
  promised_.store(nothing, std::memory_order_release);
  return sent && works();
}

bool GuardedPtts::Line::hold(base::TimePoint until) noexcept {
  // The guard keeps what it was told last, which is never more than what was asked for. What is asked for again without
  // more is told to the full: a lease at its limit.
  const std::int64_t ns = std::chrono::duration_cast<std::chrono::nanoseconds>(until.time_since_epoch()).count();
  const std::int64_t promised = promised_.load(std::memory_order_relaxed);
  const bool more = std::exchange(asked_, ns) != ns;
  if (promised == ns || (more && promised < ns && promised > ns - renewal.count())) return works();
  promised_.store(ns, std::memory_order_relaxed);
  const bool sent = guard_.send({index_, 0, ns});
  if (promised == nothing && guard_.held_) guard_.held_();
  return sent && works();
}

bool GuardedPtts::Line::works() const noexcept {
  return (state() & key_failed) == 0 && !guard_.lost_.load(std::memory_order_relaxed);
}

GuardedPtts::GuardedPtts(std::vector<GuardedLine> lines) : how_to_open_(std::move(lines)) {
  for (std::uint32_t i = 0; i < how_to_open_.size(); ++i) lines_.emplace_back(*this, i);
  start();
  try {
    wait_until_ready();
  } catch (...) {
    kill_guard();
    throw;
  }
}

GuardedPtts::~GuardedPtts() {
  if (lost_.load()) return;
  ::shutdown(socket_.get(), SHUT_WR);  // the end, to the guard
  wait_for_end();
  const int status = kill_guard();
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) take_over();
}

void GuardedPtts::start() {
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) != 0) {
    throw std::system_error(errno, std::generic_category(), "key guard: socketpair");
  }
  socket_ = base::Descriptor(pair[0]);
  const base::Descriptor other(pair[1]);
  process_ = ::fork();
  if (process_ < 0) throw std::system_error(errno, std::generic_category(), "key guard: fork");
  if (process_ > 0) return;
  socket_.reset();  // whoever has this end keeps the guard alive
  run_key_guard(other.get(), how_to_open_);
}

void GuardedPtts::wait_until_ready() {
  std::array<char, longest_words> words{};
  ssize_t size = -1;
  if (readable(socket_.get(), start_limit_ms)) size = ::recv(socket_.get(), words.data(), words.size(), MSG_DONTWAIT);
  if (size == 1 && words[0] == guard_is_ready) return;
  if (size > 0) throw std::runtime_error(std::string(words.data(), static_cast<std::size_t>(size)));
  throw std::runtime_error("the key guard does not come up; gateway.key_guard: off does without it");
}

bool GuardedPtts::send(const KeyMessage& message) noexcept {
  if (lost_.load(std::memory_order_relaxed)) return false;
  return ::send(socket_.get(), &message, sizeof message, MSG_DONTWAIT | MSG_NOSIGNAL) == sizeof message;
}

bool GuardedPtts::take_answers() noexcept {
  while (!gone_) {
    KeyAnswer answer;
    std::array<char, longest_words> data{};
    const ssize_t size = ::recv(socket_.get(), data.data(), data.size(), MSG_DONTWAIT);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return true;
    gone_ = size < static_cast<ssize_t>(sizeof answer);
    if (gone_) break;
    if (size > static_cast<ssize_t>(sizeof answer)) {
      words_.assign(data.data(), static_cast<std::size_t>(size));
      continue;
    }
    std::memcpy(&answer, data.data(), sizeof answer);
    if (answer.line == KeyMessage::ping) unanswered_ = 0;
    if (answer.line < lines_.size()) lines_[answer.line].note(answer.state);
  }
  return false;
}

bool GuardedPtts::check() noexcept {
  if (!take_answers()) return false;
  if (unanswered_ >= patience) return false;
  if (unanswered_++ == 0) send({KeyMessage::ping, 0, 0});
  return true;
}

base::Duration GuardedPtts::check_in() const noexcept {
  return holds() || unanswered_ > 0 ? check_period : rest;
}

bool GuardedPtts::holds() const noexcept {
  return std::any_of(lines_.begin(), lines_.end(), [](const Line& line) { return line.holds(); });
}

bool GuardedPtts::has_cut() const noexcept {
  for (const Line& line : lines_) {
    if ((line.state() & key_cut) != 0) return true;
  }
  return false;
}

void GuardedPtts::wait_for_end() noexcept {
  while (!gone_ && readable(socket_.get(), end_limit_ms)) take_answers();
}

int GuardedPtts::kill_guard() const noexcept {
  int status = -1;
  ::kill(process_, SIGKILL);
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

std::string GuardedPtts::take_over() {
  if (lost_.exchange(true)) return {};
  if (process_ > 0) kill_guard();
  std::string trouble;
  for (const GuardedLine& line : how_to_open_) {
    try {
      own_.push_back(line.open());
      if (!own_.back()->set(false)) trouble += "a PTT line cannot be unkeyed; ";
    } catch (const std::exception& error) {
      trouble += std::string(error.what()) + "; ";
    }
  }
  return trouble;
}

}  // namespace zgw::radio
