#include <cerrno>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>

#include <doctest/doctest.h>
#include <poll.h>

#include "radio/file_cos.hpp"
#include "radio/gpiod_cos.hpp"
#include "radio/gpiod_names.hpp"
#include "radio/leased_ptt.hpp"
#include "radio/ptt_lines.hpp"
#include "unit/radio/errors.hpp"
#include "unit/radio/rig.hpp"

namespace zgw::radio {
namespace {

bool readable(int descriptor) {
  pollfd waiting{descriptor, POLLIN, 0};
  return ::poll(&waiting, 1, 0) == 1;
}

const std::vector<GpioChip> two_chips{{"/dev/gpiochip0", "pinctrl-bcm2711", {}}, {"/dev/gpiochip4", "exp-gpio", {}}};
const std::vector<std::string> three_paths{"/dev/gpiochip0", "/dev/gpiochip4", "/dev/gpiochip10"};

}  // namespace

TEST_CASE("the file of a PTT line has a time and a word in each line, beginning with off") {
  const TemporaryFolder directory;
  const auto before = std::chrono::steady_clock::now().time_since_epoch().count();
  {
    FilePtt line(directory / "ptt");
    LeasedPtt ptt(line);
    ptt.hold(std::chrono::steady_clock::now() + std::chrono::milliseconds(900));
    ptt.hold(std::chrono::steady_clock::now() + std::chrono::milliseconds(900));
    ptt.release();
  }
  const auto after = std::chrono::steady_clock::now().time_since_epoch().count();
  std::istringstream lines(directory.read("ptt"));
  std::string words;
  std::int64_t last = before;
  std::int64_t time = 0;
  for (std::string word; lines >> time >> word; words += word + " ") {
    CHECK(time >= last);
    last = time;
  }
  CHECK(last <= after);
  CHECK(words == "off on off off ");  // construction, one keying however often renewed, release, destruction
}

TEST_CASE("the file of a PTT line is appended to, and a directory that is missing is an error") {
  const TemporaryFolder directory;
  directory.write("ptt", "1 off\n");
  FilePtt line(directory / "ptt");
  CHECK(line.set(true));
  CHECK(contains(directory.read("ptt"), "1 off\n"));
  CHECK(contains(error_of([&] { FilePtt(directory / "no/ptt"); }), "cannot write PTT to "));
}

TEST_CASE("a radio without a PTT line takes everything") {
  NoPtt line;
  CHECK(line.set(true));
  CHECK(line.set(false));
}

TEST_CASE("the carrier file says 1 or 0, and anything else says nothing") {
  const TemporaryFolder directory;
  FileCos cos(directory / "cos");
  CHECK(cos.carrier() == std::nullopt);
  directory.write("cos", "1\n");
  CHECK(cos.carrier() == true);
  directory.write("cos", "0");
  CHECK(cos.carrier() == false);
  for (const char* text : {"", "2\n", "open\n", "11111111111111111111", "1 0\n"}) {
    directory.write("cos", text);
    CHECK(cos.carrier() == std::nullopt);
  }
}

TEST_CASE("a change of the carrier file is announced, written in place, renamed or removed") {
  const TemporaryFolder directory;
  FileCos cos(directory / "cos");
  CHECK_FALSE(readable(cos.descriptor()));
  directory.write("cos", "1\n");
  CHECK(readable(cos.descriptor()));
  CHECK(cos.carrier() == true);
  CHECK_FALSE(readable(cos.descriptor()));
  directory.write("new", "0\n");
  cos.carrier();
  std::filesystem::rename(directory / "new", directory / "cos");
  CHECK(readable(cos.descriptor()));
  CHECK(cos.carrier() == false);
  std::filesystem::remove(directory / "cos");
  CHECK(readable(cos.descriptor()));
  CHECK(cos.carrier() == std::nullopt);
}

TEST_CASE("a carrier file in a directory that is missing is an error") {
  const TemporaryFolder directory;
  CHECK(contains(error_of([&] { FileCos(directory / "no/cos"); }), "for the carrier: No such file"));
}

TEST_CASE("a GPIO output is requested inactive, which is unkeyed for both polarities") {
  // The value is logical: the kernel turns it into a high level for an active-low line.
  static_assert(!OutputLine::initial_value());
  CHECK_FALSE(OutputLine::initial_value());
}

TEST_CASE("a GPIO chip is found by its file, its number, its path or its label") {
  CHECK(find_gpio_chip("10", three_paths, two_chips) == "/dev/gpiochip10");
  CHECK(find_gpio_chip("0", three_paths, two_chips) == "/dev/gpiochip0");
  CHECK(find_gpio_chip("gpiochip4", three_paths, two_chips) == "/dev/gpiochip4");
  CHECK(find_gpio_chip("/dev/gpiochip10", three_paths, two_chips) == "/dev/gpiochip10");
  CHECK(find_gpio_chip("pinctrl-bcm2711", three_paths, two_chips) == "/dev/gpiochip0");
}

TEST_CASE("a GPIO chip that is missing is an error that lists what there is") {
  CHECK(error_of([] { find_gpio_chip("gpiochip1\n", three_paths, two_chips); }) ==
        "no GPIO chip \"gpiochip1\\n\"; chips here: /dev/gpiochip0 (pinctrl-bcm2711), /dev/gpiochip4 (exp-gpio), "
        "/dev/gpiochip10");
  CHECK(error_of([] { find_gpio_chip("gpiochip0", {}, {}); }) == "no GPIO chip \"gpiochip0\"; chips here: none");
}

TEST_CASE("opening a line of a missing chip fails, for output, PTT and input") {
  const LineSettings settings{{"gpiochip4711", 17U}, true, Bias::pull_up, false};
  CHECK(contains(error_of([&] { OutputLine line(settings); }), "no GPIO chip \"gpiochip4711\"; chips here: "));
  CHECK(contains(error_of([&] { GpiodPtt line(settings); }), "no GPIO chip \"gpiochip4711\"; chips here: "));
  CHECK(contains(error_of([&] { GpiodCos cos(settings); }), "no GPIO chip \"gpiochip4711\"; chips here: "));
}

TEST_CASE("a busy GPIO line says who has it, and a forbidden one says which group to join") {
  const LineName name{"gpiochip0", std::string("GPIO17")};
  CHECK(gpio_failure(name, "request it", EBUSY, "spi0 CS1") ==
        "GPIO line gpiochip0:GPIO17: cannot request it: Device or resource busy; it is in use by \"spi0 CS1\"");
  CHECK(contains(gpio_failure({"gpiochip0", 3U}, "open the chip", EACCES), "gpiochip0:3: "));
  CHECK(contains(gpio_failure({"gpiochip0", 3U}, "open the chip", EACCES), "in the group gpio"));
}

TEST_CASE("a GPIO line that is missing says how many there are, and which chip has one of this name") {
  const std::vector<GpioChip> chips{{"/dev/gpiochip0", "pinctrl-rp1", {{27, "GPIO27"}}}, {"/dev/gpiochip4", "exp", {}}};
  CHECK(gpio_missing({"gpiochip4", std::string("GPIO27")}, 8, chips) ==
        "GPIO line gpiochip4:GPIO27: the chip has no such line; it has 8 lines; /dev/gpiochip0 (pinctrl-rp1) has one "
        "of this name");
  CHECK(gpio_missing({"gpiochip4", 27U}, 8, chips) ==
        "GPIO line gpiochip4:27: the chip has no such line; it has 8 lines");
}

TEST_CASE("GPIO chips are counted by number, and other files are not chips") {
  const TemporaryFolder directory;
  for (const char* name : {"gpiochip10", "gpiochip2", "gpiochip", "gpiochip1x", "gpiomem"}) directory.write(name, "");
  CHECK(gpio_chip_paths(directory.path()) ==
        std::vector<std::string>{directory / "gpiochip2", directory / "gpiochip10"});
  CHECK(gpio_chip_paths(directory / "missing").empty());
}

}  // namespace zgw::radio
