// The modem lines of a serial port: RTS and DTR out, CTS, DSR, DCD and RI in. No byte is sent or received.
//
// What Linux does to RTS and DTR, and what is made of it:
//
//   - open() raises both, before it returns, unless the port's speed is B0 ("hang up"). Whoever opens a port that is
//     not at B0 lowers both with the first call after that, in one call, because an AIOC keys on DTR without RTS, and
//     then sets B0. The kernel keeps a port's settings while nobody has it open, so that the next open(), also another
//     process', raises nothing. That leaves one pulse, of about a millisecond, at the first open() after the device was
//     plugged in or the machine has booted: no program can avoid it.
//   - The last close(), which also a killed process makes, lowers both where HUPCL is set. So it is set: down is off.
//
// A port can be used for PTT by one process and for a squelch line by another, which finds B0 and leaves the lines
// alone.
//
// Thread: any two at once. Real-time safe: no: on USB a call is a transfer. Errors: opening throws std::runtime_error
// that says what to do; afterwards results tell.
// Source: Linux 6.1, drivers/tty/tty_port.c (tty_port_block_til_ready, tty_port_shutdown), tty_io.c (saved termios).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <termios.h>

namespace zgw::radio {

enum class SerialOutput { rts, dtr };
enum class SerialInput { cts, dsr, dcd, ri };

class ModemLines {
 public:
  virtual ~ModemLines() = default;

  /// Raises one line.
  virtual bool raise(SerialOutput line) noexcept = 0;
  /// Lowers both outputs, in one call.
  virtual bool lower_both() noexcept = 0;
  /// Whether an input is on; nothing when the port is gone.
  virtual std::optional<bool> on(SerialInput line) noexcept = 0;
};

/// What the kernel is asked of an open port.
class Tty {
 public:
  virtual ~Tty() = default;

  virtual bool settings(termios& settings) noexcept = 0;
  virtual bool apply(const termios& settings) noexcept = 0;
  /// TIOCMGET, TIOCMBIS and TIOCMBIC.
  virtual bool modem(unsigned long request, int& bits) noexcept = 0;
  /// Nobody else but root may open the port from now on.
  virtual bool exclude_others() noexcept = 0;
};

/// Opens a port. Throws, with what is to be done about it.
std::unique_ptr<Tty> open_tty(const std::string& path);

class TtyPort final : public ModemLines {
 public:
  enum class Share { alone, shared };

  TtyPort(const std::string& path, Share share) : TtyPort(open_tty(path), path, share) {}
  /// `tty` was opened a moment ago.
  TtyPort(std::unique_ptr<Tty> tty, const std::string& path, Share share);

  bool raise(SerialOutput line) noexcept override;
  bool lower_both() noexcept override;
  std::optional<bool> on(SerialInput line) noexcept override;

 private:
  std::unique_ptr<Tty> tty_;
};

}  // namespace zgw::radio
