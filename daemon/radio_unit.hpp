// One configured radio: its PTT line under a lease, its sound card, its COS line.
//
// The PTT line is requested by construction, or the key guard's, and is off from then on; the card and the COS line are
// opened by open(), so that every radio is unkeyed before anything that can fail or hang is touched. Thread: control.
// Errors: StartFailed, with what to do about it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "config/config.hpp"
#include "gateway/ports.hpp"
#include "observe/snapshot.hpp"
#include "radio/device_missing.hpp"
#include "radio/kept_port.hpp"
#include "radio/leased_ptt.hpp"
#include "radio/ptt_line.hpp"
#include "radio/sound_card.hpp"

namespace zgw::radio {
class FileCard;
}

namespace zgw::daemon {

class Cards;

class RadioUnit {
 public:
  /// `guarded`: the radio's PTT line where a key guard owns it, else null.
  RadioUnit(std::string name, const config::Radio& radio, radio::PttLine* guarded = nullptr);
  ~RadioUnit();
  RadioUnit(const RadioUnit&) = delete;
  RadioUnit& operator=(const RadioUnit&) = delete;

  void open(Cards& cards, radio::IfMissing missing);
  /// Starts the card's thread, which also ends a PTT lease that ran out.
  void start();
  void stop() noexcept { card_->stop(); }

  /// For whoever asks how things are.
  [[nodiscard]] observe::RadioSnapshot snapshot() const;
  /// How often the audio thread has gone round, whether the card is there or not.
  [[nodiscard]] std::uint64_t loops() const { return loops_.load(std::memory_order_relaxed); }
  /// Whether it has since note_progress().
  [[nodiscard]] bool progressed() const { return loops() != seen_loops_; }
  void note_progress() { seen_loops_ = loops(); }

  /// What is seen of its lines by those who look at them.
  void note_read_back(bool contradicts) { ptt_contradicted_ = contradicts; }
  void note_cos(bool readable) { cos_readable_ = readable; }
  [[nodiscard]] bool cos_readable() const { return cos_readable_; }
  /// Why the device that has the name of the COS line's is not taken, once; empty where that is nothing new.
  std::string take_cos_refusal() { return cos_port_ ? cos_port_->take_refusal() : std::string(); }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] radio::SoundCard& card() { return *card_; }
  [[nodiscard]] radio::LeasedPtt& ptt() { return ptt_; }
  [[nodiscard]] gateway::Cos* cos() { return cos_; }  ///< null where there is no COS line

 private:
  std::string name_;
  const config::Radio& radio_;
  std::unique_ptr<radio::FileCard> file_card_;  // of a file radio; it brings its own lines
  std::unique_ptr<radio::PttLine> line_;
  radio::LeasedPtt ptt_;
  std::atomic<std::uint64_t> loops_{0};
  std::uint64_t seen_loops_ = 0;  // by note_progress()
  bool ptt_contradicted_ = false;
  bool cos_readable_ = true;
  std::unique_ptr<radio::KeptPort> cos_port_;  // null where the line may be plugged in anywhere
  std::unique_ptr<gateway::Cos> own_cos_;
  gateway::Cos* cos_ = nullptr;
  std::shared_ptr<radio::SoundCard> own_card_;  // or a side of one
  radio::SoundCard* card_ = nullptr;            // its thread uses the lease: stopped first
};

}  // namespace zgw::daemon
