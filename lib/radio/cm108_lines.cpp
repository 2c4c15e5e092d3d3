#include "radio/cm108_lines.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace zgw::radio {
namespace {

constexpr std::size_t longest_report = 64;
constexpr int most_at_once = 64;  // reports, of which the last one counts; the rest another time
constexpr int full_queue = 63;    // in the kernel, which drops what comes then (drivers/hid/hidraw.c)

}  // namespace

Cm108Ptt::Cm108Ptt(std::unique_ptr<HidPort> port, unsigned pin, bool active_low, Time time)
    : port_(std::move(port)), pin_(pin), active_low_(active_low), time_(std::move(time)) {
  if (set(false)) return;
  throw std::system_error(errno, std::generic_category(), "the HID interface takes no report for its pins");
}

Cm108Ptt::~Cm108Ptt() {
  set(false);
}

bool Cm108Ptt::set(bool on) noexcept {
  const base::TimePoint now = time_.now();
  const base::TimePoint next = next_.load();
  if (now < next) time_.wait(next - now);
  const bool done = port_->write(cm108_output(pin_, on != active_low_));
  next_.store(time_.now() + spacing);
  return done;
}

Cm108Cos::Cm108Cos(std::unique_ptr<HidPort> port, Cm108Input input, bool active_low)
    : port_(std::move(port)), input_(input), active_low_(active_low) {
  const auto state = port_->state();
  answers_ = !state.empty();
  take(state);
}

std::optional<bool> Cm108Cos::carrier() {
  std::array<std::uint8_t, longest_report> report{};
  int reports = 0;
  for (; reports < most_at_once; ++reports) {
    const std::optional<std::size_t> size = port_->read(report);
    if (!size) return std::nullopt;
    if (*size == 0) break;
    take(std::span(report).first(*size));
  }
  if (reports >= full_queue && answers_) take(port_->state());
  return carrier_;
}

void Cm108Cos::take(std::span<const std::uint8_t> report) {
  if (const auto high = cm108_level(report, input_)) carrier_ = *high != active_low_;
}

}  // namespace zgw::radio
