// What Linux makes of the lines of a serial port (drivers/tty/tty_port.c): up at open() unless the speed is B0, down
// where the speed becomes B0 and, with HUPCL, at the last close(); the settings stay while nobody has it open.
#pragma once

#include <memory>
#include <string>

#include <doctest/doctest.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "radio/serial_port.hpp"

namespace zgw::radio {

struct FakeKernelPort {
  FakeKernelPort() {
    settings.c_cflag = B9600 | CS8 | CREAD | HUPCL;
    settings.c_ospeed = settings.c_ispeed = B9600;
  }

  termios settings{};
  int users = 0;
  bool exclusive = false;
  bool answers_modem = true;
  int lines = 0;       ///< TIOCM_RTS, TIOCM_DTR as the transmitter sees them, and inputs
  std::string levels;  ///< of the outputs, each time that they change: "both", "rts", "dtr", "-"

  void set(int outputs) {
    constexpr int both = TIOCM_RTS | TIOCM_DTR;
    if ((lines & both) != outputs) {
      levels += outputs == both ? "both " : outputs == TIOCM_RTS ? "rts " : outputs == TIOCM_DTR ? "dtr " : "- ";
    }
    lines = (lines & ~both) | outputs;
  }
  [[nodiscard]] int outputs() const { return lines & (TIOCM_RTS | TIOCM_DTR); }

  class Opened final : public Tty {
   public:
    explicit Opened(FakeKernelPort& port) : port_(port) {
      ++port_.users;
      if (::cfgetospeed(&port_.settings) != B0) port_.set(TIOCM_RTS | TIOCM_DTR);
    }
    ~Opened() override {
      if (--port_.users > 0) return;
      port_.exclusive = false;
      if ((port_.settings.c_cflag & HUPCL) != 0) port_.set(0);
    }
    bool settings(termios& settings) noexcept override {
      settings = port_.settings;
      return true;
    }
    bool apply(const termios& settings) noexcept override {
      if (::cfgetospeed(&settings) == B0 && ::cfgetospeed(&port_.settings) != B0) port_.set(0);
      port_.settings = settings;
      return true;
    }
    bool modem(unsigned long request, int& bits) noexcept override {
      if (!port_.answers_modem) return false;
      if (request == TIOCMGET) bits = port_.lines;
      if (request == TIOCMBIS) port_.set(port_.outputs() | bits);
      if (request == TIOCMBIC) port_.set(port_.outputs() & ~bits);
      return request == TIOCMGET || request == TIOCMBIS || request == TIOCMBIC;
    }
    bool exclude_others() noexcept override { return port_.exclusive = true; }

   private:
    FakeKernelPort& port_;
  };

  std::unique_ptr<ModemLines> open(TtyPort::Share share) {
    return std::make_unique<TtyPort>(std::make_unique<Opened>(*this), "/dev/ttyUSB0", share);
  }
};

}  // namespace zgw::radio
