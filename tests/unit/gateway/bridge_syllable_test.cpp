// The first syllable: whatever opened the over, wherever in a card period it began and however long the channel took to
// give a stream, what the channel hears begins no later than the speech did, and lasts as long.
#include <algorithm>
#include <cmath>
#include <numbers>

#include <doctest/doctest.h>

#include "unit/gateway/world.hpp"

using namespace std::chrono_literals;
using zgw::base::Duration;
using zgw::base::SampleCount;
using zgw::base::TimePoint;
using zgw::fakes::World;
using zgw::gateway::BridgeSettings;
using zgw::gateway::DetectedBy;
namespace voice = zgw::voice;

namespace {

constexpr int hz = 16000;

// Something that swings and glides like a voice, loud from its first sample to its last, and never twice the same.
std::vector<float> speech() {
  std::vector<float> pcm;
  double phase = 0;
  for (int i = 0; i < hz; ++i) {
    const double t = static_cast<double>(i) / hz;
    phase += 2 * std::numbers::pi * (140 + 50 * std::sin(17 * t) + 25 * t) / hz;
    double sum = 0;
    for (int harmonic = 1; harmonic <= 18; ++harmonic)
      sum += std::sin(harmonic * phase) * (1 + std::sin(harmonic + 23 * t)) / std::sqrt(harmonic);
    pcm.push_back(static_cast<float>(0.05 * sum));
  }
  return pcm;
}

// A quarter of the samples will do to find where something is.
std::vector<float> coarse(const std::vector<float>& pcm) {
  std::vector<float> out;
  for (std::size_t i = 0; i + 4 <= pcm.size(); i += 4) out.push_back(pcm[i] + pcm[i + 1] + pcm[i + 2] + pcm[i + 3]);
  return out;
}

struct Found {
  double at;     // ms from the beginning of what was sent
  double alike;  // 1: the same
};

// Where `what` begins in `sent`, up to 200 ms before its beginning, should its head be missing.
Found find(const std::vector<float>& what, const std::vector<float>& sent) {
  const int ahead = 800;
  const std::vector<float> needle = coarse(what);
  std::vector<float> hay(ahead);
  const std::vector<float> rest = coarse(sent);
  hay.insert(hay.end(), rest.begin(), rest.end());
  double ours = 1e-9;
  for (std::size_t i = 0; i < needle.size(); i += 2) ours += static_cast<double>(needle[i]) * needle[i];
  Found best{0, 0};
  for (std::size_t at = 0; at + needle.size() <= hay.size() && at < 2400; ++at) {
    double both = 0;
    double theirs = 1e-9;
    for (std::size_t i = 0; i < needle.size(); i += 2) {
      both += static_cast<double>(needle[i]) * hay[at + i];
      theirs += static_cast<double>(hay[at + i]) * hay[at + i];
    }
    const double alike = both / std::sqrt(ours * theirs);
    if (alike > best.alike) best = {(static_cast<double>(at) - ahead) / 4, alike};
  }
  return best;
}

struct Way {
  const char* name;
  DetectedBy by;
  bool automatic;
};

BridgeSettings settings_of(const Way& way) {
  BridgeSettings settings;
  settings.detector = way.by;
  settings.vox.automatic = way.automatic;
  settings.vox.attack = 320;
  settings.vox.hang = 8000;
  settings.opus.bitrate = 40000;
  settings.opus.complexity = 2;
  return settings;
}

}  // namespace

TEST_CASE("no millisecond of the first syllable is missing, whatever opened, at any phase, for a stream 2 s late") {
  const std::vector<float> said = speech();
  const std::vector<float> head(said.begin(), said.begin() + hz / 5);
  const std::vector<float> end(said.end() - hz / 5, said.end());
  for (const Way& way :
       {Way{"cos", DetectedBy::cos, false}, Way{"vox", DetectedBy::vox, false}, Way{"vox auto", DetectedBy::vox, true},
        Way{"cos and vox", DetectedBy::cos_and_vox, false}, Way{"cos and vox auto", DetectedBy::cos_and_vox, true},
        Way{"cos or vox", DetectedBy::cos_or_vox, false}}) {
    CAPTURE(way.name);
    for (int phase = 0; phase < 8; ++phase) {
      const std::chrono::microseconds offset(phase * 2600 + 400);
      const Duration late = phase % 4 == 0 ? 2s : phase % 4 == 1 ? 100ms : phase % 4 == 2 ? 900ms : 0ms;
      CAPTURE(offset.count());
      World world(settings_of(way), {hz});
      world.accepts_after = late;
      world.online();
      world.run(1s);
      const TimePoint begins = world.now + offset;
      const SampleCount first = world.position() + world.rate.samples(offset);
      world.hears = [&](TimePoint, SampleCount position) {
        const SampleCount at = position - first;
        return at >= 0 && at < static_cast<SampleCount>(said.size()) ? said[static_cast<std::size_t>(at)] : 0.0F;
      };
      world.at(offset, [&] { world.cos(true); });
      world.at(offset + 1s, [&] { world.cos(false); });
      world.run_until(begins + 4s);
      REQUIRE(world.channel.streams().size() == 1);
      const auto sent = voice::decode(world.channel.all_packets(), {hz});
      const Found there = find(head, sent);
      CHECK(there.alike > 0.8);
      CHECK(there.at >= 0);
      CHECK(there.at <= 160);  // and not much before it
      const std::vector<float> rest(sent.begin() + static_cast<std::ptrdiff_t>(there.at * 16 + 0.7 * hz), sent.end());
      const Found last = find(end, rest);
      CHECK(last.alike > 0.8);
      CHECK(last.at == doctest::Approx(100).epsilon(0.02));  // 800 ms after the first, to a frame's jitter: none
    }
  }
}

TEST_CASE("the squelch tail is not in the channel and the last word is whole, and a short drop is silence") {
  const std::vector<float> said = speech();
  BridgeSettings settings = settings_of({"cos", DetectedBy::cos, false});
  bool cut = true;
  SUBCASE("cut") {
    settings.tail_cut = 150ms;
  }
  SUBCASE("cut, and a voice asked for") {
    settings.tail_cut = 150ms;
    settings.detector = DetectedBy::cos_and_vox;
    settings.vox.automatic = true;
  }
  SUBCASE("not with VOX, nor where a voice holds the over") {
    settings.tail_cut = 150ms;
    settings.detector = DetectedBy::cos_or_vox;
    cut = false;
  }
  SUBCASE("not cut") {
    cut = false;
  }
  for (const bool comes_back : {false, true}) {
    CAPTURE(comes_back);
    World world(settings, {hz});
    world.online();
    world.run(507ms);
    const SampleCount first = world.rate.samples(world.now - World::start);
    // 1 s of speech, then 150 ms of noise at full level until the line drops; perhaps 200 ms later once more.
    const auto over = [&](SampleCount at) {
      if (at < 0 || at >= hz * 1150 / 1000) return 0.0F;
      const auto i = static_cast<std::size_t>(at);
      return i < said.size() ? said[i] : 0.9F * static_cast<float>((i * 7919) % 101) / 50 - 0.9F;
    };
    world.hears = [&](TimePoint, SampleCount position) {
      return over(position - first) + (comes_back ? over(position - first - hz * 1350 / 1000) : 0);
    };
    for (const auto from : {0ms, 1350ms}) {
      if (from > 0ms && !comes_back) continue;
      world.at(from, [&] { world.cos(true); });
      world.at(from + 1150ms, [&] { world.cos(false); });
    }
    world.run(5s);
    REQUIRE(world.channel.streams().size() == 1);
    CHECK(world.observer.overs.at(0).outcome == "delivered");
    const auto sent = voice::decode(world.channel.all_packets(), {hz});
    const Found head = find({said.begin(), said.begin() + hz / 5}, sent);
    CHECK(head.at >= 0);
    const auto rest_from = [&](double ms) {
      return std::vector<float>(sent.begin() + static_cast<std::ptrdiff_t>((head.at + ms) * 16), sent.end());
    };
    const Found last = find({said.end() - hz / 5, said.end()}, rest_from(700));
    CHECK(last.alike > 0.8);
    CHECK(last.at == doctest::Approx(100).epsilon(0.02));
    const auto tail = rest_from(1010);
    double loudest = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(tail.size(), 16 * 130); ++i)
      loudest = std::max(loudest, std::fabs(static_cast<double>(tail[i])));
    CHECK((loudest < 0.2) == cut);
    if (!comes_back) continue;
    const Found again = find({said.begin(), said.begin() + hz / 5}, rest_from(1250));
    CHECK(again.alike > 0.8);
    CHECK(again.at == doctest::Approx(100).epsilon(0.02));
  }
}
