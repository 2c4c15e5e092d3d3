// The radio at the far end of a simulated sound card: what its antenna hears goes into the card, what the card plays
// while PTT is keyed goes on the air.
//
// It lives in the folder of the ALSA plugin (lib/simulator/alsa): rx.fifo is fed in real time, `cos` holds 1 or 0,
// tx.raw and tx.log say what was played and when, and `ptt` when the gateway keyed ("<ns of the monotonic clock>
// on|off" a line).
//
// Thread: the io_context's. Errors: std::runtime_error where the folder cannot be used.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <asio/io_context.hpp>

#include "audio/wav.hpp"
#include "net/timer.hpp"

namespace zgw::simulator {

class SimulatedRadio {
 public:
  static constexpr base::SampleRate rate{48000};

  /// From keyed to unkeyed; not ended while the line is on.
  struct Keying {
    base::TimePoint on;
    std::optional<base::TimePoint> off;
  };

  struct Reception {
    base::TimePoint cos_opened;
    base::TimePoint speech_began;  ///< its first sample went into the card
    std::optional<base::TimePoint> ended;
    std::vector<float> speech;  ///< 48 kHz
  };

  SimulatedRadio(asio::io_context& io, std::filesystem::path folder);
  ~SimulatedRadio();
  SimulatedRadio(const SimulatedRadio&) = delete;
  SimulatedRadio& operator=(const SimulatedRadio&) = delete;

  /// A station transmits `speech` (48 kHz): the squelch opens, 50 ms later the speech begins, 100 ms after its end the
  /// squelch closes.
  void receive(audio::Recording speech);
  [[nodiscard]] bool receiving() const { return receiving_; }
  [[nodiscard]] const std::vector<Reception>& receptions() const { return receptions_; }

  [[nodiscard]] std::vector<Keying> keyings() const;
  [[nodiscard]] bool keyed() const;
  /// What went on the air between two moments, at 48 kHz; silence where the card did not play.
  [[nodiscard]] audio::Recording transmitted(base::TimePoint from, base::TimePoint to) const;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  void feed();
  void set_cos(bool open) const;

  std::filesystem::path folder_;
  net::Timer timer_;
  int fifo_ = -1;
  audio::Recording speech_{rate, {}};
  std::size_t fed_ = 0;
  base::TimePoint fed_at_;  // when some was written last
  bool receiving_ = false;
  std::vector<Reception> receptions_;
};

struct SimulatedCard {
  std::string name;
  std::filesystem::path folder;
  std::filesystem::path right = {};  ///< of the radio on the right channel; empty: both channels are the one radio's
};

/// The text of an ALSA configuration with these cards, on top of the system's.
std::string alsa_configuration(const std::filesystem::path& plugin, const std::vector<SimulatedCard>& cards,
                               int ppm = 0);

}  // namespace zgw::simulator
