// One configured radio: its PTT line under a lease, its sound card, its COS line.
//
// The PTT line is requested by construction and is off from then on; the card and the COS line are opened by open(), so
// that every radio is unkeyed before anything that can fail or hang is touched. Thread: control. Errors: StartFailed,
// with what to do about it.
#pragma once

#include <memory>
#include <string>

#include "config/config.hpp"
#include "gateway/ports.hpp"
#include "observe/snapshot.hpp"
#include "radio/leased_ptt.hpp"
#include "radio/ptt_line.hpp"
#include "radio/sound_card.hpp"

namespace zgw::radio {
class FileCard;
}

namespace zgw::daemon {

class RadioUnit {
 public:
  RadioUnit(std::string name, const config::Radio& radio);
  ~RadioUnit();
  RadioUnit(const RadioUnit&) = delete;
  RadioUnit& operator=(const RadioUnit&) = delete;

  void open();
  /// Starts the card's thread, which also ends a PTT lease that ran out.
  void start();
  void stop() noexcept { card_->stop(); }

  /// For whoever asks how things are.
  [[nodiscard]] observe::RadioSnapshot snapshot() const;
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
  std::unique_ptr<gateway::Cos> own_cos_;
  gateway::Cos* cos_ = nullptr;
  std::unique_ptr<radio::SoundCard> own_card_;
  radio::SoundCard* card_ = nullptr;  // its thread uses the lease: stopped first
};

}  // namespace zgw::daemon
