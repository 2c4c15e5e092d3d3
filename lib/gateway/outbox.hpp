// Overs from the radio on their way into the channel, in order, held while the way is not free.
//
// Theory of operation: an over is a queue of Opus packets that capture fills and the channel empties. One stream at a
// time:
//
//   none --online, something to send--> asked --accepted--> open --all sent, over ended--> none
//     ^                                   |                   |
//     +---- refused: again after 1 s -----+---- stream lost --+   (what is not yet sent goes into the next stream)
//
// Packets older than `hold` are dropped, the oldest first, and counted in their over's report, whether there is no
// stream or one that takes nothing. A backlog is sent faster than it was spoken, but never more than `burst` packets
// each `pace`, or four times real time where packets are short.
//
// Thread: control. No clock. Bounds: `hold` of audio, plus the over that is being spoken. Errors: reported per over.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "gateway/over_report.hpp"
#include "gateway/ports.hpp"

namespace zgw::gateway {

class Outbox {
 public:
  struct Settings {
    StreamFormat format;
    base::Duration hold = std::chrono::seconds(30);
    base::Duration retry = std::chrono::seconds(1);
    int burst = 2;
    base::Duration pace = std::chrono::milliseconds(20);
  };

  Outbox(const Settings& settings, Channel& channel);

  // Capture.
  void begin_over(base::TimePoint now);
  void push(std::span<const std::uint8_t> opus, base::TimePoint now);
  void end_over();

  // Channel.
  void on_online(bool online);
  void on_stream_opened(base::TimePoint now);
  void on_stream_refused(std::string_view why, base::TimePoint now);
  void on_stream_ended(base::TimePoint now);

  /// Sends what may be sent; call each card period and at next_deadline().
  void on_time(base::TimePoint now);
  [[nodiscard]] std::optional<base::TimePoint> next_deadline() const;

  /// Sends everything that is left of the open stream and closes it; the rest is reported as not delivered.
  void shut_down(base::TimePoint now);

  /// Whether the over that is being spoken has its stream.
  [[nodiscard]] bool stream_open() const { return stream_ == Stream::open && overs_.size() == 1; }
  /// The overs with packets that have not been sent, the one that is being spoken included.
  [[nodiscard]] Held held() const;
  [[nodiscard]] bool empty() const { return overs_.empty(); }

  /// Overs that came to an end since the last call.
  std::vector<OverReport> take_reports();

 private:
  enum class Stream { none, asked, open };
  struct Packet {
    base::TimePoint when;
    std::vector<std::uint8_t> opus;
  };
  struct Over {
    OverReport report;
    std::deque<Packet> packets;
    bool ended = false;
  };

  void drop_old(base::TimePoint now);
  void ask();
  void send(base::TimePoint now, int most);
  void finish_front(base::TimePoint now);

  Settings settings_;
  Channel& channel_;
  std::deque<Over> overs_;
  std::vector<OverReport> reports_;
  Stream stream_ = Stream::none;
  bool online_ = false;
  std::string refusal_;  // the last one's words, printable; empty once a stream was accepted
  std::optional<base::TimePoint> retry_at_;
  base::TimePoint next_send_;
};

}  // namespace zgw::gateway
