#include "daemon/key_guard.hpp"

#include <utility>
#include <vector>

#include "daemon/lines.hpp"
#include "radio/reopened_ptt.hpp"

namespace zgw::daemon {

GuardedLines::GuardedLines(const config::Config& config) {
  if (!config.gateway.key_guard) return;
  std::vector<radio::GuardedLine> lines;
  for (const auto& [name, radio] : config.radios) {
    if (!can_be_guarded(radio.ptt)) continue;
    lines_[name] = lines.size();
    const auto open = [name = name, radio = radio] { return open_ptt(name, radio); };
    lines.push_back({[open] { return std::make_unique<radio::ReopenedPtt>(open); }, radio.ptt.timeout});
  }
  if (lines.empty()) return;
  try {
    guard_ = std::make_unique<radio::GuardedPtts>(std::move(lines));
  } catch (const std::exception& error) {
    throw StartFailed(error.what());
  }
}

radio::PttLine* GuardedLines::line(const std::string& radio) {
  const auto found = lines_.find(radio);
  return found == lines_.end() ? nullptr : &guard_->line(found->second);
}

KeyGuardWatch::KeyGuardWatch(asio::io_context& io, radio::GuardedPtts& guard, Lost lost)
    : guard_(guard), lost_(std::move(lost)), answers_(io), timer_(io, [this] {
        if (!guard_.check()) return give_up("the key guard does not answer");
        arm();
      }) {}

KeyGuardWatch::~KeyGuardWatch() {
  stop();
}

void KeyGuardWatch::start() {
  answers_.assign(guard_.descriptor());
  listen();
  guard_.when_held([this] {
    if (std::chrono::steady_clock::now() + radio::GuardedPtts::check_period < due_) arm();
  });
  arm();
}

void KeyGuardWatch::stop() {
  guard_.when_held({});
  timer_.cancel();
  if (answers_.is_open()) answers_.release();  // the descriptor belongs to the guard
}

void KeyGuardWatch::arm() {
  due_ = std::chrono::steady_clock::now() + guard_.check_in();
  timer_.at(due_);
}

void KeyGuardWatch::listen() {
  answers_.async_wait(asio::posix::stream_descriptor::wait_read, [this](asio::error_code error) {
    if (error) return;
    if (!guard_.take_answers()) return give_up("the key guard is gone");
    if (guard_.has_cut()) return give_up("a transmission went on beyond its time-out, and the key guard cut it");
    arm();
    listen();
  });
}

void KeyGuardWatch::give_up(const std::string& why) {
  const std::string trouble = guard_.take_over();  // first of all
  stop();
  lost_(why, trouble);
}

}  // namespace zgw::daemon
