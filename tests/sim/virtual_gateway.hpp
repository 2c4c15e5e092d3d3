// The whole gateway in virtual time: the real bridge, sessions and reconnect rules on one side of a network with a
// delay, the real Channel API service on the other, a scripted radio, and a person in the channel. Hours run in
// seconds; the same seed gives the same run.
#pragma once

#include <chrono>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "fakes/fake_audio_out.hpp"
#include "fakes/fake_ptt.hpp"
#include "fakes/recording_observer.hpp"
#include "gateway/bridge.hpp"
#include "simulator/channel_service.hpp"
#include "zello/reconnect.hpp"
#include "zello/session.hpp"

namespace zgw::sim {

using namespace std::chrono_literals;

/// One end of a connection: a session, and the way of its messages to the service.
struct Node {
  explicit Node(zello::SessionSettings settings) : session(std::move(settings)) {}
  zello::Session session;
  simulator::ClientId id = 0;
  bool connected = true;
  std::function<void(const zello::Effect&)> on_notice;
  std::function<void(const zello::AudioPacket&)> on_audio;
};

/// What a person says: what his stream announces, and what his packets really hold.
struct Voice {
  zello::CodecHeader header;
  std::chrono::microseconds packet_duration{60000};
  std::vector<std::uint8_t> packet = {0x58, 0xFF, 0xFE};  ///< SILK wideband, 60 ms: any audio will do
  std::chrono::milliseconds every{60};
};

class VirtualGateway final : private gateway::Channel {
 public:
  static constexpr base::SampleRate rate{16000};

  explicit VirtualGateway(std::uint64_t seed = 1, gateway::BridgeSettings bridge_settings = {})
      : random_(seed),
        settings_(bridge_settings),
        service({.accounts = {{"gateway", "g"}, {"alice", "a"}}, .channels = {"Rescue"}, .strict = true}),
        out(now, ptt, rate, 100ms),
        reconnect_({}, [this] { return std::uniform_real_distribution<double>(0, 1)(random_); }) {
    settings_.vox.rate = rate;
    bridge.emplace(settings_, gateway::BridgePorts{ptt, *this, out, observer});
    person = connect("alice", "a", {});
  }

  // The script's hands.
  void at(base::Duration after, std::function<void()> what) { agenda_.emplace(now + after, std::move(what)); }
  void run(base::Duration duration) {
    const base::TimePoint end = now + duration;
    while (step(end)) {
    }
  }
  /// The radio hears somebody: COS on, speech-like noise, COS off.
  void radio_speaks(base::Duration length) {
    bridge->on_cos(true, now);
    hears_until_ = now + length;
    at(length, [this] { bridge->on_cos(false, now); });
  }
  /// The person speaks packets in real time; false when the channel is busy (nothing is said then).
  void person_speaks(int packets, const Voice& voice = {});
  void cut_link() {
    if (link) drop(*link);
  }

  base::TimePoint now = base::TimePoint{} + 1000s;
  base::Duration latency = 40ms;

 private:
  std::mt19937_64 random_;
  gateway::BridgeSettings settings_;

 public:
  simulator::ChannelService service;
  fakes::FakePtt ptt{now};
  fakes::FakeAudioOut out;
  fakes::RecordingObserver observer;
  std::optional<gateway::Bridge> bridge;
  std::shared_ptr<Node> link;  ///< the gateway's connection, while there is one
  std::shared_ptr<Node> person;
  int connects = 0;
  std::uint64_t heard_packets = 0;  ///< by the person
  int heard_streams = 0;
  std::size_t announced = 0;  ///< streams of the person that the gateway heard of
  bool card_runs = true;

 private:
  // gateway::Channel
  void start_stream(const gateway::StreamFormat& format) override;
  bool send_packet(std::span<const std::uint8_t> opus) override;
  void stop_stream() override;
  [[nodiscard]] std::size_t unconfirmed() const override { return 0; }

  std::shared_ptr<Node> connect(const std::string& user, const std::string& password,
                                const std::optional<std::string>& token);
  void keep_connected();
  void connect_gateway(const std::optional<std::string>& token);
  void drop(Node& node);
  void perform(const std::shared_ptr<Node>& node, const zello::Effects& effects);
  void deliver(const simulator::Actions& actions);
  void to_service(const std::shared_ptr<Node>& node, std::function<simulator::Actions()> what);
  void on_gateway_notice(const zello::Effect& notice);
  void on_person_notice(const zello::Effect& notice);
  void say_next(int left, const Voice& voice);
  bool step(base::TimePoint end);
  void capture();

  zello::Reconnect reconnect_;
  std::multimap<base::TimePoint, std::function<void()>> agenda_;
  std::map<simulator::ClientId, std::shared_ptr<Node>> nodes_;
  simulator::ClientId next_id_ = 1;
  base::TimePoint next_period_ = now;
  base::TimePoint hears_until_;
  std::vector<float> period_ = std::vector<float>(320);
  std::vector<std::uint8_t> packet_;
  std::vector<std::uint8_t> spoken_;
};

}  // namespace zgw::sim
