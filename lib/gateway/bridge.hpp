// One bridge: a radio on one side, a Zello channel on the other, one over at a time (with full duplex one each way).
//
// Theory of operation: Turns decides whose turn it is; this class keeps its levels up to date, carries out its actions
// and moves the audio:
//
//   radio  -> on_audio -> Detector -> pre-roll -> TailCut [-> DtmfControl] -> SpeechEncoder -> Outbox -> Channel port
//   channel -> on_incoming_... -> Inbox (jitter buffers) -> Transmission -> AudioOut port, while the Ptt port is held
//
// An opening of the detector is an over once OpeningFilter says so; until then it is captured and not sent. What the
// gateway itself has to say to the radio side, OwnSignals knows; it is a transmission like any other.
//
// While the link is switched off by DTMF the turns go on as ever, but nothing of an over from the radio reaches the
// encoder, and Inbox lets none from the channel through; what the gateway itself has to say is said.
//
// on_audio() is hear(), encode() and on_encoded() in one. Where there are several bridges, their encode(), which is
// most of the work, may run side by side: on any thread, while nobody else has a hand on the bridge. Whatever else
// comes between the three is welcome; what an over still has to be encoded when it ends is encoded then.
//
// The card drives everything: on_audio() comes with what was captured, as often as rhythm() says, and only it renews
// the PTT lease. So PTT needs a control thread that runs and a card whose sample count advances; where either stops,
// the lease ends by itself. A lease never reaches beyond the time-out.
//
// Thread: control, but for encode(). No clock: time comes in. Units: samples at the card's rate, std::chrono.
// Errors: reports and alarms.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "audio/chain.hpp"
#include "audio/level.hpp"
#include "audio/opus_codec.hpp"
#include "audio/vox.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "gateway/carrier.hpp"
#include "gateway/detector.hpp"
#include "gateway/dtmf_control.hpp"
#include "gateway/inbox.hpp"
#include "gateway/opening_filter.hpp"
#include "gateway/outbox.hpp"
#include "gateway/over_report.hpp"
#include "gateway/own_signals.hpp"
#include "gateway/ports.hpp"
#include "gateway/preroll.hpp"
#include "gateway/speech_encoder.hpp"
#include "gateway/tail_cut.hpp"
#include "gateway/transmission.hpp"
#include "gateway/turns.hpp"

namespace zgw::gateway {

struct BridgeSettings {
  using Detector = DetectedBy;

  TurnSettings turn;
  Duplex duplex = Duplex::half;
  Detector detector = Detector::cos;
  CosDetector::Settings cos;
  bool carrier_always = false;  ///< there is no line; as if it were always on
  base::Duration tail_cut{0};   ///< squelch tail; of the COS line, where no voice holds an over without it
  OpeningFilter::Settings opening;
  audio::VoxSettings vox;
  std::optional<base::Duration> preroll;  ///< none: what detection takes, see Detector
  base::Duration period = std::chrono::milliseconds(20);
  audio::ChainSettings rx_audio;  ///< what is done to the sound from the radio
  audio::ChainSettings tx_audio;  ///< … and to that of overs for it
  audio::OpusSettings opus;
  audio::JitterTarget jitter = {};  ///< its `pacing` follows from the period
  bool as_decoded = false;          ///< play samples as the decoder gives them: no fades, at the card's pace
  std::chrono::milliseconds hold_channel{30000};  ///< what is on its way is kept for a while without it, either way
  base::Duration hold_radio = std::chrono::seconds(30);
  base::Duration min_stream_interval = std::chrono::seconds(1);
  OwnSignals::Settings signals;
  std::optional<audio::Ctcss::Settings> ctcss;
  std::optional<DtmfControl::Settings> dtmf;
  base::Duration lease = std::chrono::milliseconds(250);
};

/// What the bridge tells whoever keeps the log and the journal.
class BridgeObserver {
 public:
  virtual ~BridgeObserver() = default;
  virtual void on_turn(TurnState state, base::TimePoint now) = 0;
  virtual void on_carrier(Carrier carrier, base::TimePoint now) = 0;
  virtual void on_over(const OverReport& report) = 0;
  /// Something an operator should look at: `raised` when it begins, false when it is over.
  virtual void on_alarm(std::string_view what, bool raised, base::TimePoint now) = 0;
  /// Somebody at a radio keyed a command, or what should have been one. `locked`: none is listened to for a while.
  virtual void on_dtmf(DtmfCommand command, bool locked, base::TimePoint now) = 0;
};

struct BridgePorts {
  Ptt& ptt;
  Channel& channel;
  AudioOut& audio_out;
  BridgeObserver& observer;
};

class Bridge {
 public:
  struct Counters {
    std::uint64_t time_outs = 0;
    std::uint64_t stalls = 0;
    std::uint64_t bad_packets = 0;    ///< from the channel, refused before or by the decoder
    std::uint64_t stray_packets = 0;  ///< from the channel, of a stream that is not known
    std::uint64_t passed_over = 0;    ///< openings of the detector that were no overs
    Dropped dropped;                  ///< of all overs, both ways
  };

  Bridge(const BridgeSettings& settings, BridgePorts ports);

  // Radio.
  /// Captured samples, in card periods or whatever has come. Empty calls renew nothing.
  void on_audio(std::span<const float> captured, base::TimePoint now);
  /// … without encoding it; the lease is renewed.
  void hear(std::span<const float> captured, base::TimePoint now);
  [[nodiscard]] bool has_to_encode() const { return encoder_.full(); }
  void encode() { encoder_.encode(); }
  /// What was encoded goes on its way.
  void on_encoded(base::TimePoint now);
  void on_cos(bool carrier_present, base::TimePoint now);
  void on_card_lost(base::TimePoint now);

  // Channel.
  /// The link was lost, and so many of the packets sent last never arrived. Before on_online(false).
  void on_undelivered(std::size_t packets, base::TimePoint now);
  void on_online(bool online, base::TimePoint now);
  /// `id`: the channel's number of the stream, for the report.
  void on_stream_opened(base::TimePoint now, std::optional<std::uint32_t> id = {});
  /// `words`: the service's own.
  void on_stream_refused(Refusal refusal, std::string_view words, base::TimePoint now);
  void on_stream_ended(base::TimePoint now);
  void on_stream_failed(Refusal refusal, std::string_view words, base::TimePoint now);
  void on_incoming_start(Inbox::StreamId id, std::string_view talker, base::TimePoint now);
  void on_incoming_packet(Inbox::StreamId id, std::uint32_t packet_id, std::span<const std::uint8_t> opus,
                          base::TimePoint now);
  void on_incoming_stop(Inbox::StreamId id, base::TimePoint now);
  /// … because the link or the channel went.
  void on_incoming_cut(Inbox::StreamId id, base::TimePoint now);

  /// Asks for a test tone on the air, as soon as nothing else is; why not, where there can be none.
  std::optional<std::string_view> test(const TestTone& tone, base::TimePoint now);

  // Time.
  void on_time(base::TimePoint now);
  [[nodiscard]] std::optional<base::TimePoint> next_deadline();

  /// PTT off, the running over ended, the rest reported. Afterwards every call is inert. `last`: what was captured and
  /// not yet given.
  void shut_down(base::TimePoint now, std::span<const float> last = {});

  [[nodiscard]] Duplex duplex() const { return settings_.duplex; }
  [[nodiscard]] TurnState state() const { return turns_.rx().state(); }
  /// With full duplex the transmitter has a state of its own.
  [[nodiscard]] TurnState tx_state() const { return turns_.tx().state(); }
  [[nodiscard]] bool keyed() const { return turns_.tx().keyed(); }
  [[nodiscard]] bool in_radio_over() const { return turns_.rx().in_radio_over(); }
  [[nodiscard]] Carrier carrier() const { return detector_.carrier(); }
  /// Of what the radio's receiver gave while it was listened to.
  [[nodiscard]] const audio::RecentLevel& received() const { return received_; }
  /// How often it must be given what is captured.
  [[nodiscard]] Rhythm rhythm() const;
  [[nodiscard]] Held held_for_radio() const { return inbox_.held(); }
  [[nodiscard]] Held held_for_channel() const { return outbox_.held(); }
  /// Of the channel, while he is on the air.
  [[nodiscard]] std::string_view talker() const { return inbox_.playing(); }
  [[nodiscard]] const Counters& counters() const { return counters_; }
  /// Nothing, where DTMF is off.
  [[nodiscard]] const DtmfControl* dtmf() const { return dtmf_ ? &*dtmf_ : nullptr; }

 private:
  /// With a card that brings nothing; while keyed it is the lease.
  static constexpr std::chrono::seconds unkeyed_patience{1};

  void advance(base::TimePoint now);
  Levels levels();
  [[nodiscard]] bool calm() const;
  [[nodiscard]] bool heard_to_the_drop() const;
  void perform(Action action, base::TimePoint now);
  void begin_radio_over(base::TimePoint now);
  void end_radio_over(base::TimePoint now);
  void to_channel(std::span<const float> captured, base::TimePoint now);
  void rest_to_channel(base::TimePoint now);
  void without_digits(std::span<const float> pcm, base::TimePoint now);
  void to_encoder(std::span<const float> pcm);
  void to_outbox(base::TimePoint now);
  void stop_sending(std::string_view why_no_over, base::TimePoint now);
  void forget_what_was_heard();
  void obey_dtmf(base::TimePoint now);
  void look_closely_at_card(base::TimePoint now);
  void unkey(Action how, base::TimePoint now);
  void look_at_carrier(base::TimePoint now);
  void show_alarms(base::TimePoint now);
  void report_overs();

  BridgeSettings settings_;
  BridgePorts ports_;
  base::SampleRate rate_;
  Detector detector_;
  audio::RecentLevel received_;
  Turns turns_;
  OpeningFilter opening_;
  PreRoll preroll_;
  TailCut tail_cut_;
  std::optional<DtmfControl> dtmf_;
  SpeechEncoder encoder_;
  Outbox outbox_;
  Inbox inbox_;
  OwnSignals signals_;
  Transmission transmission_;
  Counters counters_;
  bool sends_ = false;        // the over from the radio that runs, if any
  bool hearing_ = false;      // on_encoded() will follow
  base::TimePoint given_at_;  // the last of what was captured
  base::TimePoint heard_at_;  // … and all that came with it
  Carrier shown_carrier_ = Carrier::closed;
  base::TimePoint carrier_since_;
  std::set<std::string_view> alarms_;  // that are raised
  bool card_silent_ = false;           // it delivers nothing, and nobody says that it is gone
  std::optional<base::TimePoint> card_alive_until_;
  bool shut_down_ = false;
};

}  // namespace zgw::gateway
