// When a stream may be asked for: the link, the service's patience, and its refusals.
//
// Theory of operation: the gate is open when the channel is online and none of these moments lies ahead:
//
//   interval   `interval` after the end of the last stream: the service takes many short streams for chatter
//   retry      after a refusal or a lost stream `retry`, with `back_off`, and where one stream after the other is
//   taken,
//              doubled each time up to `retry_most`; after "not ready" `not_ready`; all end when the channel comes
//              online
//   cool-down  after a refusal as chatter: `cool_down`, doubled each time up to `cool_down_most`, and back to the
//              first with a stream that was accepted
//
// Interval and cool-down outlive the link: they are the service's memory, not the connection's.
//
// Thread: control. No clock. Errors: none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "gateway/over_report.hpp"
#include "gateway/ports.hpp"

namespace zgw::gateway {

class StreamGate {
 public:
  struct Settings {
    base::Duration interval{0};
    base::Duration retry = std::chrono::seconds(1);
    base::Duration retry_most = std::chrono::seconds(15);
    base::Duration not_ready = std::chrono::seconds(10);
    base::Duration cool_down = std::chrono::seconds(15);
    base::Duration cool_down_most = std::chrono::minutes(5);
  };

  explicit StreamGate(const Settings& settings) : settings_(settings) {}

  void on_online(bool online);
  void on_accepted();
  /// `words`: the service's own, for the report.
  void on_refused(Refusal refusal, std::string_view words, base::TimePoint now);
  /// The stream was ended by us, or taken from us; with the service's words where it has some.
  void on_stream_over(base::TimePoint now);
  void on_stream_taken(base::TimePoint now, std::string_view words = {});

  [[nodiscard]] bool online() const { return online_; }
  [[nodiscard]] bool open(base::TimePoint now) const { return online_ && (!opens_at() || now >= *opens_at()); }
  /// When the gate opens if the channel stays online; nothing when that is now, or never without it.
  [[nodiscard]] std::optional<base::TimePoint> opens_at() const;
  /// Whether at most the interval keeps it shut: the link is up, and nothing was refused or taken a moment ago.
  [[nodiscard]] bool welcomes(base::TimePoint now) const { return shut_by(now) == Wait::interval; }
  /// What keeps the gate shut; the interval where nothing does.
  [[nodiscard]] Wait shut_by(base::TimePoint now) const;

  /// The last refusal's words, printable, for as long as no stream was accepted and the link is the same.
  [[nodiscard]] const std::string& refusal() const { return refusal_; }
  /// What an operator should look at: chatter or forbidden, until a stream is accepted.
  [[nodiscard]] std::optional<Refusal> trouble() const { return trouble_; }

 private:
  base::Duration pause_after(Refusal refusal);

  Settings settings_;
  bool online_ = false;
  bool not_ready_ = false;  // the last refusal said so
  base::TimePoint interval_ends_;
  base::TimePoint retry_at_;
  base::TimePoint cool_until_;
  base::Duration next_retry_ = settings_.retry;
  base::Duration next_after_taken_ = settings_.retry;
  bool asked_at_once_ = false;
  base::Duration next_cool_down_ = settings_.cool_down;
  std::string refusal_;
  std::optional<Refusal> trouble_;
};

}  // namespace zgw::gateway
