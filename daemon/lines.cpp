#include "daemon/lines.hpp"

#include <charconv>

#include "radio/file_cos.hpp"
#include "radio/gpiod_cos.hpp"
#include "radio/ptt_lines.hpp"
#include "radio/reopened_cos.hpp"

namespace zgw::daemon {
namespace {

radio::LineName line_name(const std::string& chip, const std::string& line) {
  unsigned offset = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), offset);
  if (error == std::errc() && end == line.data() + line.size()) return {chip, offset};
  return {chip, line};
}

radio::Bias bias_of(config::Bias bias) {
  switch (bias) {
    case config::Bias::as_is:
      return radio::Bias::as_is;
    case config::Bias::disabled:
      return radio::Bias::disabled;
    case config::Bias::pull_up:
      return radio::Bias::pull_up;
    case config::Bias::pull_down:
      return radio::Bias::pull_down;
  }
  return radio::Bias::as_is;
}

std::unique_ptr<gateway::Cos> open_input(const radio::LineSettings& settings) {
  return std::make_unique<radio::ReopenedCos>([settings] { return std::make_unique<radio::GpiodCos>(settings); });
}

}  // namespace

bool can_be_guarded(const config::Ptt& ptt) {
  // The file radio's own line stays with it: no transmitter hangs on it, and only the card knows the positions in the
  // recording that are its stamps.
  return ptt.method == config::PttMethod::gpio || (ptt.method == config::PttMethod::file && ptt.path);
}

std::unique_ptr<radio::PttLine> open_ptt(const std::string& radio, const config::Ptt& ptt) {
  return opened(radio, [&]() -> std::unique_ptr<radio::PttLine> {
    switch (ptt.method) {
      case config::PttMethod::gpio:
        return std::make_unique<radio::GpiodPtt>(radio::LineSettings{.name = line_name(ptt.chip, *ptt.line),
                                                                     .active_low = ptt.active == config::Level::low});
      case config::PttMethod::file:
        if (ptt.path) return std::make_unique<radio::FilePtt>(*ptt.path);
        break;
      case config::PttMethod::none:
        break;
    }
    return std::make_unique<radio::NoPtt>();
  });
}

std::unique_ptr<gateway::Cos> open_cos(const std::string& radio, const config::Cos& cos) {
  return opened(radio, [&]() -> std::unique_ptr<gateway::Cos> {
    if (cos.source == config::CosSource::gpio) {
      return open_input({.name = line_name(cos.chip, *cos.line),
                         .active_low = cos.active == config::Level::low,
                         .bias = bias_of(cos.bias)});
    }
    if (cos.source == config::CosSource::file && cos.path) return std::make_unique<radio::FileCos>(*cos.path);
    return nullptr;
  });
}

std::unique_ptr<gateway::Cos> open_read_back(const std::string& radio, const config::ReadBack& read_back) {
  return opened(radio, [&] {
    return open_input(
        {.name = line_name(read_back.chip, read_back.line), .active_low = read_back.active == config::Level::low});
  });
}

std::unique_ptr<radio::OutputLine> open_heartbeat(const std::string& radio, const config::Heartbeat& heartbeat) {
  return opened(radio, [&] {
    return std::make_unique<radio::OutputLine>(radio::LineSettings{.name = line_name(heartbeat.chip, heartbeat.line)});
  });
}

}  // namespace zgw::daemon
