// Onset to first packet: speech begins at the card, VOX hears it, a stream is asked for, and the first packet of it is
// at the server. The start_stream round trip is on loopback and stays in the figure.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>

#include "bench/overs.hpp"
#include "bench/speech.hpp"

namespace zgw::bench {
namespace {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::duration<double, std::milli>;

// From where the voice is there: what a detector makes of a soft consonant is another question.
Samples from_first_vowel(const Samples& speech, std::size_t length) {
  const auto loud = std::find_if(speech.begin(), speech.end(), [](int sample) { return std::abs(sample) > 6500; });
  const auto count = std::min<std::ptrdiff_t>(speech.end() - loud, static_cast<std::ptrdiff_t>(length));
  return {loud, loud + count};
}

}  // namespace

void measure_onset(const Options& options, Rows& rows) {
  const int tries = options.pick(20, 4);
  Rig rig(options, "onset", {});
  rig.start();
  rig.run_for(1s);
  Place& place = rig.place(0);
  const Samples voice = from_first_vowel(*speech_on_air(options, 3s), 38400);
  std::vector<double> packet;
  std::vector<double> asked;
  for (int i = 0; i < tries; ++i) {
    // The voice and the two and a half periods of the card for which a gateway that hears nothing sleeps have no common
    // clock: the card takes what it hears as the beginning of what is read next, so the voice begins at any phase of
    // it.
    const std::chrono::milliseconds phase{i * 50 / tries};
    Samples all = silence(phase);
    all.insert(all.end(), voice.begin(), voice.end());
    const std::size_t heard = place.antenna->heard().size();
    const std::size_t before = place.sent.size();
    over_from_radio(rig, std::make_shared<const Samples>(std::move(all)));
    const auto times = place.antenna->heard();
    if (times.size() <= heard || place.sent.size() <= before) throw std::runtime_error("nothing was heard");
    const base::TimePoint onset = times[heard] + phase;
    packet.push_back(Milliseconds(place.sent[before].when - onset).count());
    asked.push_back(Milliseconds(place.asked - onset).count());
    rig.run_for(1200ms);
  }
  rows.push_back({"onset", "onset at the card to the first packet at the server, VOX, median", quantile(packet, 0.5),
                  "ms", 50,
                  text("worst of %d: %.0f ms; start_stream after %.0f ms (median)", tries, quantile(packet, 1),
                       quantile(asked, 0.5))});
}

}  // namespace zgw::bench
