// PTT and squelch on the lines of a serial port, behind a port that is written down; a pseudo terminal has no such
// lines.
#include <atomic>
#include <cstdlib>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): ptsname_r is not in cstdlib
#include <termios.h>

#include "base/descriptor.hpp"
#include "radio/key_guard.hpp"
#include "radio/leased_ptt.hpp"
#include "radio/reopened_cos.hpp"
#include "radio/reopened_ptt.hpp"
#include "radio/serial_lines.hpp"
#include "unit/radio/errors.hpp"
#include "unit/radio/fake_kernel_port.hpp"
#include "unit/radio/rig.hpp"

namespace zgw::radio {
namespace {

using namespace std::chrono_literals;

/// A port that outlives those who open it. Its outputs are what a transmitter would see.
struct FakeTty {
  std::atomic<bool> there{true};
  std::atomic<bool> input{false};
  bool rts = true;  // as open() leaves them
  bool dtr = true;
  std::string calls;

  class Port final : public ModemLines {
   public:
    explicit Port(FakeTty& tty) : tty_(tty) {}
    bool raise(SerialOutput line) noexcept override {
      if (!tty_.there) return false;
      (line == SerialOutput::rts ? tty_.rts : tty_.dtr) = true;
      tty_.calls += line == SerialOutput::rts ? "rts " : "dtr ";
      return true;
    }
    bool lower_both() noexcept override {
      if (!tty_.there) return false;
      tty_.rts = tty_.dtr = false;
      tty_.calls += "off ";
      return true;
    }
    std::optional<bool> on(SerialInput line) noexcept override {
      if (line != SerialInput::dsr) std::abort();  // nobody was told of another
      if (!tty_.there) return std::nullopt;
      return tty_.input.load();
    }

   private:
    FakeTty& tty_;
  };

  std::unique_ptr<ModemLines> open() { return std::make_unique<Port>(*this); }
};

/// Waits until the line tells of a change. The limit bounds a failing test.
bool changes(const gateway::Cos& cos) {
  pollfd waiting{cos.descriptor(), POLLIN, 0};
  return ::poll(&waiting, 1, 10000) == 1;
}

}  // namespace

TEST_CASE("a serial port keys with its one line, the other one stays down") {
  FakeTty tty;
  {
    SerialPtt line(tty.open(), SerialOutput::dtr);
    CHECK_FALSE(tty.rts);
    CHECK_FALSE(tty.dtr);
    CHECK(line.set(true));
    CHECK(tty.dtr);
    CHECK_FALSE(tty.rts);  // an AIOC keys on DTR without RTS
    CHECK(line.set(false));
    CHECK_FALSE(tty.dtr);
    line.set(true);
  }
  CHECK(tty.calls == "off dtr off dtr off ");
  SerialPtt rts(tty.open(), SerialOutput::rts);
  rts.set(true);
  CHECK(tty.rts);
  CHECK_FALSE(tty.dtr);
}

TEST_CASE("nothing raises a line at opening, closing, losing and finding a serial port, under guard and lease") {
  FakeTty tty;
  {
    ReopenedPtt line([&] { return std::make_unique<SerialPtt>(tty.open(), SerialOutput::rts); });
    KeyGuard guard({{line, 3min}});
    for (int i = 0; i < 100; ++i) {
      tty.there = i % 40 < 5;
      guard.on_time(base::TimePoint{} + 1000s + i * KeyGuard::retry);
      line.set(false);
    }
    tty.there = true;
    LeasedPtt lease(line);
    lease.release();
  }
  CHECK_FALSE(contains(tty.calls, "rts"));
  CHECK_FALSE(contains(tty.calls, "dtr"));
  CHECK(contains(tty.calls, "off off off "));
}

TEST_CASE("a serial port that does not obey cannot be opened") {
  FakeTty tty;
  tty.there = false;
  CHECK(error_of([&] { SerialPtt(tty.open(), SerialOutput::rts); }) == "the serial port does not lower RTS and DTR");
  CHECK(error_of([&] { SerialCos(tty.open(), SerialInput::dsr, true); }) == "the serial port does not show its lines");
}

TEST_CASE("a squelch line of a serial port is known at once, and each change is told") {
  FakeTty tty;
  tty.input = true;
  SerialCos cos(tty.open(), SerialInput::dsr, true);
  CHECK(cos.carrier() == true);
  tty.input = false;
  REQUIRE(changes(cos));
  CHECK(cos.carrier() == false);
  tty.input = true;
  REQUIRE(changes(cos));
  CHECK(cos.carrier() == true);
}

TEST_CASE("a squelch line of a serial port may be on while there is no carrier") {
  FakeTty tty;
  SerialCos cos(tty.open(), SerialInput::dsr, false);
  CHECK(cos.carrier() == true);
  tty.input = true;
  REQUIRE(changes(cos));
  CHECK(cos.carrier() == false);
}

TEST_CASE("a serial port that is pulled out tells so, says nothing, and is opened again") {
  FakeTty tty;
  base::TimePoint now{};
  ReopenedCos cos([&] { return std::make_unique<SerialCos>(tty.open(), SerialInput::dsr, true); }, IfMissing::fail,
                  [&] { return now; });
  CHECK(cos.carrier() == false);
  tty.there = false;
  REQUIRE(changes(cos));
  CHECK(cos.carrier() == std::nullopt);
  now += 1min;
  CHECK(cos.carrier() == std::nullopt);
  tty.there = true;
  tty.input = true;
  now += 1min;
  CHECK(cos.carrier() == true);
}

TEST_CASE("the pulse that Linux makes is there once after plugging in, ended by one call, and never again") {
  FakeKernelPort port;
  const auto alone = TtyPort::Share::alone;
  { const SerialPtt line(port.open(alone), SerialOutput::rts); }
  CHECK(port.levels == "both - ");  // never one of the two: an AIOC keys on DTR alone
  for (int i = 0; i < 3; ++i) {
    const SerialPtt line(port.open(alone), SerialOutput::rts);
    CHECK(port.exclusive);
  }
  CHECK(port.levels == "both - ");
}

TEST_CASE("a process that is killed while it transmits leaves the lines to the kernel, which lowers them") {
  FakeKernelPort port;
  {
    const std::unique_ptr<ModemLines> killed = port.open(TtyPort::Share::alone);  // unkeys nothing when it goes
    CHECK(killed->raise(SerialOutput::dtr));
    CHECK(port.outputs() == TIOCM_DTR);
  }
  CHECK(port.levels == "both - dtr - ");
}

TEST_CASE("a squelch line on the port that keys neither moves its lines nor is kept out") {
  FakeKernelPort port;
  SerialPtt ptt(port.open(TtyPort::Share::shared), SerialOutput::rts);
  CHECK_FALSE(port.exclusive);
  ptt.set(true);
  {
    const std::unique_ptr<ModemLines> squelch = port.open(TtyPort::Share::shared);
    CHECK(port.outputs() == TIOCM_RTS);
    port.lines |= TIOCM_CTS | TIOCM_CD;
    CHECK(squelch->on(SerialInput::cts) == true);
    CHECK(squelch->on(SerialInput::dcd) == true);
    CHECK(squelch->on(SerialInput::dsr) == false);
    CHECK(squelch->on(SerialInput::ri) == false);
    port.answers_modem = false;
    CHECK(squelch->on(SerialInput::cts) == std::nullopt);
    port.answers_modem = true;
  }
  CHECK(port.outputs() == TIOCM_RTS);
  CHECK(port.levels == "both - rts ");
}

TEST_CASE("a port that was opened first for its squelch has its lines down, too") {
  FakeKernelPort port;
  const std::unique_ptr<ModemLines> squelch = port.open(TtyPort::Share::shared);
  CHECK(port.levels == "both - ");
}

TEST_CASE("a pseudo terminal has no modem lines and says so, and a file in place of a port is refused and left alone") {
  const base::Descriptor master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  REQUIRE(master);
  REQUIRE(::grantpt(master.get()) == 0);
  REQUIRE(::unlockpt(master.get()) == 0);
  std::array<char, 64> name{};
  REQUIRE(::ptsname_r(master.get(), name.data(), name.size()) == 0);
  CHECK(contains(error_of([&] { TtyPort(name.data(), TtyPort::Share::alone); }), " has no modem lines: "));

  CHECK(contains(error_of([] { TtyPort("/dev/null", TtyPort::Share::alone); }), "/dev/null is no serial port: "));
  const TemporaryFolder directory;
  directory.write("ttyUSB0", "notes");
  CHECK(contains(error_of([&] { TtyPort(directory / "ttyUSB0", TtyPort::Share::alone); }), " is no device"));
  CHECK(directory.read("ttyUSB0") == "notes");
  CHECK(contains(error_of([&] { TtyPort(directory / "ttyUSB1", TtyPort::Share::alone); }), "No such file"));
  CHECK_FALSE(std::filesystem::exists(directory / "ttyUSB1"));
}

}  // namespace zgw::radio
