#include "fidelity/ways.hpp"

#include <algorithm>

namespace zgw::fidelity {
namespace {

using base::SampleCount;
using base::TimePoint;
using namespace std::chrono_literals;
using vox::rate;

constexpr float floor_of_card = 0.0003F;  // -70 dBFS

// Two steps of a linear congruential generator for each sample: the same with every library.
float hiss(SampleCount position) {
  auto state = static_cast<std::uint32_t>(position) * 2654435761U + 1;
  for (int i = 0; i < 2; ++i) state = state * 1664525U + 1013904223U;
  return floor_of_card * (static_cast<float>(state >> 8) / 8388608.0F - 1);
}

gateway::BridgeSettings radio_settings(Opener opener) {
  gateway::BridgeSettings settings;
  settings.detector = opener == Opener::cos           ? gateway::DetectedBy::cos
                      : opener == Opener::cos_and_vox ? gateway::DetectedBy::cos_and_vox
                                                      : gateway::DetectedBy::vox;
  settings.vox.automatic = opener == Opener::automatic_vox || opener == Opener::cos_and_vox;
  settings.rx_audio = {.dc_removal = true, .highpass = base::Hertz{300}, .limiter = base::Decibels{-6}};
  return settings;
}

gateway::BridgeSettings listener_settings(const audio::ChainSettings& stages) {
  gateway::BridgeSettings settings;
  settings.tx_audio = stages;
  return settings;
}

}  // namespace

Packets from_radio(std::span<const float> said, Opener opener, SampleCount at) {
  fakes::World world(radio_settings(opener), rate);
  const SampleCount begin = rate.samples(1500ms) + at;
  world.hears = [&](TimePoint /*when*/, SampleCount position) {
    const SampleCount i = position - begin;
    const bool speaks = i >= 0 && i < static_cast<SampleCount>(said.size());
    return hiss(position) + (speaks ? said[static_cast<std::size_t>(i)] : 0);
  };
  world.online();
  if (opener == Opener::cos || opener == Opener::cos_and_vox) {
    world.at(rate.duration(begin), [&] { world.cos(true); });
    world.at(rate.duration(begin + static_cast<SampleCount>(said.size())), [&] { world.cos(false); });
  }
  world.run(rate.duration(begin + static_cast<SampleCount>(said.size())) + 5s);
  REQUIRE(world.observer.overs.size() == 1);
  REQUIRE(world.observer.overs[0].outcome == "delivered");
  REQUIRE(world.observer.overs[0].lost() == 0);
  Packets packets = world.channel.all_packets();
  REQUIRE(packets.size() == world.observer.overs[0].packets);
  return packets;
}

Packets from_phone(std::span<const float> said) {
  Packets packets;
  const auto keep = [&](std::span<const std::uint8_t> opus) { packets.emplace_back(opus.begin(), opus.end()); };
  gateway::SpeechEncoder encoder(rate, {});
  encoder.begin();
  encoder.push(said, keep);
  encoder.finish(keep);
  return packets;
}

Listener::Listener(bool stages)
    : stages_(stages ? audio::ChainSettings{.highpass = base::Hertz{300},
                                            .lowpass = base::Hertz{3400},
                                            .limiter = base::Decibels{-6}}
                     : audio::ChainSettings{}),
      world_(listener_settings(stages_), rate) {
  world_.online();
}

Heard Listener::hear(const std::string& talker, const Packets& packets, const std::vector<bool>& missing) {
  const std::size_t before = world_.out.played().size();
  const std::size_t overs = world_.observer.overs.size();
  const gateway::Inbox::StreamId id = next_++;
  world_.bridge->on_incoming_start(id, talker, world_.now);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    if (missing[i]) continue;
    world_.at(60ms * (i + 1),
              [&, i] { world_.bridge->on_incoming_packet(id, static_cast<std::uint32_t>(i), packets[i], world_.now); });
  }
  world_.at(60ms * packets.size(), [&] { world_.bridge->on_incoming_stop(id, world_.now); });
  world_.run(60ms * packets.size() + 3s);
  REQUIRE(world_.observer.overs.size() == overs + 1);
  Heard heard{{}, 0ms, world_.observer.overs.back()};
  TimePoint end{};
  for (std::size_t i = before; i < world_.out.played().size(); ++i) {
    const auto& piece = world_.out.played()[i];
    // The card counts in whole microseconds.
    if (i > before && piece.from > end + 100us) {
      heard.dry += piece.from - end;
      heard.pcm.resize(heard.pcm.size() + static_cast<std::size_t>(rate.samples(piece.from - end)));
    }
    heard.pcm.insert(heard.pcm.end(), piece.pcm.begin(), piece.pcm.end());
    end = piece.to;
  }
  return heard;
}

std::vector<float> Listener::exactly(const Packets& packets) const {
  if (!stages_.lowpass) return voice::decode(packets, rate);  // no stages at all
  const base::SampleRate low{16000};
  std::vector<float> decoded = voice::decode(packets, low);
  audio::Chain({.highpass = stages_.highpass}, low).process(decoded, 0);
  const auto spread = static_cast<std::size_t>(rate.hz / low.hz);
  std::vector<float> pcm(spread * decoded.size());
  for (std::size_t i = 0; i < decoded.size(); ++i) pcm[spread * i] = static_cast<float>(spread) * decoded[i];
  audio::Chain last({.lowpass = stages_.lowpass, .limiter = stages_.limiter}, rate);
  last.process(pcm, 0);
  last.flush(pcm);
  return pcm;
}

}  // namespace zgw::fidelity
