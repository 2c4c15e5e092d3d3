#include "radio/serial_lines.hpp"

#include <stdexcept>
#include <utility>

#include <poll.h>

namespace zgw::radio {

SerialPtt::SerialPtt(std::unique_ptr<ModemLines> port, SerialOutput line) : port_(std::move(port)), line_(line) {
  if (!set(false)) throw std::runtime_error("the serial port does not lower RTS and DTR");
}

SerialPtt::~SerialPtt() {
  set(false);
}

bool SerialPtt::set(bool on) noexcept {
  return on ? port_->raise(line_) : port_->lower_both();
}

SerialCos::SerialCos(std::unique_ptr<ModemLines> port, SerialInput input, bool carrier_when)
    : port_(std::move(port)), input_(input), carrier_when_(carrier_when), seen_(look()) {
  if (seen_.load() == Seen::gone) throw std::runtime_error("the serial port does not show its lines");
  thread_ = std::thread([this] { watch(); });
}

SerialCos::~SerialCos() {
  stop_.notify();
  thread_.join();
}

std::optional<bool> SerialCos::carrier() {
  changed_.clear();
  const Seen seen = seen_.load();
  if (seen == Seen::gone) return std::nullopt;
  return seen == Seen::on;
}

SerialCos::Seen SerialCos::look() noexcept {
  const std::optional<bool> on = port_->on(input_);
  if (!on) return Seen::gone;
  return *on == carrier_when_ ? Seen::on : Seen::off;
}

void SerialCos::watch() noexcept {
  pollfd stopped{stop_.descriptor(), POLLIN, 0};
  while (seen_.load() != Seen::gone && ::poll(&stopped, 1, static_cast<int>(period.count())) <= 0) {
    const Seen seen = look();
    if (seen_.exchange(seen) != seen) changed_.notify();
  }
}

}  // namespace zgw::radio
