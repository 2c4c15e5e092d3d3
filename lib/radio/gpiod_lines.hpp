// GPIO lines over libgpiod: an output for PTT, an input for COS, and the list of what there is.
//
// One of gpiod_lines_v1.cpp (libgpiod 1.6) and gpiod_lines_v2.cpp (libgpiod 2.x) is compiled; names and messages are
// shared, in gpiod_names.cpp. Values are logical: active-low is undone by the kernel, so an unkeyed line is 0 for both
// polarities, and that is what an output is requested with.
//
// Thread: any one at a time, but set() by two at once. Real-time safe: set(). Errors: opening throws std::runtime_error
// that says what to do; afterwards a result tells.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace zgw::radio {

enum class Bias { as_is, disabled, pull_up, pull_down };

/// `chip`: "gpiochip0", "0", "/dev/gpiochip0" or a label such as "pinctrl-bcm2711". `line`: its offset or its name.
struct LineName {
  std::string chip;
  std::variant<unsigned, std::string> line;
};

/// `gpiochip0:17`, for messages.
std::string to_string(const LineName& name);

struct LineSettings {
  LineName name;
  bool active_low = false;
  Bias bias = Bias::as_is;
  bool open_drain = false;  ///< outputs only
};

struct GpioLine {
  unsigned offset = 0;
  std::string name;      ///< may be empty
  std::string consumer;  ///< who uses it; empty when nobody does
  bool output = false;
  bool active_low = false;
};

struct GpioChip {
  std::string path;  ///< /dev/gpiochip0
  std::string label;
  std::vector<GpioLine> lines;
};

/// An output that is inactive from its request until after its release, unless set() says otherwise.
class OutputLine {
 public:
  /// The logical value every output is requested with, whatever its polarity.
  static constexpr bool initial_value() { return false; }

  explicit OutputLine(const LineSettings& settings);
  ~OutputLine();
  OutputLine(const OutputLine&) = delete;
  OutputLine& operator=(const OutputLine&) = delete;

  /// Sets the logical value; false when the kernel refused, as it does when the chip is gone.
  bool set(bool active) noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// An input with edge events of both directions. Debouncing is done elsewhere.
class InputLine {
 public:
  explicit InputLine(const LineSettings& settings);
  ~InputLine();
  InputLine(const InputLine&) = delete;
  InputLine& operator=(const InputLine&) = delete;

  /// Readable when there are edge events.
  [[nodiscard]] int descriptor() const noexcept;

  /// Reads the waiting edge events away.
  void drain() noexcept;

  /// The logical value now, or nothing when it cannot be read.
  [[nodiscard]] std::optional<bool> level() noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The chips that can be opened, with their lines, by number.
std::vector<GpioChip> list_gpio_chips();

/// The library at run time, such as "libgpiod 1.6.3".
std::string gpiod_version();

}  // namespace zgw::radio
