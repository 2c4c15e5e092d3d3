// The simulated radio: its PTT line, and the transmit side of a card whose samples are packet numbers (codec.hpp).
//
// The line tells for how long it was keyed, the card what was on the air in full: each sample is played at the card's
// rate, must be played while the line is keyed, and in the order of its stream. Thread: one. No clock: the world's.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>

#include "base/time.hpp"
#include "base/units.hpp"
#include "gateway/ports.hpp"
#include "radio/ptt_line.hpp"
#include "simulation/watch.hpp"

namespace zgw::simulation {

class Line final : public radio::PttLine {
 public:
  Line(const base::TimePoint& now, Watch& watch) : now_(now), watch_(watch) {}

  bool set(bool on) noexcept override;
  /// A broken line is off, whatever it is told.
  void break_down(bool broken) noexcept;

  [[nodiscard]] std::optional<base::TimePoint> keyed_since() const { return keyed_since_; }
  [[nodiscard]] base::TimePoint off_since() const { return off_since_; }
  [[nodiscard]] base::TimePoint broken_until() const { return broken_until_; }
  [[nodiscard]] std::uint64_t keyings() const { return keyings_; }
  [[nodiscard]] base::Duration longest() const { return longest_; }

 private:
  const base::TimePoint& now_;
  Watch& watch_;
  bool broken_ = false;
  std::optional<base::TimePoint> keyed_since_;
  base::TimePoint off_since_;
  base::TimePoint broken_until_;
  std::uint64_t keyings_ = 0;
  base::Duration longest_{0};
};

class Card final : public gateway::AudioOut {
 public:
  static constexpr base::SampleRate card_rate{8000};

  Card(const base::TimePoint& now, Line& line, Watch& watch) : now_(now), line_(line), watch_(watch) {}

  [[nodiscard]] base::SampleRate rate() const override { return card_rate; }
  [[nodiscard]] std::size_t wanted() const override;
  [[nodiscard]] std::size_t unplayed() const override;
  std::size_t write(std::span<const float> samples) override;
  [[nodiscard]] bool drained() const override { return up_ && queued().count() <= 0; }
  void discard() override;

  void set_up(bool up);
  [[nodiscard]] bool up() const { return up_; }
  /// Looks at what has been played.
  void settle();
  /// Packet `number` belongs to stream `stream`, whose packets must be played in order.
  void announce(std::uint32_t number, std::uint32_t stream);

  [[nodiscard]] std::uint64_t played_packets() const { return played_packets_; }
  /// Until when there is something on the air.
  [[nodiscard]] base::TimePoint audible_until() const { return queue_end_; }

 private:
  struct Piece {
    std::uint32_t number;  ///< 0: no packet
    base::TimePoint from;
    base::TimePoint to;
  };

  [[nodiscard]] base::Duration queued() const;
  void append(std::uint32_t number, std::size_t samples);
  void count(const Piece& piece);

  const base::TimePoint& now_;
  Line& line_;
  Watch& watch_;
  bool up_ = true;
  std::deque<Piece> queue_;
  base::TimePoint queue_end_;
  std::uint32_t counted_ = 0;  // the packet that is on the air
  base::Duration of_it_{0};
  std::uint64_t played_packets_ = 0;
  std::array<std::uint32_t, 65536> stream_of_{};  // by the low bits of a packet's number
  std::array<std::uint32_t, 4096> last_of_{};     // by the low bits of a stream
};

}  // namespace zgw::simulation
