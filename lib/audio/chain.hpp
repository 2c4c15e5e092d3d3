// What is done to speech on its way: a row of stages, each of which may be left out and costs nothing then.
//
//   DC removal -> pre- or de-emphasis -> high-pass -> low-pass -> AGC -> limiter
//
// The filters are linear, so that their order among each other is nobody's concern; they run as one. The limiter comes
// last, after the low-pass, which would overshoot the ceiling again. A high-pass has a zero at 0 Hz and takes the place
// of the DC removal.
//
// The limiter's look-ahead is made up for, as the resampler's delay is: the first sample that comes out is the first
// that went in, and flush() brings out the end, so that nothing is lost and the length is kept to the sample.
//
// Thread: any one at a time. Real-time safe: no (appends to vectors); no allocation in steady state. Errors:
// construction throws std::invalid_argument.
#pragma once

#include <optional>
#include <vector>

#include "audio/agc.hpp"
#include "audio/elliptic.hpp"
#include "audio/iir_filter.hpp"
#include "audio/limiter.hpp"
#include "base/units.hpp"

namespace zgw::audio {

/// What keeps CTCSS out, whose highest tone (254.1 Hz) is at 0.85 of the usual corner, 300 Hz.
constexpr EllipticShape highpass_shape{.order = 7, .ripple = {0.1}, .depth = {48}};
/// 66 dB down at 1.31 times the corner.
constexpr EllipticShape lowpass_shape{.order = 8, .ripple = {0.1}, .depth = {66}};

enum class Emphasis { none, pre, de };

/// All off.
struct ChainSettings {
  bool dc_removal = false;
  Emphasis emphasis = Emphasis::none;
  std::optional<base::Hertz> highpass;
  std::optional<base::Hertz> lowpass;
  std::optional<base::Decibels> agc;      ///< target level
  std::optional<base::Decibels> limiter;  ///< ceiling

  /// A constant that is put in does not come out.
  [[nodiscard]] bool removes_offset() const noexcept { return dc_removal || highpass; }
};

class Chain {
 public:
  Chain(const ChainSettings& settings, base::SampleRate rate);

  /// Works on pcm[from...], which follows what came before, in place; `pcm` gets shorter at the beginning of an over.
  void process(std::vector<float>& pcm, std::size_t from);
  /// Appends the rest, so that all that was put in has come out, and starts anew.
  void flush(std::vector<float>& pcm);
  /// Forgets the past.
  void reset() noexcept;

  /// Samples that were put in and have not come out.
  [[nodiscard]] std::size_t held() const noexcept { return delay() - to_drop_; }
  [[nodiscard]] std::size_t delay() const noexcept { return limiter_ ? limiter_->delay() : 0; }

 private:
  std::optional<IirFilter> filter_;
  std::optional<Agc> agc_;
  std::optional<Limiter> limiter_;
  std::size_t to_drop_ = 0;  // of what comes out next: the silence of the look-ahead
};

}  // namespace zgw::audio
