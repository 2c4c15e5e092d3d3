// Two fobs that are alike, of which one takes the other's name: in a /sys that the test has made.
#include "radio/kept_port.hpp"

#include <memory>

#include <doctest/doctest.h>

#include "radio/event.hpp"
#include "radio/reopened_cos.hpp"
#include "radio/reopened_ptt.hpp"
#include "radio/serial_ports.hpp"
#include "unit/radio/errors.hpp"
#include "unit/radio/fake_sys.hpp"

using namespace std::chrono_literals;

namespace zgw::radio {
namespace {

constexpr const char* fob_id = "0003:00000D8C:0000000C";
constexpr const char* fob_name = "C-Media USB Audio Device";

/// Fob A of the machine in port 1-1.2 and fob B in 1-1.3: "Device" is A.
struct Fobs {
  Machine machine;
  void pull_out_a() const { machine.pull_out("1-1.2", "1", 3); }
  void pull_out_b() const { machine.pull_out("1-1.3", "2", 10); }
  /// B drops off USB for a moment, and comes back to a name that is free.
  void b_takes_the_name() const {
    pull_out_b();
    machine.fob("1-1.3", "1", "Device", 3, fob_id, fob_name, "");
  }
  void b_gives_the_name_back() const {
    machine.pull_out("1-1.3", "1", 3);
    machine.fob("1-1.3", "2", "Device_1", 10, fob_id, fob_name, "");
  }
  void plug_in_a(const std::string& port = "1-1.2") const { machine.fob(port, "1", "Device", 3, fob_id, fob_name, ""); }
};

struct Pulled {
  bool alive = true;
};

/// A PTT line or an input on the HID interface of the card "Device"; dead when its fob was pulled out.
struct Line final : PttLine, gateway::Cos {
  explicit Line(std::shared_ptr<Pulled> of) : fob(std::move(of)) {}
  bool set(bool on) noexcept override {
    keyed = on && fob->alive;
    return fob->alive;
  }
  [[nodiscard]] int descriptor() const override { return event.descriptor(); }
  std::optional<bool> carrier() override { return fob->alive ? std::optional(true) : std::nullopt; }
  std::shared_ptr<Pulled> fob;
  Event event;
  bool keyed = false;
};

/// Opens as the daemon does, and keeps which fob it has.
struct Opener {
  std::unique_ptr<Line> open() {
    const HidDevice device = find_cm108({std::nullopt, "hw:CARD=Device"}, fobs.machine.roots());
    if (keeps) port.check(device.port);
    at = device.port;
    fob = std::make_shared<Pulled>();
    return std::make_unique<Line>(fob);
  }
  void lose() const { fob->alive = false; }

  Fobs fobs;
  bool keeps = true;
  KeptPort port{"HID interface"};
  std::string at;
  std::shared_ptr<Pulled> fob;
};

bool comes_back(ReopenedPtt& line) {
  for (int i = 0; i < 2 * ReopenedPtt::patience; ++i) {
    if (line.set(false)) return true;
    CHECK_FALSE(line.set(true));
  }
  return false;
}

}  // namespace

TEST_CASE("a PTT line is not taken to the other fob that has its name, and comes back with its own") {
  Opener opener;
  ReopenedPtt line([&] { return opener.open(); });
  REQUIRE(opener.at == "1-1.2");
  opener.fobs.pull_out_a();
  opener.lose();
  CHECK_FALSE(comes_back(line));
  CHECK(opener.port.take_refusal().empty());  // it is away, and nobody has its name
  opener.fobs.b_takes_the_name();
  CHECK_FALSE(comes_back(line));
  CHECK(opener.at == "1-1.2");
  CHECK(opener.port.take_refusal() ==
        "HID interface is at USB port 1-1.3 now, it was at 1-1.2: another device has its name; waiting for the one at "
        "1-1.2");
  CHECK_FALSE(comes_back(line));
  CHECK(opener.port.take_refusal().empty());  // said
  opener.fobs.b_gives_the_name_back();
  opener.fobs.plug_in_a();
  CHECK(comes_back(line));
  CHECK(opener.at == "1-1.2");
  CHECK(line.set(true));
}

TEST_CASE("a squelch line is not taken to the other fob that has its name, and comes back with its own") {
  Opener opener;
  base::TimePoint now = base::TimePoint{} + 1000s;
  ReopenedCos line([&] { return opener.open(); }, IfMissing::fail, [&] { return now; });
  CHECK(line.carrier() == true);
  opener.fobs.pull_out_a();
  opener.lose();
  opener.fobs.b_takes_the_name();
  for (int i = 0; i < 5; ++i, now += 3s) CHECK(line.carrier() == std::nullopt);
  CHECK(contains(opener.port.take_refusal(), "1-1.3 now"));
  opener.fobs.b_gives_the_name_back();
  opener.fobs.plug_in_a();
  now += 3s;
  CHECK(line.carrier() == true);
  CHECK(opener.at == "1-1.2");
}

TEST_CASE("a fob whose port is not kept is taken up wherever it is plugged in") {
  Opener opener;
  opener.keeps = false;
  ReopenedPtt line([&] { return opener.open(); });
  opener.fobs.pull_out_a();
  opener.lose();
  opener.fobs.plug_in_a("1-1.7");
  CHECK(comes_back(line));
  CHECK(opener.at == "1-1.7");
}

TEST_CASE("a device without a USB port at first is let in from anywhere") {
  KeptPort port("sound card radio");
  for (const char* at : {"", "1-1.2", "", "1-1.3"}) CHECK_NOTHROW(port.check(at));
  CHECK(port.refusal().empty());
}

TEST_CASE("what has the name of a device on USB and is none is refused, and each refusal is news once") {
  KeptPort port("sound card hw:1");
  const auto refused = [&](const std::string& at) {
    CHECK_THROWS(port.check(at));
    return port.take_refusal();
  };
  port.check("1-1.2");
  CHECK(refused("") ==
        "sound card hw:1 is at no USB port now, it was at 1-1.2: another device has its name; waiting for the one at "
        "1-1.2");
  CHECK(refused("").empty());
  CHECK_FALSE(refused("1-1.3").empty());
  port.check("1-1.2");
  CHECK_FALSE(refused("1-1.3").empty());  // anew
  CHECK(contains(port.refusal(), "1-1.3"));
  CHECK_THROWS(port.check("1-1.4"));
  port.check("1-1.2");
  CHECK(port.take_refusal().empty());  // over before somebody asked
  CHECK(contains(port.refusal(), "1-1.4"));
}

TEST_CASE("the USB port of a card by its number, and of a serial port by its node or a link to it") {
  const Fobs fobs;
  const Machine& machine = fobs.machine;
  CHECK(usb_port_of_card(2, machine.roots()) == "1-1.3");
  for (const int none : {0, 9, -1}) CHECK(usb_port_of_card(none, machine.roots()).empty());
  machine.serial("1-1.6", "ttyUSB0");
  machine.link("dev/radio_a", "dev/ttyUSB0");
  CHECK(usb_port_of_tty(machine.dev("ttyUSB0"), machine.roots()) == "1-1.6");
  CHECK(usb_port_of_tty(machine.dev("radio_a"), machine.roots()) == "1-1.6");
  machine.make("dev/ttyS0", "");
  for (const char* none : {"ttyS0", "ttyUSB9"}) CHECK(usb_port_of_tty(machine.dev(none), machine.roots()).empty());
}

}  // namespace zgw::radio
