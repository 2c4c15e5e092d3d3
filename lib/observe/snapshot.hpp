// The state of the whole gateway at one moment, as plain values: what the metrics, the health answer and the status
// page are made of. Taken when somebody asks, from the objects that count, so that nothing is counted twice. Names come
// from the configuration, a talker from a stranger. Thread: control.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "base/units.hpp"
#include "observe/tally.hpp"

namespace zgw::observe {

/// Overs that wait, and how much audio they are.
struct Waiting {
  std::size_t overs = 0;
  base::Duration audio{0};
};

struct BridgeSnapshot {
  std::string name;
  std::string account;
  std::string channel;
  std::string radio;
  std::string state;     ///< of the turn: idle, opening …
  std::string tx_state;  ///< with full duplex, of the transmitter; else empty
  std::string talker;    ///< of the channel, while the radio transmits him
  bool carrier = false;
  base::Decibels received_rms{-120};  ///< dBFS, of the last whole second in which the radio was listened to
  base::Decibels received_peak{-120};
  std::uint64_t clipped = 0;  ///< samples received at full scale
  bool online = false;        ///< the channel
  base::Duration keyed_for{0};
  Waiting for_radio;
  Waiting for_channel;
  std::uint64_t time_outs = 0;
  std::uint64_t stalls = 0;
  std::uint64_t bad_packets = 0;
  std::uint64_t stray_packets = 0;
  bool switched_off = false;  ///< by DTMF
  std::uint64_t wrong_pins = 0;
  BridgeTally tally;
};

struct RadioSnapshot {
  std::string name;
  bool card_up = false;
  bool realtime = false;
  std::string card_error;  ///< the last one
  base::SampleCount captured = 0;
  base::SampleCount played = 0;
  base::SampleCount ring_overflow = 0;
  std::uint64_t xruns = 0;
  std::uint64_t rx_overruns = 0;
  std::uint64_t tx_underruns = 0;
  std::uint64_t reopened = 0;
  bool keyed = false;             ///< the line may be
  bool ptt_failing = false;       ///< the line could not be set the last time
  bool ptt_contradicted = false;  ///< an alarm: the read-back line does not follow
  bool cos_readable = true;       ///< also where there is no COS line
  std::uint64_t ptt_failures = 0;
  std::uint64_t ptt_lapses = 0;
};

struct AccountSnapshot {
  std::string name;
  bool logged_on = false;
  base::Duration down_for{0};  ///< where not logged on
  std::string why_down;        ///< the last loss, in words; may quote a stranger
  std::uint64_t attempts = 0;  ///< to log on that have ended, well or not
  std::uint64_t logons = 0;
  std::uint64_t lost = 0;                     ///< sessions that ended
  std::uint64_t failed = 0;                   ///< attempts that got no session
  std::uint64_t refused = 0;                  ///< of those, or of the sessions, what trying again will not mend
  std::map<std::string, std::uint64_t> ends;  ///< sessions and attempts that ended, by the name of their rule
  std::size_t channels_online = 0;
  std::vector<std::string> alarms;
};

struct Snapshot {
  std::string name;
  std::string version;
  std::chrono::system_clock::time_point now;
  std::chrono::system_clock::time_point started;
  std::uint64_t journal_lost = 0;
  std::uint64_t spool_lost = 0;
  std::vector<BridgeSnapshot> bridges;
  std::vector<RadioSnapshot> radios;
  std::vector<AccountSnapshot> accounts;
};

/// A link may be down for so long before the gateway is called ill: a reconnect takes its time.
constexpr std::chrono::minutes patience_with_link{2};

/// What is wrong at this moment, one printable line each: a sound card is gone, a link is down for longer than
/// `patience_with_link`, a PTT line cannot be set, a COS line cannot be read, an alarm is raised.
std::vector<std::string> ailments(const Snapshot& snapshot);

/// How many alarms are raised.
std::size_t alarms_raised(const Snapshot& snapshot);

}  // namespace zgw::observe
