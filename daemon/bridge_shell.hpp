// A gateway::Bridge with the world around it: the card's heartbeat, the COS line, one timer, the channel, log and
// journal. Thread: control, but for work(), the bridge's encode(). Errors: everything that happens after construction
// is a log line and a journal entry.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>

#include "daemon/bridge_reporter.hpp"
#include "daemon/channel_messages.hpp"
#include "daemon/location_announcer.hpp"
#include "daemon/outgoing_messages.hpp"
#include "daemon/radio_unit.hpp"
#include "gateway/bridge.hpp"
#include "link/account_link.hpp"
#include "net/timer.hpp"
#include "observe/journal.hpp"
#include "observe/log.hpp"
#include "observe/snapshot.hpp"
#include "radio/card_watch.hpp"
#include "work/batch.hpp"

namespace zgw::daemon {

class BridgeShell final : public link::ChannelEvents, private gateway::Channel, private work::Job {
 public:
  struct Names {
    std::string bridge;
    std::string channel;
  };

  BridgeShell(asio::io_context& io, Names names, const gateway::BridgeSettings& settings, RadioUnit& radio,
              link::AccountLink& link, ChannelMessages messages, observe::Log& log, observe::Journal& journal);
  ~BridgeShell() override;
  BridgeShell(const BridgeShell&) = delete;
  BridgeShell& operator=(const BridgeShell&) = delete;

  /// Before start(): the channel is shown where the radio is.
  void announce(std::unique_ptr<LocationAnnouncer> location) { location_ = std::move(location); }
  /// Before start(): encodes side by side with others. Without, alone.
  void join(work::Batch& batch) { batch_ = &batch; }
  /// Starts to listen to the radio.
  void start();
  /// The first half of a stop: PTT off, and the card asked for what it has. shut_down() follows.
  void unkey_and_fetch();
  /// The running over ended and sent, with what the card had, which is waited for at most until then; the channel's
  /// goodbye is the link's affair.
  void shut_down(base::TimePoint until);

  /// For whoever asks how things are; the account's name is the caller's to add.
  [[nodiscard]] observe::BridgeSnapshot snapshot(base::TimePoint now) const;

  /// For what is sent into the channel besides speech.
  [[nodiscard]] OutgoingMessages& outgoing() { return outgoing_; }
  /// Asks for a test tone on the radio; why not, where there can be none.
  std::optional<std::string> test(const control::Tone& tone);

  /// Whether the card has delivered samples since note_progress(), or is known to be gone: what the service watchdog
  /// wants to know of the control thread.
  [[nodiscard]] bool progressed() const;
  void note_progress() { seen_ = captured_; }

 private:
  // link::ChannelEvents
  void on_undelivered(std::size_t packets) override;
  void on_online(bool online) override;
  void on_still_online() override;
  void on_stream_opened(zello::StreamId id) override;
  void on_stream_refused(gateway::Refusal refusal, std::string_view words) override;
  void on_stream_ended() override;
  void on_stream_failed(gateway::Refusal refusal, std::string_view words) override;
  void on_incoming_start(const zello::StreamStart& stream) override;
  void on_incoming_packet(const zello::AudioPacket& packet) override;
  void on_incoming_stop(zello::StreamId id) override;
  void on_incoming_cut(zello::StreamId id) override;
  void on_text(const zello::TextMessage& message) override { messages_.on(message); }
  void on_location(const zello::LocationMessage& message) override { messages_.on(message); }
  void on_image(const zello::Image& image) override { messages_.on(image); }
  void on_transcription(const zello::Transcription& transcription) override { messages_.on(transcription); }
  void on_sent(zello::Tag tag, const std::optional<std::string>& refused) override;
  // gateway::Channel
  void start_stream(const gateway::StreamFormat& format) override;
  bool send_packet(std::span<const std::uint8_t> opus) override;
  void stop_stream() override;
  [[nodiscard]] std::size_t unconfirmed() const override { return link_.unconfirmed(names_.channel); }
  // work::Job
  void work() override { bridge_.encode(); }
  void done() override {
    bridge_.on_encoded(std::chrono::steady_clock::now());
    arm();
  }

  [[nodiscard]] std::vector<float> last_captured(base::TimePoint until);
  void watch_card();
  void watch_cos();
  void look_at_card();
  void look_at_cos();
  void look_at_card_status();
  void look_at_lapses();
  void tell_card(bool up, const std::string& why);
  void arm();

  Names names_;
  RadioUnit& radio_;
  link::AccountLink& link_;
  observe::Log& log_;
  observe::Journal& journal_;
  ChannelMessages messages_;
  OutgoingMessages outgoing_;
  std::unique_ptr<LocationAnnouncer> location_;  // none: not announced
  work::Batch* batch_ = nullptr;                 // none: encodes alone
  asio::posix::stream_descriptor card_events_;
  asio::posix::stream_descriptor cos_events_;
  net::Timer timer_;
  std::vector<float> period_;
  radio::CardWatch card_watch_;
  std::uint64_t lapses_ = 0;
  bool stopped_ = false;
  bool online_ = false;
  std::optional<base::TimePoint> armed_for_;
  base::SampleCount seen_ = 0;      // by note_progress()
  base::SampleCount captured_ = 0;  // from the card
  BridgeReporter reporter_;
  gateway::Bridge bridge_;
};

}  // namespace zgw::daemon
