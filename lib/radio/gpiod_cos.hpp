// A carrier line on a GPIO. Debouncing is the bridge's. Thread: control. Errors: construction throws, see InputLine.
#pragma once

#include <optional>

#include "gateway/ports.hpp"
#include "radio/gpiod_lines.hpp"

namespace zgw::radio {

class GpiodCos final : public gateway::Cos {
 public:
  explicit GpiodCos(const LineSettings& settings) : line_(settings) {}

  [[nodiscard]] int descriptor() const override { return line_.descriptor(); }
  std::optional<bool> carrier() override {
    line_.drain();
    return line_.level();
  }

 private:
  InputLine line_;
};

}  // namespace zgw::radio
