#include "radio/devices.hpp"

#include <memory>

#include <alsa/asoundlib.h>

namespace zgw::radio {
namespace {

struct CloseControl {
  void operator()(snd_ctl_t* control) const { snd_ctl_close(control); }
};
struct ClosePcm {
  void operator()(snd_pcm_t* pcm) const { snd_pcm_close(pcm); }
};
struct FreeInfo {
  void operator()(snd_ctl_card_info_t* info) const { snd_ctl_card_info_free(info); }
};
struct FreeParams {
  void operator()(snd_pcm_hw_params_t* params) const { snd_pcm_hw_params_free(params); }
};

std::optional<PcmAbilities> probe_direction(const std::string& name, snd_pcm_stream_t stream, std::string& problem) {
  snd_pcm_t* raw = nullptr;
  snd_pcm_hw_params_t* params = nullptr;
  int error = snd_pcm_open(&raw, name.c_str(), stream, SND_PCM_NONBLOCK);
  const std::unique_ptr<snd_pcm_t, ClosePcm> pcm(error < 0 ? nullptr : raw);
  if (error >= 0) error = snd_pcm_hw_params_malloc(&params);
  const std::unique_ptr<snd_pcm_hw_params_t, FreeParams> owner(params);
  if (error >= 0) error = snd_pcm_hw_params_any(raw, params);
  if (error < 0) {
    const char* direction = stream == SND_PCM_STREAM_CAPTURE ? "capture: " : "playback: ";
    problem += (problem.empty() ? "" : "; ") + std::string(direction) + snd_strerror(error);
    return std::nullopt;
  }
  unsigned values[4] = {};  // NOLINT(modernize-avoid-c-arrays): four out parameters
  snd_pcm_hw_params_get_rate_min(params, &values[0], nullptr);
  snd_pcm_hw_params_get_rate_max(params, &values[1], nullptr);
  snd_pcm_hw_params_get_channels_min(params, &values[2]);
  snd_pcm_hw_params_get_channels_max(params, &values[3]);
  return PcmAbilities{static_cast<int>(values[0]), static_cast<int>(values[1]), static_cast<int>(values[2]),
                      static_cast<int>(values[3])};
}

std::optional<SoundCardInfo> look_at(int number) {
  snd_ctl_t* raw = nullptr;
  if (snd_ctl_open(&raw, ("hw:" + std::to_string(number)).c_str(), 0) < 0) return std::nullopt;
  const std::unique_ptr<snd_ctl_t, CloseControl> control(raw);
  snd_ctl_card_info_t* info = nullptr;
  if (snd_ctl_card_info_malloc(&info) < 0) return std::nullopt;
  const std::unique_ptr<snd_ctl_card_info_t, FreeInfo> owner(info);
  if (snd_ctl_card_info(raw, info) < 0) return std::nullopt;
  SoundCardInfo card;
  card.name = std::string("hw:CARD=") + snd_ctl_card_info_get_id(info);
  card.long_name = snd_ctl_card_info_get_longname(info);
  return card;
}

}  // namespace

std::vector<SoundCardInfo> list_sound_cards(bool probe) {
  std::vector<SoundCardInfo> cards;
  int number = -1;
  while (snd_card_next(&number) >= 0 && number >= 0) {
    SoundCardInfo card = look_at(number).value_or(SoundCardInfo{});
    if (card.name.empty()) {
      card.name = "hw:" + std::to_string(number);
      card.problem = "cannot be opened: is the user in the group audio?";
    } else if (probe) {
      card.capture = probe_direction(card.name, SND_PCM_STREAM_CAPTURE, card.problem);
      card.playback = probe_direction(card.name, SND_PCM_STREAM_PLAYBACK, card.problem);
    }
    cards.push_back(std::move(card));
  }
  return cards;
}

std::string alsa_version() {
  return std::string("alsa-lib ") + snd_asoundlib_version();
}

}  // namespace zgw::radio
