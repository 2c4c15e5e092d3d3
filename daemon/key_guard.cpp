#include "daemon/key_guard.hpp"

#include <utility>

#include "daemon/lines.hpp"
#include "radio/reopened_ptt.hpp"

namespace zgw::daemon {
namespace {

std::unique_ptr<radio::GuardedPtts> started(std::vector<radio::GuardedLine> lines) {
  try {
    return std::make_unique<radio::GuardedPtts>(std::move(lines));
  } catch (const std::exception& error) {
    throw StartFailed(error.what());
  }
}

}  // namespace

// What of the port is remembered is remembered by the guard's process, which opens the line.
radio::GuardedLine GuardedLines::guarded(const std::string& name, const config::Radio& radio,
                                         radio::IfMissing missing) {
  ports_.push_back(kept_port(radio.ptt, radio.sound));
  radio::KeptPort* port = ports_.back().get();
  const auto open = [name, radio, port] { return open_ptt(name, radio, port); };
  return {[open, missing] { return std::make_unique<radio::ReopenedPtt>(open, missing); }, radio.ptt.timeout, port};
}

GuardedLines::GuardedLines(const config::Config& config, radio::IfMissing missing) {
  if (!config.gateway.key_guard) return;
  // Radios that share a guard, by the name of the chip or the radio's own.
  std::map<std::pair<bool, std::string>, std::vector<std::string>> groups;
  for (const auto& [name, radio] : config.radios) {
    const bool gpio = radio.ptt.method == config::PttMethod::gpio;
    if (can_be_guarded(radio.ptt)) groups[{gpio, gpio ? radio.ptt.chip : name}].push_back(name);
  }
  for (const auto& [key, radios] : groups) {
    Guard guard;
    std::vector<radio::GuardedLine> lines;
    for (const std::string& name : radios) {
      guard.radios += (guard.radios.empty() ? "" : ", ") + name;
      lines.push_back(guarded(name, config.radios.at(name), missing));
    }
    guard.ptts = started(std::move(lines));
    for (std::size_t i = 0; i < radios.size(); ++i) lines_[radios[i]] = &guard.ptts->line(i);
    guards_.push_back(std::move(guard));
  }
}

radio::PttLine* GuardedLines::line(const std::string& radio) const {
  const auto found = lines_.find(radio);
  return found == lines_.end() ? nullptr : found->second;
}

KeyGuardWatch::KeyGuardWatch(asio::io_context& io, radio::GuardedPtts& guard, Lost lost, Said said)
    : guard_(guard), lost_(std::move(lost)), said_(std::move(said)), answers_(io), timer_(io, [this] {
        if (!guard_.check()) return give_up("the key guard does not answer");
        pass_on_words();
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
    pass_on_words();
    if (guard_.has_cut()) return give_up("a transmission went on beyond its time-out, and the key guard cut it");
    arm();
    listen();
  });
}

void KeyGuardWatch::pass_on_words() {
  const std::string words = guard_.take_words();
  if (!words.empty()) said_(words);
}

void KeyGuardWatch::give_up(const std::string& why) {
  stop();
  lost_(why);
}

}  // namespace zgw::daemon
