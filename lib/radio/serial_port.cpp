#include "radio/serial_port.hpp"

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "base/text.hpp"
#include "radio/device_file.hpp"

namespace zgw::radio {
namespace {

int bit_of(SerialInput line) {
  switch (line) {
    case SerialInput::cts:
      return TIOCM_CTS;
    case SerialInput::dsr:
      return TIOCM_DSR;
    case SerialInput::dcd:
      return TIOCM_CD;
    case SerialInput::ri:
      return TIOCM_RI;
  }
  return 0;
}

[[noreturn]] void fail(const std::string& path, const char* what) {
  const int error = errno;
  throw std::runtime_error(base::printable(path) + " " + what + ": " + std::generic_category().message(error));
}

}  // namespace

TtyPort::TtyPort(const std::string& path, Share share)
    : port_(open_device(path, O_RDWR, "the user running the gateway must be in the group dialout")) {
  termios settings{};
  const bool known = ::tcgetattr(port_.get(), &settings) == 0;
  // Before anything that can fail: open() has raised both.
  if (!known || ::cfgetospeed(&settings) != B0) lower_both();
  if (!known) fail(path, "is no serial port");
  int lines = 0;
  if (::ioctl(port_.get(), TIOCMGET, &lines) != 0) fail(path, "has no modem lines");
  ::cfmakeraw(&settings);
  settings.c_cflag |= CLOCAL | HUPCL | CREAD;
  settings.c_cflag &= ~static_cast<tcflag_t>(CRTSCTS);
  ::cfsetspeed(&settings, B0);
  if (::tcsetattr(port_.get(), TCSANOW, &settings) != 0) fail(path, "cannot be set up");
  if (share == Share::alone && ::ioctl(port_.get(), TIOCEXCL) != 0) fail(path, "cannot be kept from others");
}

bool TtyPort::raise(SerialOutput line) noexcept {
  const int bit = line == SerialOutput::rts ? TIOCM_RTS : TIOCM_DTR;
  return ::ioctl(port_.get(), TIOCMBIS, &bit) == 0;
}

bool TtyPort::lower_both() noexcept {
  const int bits = TIOCM_RTS | TIOCM_DTR;
  return ::ioctl(port_.get(), TIOCMBIC, &bits) == 0;
}

std::optional<bool> TtyPort::on(SerialInput line) noexcept {
  int lines = 0;
  if (::ioctl(port_.get(), TIOCMGET, &lines) != 0) return std::nullopt;
  return (lines & bit_of(line)) != 0;
}

}  // namespace zgw::radio
