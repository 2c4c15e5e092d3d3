// GPIO lines over the C API of libgpiod 1.6.
//
// gpiod_line_set_value() is one ioctl; besides, it notes the value for a function that is not used here. That is why
// two threads may call it at once.
#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

#include <fcntl.h>
#include <gpiod.h>
#include <poll.h>
#include <unistd.h>

#include "radio/gpiod_lines.hpp"
#include "radio/gpiod_names.hpp"

namespace zgw::radio {
namespace {

struct CloseChip {
  void operator()(gpiod_chip* chip) const { gpiod_chip_close(chip); }
};
using Chip = std::unique_ptr<gpiod_chip, CloseChip>;

std::string text(const char* name) {
  return name == nullptr ? std::string{} : std::string(name);
}

int flags_of(const LineSettings& settings) {
  int flags = 0;
  if (settings.active_low) flags |= GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW;
  if (settings.open_drain) flags |= GPIOD_LINE_REQUEST_FLAG_OPEN_DRAIN;
  if (settings.bias == Bias::disabled) flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE;
  if (settings.bias == Bias::pull_up) flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
  if (settings.bias == Bias::pull_down) flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
  return flags;
}

GpioLine describe(unsigned offset, gpiod_line* line) {
  GpioLine result;
  result.offset = offset;
  result.name = text(gpiod_line_name(line));
  if (gpiod_line_is_used(line)) {
    result.consumer = text(gpiod_line_consumer(line));
    if (result.consumer.empty()) result.consumer = "the kernel";
  }
  result.output = gpiod_line_direction(line) == GPIOD_LINE_DIRECTION_OUTPUT;
  result.active_low = gpiod_line_active_state(line) == GPIOD_LINE_ACTIVE_STATE_LOW;
  return result;
}

/// A chip held open and one line of it, not requested yet.
struct Found {
  Chip chip;
  gpiod_line* line = nullptr;

  explicit Found(const LineName& name) {
    chip.reset(gpiod_chip_open(find_gpio_chip(name.chip, gpio_chip_paths(), list_gpio_chips()).c_str()));
    if (!chip) throw std::runtime_error(gpio_failure(name, "open the chip", errno));
    const auto* offset = std::get_if<unsigned>(&name.line);
    line = offset != nullptr ? gpiod_chip_get_line(chip.get(), *offset)
                             : gpiod_chip_find_line(chip.get(), std::get<std::string>(name.line).c_str());
    if (line == nullptr) {
      throw std::runtime_error(gpio_missing(name, gpiod_chip_num_lines(chip.get()), list_gpio_chips()));
    }
  }

  void fail(const LineName& name, const char* what) const {
    const int error = errno;
    const std::string consumer = gpiod_line_is_used(line) ? text(gpiod_line_consumer(line)) : "";
    throw std::runtime_error(gpio_failure(name, what, error, consumer));
  }
};

}  // namespace

struct OutputLine::Impl {
  Found found;
};

OutputLine::OutputLine(const LineSettings& settings) : impl_(new Impl{Found(settings.name)}) {
  if (gpiod_line_request_output_flags(impl_->found.line, gpio_consumer, flags_of(settings), initial_value() ? 1 : 0) <
      0)
    impl_->found.fail(settings.name, "request it as an output");
}

OutputLine::~OutputLine() {
  set(false);
  gpiod_line_release(impl_->found.line);
}

bool OutputLine::set(bool active) noexcept {
  return gpiod_line_set_value(impl_->found.line, active ? 1 : 0) == 0;
}

struct InputLine::Impl {
  Found found;
  int events = -1;
};

InputLine::InputLine(const LineSettings& settings) : impl_(new Impl{Found(settings.name), -1}) {
  LineSettings input = settings;
  input.open_drain = false;
  if (gpiod_line_request_both_edges_events_flags(impl_->found.line, gpio_consumer, flags_of(input)) < 0)
    impl_->found.fail(settings.name, "request it as an input with events");
  impl_->events = gpiod_line_event_get_fd(impl_->found.line);
}

InputLine::~InputLine() {
  gpiod_line_release(impl_->found.line);
}

int InputLine::descriptor() const noexcept {
  return impl_->events;
}

void InputLine::drain() noexcept {
  // The descriptor blocks, so it is asked first; a broken one (the chip is gone) reports neither and is left alone.
  std::array<gpiod_line_event, 16> events{};
  pollfd waiting{impl_->events, POLLIN, 0};
  while (::poll(&waiting, 1, 0) == 1 && (waiting.revents & POLLIN) != 0) {
    if (gpiod_line_event_read_fd_multiple(impl_->events, events.data(), events.size()) <= 0) return;
  }
}

std::optional<bool> InputLine::level() noexcept {
  const int value = gpiod_line_get_value(impl_->found.line);
  if (value < 0) return std::nullopt;
  return value == 1;
}

std::vector<GpioChip> list_gpio_chips() {
  std::vector<GpioChip> chips;
  for (const std::string& path : gpio_chip_paths()) {
    const Chip chip(gpiod_chip_open(path.c_str()));
    if (!chip) continue;
    GpioChip result{path, text(gpiod_chip_label(chip.get())), {}};
    for (unsigned offset = 0; offset < gpiod_chip_num_lines(chip.get()); ++offset) {
      gpiod_line* line = gpiod_chip_get_line(chip.get(), offset);
      if (line != nullptr) result.lines.push_back(describe(offset, line));
    }
    chips.push_back(std::move(result));
  }
  return chips;
}

std::string gpiod_version() {
  return std::string("libgpiod ") + gpiod_version_string();
}

}  // namespace zgw::radio
