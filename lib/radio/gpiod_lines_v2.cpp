// GPIO lines over the C API of libgpiod 2.x. A request keeps its own descriptor, so the chip is closed after it.
#include <cerrno>
#include <cstdint>
#include <stdexcept>

#include <gpiod.h>

#include "radio/gpiod_lines.hpp"
#include "radio/gpiod_names.hpp"

namespace zgw::radio {
namespace {

template <auto free>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using Chip = std::unique_ptr<gpiod_chip, Free<gpiod_chip_close>>;
using Info = std::unique_ptr<gpiod_chip_info, Free<gpiod_chip_info_free>>;
using Settings = std::unique_ptr<gpiod_line_settings, Free<gpiod_line_settings_free>>;
using LineConfig = std::unique_ptr<gpiod_line_config, Free<gpiod_line_config_free>>;
using RequestConfig = std::unique_ptr<gpiod_request_config, Free<gpiod_request_config_free>>;
using Request = std::unique_ptr<gpiod_line_request, Free<gpiod_line_request_release>>;
using LineInfo = std::unique_ptr<gpiod_line_info, Free<gpiod_line_info_free>>;
using Events = std::unique_ptr<gpiod_edge_event_buffer, Free<gpiod_edge_event_buffer_free>>;

constexpr std::size_t event_buffer = 16;

std::string text(const char* name) {
  return name == nullptr ? std::string{} : std::string(name);
}

gpiod_line_bias bias_of(Bias bias) {
  switch (bias) {
    case Bias::disabled:
      return GPIOD_LINE_BIAS_DISABLED;
    case Bias::pull_up:
      return GPIOD_LINE_BIAS_PULL_UP;
    case Bias::pull_down:
      return GPIOD_LINE_BIAS_PULL_DOWN;
    case Bias::as_is:
      break;
  }
  return GPIOD_LINE_BIAS_AS_IS;
}

gpiod_line_value value_of(bool active) {
  return active ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
}

std::string consumer_of(gpiod_line_info* info) {
  if (!gpiod_line_info_is_used(info)) return {};
  const std::string consumer = text(gpiod_line_info_get_consumer(info));
  return consumer.empty() ? "the kernel" : consumer;
}

struct Requested {
  Request request;
  unsigned offset = 0;
};

unsigned find_line(gpiod_chip* chip, const LineName& name) {
  const Info info(gpiod_chip_get_info(chip));
  const std::size_t count = info ? gpiod_chip_info_get_num_lines(info.get()) : 0;
  if (const auto* offset = std::get_if<unsigned>(&name.line); offset != nullptr && *offset < count) return *offset;
  if (const auto* called = std::get_if<std::string>(&name.line); called != nullptr) {
    const int offset = gpiod_chip_get_line_offset_from_name(chip, called->c_str());
    if (offset >= 0) return static_cast<unsigned>(offset);
  }
  throw std::runtime_error(gpio_missing(name, count, list_gpio_chips()));
}

Settings settings_of(const LineSettings& line, bool output) {
  Settings settings(gpiod_line_settings_new());
  if (!settings) throw std::bad_alloc();
  gpiod_line_settings_set_active_low(settings.get(), line.active_low);
  gpiod_line_settings_set_bias(settings.get(), bias_of(line.bias));
  gpiod_line_settings_set_direction(settings.get(), output ? GPIOD_LINE_DIRECTION_OUTPUT : GPIOD_LINE_DIRECTION_INPUT);
  if (output) {
    gpiod_line_settings_set_output_value(settings.get(), value_of(OutputLine::initial_value()));
    if (line.open_drain) gpiod_line_settings_set_drive(settings.get(), GPIOD_LINE_DRIVE_OPEN_DRAIN);
  } else {
    gpiod_line_settings_set_edge_detection(settings.get(), GPIOD_LINE_EDGE_BOTH);
  }
  return settings;
}

Requested request(const LineSettings& line, bool output) {
  const Chip chip(gpiod_chip_open(find_gpio_chip(line.name.chip, gpio_chip_paths(), list_gpio_chips()).c_str()));
  if (!chip) throw std::runtime_error(gpio_failure(line.name, "open the chip", errno));
  const unsigned offset = find_line(chip.get(), line.name);
  const Settings settings = settings_of(line, output);
  const LineConfig lines(gpiod_line_config_new());
  const RequestConfig config(gpiod_request_config_new());
  if (!lines || !config || gpiod_line_config_add_line_settings(lines.get(), &offset, 1, settings.get()) < 0)
    throw std::bad_alloc();
  gpiod_request_config_set_consumer(config.get(), gpio_consumer);
  Request request(gpiod_chip_request_lines(chip.get(), config.get(), lines.get()));
  if (!request) {
    const int error = errno;
    const LineInfo info(gpiod_chip_get_line_info(chip.get(), offset));
    throw std::runtime_error(gpio_failure(line.name,
                                          output ? "request it as an output" : "request it as an input with events",
                                          error, info ? consumer_of(info.get()) : ""));
  }
  return {std::move(request), offset};
}

}  // namespace

struct OutputLine::Impl {
  Requested line;
};

OutputLine::OutputLine(const LineSettings& settings) : impl_(new Impl{request(settings, true)}) {}

OutputLine::~OutputLine() {
  set(false);
}

bool OutputLine::set(bool active) noexcept {
  return gpiod_line_request_set_value(impl_->line.request.get(), impl_->line.offset, value_of(active)) == 0;
}

struct InputLine::Impl {
  Requested line;
  Events events{gpiod_edge_event_buffer_new(event_buffer)};
};

InputLine::InputLine(const LineSettings& settings) : impl_(new Impl{request(settings, false)}) {
  if (!impl_->events) throw std::bad_alloc();
}

InputLine::~InputLine() = default;

int InputLine::descriptor() const noexcept {
  return gpiod_line_request_get_fd(impl_->line.request.get());
}

void InputLine::drain() noexcept {
  gpiod_line_request* line = impl_->line.request.get();
  while (gpiod_line_request_wait_edge_events(line, 0) == 1) {
    if (gpiod_line_request_read_edge_events(line, impl_->events.get(), event_buffer) <= 0) return;
  }
}

std::optional<bool> InputLine::level() noexcept {
  const gpiod_line_value value = gpiod_line_request_get_value(impl_->line.request.get(), impl_->line.offset);
  if (value == GPIOD_LINE_VALUE_ERROR) return std::nullopt;
  return value == GPIOD_LINE_VALUE_ACTIVE;
}

std::vector<GpioChip> list_gpio_chips() {
  std::vector<GpioChip> chips;
  for (const std::string& path : gpio_chip_paths()) {
    const Chip chip(gpiod_chip_open(path.c_str()));
    const Info info(chip ? gpiod_chip_get_info(chip.get()) : nullptr);
    if (!info) continue;
    GpioChip result{path, text(gpiod_chip_info_get_label(info.get())), {}};
    for (unsigned offset = 0; offset < gpiod_chip_info_get_num_lines(info.get()); ++offset) {
      const LineInfo line(gpiod_chip_get_line_info(chip.get(), offset));
      if (!line) continue;
      result.lines.push_back({offset, text(gpiod_line_info_get_name(line.get())), consumer_of(line.get()),
                              gpiod_line_info_get_direction(line.get()) == GPIOD_LINE_DIRECTION_OUTPUT,
                              gpiod_line_info_is_active_low(line.get())});
    }
    chips.push_back(std::move(result));
  }
  return chips;
}

std::string gpiod_version() {
  return std::string("libgpiod ") + gpiod_api_version();
}

}  // namespace zgw::radio
