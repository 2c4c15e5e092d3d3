#include "radio/serial_port.hpp"

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "base/descriptor.hpp"
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

class KernelTty final : public Tty {
 public:
  explicit KernelTty(base::Descriptor port) : port_(std::move(port)) {}
  bool settings(termios& settings) noexcept override { return ::tcgetattr(port_.get(), &settings) == 0; }
  bool apply(const termios& settings) noexcept override { return ::tcsetattr(port_.get(), TCSANOW, &settings) == 0; }
  bool modem(unsigned long request, int& bits) noexcept override { return ::ioctl(port_.get(), request, &bits) == 0; }
  bool exclude_others() noexcept override { return ::ioctl(port_.get(), TIOCEXCL) == 0; }

 private:
  base::Descriptor port_;
};

}  // namespace

std::unique_ptr<Tty> open_tty(const std::string& path) {
  return std::make_unique<KernelTty>(
      open_device(path, O_RDWR, "the user running the gateway must be in the group dialout"));
}

TtyPort::TtyPort(std::unique_ptr<Tty> tty, const std::string& path, Share share) : tty_(std::move(tty)) {
  termios settings{};
  const bool known = tty_->settings(settings);
  const int why = errno;
  // Before anything that can fail: open() has raised both.
  if (!known || ::cfgetospeed(&settings) != B0) lower_both();
  errno = why;
  if (!known) fail(path, "is no serial port");
  int lines = 0;
  if (!tty_->modem(TIOCMGET, lines)) fail(path, "has no modem lines");
  ::cfmakeraw(&settings);
  settings.c_cflag |= CLOCAL | HUPCL | CREAD;
  settings.c_cflag &= ~static_cast<tcflag_t>(CRTSCTS);
  ::cfsetspeed(&settings, B0);
  if (!tty_->apply(settings)) fail(path, "cannot be set up");
  if (share == Share::alone && !tty_->exclude_others()) fail(path, "cannot be kept from others");
}

bool TtyPort::raise(SerialOutput line) noexcept {
  int bit = line == SerialOutput::rts ? TIOCM_RTS : TIOCM_DTR;
  return tty_->modem(TIOCMBIS, bit);
}

bool TtyPort::lower_both() noexcept {
  int bits = TIOCM_RTS | TIOCM_DTR;
  return tty_->modem(TIOCMBIC, bits);
}

std::optional<bool> TtyPort::on(SerialInput line) noexcept {
  int lines = 0;
  if (!tty_->modem(TIOCMGET, lines)) return std::nullopt;
  return (lines & bit_of(line)) != 0;
}

}  // namespace zgw::radio
