// What the radios of the bench hear: each its card's fifo, fed from recordings that they share, 60 ms ahead of time.
// A simulator::SimulatedRadio keeps a copy of what it heard and a timer of its own, which a hundred of them would feel.
//
// Thread: the io_context's. Errors: std::runtime_error where a fifo cannot be opened.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/time.hpp"

namespace zgw::bench {

using Samples = std::vector<std::int16_t>;  ///< at 48 kHz
using SharedSamples = std::shared_ptr<const Samples>;

class Antenna {
 public:
  explicit Antenna(std::filesystem::path folder);
  ~Antenna();
  Antenna(const Antenna&) = delete;
  Antenna& operator=(const Antenna&) = delete;

  /// A station transmits: the squelch opens, and `samples` come from now on.
  void receive(SharedSamples samples, base::TimePoint now);
  /// Once every 10 ms. The squelch closes when all was heard.
  void feed(base::TimePoint now);
  [[nodiscard]] bool receiving() const { return samples_ != nullptr; }

  /// The file of its squelch, in a folder of its own: what the card notes in its folder is no news of a squelch.
  [[nodiscard]] std::filesystem::path squelch_file() const { return folder_ / "squelch" / "cos"; }

  /// When the card captured each sample that followed a silence.
  [[nodiscard]] std::vector<base::TimePoint> heard() const;

 private:
  void set_cos(bool open) const;

  std::filesystem::path folder_;
  int fifo_ = -1;
  SharedSamples samples_;
  std::size_t fed_ = 0;
  base::TimePoint began_;
};

}  // namespace zgw::bench
