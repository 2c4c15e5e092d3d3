// PTT and squelch on a CM108: the bytes, and what a device may do to us.
#include <algorithm>
#include <cerrno>

#include <doctest/doctest.h>

#include "radio/cm108_lines.hpp"
#include "radio/device_file.hpp"
#include "radio/key_guard.hpp"
#include "radio/leased_ptt.hpp"
#include "radio/reopened_cos.hpp"
#include "radio/reopened_ptt.hpp"
#include "unit/radio/errors.hpp"
#include "unit/radio/fake_hid.hpp"
#include "unit/radio/rig.hpp"

namespace zgw::radio {
namespace {

using namespace std::chrono_literals;
using Report = FakeHid::Report;

const Report keyed{0, 0, 4, 4, 0};
const Report unkeyed{0, 0, 0, 4, 0};

}  // namespace

TEST_CASE("a CM108 is keyed on GPIO3 with 00 00 04 04 00 and unkeyed with 00 00 00 04 00") {
  FakeHid device;
  {
    Cm108Ptt line(device.open(), 3, false);
    CHECK(line.set(true));
    CHECK(line.set(false));
  }
  CHECK(device.sent == std::vector<Report>{unkeyed, keyed, unkeyed, unkeyed});
}

TEST_CASE("each pin of a CM119 has its bit, and no other pin is driven") {
  for (unsigned pin = 1; pin <= 8; ++pin) {
    const auto bit = static_cast<std::uint8_t>(1U << (pin - 1));
    CHECK(cm108_output(pin, true) == Cm108Output{0, 0, bit, bit, 0});
    CHECK(cm108_output(pin, false) == Cm108Output{0, 0, 0, bit, 0});
  }
}

TEST_CASE("a CM108 that keys with a low pin is driven high first and last") {
  FakeHid device;
  {
    Cm108Ptt line(device.open(), 3, true);
    line.set(true);
  }
  CHECK(device.sent == std::vector<Report>{keyed, unkeyed, keyed});  // the levels the other way round
}

TEST_CASE("nothing keys a CM108 at opening, closing, losing and finding it again, under guard and lease") {
  for (const bool low : {false, true}) {
    FakeHid device;
    {
      ReopenedPtt line([&] { return std::make_unique<Cm108Ptt>(device.open(), 3, low); });
      KeyGuard guard({{line, 3min}});
      for (int i = 0; i < 100; ++i) {
        device.there = i % 40 < 5;
        guard.on_time(base::TimePoint{} + 1000s + i * KeyGuard::retry);
        line.set(false);
      }
      device.there = true;
      int attempts = 0;
      while (!guard.unkey_all()) REQUIRE(++attempts < ReopenedPtt::patience);
      LeasedPtt lease(line);
      lease.release();
    }
    CHECK(device.sent.size() > 5);
    const Report off = low ? keyed : unkeyed;
    CHECK(std::all_of(device.sent.begin(), device.sent.end(), [&](const Report& report) { return report == off; }));
  }
}

TEST_CASE("a report waits until the one before is three milliseconds old, and not longer than it must") {
  FakeHid device;
  base::TimePoint now = base::TimePoint{} + 1h;
  std::vector<base::Duration> waits;
  Cm108Ptt line(device.open(), 3, false,
                {[&] { return now; },
                 [&](base::Duration length) {
                   waits.push_back(length);
                   now += length;
                 }});
  CHECK(waits.empty());
  line.set(true);
  now += 1ms;
  line.set(false);
  now += 3ms;
  line.set(true);
  CHECK(waits == std::vector<base::Duration>{3ms, 2ms});
  CHECK(device.sent == std::vector<Report>{unkeyed, keyed, unkeyed, keyed});
}

TEST_CASE("a CM108 that takes no report cannot be opened, and is not keyed by trying") {
  FakeHid device;
  device.there = false;
  errno = ENODEV;
  CHECK(contains(error_of([&] { Cm108Ptt(device.open(), 3, false); }), "takes no report for its pins: No such device"));
  device.there = true;
  CHECK(device.sent.empty());
}

TEST_CASE("a carrier is a button that is held down: VOL_DN is bit 1 and VOL_UP bit 0, pulled low") {
  using Bytes = std::vector<std::uint8_t>;
  CHECK(cm108_level(Bytes{0, 0, 0, 0}, Cm108Input::vol_dn) == true);
  CHECK(cm108_level(Bytes{2, 0, 0, 0}, Cm108Input::vol_dn) == false);
  CHECK(cm108_level(Bytes{1, 0, 0, 0}, Cm108Input::vol_dn) == true);
  CHECK(cm108_level(Bytes{1, 0, 0, 0}, Cm108Input::vol_up) == false);
  CHECK(cm108_level(Bytes{12, 0, 0, 0}, Cm108Input::vol_up) == true);  // the mutes are somebody else's
}

TEST_CASE("the pins GPIO1 to GPIO4 of a CM108 are read as levels") {
  using Bytes = std::vector<std::uint8_t>;
  const std::vector<Cm108Input> pins{Cm108Input::gpio1, Cm108Input::gpio2, Cm108Input::gpio3, Cm108Input::gpio4};
  for (std::size_t i = 0; i < pins.size(); ++i) {
    CHECK(cm108_level(Bytes{0, static_cast<std::uint8_t>(1U << i)}, pins[i]) == true);
    CHECK(cm108_level(Bytes{255, static_cast<std::uint8_t>(255U ^ (1U << i))}, pins[i]) == false);
  }
}

TEST_CASE("the carrier is known from the moment a CM108 is opened") {
  FakeHid device;
  device.state = Report{2, 0, 0, 0};
  Cm108Cos open(device.open(), Cm108Input::vol_dn, true);
  CHECK(open.carrier() == true);
  device.state = Report{0, 0, 0, 0};
  Cm108Cos closed(device.open(), Cm108Input::vol_dn, true);
  CHECK(closed.carrier() == false);
  Cm108Cos high(device.open(), Cm108Input::vol_dn, false);
  CHECK(high.carrier() == true);
}

TEST_CASE("a CM108 that does not say how it is has no carrier until it tells of one, whatever the level") {
  for (const bool low : {false, true}) {
    FakeHid device;
    device.state = Report{};
    Cm108Cos cos(device.open(), Cm108Input::vol_dn, low);
    CHECK(cos.carrier() == false);
    device.say({static_cast<std::uint8_t>(low ? 2 : 0), 0, 0, 0});
    CHECK(cos.carrier() == true);
  }
}

TEST_CASE("of the reports that wait the last one counts, and one that is too short is none") {
  FakeHid device;
  device.state = Report{0, 0, 0, 0};
  Cm108Cos cos(device.open(), Cm108Input::vol_dn, true);
  for (const int buttons : {2, 0, 2}) device.say({static_cast<std::uint8_t>(buttons), 0, 0, 0});
  device.say({0});
  CHECK(cos.carrier() == true);
  CHECK(cos.carrier() == true);
  device.say({0, 0});
  CHECK(cos.carrier() == false);
}

TEST_CASE("a flood of reports does not keep the control thread") {
  FakeHid device;
  device.state = Report{0, 0, 0, 0};
  Cm108Cos cos(device.open(), Cm108Input::vol_dn, true);
  for (int i = 0; i < 1000; ++i) device.say({2, 0, 0, 0});
  device.state = Report{2, 0, 0, 0};
  CHECK(cos.carrier() == true);
  CHECK(device.waiting.size() > 900);
}

TEST_CASE("where the kernel may have dropped the last reports the CM108 is asked, and where not it is not") {
  for (const int reports : {62, 63}) {
    FakeHid device;
    device.state = Report{0, 0, 0, 0};
    Cm108Cos cos(device.open(), Cm108Input::vol_dn, true);
    for (int i = 0; i < reports; ++i) device.say({2, 0, 0, 0});
    CHECK(cos.carrier() == (reports < 63));
    CHECK(cos.carrier() == (reports < 63));
  }
}

TEST_CASE("a CM108 that did not answer when it was opened is not asked again") {
  FakeHid device;
  device.state = Report{};
  Cm108Cos cos(device.open(), Cm108Input::vol_dn, true);
  device.state.reset();
  for (int i = 0; i < 63; ++i) device.say({2, 0, 0, 0});
  CHECK(cos.carrier() == true);
}

TEST_CASE("a CM108 that is pulled out says nothing, and is opened again with its state") {
  FakeHid device;
  device.state = Report{2, 0, 0, 0};
  base::TimePoint now{};
  ReopenedCos cos(
      [&]() -> std::unique_ptr<gateway::Cos> {
        if (!device.there) throw std::runtime_error("none");
        return std::make_unique<Cm108Cos>(device.open(), Cm108Input::vol_dn, true);
      },
      IfMissing::fail, [&] { return now; });
  CHECK(cos.carrier() == true);
  device.there = false;
  CHECK(cos.carrier() == std::nullopt);
  now += 1min;
  CHECK(cos.carrier() == std::nullopt);
  device.there = true;
  device.state = Report{0, 0, 0, 0};
  now += 1min;
  CHECK(cos.carrier() == false);
}

TEST_CASE("the kernel's answer about a state has a report number in front, that of uhid need not") {
  using Bytes = std::vector<std::uint8_t>;
  CHECK(without_report_number(Bytes{0, 2, 4, 0, 0}) == Bytes{2, 4, 0, 0});
  CHECK(without_report_number(Bytes{2, 4, 0, 0}) == Bytes{2, 4, 0, 0});
  CHECK(without_report_number(Bytes{}).empty());
}

TEST_CASE("a plain file in place of a hidraw node is refused and left alone, and a missing one is not made") {
  const TemporaryFolder directory;
  directory.write("hidraw0", "notes");
  CHECK(error_of([&] { HidrawPort(directory / "hidraw0"); }) ==
        (directory / "hidraw0").string() + " is no device; it was left in place of one: remove it");
  CHECK(directory.read("hidraw0") == "notes");
  CHECK(contains(error_of([&] { HidrawPort(directory / "hidraw1"); }), "hidraw1: No such file"));
  CHECK_FALSE(std::filesystem::exists(directory / "hidraw1"));
}

TEST_CASE("a device that is no hidraw node is refused before anything is written to it") {
  CHECK(contains(error_of([] { HidrawPort("/dev/null"); }), "/dev/null is no hidraw device: "));
}

TEST_CASE("a device that may not be opened says whose it is and what gives the right") {
  const TemporaryFolder directory;
  directory.write("hidraw0", "");
  std::filesystem::permissions(directory / "hidraw0", std::filesystem::perms::owner_read);
  const std::string error = open_failure(directory / "hidraw0", EACCES, "join the group");
  CHECK(contains(error, "hidraw0: Permission denied; its group is "));
  CHECK(contains(error, ", its mode 0400; join the group"));
  CHECK(contains(open_failure("/dev/ttyUSB0", EBUSY, ""), "busy; another program has it"));
}

}  // namespace zgw::radio
