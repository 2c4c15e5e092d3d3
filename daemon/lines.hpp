// The lines of a radio, opened as the configuration says: PTT, COS, and what watches PTT.
// Errors: StartFailed, or radio::DeviceMissing, with the radio and what to do about it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "config/config.hpp"
#include "daemon/exit_status.hpp"
#include "gateway/ports.hpp"
#include "radio/device_missing.hpp"
#include "radio/gpiod_lines.hpp"
#include "radio/kept_port.hpp"
#include "radio/ptt_line.hpp"

namespace zgw::daemon {

/// Runs `open`; what it throws names the radio, and becomes a failed start where no device is missing.
template <class Open>
auto opened(const std::string& name, Open&& open) {
  try {
    return open();
  } catch (const radio::DeviceMissing& error) {
    throw radio::DeviceMissing("radio " + name + ": " + error.what());
  } catch (const std::exception& error) {
    throw StartFailed("radio " + name + ": " + error.what());
  }
}

/// Whether the PTT line is one of a real radio, or stands for one, and can be owned by another process.
bool can_be_guarded(const config::Ptt& ptt);

/// Where PTT or COS is on an interface that is to stay at its USB port: what is to be handed to open_ptt() or
/// open_cos() each time. Null where it may be plugged in anywhere.
std::unique_ptr<radio::KeptPort> kept_port(const config::Ptt& ptt, const config::Sound& sound);
std::unique_ptr<radio::KeptPort> kept_port(const config::Cos& cos, const config::Sound& sound);

/// Unkeyed; without a line where the radio has none of its own.
std::unique_ptr<radio::PttLine> open_ptt(const std::string& name, const config::Radio& radio, radio::KeptPort* port);

/// Null where the configuration names no line. `port` outlives it.
std::unique_ptr<gateway::Cos> open_cos(const std::string& name, const config::Radio& radio, radio::IfMissing missing,
                                       radio::KeptPort* port);

/// Which interface with PTT or COS is not plugged in, in words; looks for it and opens nothing.
std::optional<std::string> missing_interface(const config::Radio& radio);

std::unique_ptr<gateway::Cos> open_read_back(const std::string& radio, const config::ReadBack& read_back);
std::unique_ptr<radio::OutputLine> open_heartbeat(const std::string& radio, const config::Heartbeat& heartbeat);

}  // namespace zgw::daemon
