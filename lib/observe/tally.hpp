// What one bridge has done since the start, counted from what it reports: each thing once, where it is reported.
//
// Words become kinds here, because a label of a metric must come from a short list, whatever a stranger's refusal says:
//
//   delivered      delivered
//   in part: …     in_part
//   given up: …    given_up
//   cut …          cut
//   no audio came  no_audio
//   passed over …  passed_over
//   switched off … switched_off
//   anything else  other
//
// Lost packets are counted by the reasons that the over's report names.
//
// Thread: control. No clock: time comes in. Units: packets, std::chrono. Errors: none. Bounds: the last ten overs, and
// as many alarms as the program knows of.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace zgw::observe {

/// An over that has ended.
struct EndedOver {
  std::chrono::system_clock::time_point ended;
  std::string direction;  ///< radio_to_channel or channel_to_radio
  std::string talker;     ///< a stranger's text; empty for the radio side
  std::string outcome;    ///< in words
  base::Duration length{0};
  std::uint64_t packets = 0;
  std::uint64_t lost = 0;
  std::map<std::string, std::uint64_t> lost_by;  ///< reason, of our own words, to packets; together `lost`
};

std::string_view outcome_kind(std::string_view outcome);

class BridgeTally {
 public:
  using Labels = std::pair<std::string, std::string>;  ///< direction, and kind or reason

  static constexpr std::size_t most_overs = 10;

  /// Counts from zero whatever may come, so that a monitor sees the first of it: losses for these reasons, and outcomes
  /// of each kind.
  void expect(const std::vector<std::string>& reasons);
  void on_keyed(bool keyed, base::TimePoint now);
  void on_over(const EndedOver& over);
  void on_alarm(std::string_view what, bool raised);

  /// The time that PTT has been keyed, the running transmission with it.
  [[nodiscard]] base::Duration keyed_for(base::TimePoint now) const;
  [[nodiscard]] const std::map<Labels, std::uint64_t>& overs() const { return overs_; }
  [[nodiscard]] const std::map<Labels, std::uint64_t>& lost() const { return lost_; }
  [[nodiscard]] const std::map<std::string, std::uint64_t>& packets() const { return packets_; }
  /// The newest first.
  [[nodiscard]] const std::deque<EndedOver>& last() const { return last_; }
  [[nodiscard]] const std::set<std::string>& alarms() const { return alarms_; }

 private:
  bool keyed_ = false;
  base::TimePoint keyed_since_;
  base::Duration keyed_before_{0};
  std::map<Labels, std::uint64_t> overs_;
  std::map<Labels, std::uint64_t> lost_;
  std::map<std::string, std::uint64_t> packets_;
  std::deque<EndedOver> last_;
  std::set<std::string> alarms_;
};

}  // namespace zgw::observe
