#include "daemon/lines.hpp"

#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/text.hpp"
#include "radio/cm108_lines.hpp"
#include "radio/file_cos.hpp"
#include "radio/gpiod_cos.hpp"
#include "radio/hid_devices.hpp"
#include "radio/ptt_lines.hpp"
#include "radio/reopened_cos.hpp"
#include "radio/serial_lines.hpp"
#include "radio/serial_ports.hpp"

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

std::unique_ptr<gateway::Cos> reopened(radio::ReopenedCos::Open open, radio::IfMissing missing) {
  return std::make_unique<radio::ReopenedCos>(std::move(open), missing);
}

std::unique_ptr<gateway::Cos> open_input(const radio::LineSettings& settings) {
  return reopened([settings] { return std::make_unique<radio::GpiodCos>(settings); }, radio::IfMissing::fail);
}

// Found anew each time it is opened: a device that comes back may have another number.
std::unique_ptr<radio::HidPort> open_hid(const radio::HidWanted& wanted, radio::KeptPort* port) {
  const radio::HidDevice device = radio::find_cm108(wanted);
  if (port != nullptr) port->check(device.port);
  return std::make_unique<radio::HidrawPort>(device.path);
}

// Looked at before it is opened, which raises its lines. One that is not there has no port, and is missing.
std::unique_ptr<radio::TtyPort> open_serial(const std::string& path, radio::TtyPort::Share share,
                                            radio::KeptPort* port) {
  std::error_code ignored;
  if (port != nullptr && std::filesystem::exists(path, ignored)) port->check(radio::usb_port_of_tty(path));
  return std::make_unique<radio::TtyPort>(path, share);
}

std::unique_ptr<radio::KeptPort> kept(const char* line, bool serial, const std::optional<std::string>& device,
                                      const std::string& card) {
  const std::string of = device ? base::quoted(*device) : "of the sound card " + base::quoted(card);
  return std::make_unique<radio::KeptPort>(std::string(line) + (serial ? ": serial port " : ": HID interface ") + of);
}

radio::Cm108Input cm108_input(config::CosPin pin) {
  switch (pin) {
    case config::CosPin::vol_up:
      return radio::Cm108Input::vol_up;
    case config::CosPin::gpio1:
      return radio::Cm108Input::gpio1;
    case config::CosPin::gpio2:
      return radio::Cm108Input::gpio2;
    case config::CosPin::gpio3:
      return radio::Cm108Input::gpio3;
    case config::CosPin::gpio4:
      return radio::Cm108Input::gpio4;
    default:
      return radio::Cm108Input::vol_dn;
  }
}

radio::SerialInput serial_input(config::CosPin pin) {
  switch (pin) {
    case config::CosPin::dsr:
      return radio::SerialInput::dsr;
    case config::CosPin::dcd:
      return radio::SerialInput::dcd;
    case config::CosPin::ri:
      return radio::SerialInput::ri;
    default:
      return radio::SerialInput::cts;
  }
}

using Share = radio::TtyPort::Share;

std::unique_ptr<radio::PttLine> open_serial_ptt(const config::Radio& radio, radio::SerialOutput line,
                                                radio::KeptPort* port) {
  const bool shared = radio.cos.source == config::CosSource::serial && radio.cos.device == radio.ptt.device;
  return std::make_unique<radio::SerialPtt>(open_serial(*radio.ptt.device, shared ? Share::shared : Share::alone, port),
                                            line);
}

std::unique_ptr<gateway::Cos> open_serial_cos(const config::Cos& cos, radio::IfMissing missing, radio::KeptPort* port) {
  return reopened(
      [path = *cos.device, input = serial_input(*cos.pin), low = cos.active == config::Level::low, port] {
        return std::make_unique<radio::SerialCos>(open_serial(path, Share::shared, port), input, low);
      },
      missing);
}

std::unique_ptr<gateway::Cos> open_cm108_cos(const config::Radio& radio, radio::IfMissing missing,
                                             radio::KeptPort* port) {
  const radio::HidWanted wanted{radio.cos.device, radio.sound.device, radio.cm108_ids};
  return reopened([wanted, input = cm108_input(*radio.cos.pin), low = radio.cos.active == config::Level::low,
                   port] { return std::make_unique<radio::Cm108Cos>(open_hid(wanted, port), input, low); },
                  missing);
}

}  // namespace

bool can_be_guarded(const config::Ptt& ptt) {
  // The file radio's own line stays with it: no transmitter hangs on it, and only the card knows the positions in the
  // recording that are its stamps.
  if (ptt.method == config::PttMethod::file) return ptt.path.has_value();
  return ptt.method != config::PttMethod::none;
}

std::unique_ptr<radio::KeptPort> kept_port(const config::Ptt& ptt, const config::Sound& sound) {
  using config::PttMethod;
  const bool serial = ptt.method == PttMethod::serial_rts || ptt.method == PttMethod::serial_dtr;
  if (!ptt.keep_port || (!serial && ptt.method != PttMethod::cm108)) return nullptr;
  return kept("PTT", serial, ptt.device, sound.device);
}

std::unique_ptr<radio::KeptPort> kept_port(const config::Cos& cos, const config::Sound& sound) {
  const bool serial = cos.source == config::CosSource::serial;
  if (!cos.keep_port || (!serial && cos.source != config::CosSource::cm108)) return nullptr;
  return kept("COS", serial, cos.device, sound.device);
}

std::unique_ptr<radio::PttLine> open_ptt(const std::string& name, const config::Radio& radio, radio::KeptPort* port) {
  const config::Ptt& ptt = radio.ptt;
  const bool low = ptt.active == config::Level::low;
  return opened(name, [&]() -> std::unique_ptr<radio::PttLine> {
    switch (ptt.method) {
      case config::PttMethod::gpio:
        return std::make_unique<radio::GpiodPtt>(
            radio::LineSettings{.name = line_name(ptt.chip, *ptt.line), .active_low = low});
      case config::PttMethod::cm108:
        return std::make_unique<radio::Cm108Ptt>(open_hid({ptt.device, radio.sound.device, radio.cm108_ids}, port),
                                                 static_cast<unsigned>(ptt.pin), low);
      case config::PttMethod::serial_rts:
        return open_serial_ptt(radio, radio::SerialOutput::rts, port);
      case config::PttMethod::serial_dtr:
        return open_serial_ptt(radio, radio::SerialOutput::dtr, port);
      case config::PttMethod::file:
        if (ptt.path) return std::make_unique<radio::FilePtt>(*ptt.path);
        break;
      case config::PttMethod::none:
        break;
    }
    return std::make_unique<radio::NoPtt>();
  });
}

std::unique_ptr<gateway::Cos> open_cos(const std::string& name, const config::Radio& radio, radio::IfMissing missing,
                                       radio::KeptPort* port) {
  const config::Cos& cos = radio.cos;
  return opened(name, [&]() -> std::unique_ptr<gateway::Cos> {
    if (cos.source == config::CosSource::gpio) {
      return open_input({.name = line_name(cos.chip, *cos.line),
                         .active_low = cos.active == config::Level::low,
                         .bias = bias_of(cos.bias)});
    }
    if (cos.source == config::CosSource::cm108) return open_cm108_cos(radio, missing, port);
    if (cos.source == config::CosSource::serial) return open_serial_cos(cos, missing, port);
    if (cos.source == config::CosSource::file && cos.path) return std::make_unique<radio::FileCos>(*cos.path);
    return nullptr;
  });
}

std::optional<std::string> missing_interface(const config::Radio& radio) {
  using config::CosSource;
  using config::PttMethod;
  const config::Cos& cos = radio.cos;
  const config::Ptt& ptt = radio.ptt;
  const auto look_for = [&](const std::optional<std::string>& device) {
    radio::find_cm108({device, radio.sound.device, radio.cm108_ids});
  };
  const auto look_at = [](const std::string& port) {
    std::error_code ignored;
    if (!std::filesystem::exists(port, ignored)) throw radio::DeviceMissing("no serial port " + base::printable(port));
  };
  try {
    if (cos.source == CosSource::cm108) look_for(cos.device);
    if (ptt.method == PttMethod::cm108) look_for(ptt.device);
    if (cos.source == CosSource::serial) look_at(*cos.device);
    if (ptt.method == PttMethod::serial_rts || ptt.method == PttMethod::serial_dtr) look_at(*ptt.device);
  } catch (const radio::DeviceMissing& error) {
    return error.what();
  }
  return std::nullopt;
}

std::unique_ptr<gateway::Cos> open_read_back(const std::string& radio, const config::ReadBack& read_back) {
  return opened(radio, [&] {
    return open_input({.name = line_name(read_back.chip, read_back.line),
                       .active_low = read_back.active == config::Level::low,
                       .bias = bias_of(read_back.bias)});
  });
}

std::unique_ptr<radio::OutputLine> open_heartbeat(const std::string& radio, const config::Heartbeat& heartbeat) {
  return opened(radio, [&] {
    return std::make_unique<radio::OutputLine>(radio::LineSettings{.name = line_name(heartbeat.chip, heartbeat.line)});
  });
}

}  // namespace zgw::daemon
