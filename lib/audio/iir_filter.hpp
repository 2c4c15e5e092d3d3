// Runs the sections of a recursive filter, one after the other, over one stream of PCM.
//
// Theory of operation: each section is in transposed direct form II, in single precision. Four sections are worked on
// at once, in the four lanes of a vector: while the first has sample n, the second has n-1, and so on. At both ends of
// each call the lanes that have nothing to do keep their state, so that the output is that of one section after the
// other, at once and in whatever pieces the samples come: there is no delay but the filter's own.
//
// What the sections remember below -300 dBFS is forgotten at the end of a call, since arithmetic with denormal numbers
// is slow. A sample that is no number, or beyond any, would stay in a recursive filter for ever: the call that finds
// one gives silence and starts anew.
//
// Thread: any one at a time. Real-time safe: yes after construction. Cost: about 20 instructions a sample for each
// four sections or fewer; none without sections.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "audio/biquad.hpp"
#include "audio/four.hpp"

namespace zgw::audio {

class IirFilter {
 public:
  explicit IirFilter(std::span<const Biquad> sections);

  /// In place.
  void process(std::span<float> pcm) noexcept;
  /// Forgets the past.
  void reset() noexcept;

 private:
  static constexpr std::size_t lanes = 4;

  struct Group {
    Four b0{1, 1, 1, 1};
    Four b1{};
    Four b2{};
    Four a1{};
    Four a2{};
    Four first{};  // state
    Four second{};

    Four step(Four in) noexcept;
    Four step(Four in, FourFlags active) noexcept;
    void run(std::span<float> pcm) noexcept;
    /// False where the state is no number.
    bool tidy() noexcept;
  };

  std::vector<Group> groups_;
};

}  // namespace zgw::audio
