// Sample-rate conversion of one mono stream, over speexdsp.
// The first output sample belongs to the first input sample (the filter's delay is taken off at the start), and flush()
// brings out the end, so that nothing is lost and the length is kept to the sample.
// Thread: any one at a time. Real-time safe: no (appends to vectors). Errors: construction throws
// std::invalid_argument.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/units.hpp"

namespace zgw::audio {

class Resampler {
 public:
  /// `quality`: speexdsp's 0 to 10. Equal rates copy.
  Resampler(base::SampleRate in, base::SampleRate out, int quality = 5);
  ~Resampler();
  Resampler(Resampler&&) noexcept;
  Resampler& operator=(Resampler&&) noexcept;
  Resampler(const Resampler&) = delete;
  Resampler& operator=(const Resampler&) = delete;

  /// Appends what `in` gives so far to `out`.
  void process(std::span<const float> in, std::vector<float>& out);

  /// Appends the rest, so that all that was put in has come out, and starts anew.
  void flush(std::vector<float>& out);

  /// Forgets the past.
  void reset();

  /// Samples of `out` that belong to what was put in and have not come out.
  [[nodiscard]] std::size_t held() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace zgw::audio
