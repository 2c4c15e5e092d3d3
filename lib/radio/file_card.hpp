// The file radio, `file:DIRECTORY`: a sound card, a carrier and a PTT line made of files, paced by the steady clock.
//
//   rx.wav   heard by the card: any channel count (mixed to mono), at the configured rate; silence after its end
//   cos.txt  the carrier, by position in that stream; see CosScript; missing: no carrier
//   tx.wav   written: everything played, and silence where nothing was, so that its positions are those of rx.wav
//   ptt.txt  written: "<seconds of the stream> on|off"; what is on is marked once, "off" may repeat
//
// Positions advance a period at a time, from start(). The PTT line and the carrier belong to the card and live as long.
//
// Thread: as SoundCard says; the PTT line as PttLine says; the carrier by control. Real-time safe: no, it writes files.
// Errors: construction throws std::runtime_error with the path; a file that cannot be written later takes the card
// down.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "audio/wav.hpp"
#include "base/descriptor.hpp"
#include "radio/cos_script.hpp"
#include "radio/ptt_lines.hpp"
#include "radio/threaded_card.hpp"

namespace zgw::radio {

struct FileCardSettings {
  std::filesystem::path directory;
  base::SampleRate rate{48000};
  std::chrono::milliseconds period{20};
  int tx_ahead_periods = 3;
};

class FileCard final : public ThreadedCard {
 public:
  explicit FileCard(const FileCardSettings& settings);
  ~FileCard() override;
  FileCard(const FileCard&) = delete;
  FileCard& operator=(const FileCard&) = delete;

  [[nodiscard]] gateway::Cos& cos() { return cos_; }
  [[nodiscard]] PttLine& ptt_line() { return ptt_; }

 private:
  class ScriptedCos final : public gateway::Cos {
   public:
    [[nodiscard]] int descriptor() const override { return changed_.descriptor(); }
    std::optional<bool> carrier() override;
    void set(bool open) noexcept;  ///< audio thread

   private:
    std::atomic<bool> open_{false};
    Event changed_;
  };

  class Marks final : public PttLine {
   public:
    Marks(const FileCard& card, const std::filesystem::path& path) : card_(card), marks_(path, false) {}
    bool set(bool on) noexcept override;

   private:
    const FileCard& card_;
    PttMarks marks_;
  };

  void run() noexcept override;
  [[nodiscard]] std::string describe(CardFault fault) const override;
  void wait() noexcept;
  void advance();

  std::size_t period_;
  base::Descriptor timer_;
  CosScript script_;
  std::vector<float> heard_;
  audio::WavWriter tx_;
  std::filesystem::path directory_;
  ScriptedCos cos_;
  Marks ptt_;
  std::atomic<base::SampleCount> position_{0};
  std::uint64_t due_ = 0;  // periods that the timer has announced
  std::vector<float> rx_period_;
  std::vector<float> tx_period_;
};

}  // namespace zgw::radio
