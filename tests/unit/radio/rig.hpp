// What the radio's tests share: a directory that goes away, and a simulated sound card in it that libasound opens.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <poll.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): setenv is POSIX

#include "radio/alsa_card.hpp"
#include "temporary_folder.hpp"

namespace zgw::radio {

using testing::TemporaryFolder;

/// Waits for `condition`, looking again at each announcement of the card, for a bounded number of them.
inline bool wait_for(SoundCard& card, const std::function<bool()>& condition) {
  std::vector<float> thrown_away(48000);
  for (int looks = 0; looks < 1000; ++looks) {
    if (condition()) return true;
    pollfd announced{card.descriptor(), POLLIN, 0};
    ::poll(&announced, 1, 100);
    card.read(thrown_away);
  }
  return false;
}

inline bool started(AlsaCard& card) {
  card.start({});
  return wait_for(card, [&] { return card.captured() > 0; });
}

/// A simulated card called "radio".
class AlsaRig {
 public:
  struct Card {
    int ppm = 0;
    bool stereo = false;  ///< the right channel in the folder `right`
  };

  AlsaRig() : AlsaRig(Card{}) {}
  explicit AlsaRig(const Card& card) {
    const std::string right = card.stereo ? " right \"" + (directory_ / "right").string() + "\"" : "";
    if (card.stereo) std::filesystem::create_directory(directory_ / "right");
    std::ofstream(directory_ / "asound.conf")
        << "</usr/share/alsa/alsa.conf>\n"
        << "pcm_type.zgwsim { lib \"" << ZGW_ALSA_PLUGIN << "\" }\n"
        << "pcm.radio { type zgwsim dir \"" << directory_.path().string() << "\" ppm " << card.ppm << right << " }\n";
    ::setenv("ALSA_CONFIG_PATH", (directory_ / "asound.conf").c_str(), 1);
  }

  [[nodiscard]] static AlsaCardSettings settings() {
    AlsaCardSettings settings;
    settings.capture_device = settings.playback_device = "radio";
    settings.period = std::chrono::milliseconds(10);
    settings.buffer = std::chrono::milliseconds(600);  // a machine may be busy with other tests
    settings.retry = std::chrono::milliseconds(20);
    return settings;
  }

  /// What the radio hears, on the right channel with `where` "right/". The card must have been started.
  void hear(const std::vector<std::int16_t>& pcm, const std::string& where = "") const {
    std::ofstream fifo(directory_ / (where + "rx.fifo"), std::ios::binary | std::ios::in | std::ios::out);
    fifo.rdbuf()->pubsetbuf(nullptr, 0);
    fifo.write(reinterpret_cast<const char*>(pcm.data()), static_cast<std::streamsize>(pcm.size() * 2));
  }

  /// What the card has played, silence left out.
  [[nodiscard]] std::vector<std::int16_t> played(const std::string& where = "") const {
    const std::string bytes = directory_.read(where + "tx.raw");
    std::vector<std::int16_t> pcm;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
      const auto low = static_cast<unsigned char>(bytes[i]);
      const auto high = static_cast<unsigned char>(bytes[i + 1]);
      const auto sample = static_cast<std::int16_t>(low | (high << 8));
      if (sample != 0) pcm.push_back(sample);
    }
    return pcm;
  }

  /// Samples of silence between the first and the last sound that the card has played.
  [[nodiscard]] std::size_t gaps(const std::string& where = "") const {
    const std::string bytes = directory_.read(where + "tx.raw");
    const std::size_t first = bytes.find_first_not_of('\0') / 2;
    const std::size_t last = bytes.find_last_not_of('\0') / 2;
    return last + 1 - first - played(where).size();
  }

  void unplug() const { directory_.write("unplug", ""); }
  void plug_in() const { std::filesystem::remove(directory_ / "unplug"); }
  /// Whether the card has not yet had the xrun it was told to have.
  [[nodiscard]] bool xrun_pending() const {
    return std::filesystem::exists(directory_ / "xrun") || std::filesystem::exists(directory_ / "xrun-tx");
  }
  void xrun() const { directory_.write("xrun", ""); }
  void xrun_playback() const { directory_.write("xrun-tx", ""); }
  [[nodiscard]] const TemporaryFolder& directory() const { return directory_; }

 private:
  TemporaryFolder directory_;
};

/// 1, 2, 3 … without a zero, so that silence can be told from it.
inline std::vector<std::int16_t> ramp(std::size_t count, int first = 1) {
  std::vector<std::int16_t> pcm(count);
  for (std::size_t i = 0; i < count; ++i) {
    pcm[i] = static_cast<std::int16_t>((static_cast<std::size_t>(first) + i) % 30000 + 1);
  }
  return pcm;
}

inline std::vector<float> to_float(const std::vector<std::int16_t>& pcm) {
  std::vector<float> result;
  for (const std::int16_t sample : pcm) result.push_back(static_cast<float>(sample) / 32768.0F);
  return result;
}

/// Plays everything, as the bridge does: what is wanted, when the card announces something.
inline bool play(AlsaCard& card, const std::vector<float>& pcm) {
  std::size_t at = 0;
  return wait_for(card, [&] {
    at += card.write(std::span(pcm).subspan(at, std::min(card.wanted(), pcm.size() - at)));
    return at == pcm.size();
  });
}

}  // namespace zgw::radio
