// Overs from the radio on their way into the channel, in order, held while the way is not free.
//
// Theory of operation: an over is a queue of Opus packets that capture fills and the channel empties. One stream at a
// time; StreamGate says when one may be asked for:
//
//   none --gate open, something to send--> asked --accepted--> open --all sent, over ended--> none
//     ^                                      |                   |
//     +----------- refused ------------------+---- stream lost --+   (what is not yet sent goes into the next stream)
//
// A packet that the Channel port has taken is kept until the port counts it as confirmed, and so is the report of an
// over that ended with it. What never arrived when a link is lost (on_undelivered) is put back where it was and goes
// into the next stream, and so is what the service refuses although it has arrived (on_stream_failed, once for each
// packet); the rest of what was taken has been delivered and is never sent again.
//
// An over that began less than `interval` after the one before it had ended goes on in the same stream where that is
// still being sent; else it waits for the gate (docs/adr/0007). A tentative over (it may be a click) asks for nothing
// until it is confirmed. Where the channel will have none of us (Refusal::forbidden) all overs are given up at once.
//
// Packets older than `hold` are dropped, the oldest first, and counted in their over's report, whether there is no
// stream or one that takes nothing. What is on its way is not what the hold is for, and is kept for `on_its_way` at
// least: while it may still be a click, while its stream is asked for or open, and while nothing but the interval keeps
// it from being asked for. A backlog is sent faster than it was spoken, but never more than `burst` packets each
// `pace`, or four times real time where packets are short.
//
// Thread: control. No clock. Errors: reported per over.
// Bounds: `hold` (or `on_its_way`) of audio plus the over that is being spoken, and never more than `most_bytes` = 4
// MiB, of which each packet takes its length and 128 bytes: a quarter of an hour at 20 kbit/s; and `most_unconfirmed`
// packets that were sent, beyond which no more are, and 64 of those that were confirmed last.
#pragma once

#include <cstddef>
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
#include "gateway/stream_gate.hpp"

namespace zgw::gateway {

class Outbox {
 public:
  struct Settings {
    StreamFormat format;
    base::Duration hold = std::chrono::seconds(30);
    base::Duration on_its_way{0};  ///< what is on its way is kept so long, where `hold` is shorter
    base::Duration interval{0};
    base::Duration retry = std::chrono::seconds(1);
    int burst = 2;
    base::Duration pace = std::chrono::milliseconds(20);
    std::size_t most_bytes = std::size_t{4} << 20;
    std::size_t most_unconfirmed = 4096;
  };

  Outbox(const Settings& settings, Channel& channel);

  // Capture.
  void begin_over(base::TimePoint now, bool tentative = false);
  void push(std::span<const std::uint8_t> opus, base::TimePoint now);
  void end_over(base::TimePoint now);
  /// The over that is being spoken is one after all.
  void confirm_over(base::TimePoint now);
  /// … or is none: nothing of it is sent. `why`: for the report.
  void pass_over(std::string_view why, base::TimePoint now);
  [[nodiscard]] bool tentative() const { return !overs_.empty() && overs_.back().tentative; }

  // Channel.
  /// The link was lost, and so many of the packets sent last never arrived.
  void on_undelivered(std::size_t packets, base::TimePoint now);
  void on_online(bool online, base::TimePoint now);
  /// `id`: the channel's number of the stream, for the report.
  void on_stream_opened(base::TimePoint now, std::optional<std::uint32_t> id = {});
  void on_stream_refused(Refusal refusal, std::string_view words, base::TimePoint now);
  void on_stream_ended(base::TimePoint now);
  /// The service takes no more of the stream: it has refused one of the packets that were sent last, or (chatter) it
  /// has had enough of us.
  void on_stream_failed(Refusal refusal, std::string_view words, base::TimePoint now);

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
  /// What an operator should look at; see StreamGate.
  [[nodiscard]] std::optional<Refusal> trouble() const { return gate_.trouble(); }
  /// Memory that waiting audio takes, as it is bounded.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

  /// Overs that came to an end since the last call.
  std::vector<OverReport> take_reports();

 private:
  enum class Stream { none, asked, open };
  struct Packet {
    base::TimePoint when;
    std::vector<std::uint8_t> opus;
  };
  struct Sent {
    Packet packet;
    std::uint64_t over;  ///< its id
  };
  struct Over {
    std::uint64_t id = 0;  ///< rising
    OverReport report;
    std::deque<Packet> packets;
    bool ended = false;
    base::TimePoint spoken;  ///< when it ended
    bool tentative = false;
    bool given_up = false;  ///< what is still spoken of it is dropped
  };

  void ask(base::TimePoint now);
  void send(base::TimePoint now, int most);
  void end_front(base::TimePoint now);
  void look_what_was_confirmed(base::TimePoint now);
  void settle(std::size_t unconfirmed);
  void leave_front(base::TimePoint now);
  [[nodiscard]] bool next_joins() const;
  [[nodiscard]] std::optional<base::TimePoint> next_on_the_way() const;
  void drop_old(base::TimePoint now);
  [[nodiscard]] base::Duration kept_for(const Over& over, base::TimePoint now) const;
  void drop(Over& over, DropReason reason);
  void drop_all(Over& over, DropReason reason);
  Packet take(Over& over);
  void put_back(Sent sent);
  bool take_back_last();
  void make_room();
  void give_up(base::TimePoint now);
  void finish(OverReport report);

  Settings settings_;
  Channel& channel_;
  StreamGate gate_;
  std::deque<Over> overs_;
  std::deque<Sent> sent_;       // … and not confirmed
  std::deque<Over> left_;       // all sent, not all confirmed; their packets are in sent_
  std::deque<Sent> confirmed_;  // the last of the stream's, which the service may refuse all the same
  std::vector<OverReport> reports_;
  Stream stream_ = Stream::none;
  std::optional<std::uint32_t> stream_id_;  // of the open stream
  std::size_t bytes_ = 0;
  base::Duration kept_ = settings_.hold;  // how long the first over's packets are, as of the last look
  base::TimePoint next_send_;
  base::TimePoint looked_;  // at what was confirmed
  std::uint64_t next_id_ = 1;
};

}  // namespace zgw::gateway
