// The push-to-talk lease over a line.
//
// Theory of operation: hold() keys and notes when the lease ends; whoever first sees that it has ended unkeys:
// enforce() on the audio thread, or on the control thread's timer. There is no lock between them; these rules make it
// safe:
//
//   1. Only hold() ever sets the line active, and only release() says that the line is off: maybe_keyed_ has one
//   writer.
//   2. hold() publishes the end of the lease, then maybe_keyed_, then sets the line, then looks at the clock once more
//      and releases if the lease has ended meanwhile.
//   3. enforce() changes nothing but the line, and only to off. While maybe_keyed_ and past the end of the lease it
//   does
//      so at every call.
//
// So a hold() that was delayed between its steps cannot leave the line keyed: before the end of the lease the next
// enforce() sees the lease (2), after it either hold() itself or the next enforce() unkeys (2, 3). A hold() may find
// its line unkeyed by an enforce() that was on its way: the transmitter is then off until the next renewal, a card
// period later, because every hold() sets the line anew (with the key guard, whoever unkeyed has the next hold() told).
//
// A line that could not be set is not keyed again before it has been unkeyed with success, which works() tries now and
// then; until then works() is false, so that the bridge keeps an over instead of playing it to nobody.
//
// Thread: enforce() any thread, at the same time as the others; everything else control. The owner stops whoever calls
// enforce() before it destroys the lease. Real-time safe: enforce(). Errors: none are thrown; failures() counts them.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "base/time.hpp"
#include "gateway/ports.hpp"
#include "radio/ptt_line.hpp"

namespace zgw::radio {

class LeasedPtt final : public gateway::Ptt {
 public:
  using Clock = std::function<base::TimePoint()>;

  /// A lease never lasts longer than this from the moment of hold().
  static constexpr std::chrono::seconds longest_lease{1};

  /// A lease that is found to have ended longer ago than this was forgotten: its holder hung.
  static constexpr std::chrono::milliseconds grace{100};

  /// A line that failed is tried again after this.
  static constexpr std::chrono::milliseconds retry{500};

  /// Unkeys the line, first of all.
  explicit LeasedPtt(PttLine& line, Clock clock = std::chrono::steady_clock::now);
  ~LeasedPtt() override;
  LeasedPtt(const LeasedPtt&) = delete;
  LeasedPtt& operator=(const LeasedPtt&) = delete;

  void hold(base::TimePoint until) override;
  void release() noexcept override;

  /// Whether the line obeys. At least one look tells of each failure.
  [[nodiscard]] bool works() noexcept override;

  /// Unkeys if the lease has ended at `now`.
  void enforce(base::TimePoint now) noexcept;

  /// Whether the line may be keyed. Any thread.
  [[nodiscard]] bool maybe_keyed() const noexcept { return maybe_keyed_.load(); }

  /// Whether the line could not be set the last time. Any thread.
  [[nodiscard]] bool failing() const noexcept { return failing_.load(std::memory_order_relaxed) || !line_.works(); }

  /// How often the line could not be set. Any thread.
  [[nodiscard]] std::uint64_t failures() const noexcept { return failures_.load(std::memory_order_relaxed); }

  /// How many leases were neither renewed nor released in time. Any thread.
  [[nodiscard]] std::uint64_t lapses() const noexcept { return lapses_.load(std::memory_order_relaxed); }

 private:
  static constexpr base::TimePoint::rep no_lease = base::TimePoint::min().time_since_epoch().count();

  bool set(bool on) noexcept { return note(line_.set(on)); }
  bool note(bool done) noexcept;
  /// Counts a lease that was held until `end` and is found at `now`.
  void note_lapse(base::TimePoint::rep end, base::TimePoint now) noexcept;

  PttLine& line_;
  Clock clock_;
  std::optional<base::TimePoint> retry_at_;  // control only
  // Sequentially consistent on purpose: the proof above is about one order of these and of the line.
  std::atomic<bool> maybe_keyed_{false};
  std::atomic<base::TimePoint::rep> lease_end_{no_lease};
  std::atomic<std::uint64_t> failures_{0};
  std::atomic<std::uint64_t> lapses_{0};
  std::atomic<bool> lapsed_{false};  // the lease that has ended was counted
  std::atomic<bool> failing_{false};
  std::atomic<bool> failed_{false};  // set by whoever saw it, cleared by works() alone
};

}  // namespace zgw::radio
