// Latency of speech that is under way, in both directions. Where a sample is in the other signal is found by
// correlation, so that the delays of filters count; when a sample was at the card, the card says. Opus' look-ahead
// (6.5 ms), which nobody can shorten, is taken off.
#include <chrono>
#include <stdexcept>

#include "audio/opus_codec.hpp"
#include "audio/resampler.hpp"
#include "bench/overs.hpp"
#include "bench/speech.hpp"
#include "simulator/fidelity.hpp"

namespace zgw::bench {
namespace {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr base::SampleRate app_rate{16000};
constexpr Milliseconds period{20};
constexpr Milliseconds frame{60};
constexpr Milliseconds target{120};
constexpr Milliseconds held = target - frame;  // the packet that completes the target has come, and all of it waits
constexpr std::size_t opening = 8;             // packets of what was heard before the stream was open

Milliseconds look_ahead() {
  return app_rate.duration(static_cast<base::SampleCount>(audio::OpusEncoder({}).lookahead()));
}

base::SampleCount place_of(const audio::Recording& said, const audio::Recording& heard) {
  const simulator::Fidelity fidelity = simulator::compare(said.pcm, heard.pcm, said.rate);
  if (fidelity.correlation < 0.5) throw std::runtime_error("what was heard is not what was said");
  return fidelity.delay;
}

// The oldest sample of each packet: from the card to the socket, less what it has to wait for by the settings.
void radio_to_wire(Rig& rig, const audio::Recording& said, const SharedSamples& on_air, std::vector<double>& beyond) {
  Place& place = rig.place(0);
  const std::size_t heard = place.antenna->heard().size();
  const std::size_t first = place.sent.size();
  over_from_radio(rig, on_air);
  const base::TimePoint began = place.antenna->heard().at(heard);
  audio::OpusDecoder decoder(app_rate);
  audio::Recording decoded{app_rate, {}};
  for (std::size_t i = first; i < place.sent.size(); ++i) {
    if (!decoder.decode(place.sent[i].opus, decoded.pcm)) throw std::runtime_error("a packet cannot be decoded");
  }
  const base::SampleCount shift = place_of(said, decoded);
  const std::size_t speech_packets = said.pcm.size() / 960;
  for (std::size_t i = opening; i < speech_packets; ++i) {
    const auto sample = static_cast<base::SampleCount>(960 * i) - shift;
    const base::TimePoint at_card = began + app_rate.duration(sample);
    beyond.push_back((Milliseconds(place.sent[first + i].when - at_card) - period - frame - look_ahead()).count());
  }
}

audio::Recording at_app_rate(const audio::Recording& in) {
  audio::Recording out{app_rate, {}};
  audio::Resampler resampler(in.rate, app_rate, 8);
  resampler.process(in.pcm, out.pcm);
  resampler.flush(out.pcm);
  return out;
}

// The first sample of each packet: from the server to the moment that the card plays it, less what the target holds.
void wire_to_radio(Rig& rig, const audio::Recording& said, std::vector<double>& beyond) {
  Place& place = rig.place(0);
  const std::size_t first = place.said.size();
  over_from_channel(rig, said);
  const auto keying = place.radio->keyings().back();
  const audio::Recording on_air = at_app_rate(place.radio->transmitted(keying.on, *keying.off));
  const base::TimePoint began = keying.on + app_rate.duration(place_of(said, on_air));
  for (std::size_t i = first; i < place.said.size(); ++i) {
    const base::TimePoint played = began + app_rate.duration(static_cast<base::SampleCount>(960 * (i - first)));
    beyond.push_back((Milliseconds(played - place.said[i]) - held - look_ahead()).count());
  }
}

}  // namespace

void measure_latency(const Options& options, Rows& rows) {
  const int overs = options.pick(8, 2);
  const auto length = 4s;
  {
    Rig::Settings settings;
    settings.cos = "file";
    Rig rig(options, "latency-rx", settings);
    rig.start();
    rig.run_for(1s);
    const audio::Recording said = speech(options, app_rate, length);
    const SharedSamples on_air = speech_on_air(options, length);
    std::vector<double> beyond;
    for (int i = 0; i < overs; ++i) {
      radio_to_wire(rig, said, on_air, beyond);
      rig.run_for(1200ms + 3ms * i);
    }
    rows.push_back({"rx_latency", "latency radio to wire beyond period + frame, median", quantile(beyond, 0.5), "ms", 5,
                    text("%zu packets of %d overs; period 20 ms, frame 60 ms", beyond.size(), overs)});
    rows.push_back({"rx_latency_p99", "latency radio to wire beyond period + frame, 99 of 100", quantile(beyond, 0.99),
                    "ms", 15, ""});
  }
  Rig::Settings settings;
  settings.cos = "file";
  settings.people = true;
  settings.ptt_keys = ", lead: 0ms";
  settings.bridge_keys = ", jitter: {target: 120ms}";
  Rig rig(options, "latency-tx", settings);
  rig.start();
  rig.run_for(1s);
  const audio::Recording said = speech(options, app_rate, length);
  std::vector<double> beyond;
  for (int i = 0; i < overs; ++i) {
    wire_to_radio(rig, said, beyond);
    rig.run_for(700ms + 3ms * i);
  }
  rows.push_back({"tx_latency", "latency wire to radio beyond the jitter target, median", quantile(beyond, 0.5), "ms",
                  5, text("%zu packets of %d overs; target 120 ms, lead 0 ms", beyond.size(), overs)});
  rows.push_back({"tx_latency_p99", "latency wire to radio beyond the jitter target, 99 of 100", quantile(beyond, 0.99),
                  "ms", 15, ""});
}

}  // namespace zgw::bench
