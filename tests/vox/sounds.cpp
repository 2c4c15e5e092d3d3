#include "vox/sounds.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace zgw::vox {
namespace {

using base::SampleCount;
using Pcm = std::vector<float>;

constexpr double closed_squelch = -70;  // what a sound card has by itself, in dBFS

double amplitude(double db) {
  return std::pow(10, db / 20);
}

SampleCount samples(double ms) {
  return static_cast<SampleCount>(ms * rate.hz / 1000);
}

// ---- noise

enum class Colour { flat, soft, sharp };  // as it comes; de-emphasised; as a discriminator gives it

// Two steps of a linear congruential generator: quick, and the same with every library.
class Noise {
 public:
  explicit Noise(unsigned seed) : state_(seed * 2654435761U + 1) {}
  double operator()() {
    double sum = 0;
    for (int i = 0; i < 2; ++i) {
      state_ = state_ * 1664525U + 1013904223U;
      sum += static_cast<double>(state_ >> 8) / 8388608.0 - 1;
    }
    return sum * 1.2247;  // RMS 1
  }

 private:
  std::uint32_t state_;
};

Pcm noise(double ms, double db, Colour colour, unsigned seed) {
  Noise next(seed);
  Pcm pcm(static_cast<std::size_t>(samples(ms)));
  double before = 0;
  double sum = 0;
  for (float& sample : pcm) {
    const double white = next();
    const double value = colour == Colour::flat   ? white
                         : colour == Colour::soft ? before + 0.06 * (white - before)
                                                  : white - before;
    before = colour == Colour::soft ? value : white;
    sample = static_cast<float>(value);
    sum += value * value;
  }
  const auto gain = static_cast<float>(amplitude(db) / std::sqrt(sum / static_cast<double>(pcm.size())));
  for (float& sample : pcm) sample *= gain;
  return pcm;
}

Pcm silence(double ms, unsigned seed) {
  return noise(ms, closed_squelch, Colour::flat, seed);
}

void add(Pcm& to, const Pcm& what, SampleCount at) {
  for (std::size_t i = 0; i < what.size(); ++i) to[static_cast<std::size_t>(at) + i] += what[i];
}

void append(Pcm& to, const Pcm& what) {
  to.insert(to.end(), what.begin(), what.end());
}

// ---- machines

Pcm tone(double ms, double db, double hz) {
  Pcm pcm(static_cast<std::size_t>(samples(ms)));
  for (std::size_t i = 0; i < pcm.size(); ++i) {
    const double phase = 2 * std::numbers::pi * hz * static_cast<double>(i) / rate.hz;
    pcm[i] = static_cast<float>(std::numbers::sqrt2 * amplitude(db) * std::sin(phase));
  }
  return pcm;
}

// Up to 1.5 kHz, each harmonic softer than the one before.
Pcm hum(double ms, double db, double hz) {
  Pcm pcm(static_cast<std::size_t>(samples(ms)));
  for (int harmonic = 1; harmonic * hz < 1500; ++harmonic)
    add(pcm, tone(ms, db - 20 * std::log10(harmonic), hz * harmonic), 0);
  return pcm;
}

// ---- speech

// `before`, an over with a carrier of its own floor, `before` again.
struct Over {
  double level;  // of the speech
  double floor = closed_squelch;
  Pcm under = {};  // added to the whole over
  double before = closed_squelch;
  double click = 0;  // ms of noise when the carrier comes
  double tail = 0;   // … and when it has gone
};

constexpr double lead_in = 300;  // from the carrier to the first word, and from the last one to its end
constexpr double around = 1400;

Sound over_of(const std::string& kind, const Speech& speech, const Over& over, unsigned seed) {
  const double spoken_ms = 1000.0 * static_cast<double>(speech.pcm.size()) / rate.hz;
  const double carrier = lead_in + spoken_ms + lead_in;
  Sound sound{kind, noise(around, over.before, Colour::flat, seed), {}};
  Pcm heard = noise(carrier, over.floor, Colour::flat, seed + 1);
  const auto gain = static_cast<float>(amplitude(over.level));
  for (std::size_t i = 0; i < speech.pcm.size(); ++i)
    heard[static_cast<std::size_t>(samples(lead_in)) + i] += gain * speech.pcm[i];
  if (!over.under.empty()) {
    for (std::size_t i = 0; i < heard.size(); ++i) heard[i] += over.under[i % over.under.size()];
  }
  if (over.click > 0) add(heard, noise(over.click, -14, Colour::flat, seed + 2), 0);
  const SampleCount begins = samples(around) + samples(lead_in);
  append(sound.pcm, heard);
  if (over.tail > 0) append(sound.pcm, noise(over.tail, -14, Colour::flat, seed + 3));
  append(sound.pcm, noise(around, over.before, Colour::flat, seed + 4));
  for (const Span& word : speech.words) sound.words.push_back({begins + word.from, begins + word.to});
  return sound;
}

void each_over(const std::function<void(const Sound&)>& judge) {
  const std::vector<Speech> speech = two_voices_each();
  unsigned seed = 1;
  const auto overs = [&](const std::string& kind, const std::vector<Over>& ways) {
    for (const Over& way : ways) {
      for (const Speech& one : speech) judge(over_of(kind, one, way, seed += 10));
    }
  };
  overs("speech at −16, −26, −36 dBFS, squelch closed before", {{-16}, {-26}, {-36}});
  overs("speech at −16, −26, −36 dBFS over hiss at −50 dBFS", {{-16, -50}, {-26, -50}, {-36, -50}});
  overs("weak signal: speech 12 dB over its hiss", {{-20, -32}, {-30, -42}});
  overs("speech at −26 dBFS over hum of 50 and 60 Hz at −36 dBFS",
        {{-26, -60, hum(1000, -36, 50)}, {-26, -60, hum(1000, -36, 60)}});
  overs("speech at −26 dBFS over CTCSS of 88.5 and 250.3 Hz at −26 dBFS",
        {{-26, -60, tone(2000, -26, 88.5)}, {-26, -60, tone(10000, -26, 250.3)}});
  overs("speech at −26 dBFS on a card with an offset of 0.05", {{-26, -60, Pcm(1000, 0.05F)}});
  overs("squelch click before, 200 ms of squelch tail after",
        {{-20, -55, {}, closed_squelch, 40, 200}, {-30, -55, {}, closed_squelch, 40, 200}});
  overs("receiver without squelch: noise at −20 dBFS around", {{-20, -55, {}, -20}, {-26, -55, {}, -20}});
}

// ---- what is no speech

void each_noise(const std::function<void(const Sound&)>& judge) {
  unsigned seed = 100000;
  // `what` four times, beginning at another place in the detector's windows each time.
  const auto bursts = [&](const std::string& kind, const Pcm& what, double pause = 1000) {
    Sound sound{kind, silence(2000, ++seed), {}};
    for (int i = 0; i < 4; ++i) {
      Pcm burst = silence(1000.0 * static_cast<double>(what.size()) / rate.hz, ++seed);
      add(burst, what, 0);
      append(sound.pcm, burst);
      append(sound.pcm, silence(pause + 2.6 * (i + 1), ++seed));
    }
    judge(sound);
  };
  constexpr std::array colours = {Colour::flat, Colour::soft, Colour::sharp};
  for (const Colour colour : colours) {
    for (const double db : {-12.0, -24.0, -36.0})
      bursts("open squelch: 3 s of hiss, from one moment to the next", noise(3000, db, colour, ++seed));
  }
  for (const Colour colour : colours) {
    for (const double ms : {20.0, 60.0, 150.0, 400.0}) {
      for (const double db : {-10.0, -20.0, -30.0})
        bursts("noise bursts and squelch tails of 20 to 400 ms", noise(ms, db, colour, ++seed));
    }
  }
  for (const double ms : {0.1, 1.0, 5.0}) {
    Pcm click(static_cast<std::size_t>(samples(50)));
    for (std::size_t i = 0; i < click.size(); ++i)
      click[i] = static_cast<float>(0.8 * std::exp(-1000.0 * static_cast<double>(i) / rate.hz / ms));
    bursts("clicks of the squelch switch", click, 300);
  }
  for (const double hz : {50.0, 60.0, 100.0, 120.0}) {
    for (const double db : {-14.0, -30.0}) bursts("hum with its harmonics, switched on", hum(2004, db, hz));
  }
  for (const double hz : {67.0, 77.0, 88.5, 100.0, 123.0, 146.2, 167.9, 186.2, 203.5, 229.1, 250.3, 254.1})
    bursts("CTCSS alone, −14 dBFS", tone(1503, -14, hz));
  for (const double hz : {400.0, 700.0, 1000.0, 1750.0, 2800.0}) {
    for (const double db : {-14.0, -34.0}) bursts("whistles and tones of 400 to 2800 Hz", tone(2003, db, hz));
  }
  for (const double hz : {420.0, 1000.0, 1750.0, 2800.0}) {
    for (const double over : {6.0, 9.0, 12.0, 18.0}) {
      Pcm whistle = noise(12000, -45, Colour::flat, ++seed);
      add(whistle, tone(4003, -45 + over, hz), samples(3000));
      judge({"whistles 6 to 18 dB over hiss", whistle, {}});
    }
  }
  bursts("an offset of 0.1, switched on", Pcm(static_cast<std::size_t>(samples(2000)), 0.1F));
}

}  // namespace

void each_sound(const std::function<void(const Sound&)>& judge) {
  each_over(judge);
  each_noise(judge);
}

}  // namespace zgw::vox
