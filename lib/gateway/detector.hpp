// Whether the radio hears somebody: the COS line, the VOX, or the two together.
//
// Theory of operation: each of the two is a Carrier of its own (closed, open, hang); this class makes one of them.
//
//   cos          the line's
//   vox          the voice switch's
//   cos_and_vox  the voice switch's while the line is on; what is heard without the line does not count, not even as
//                what the voice switch still hangs on. A line that drops ends the over after the line's own hang,
//                whatever is heard: the voice cannot hold it. A pause of the voice is the voice switch's hang.
//   cos_or_vox   open where one is, else hang where one is
//
// An over begins with what was said before the detector opened. lead() is what opening takes at most; back() is how far
// an over that begins now reaches back: to when the line came on, where that is known and still kept.
//
// While the receiver is not listened to (own transmission, guard) the voice switch hears nothing, and forget() lets it
// begin anew; the line is a level and is followed throughout, so that a carrier that came up meanwhile is there
// afterwards.
//
// Thread: control. No clock. Units: std::chrono, samples at the card's rate. Errors: none.
#pragma once

#include <limits>
#include <optional>
#include <span>

#include "audio/vox.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "gateway/carrier.hpp"

namespace zgw::gateway {

enum class DetectedBy { cos, vox, cos_and_vox, cos_or_vox, none };

class Detector {
 public:
  struct Settings {
    DetectedBy by = DetectedBy::cos;
    CosDetector::Settings cos;
    audio::VoxSettings vox;
    bool carrier_always = false;                            ///< there is no line: as if it were always on
    std::optional<base::Duration> preroll;                  ///< none: what detection takes, with VOX back to the onset
    base::Duration period = std::chrono::milliseconds(20);  ///< the card's
    base::Duration kept = std::chrono::milliseconds(0);     ///< audio from before lead() that is kept as well
  };

  explicit Detector(const Settings& settings);

  void on_line(bool carrier_present, base::TimePoint now);
  void on_audio(std::span<const float> captured);
  void on_time(base::TimePoint now);
  [[nodiscard]] std::optional<base::TimePoint> next_deadline() const;

  [[nodiscard]] Carrier carrier() const;
  /// The same, but that a line which has come on and not settled is a hang already: nobody is to be keyed over.
  [[nodiscard]] Carrier receiver() const;
  /// The voice switch hears something that may be a voice.
  [[nodiscard]] bool listens_up() const { return has_voice() && vox_.state() == audio::Vox::State::attack; }
  /// What is heard and is below (the mean square of each 5 ms) does not open it.
  [[nodiscard]] float quiet() const { return has_voice() ? vox_.quiet() : std::numeric_limits<float>::max(); }
  /// When the carrier that has just opened came up, as far as is known.
  [[nodiscard]] base::TimePoint since(base::TimePoint now) const;
  [[nodiscard]] const CosDetector& line() const { return cos_; }
  /// When the line dropped, before any debouncing; nothing where it is on, or there is none.
  [[nodiscard]] std::optional<base::TimePoint> dropped() const {
    return has_line() && !cos_.on_since() ? std::optional(cos_.changed()) : std::nullopt;
  }

  /// From speech to open, at most.
  [[nodiscard]] base::Duration detection() const;
  [[nodiscard]] base::Duration lead() const;
  [[nodiscard]] base::Duration back(base::TimePoint now) const;
  /// Own transmission ended at `unkeyed`, and the guard after it ends now: how much of what was heard last is somebody
  /// else. Behind a line that came on meanwhile it is.
  [[nodiscard]] base::Duration heard_since(base::TimePoint unkeyed, base::TimePoint now) const;
  /// The voice switch begins anew; the line stays as it is.
  void forget() { vox_.reset(); }

 private:
  [[nodiscard]] bool has_line() const { return settings_.by != DetectedBy::vox && settings_.by != DetectedBy::none; }
  [[nodiscard]] bool has_voice() const { return settings_.by != DetectedBy::cos && settings_.by != DetectedBy::none; }
  [[nodiscard]] Carrier voice() const;
  [[nodiscard]] base::Duration voice_lead() const;
  [[nodiscard]] base::Duration voice_back() const;
  [[nodiscard]] base::Duration line_back(base::TimePoint now) const;

  Settings settings_;
  CosDetector cos_;
  audio::Vox vox_;
};

}  // namespace zgw::gateway
