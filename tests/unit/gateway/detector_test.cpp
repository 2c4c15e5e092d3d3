// COS and VOX, alone and together.
#include "gateway/detector.hpp"

#include <doctest/doctest.h>

#include "unit/gateway/voice.hpp"

using namespace std::chrono_literals;
using zgw::base::Duration;
using zgw::base::SampleRate;
using zgw::base::TimePoint;
using zgw::gateway::Carrier;
using zgw::gateway::DetectedBy;
using zgw::gateway::Detector;
namespace voice = zgw::voice;

namespace {

constexpr SampleRate rate{16000};
constexpr TimePoint start = TimePoint{} + 1000s;

Detector::Settings settings_of(DetectedBy by) {
  Detector::Settings settings;
  settings.by = by;
  settings.vox = {.rate = rate, .attack = 320, .hang = 8000};  // 20 ms, 500 ms
  return settings;
}

// A detector and the time it lives in.
struct Rig {
  explicit Rig(const Detector::Settings& settings) : detector(settings) {}
  explicit Rig(DetectedBy by) : Rig(settings_of(by)) {}

  // What the radio hears for a while, in card periods.
  void hear(Duration length, bool speech) {
    for (const TimePoint end = now + length; now < end;) {
      const auto pcm = speech ? voice::tone(rate, 20ms, 1000) : std::vector<float>(320);
      now += 20ms;
      detector.on_audio(pcm);
      detector.on_time(now);
    }
  }
  void line(bool on) { detector.on_line(on, now); }
  Carrier carrier() { return detector.carrier(); }

  Detector detector;
  TimePoint now = start;
};

}  // namespace

TEST_CASE("each detector alone does not care for the other") {
  Rig cos(DetectedBy::cos);
  cos.hear(200ms, true);
  CHECK(cos.carrier() == Carrier::closed);
  cos.line(true);
  cos.hear(60ms, false);
  CHECK(cos.carrier() == Carrier::open);
  Rig vox(DetectedBy::vox);
  vox.line(true);
  vox.hear(200ms, false);
  CHECK(vox.carrier() == Carrier::closed);
  CHECK_FALSE(vox.detector.next_deadline());
  vox.hear(60ms, true);
  CHECK(vox.carrier() == Carrier::open);
  Rig none(DetectedBy::none);
  none.line(true);
  none.hear(200ms, true);
  CHECK(none.carrier() == Carrier::closed);
}

TEST_CASE("and: the line without a voice is nothing, a voice without the line is nothing, also afterwards") {
  Rig rig(DetectedBy::cos_and_vox);
  rig.line(true);
  rig.hear(1s, false);
  CHECK(rig.carrier() == Carrier::closed);
  rig.line(false);
  rig.hear(1s, true);
  CHECK(rig.carrier() == Carrier::closed);
  rig.line(true);  // what the voice switch heard just before the line does not count
  rig.hear(100ms, false);
  CHECK(rig.carrier() == Carrier::closed);
  rig.hear(60ms, true);
  CHECK(rig.carrier() == Carrier::open);
}

TEST_CASE("and: the voice switch listens while the line settles") {
  Rig rig(DetectedBy::cos_and_vox);
  rig.line(true);
  rig.hear(60ms, true);
  CHECK(rig.carrier() == Carrier::open);
}

TEST_CASE("and: a pause of the voice is the voice switch's hang, the end of the line the line's") {
  Rig rig(DetectedBy::cos_and_vox);
  rig.line(true);
  rig.hear(200ms, true);
  REQUIRE(rig.carrier() == Carrier::open);
  SUBCASE("a pause") {
    rig.hear(480ms, false);
    CHECK(rig.carrier() == Carrier::hang);
    rig.hear(20ms, true);
    CHECK(rig.carrier() == Carrier::open);
    rig.hear(520ms, false);
    CHECK(rig.carrier() == Carrier::closed);
  }
  SUBCASE("the line drops, whatever is heard") {
    rig.line(false);
    rig.hear(60ms, true);
    CHECK(rig.carrier() == Carrier::hang);
    rig.hear(300ms, true);
    CHECK(rig.carrier() == Carrier::closed);
  }
  SUBCASE("the line comes back in its hang") {
    rig.line(false);
    rig.hear(200ms, false);
    CHECK(rig.carrier() == Carrier::hang);
    rig.line(true);
    rig.hear(100ms, true);
    CHECK(rig.carrier() == Carrier::open);
  }
  SUBCASE("the line drops in a pause") {
    rig.hear(400ms, false);
    rig.line(false);
    rig.hear(80ms, false);
    CHECK(rig.carrier() == Carrier::hang);
    rig.hear(100ms, false);
    CHECK(rig.carrier() == Carrier::closed);
  }
}

TEST_CASE("or: open where one is, hang where one is") {
  Rig rig(DetectedBy::cos_or_vox);
  rig.hear(60ms, true);
  CHECK(rig.carrier() == Carrier::open);
  rig.line(true);
  rig.hear(1s, false);
  CHECK(rig.carrier() == Carrier::open);
  rig.line(false);
  rig.hear(100ms, false);
  CHECK(rig.carrier() == Carrier::hang);
  rig.hear(300ms, false);
  CHECK(rig.carrier() == Carrier::closed);
}

TEST_CASE("a carrier that is always there is a line that is always on") {
  Detector::Settings settings = settings_of(DetectedBy::cos_and_vox);
  settings.carrier_always = true;
  Rig rig(settings);
  rig.line(false);  // nobody says so, and nobody is believed
  rig.hear(100ms, false);
  CHECK(rig.carrier() == Carrier::closed);
  rig.hear(60ms, true);
  CHECK(rig.carrier() == Carrier::open);
  rig.hear(600ms, false);
  CHECK(rig.carrier() == Carrier::closed);
  settings.by = DetectedBy::cos;
  Rig alone(settings);
  alone.hear(20ms, false);
  CHECK(alone.carrier() == Carrier::open);
}

TEST_CASE("an over reaches back to where the line came on, or as far as the voice switch needs") {
  Rig cos(DetectedBy::cos);
  cos.line(true);
  cos.hear(400ms, false);
  CHECK(cos.detector.back(cos.now) == 420ms);
  Rig vox(DetectedBy::vox);
  CHECK(vox.detector.lead() == 345ms);
  CHECK(vox.detector.back(vox.now) == 145ms);
  CHECK(vox.detector.detection() == 25ms);
  Rig both(DetectedBy::cos_and_vox);
  CHECK(both.detector.detection() == 50ms);
  both.line(true);
  both.hear(100ms, true);
  CHECK(both.detector.back(both.now) == 120ms);
  both.hear(1s, false);
  both.hear(60ms, true);
  CHECK(both.detector.back(both.now) == 180ms);  // 100 ms before the sound began, in a period of 20 ms
  Rig either(DetectedBy::cos_or_vox);
  either.line(true);
  either.hear(300ms, false);
  CHECK(either.detector.back(either.now) == 320ms);
  Detector::Settings fixed = settings_of(DetectedBy::vox);
  fixed.preroll = 300ms;
  CHECK(Detector(fixed).lead() == 300ms);
  CHECK(Detector(fixed).back(start) == 300ms);
}

TEST_CASE("after a guard only what a line vouches for is somebody else, and the voice switch begins anew") {
  for (const auto by : {DetectedBy::cos, DetectedBy::cos_and_vox, DetectedBy::cos_or_vox, DetectedBy::vox}) {
    CAPTURE(static_cast<int>(by));
    Rig rig(by);
    rig.line(true);
    rig.hear(100ms, true);
    CHECK(rig.detector.heard_since(start, rig.now) == (by == DetectedBy::vox ? 0ms : 120ms));
    CHECK(rig.detector.heard_since(start + 1ms, rig.now) == 0ms);
    rig.detector.forget();
    const bool by_line = by == DetectedBy::cos || by == DetectedBy::cos_or_vox;
    CHECK(rig.carrier() == (by_line ? Carrier::open : Carrier::closed));
    rig.hear(60ms, true);
    CHECK(rig.carrier() == Carrier::open);
  }
}
