#include "radio/alsa_error.hpp"

#include <array>
#include <cstdlib>

#include <alsa/asoundlib.h>

#include "base/text.hpp"

namespace zgw::radio {
namespace {

class AlsaCategory final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "alsa"; }
  [[nodiscard]] std::string message(int code) const override { return snd_strerror(-std::abs(code)); }
};

constexpr std::array names{
    "snd_pcm_open",
    "snd_pcm_hw_params",
    "snd_pcm_hw_params_set_access",
    "snd_pcm_hw_params_set_format",
    "snd_pcm_hw_params_set_channels",
    "snd_pcm_hw_params_set_rate",
    "snd_pcm_hw_params_set_period_size_near",
    "snd_pcm_hw_params_set_buffer_size_near",
    "snd_pcm_sw_params",
    "snd_pcm_poll_descriptors",
    "snd_pcm_prepare",
    "snd_pcm_start",
    "snd_pcm_resume",
    "snd_pcm_readi",
    "snd_pcm_writei",
    "snd_pcm_avail_update",
    "snd_pcm_delay",
    "snd_pcm_state",
    "looking for its USB port",
    "waiting for samples",
};
static_assert(names.size() == static_cast<std::size_t>(AlsaCall::stalled) + 1);

}  // namespace

const char* name_of(AlsaCall call) noexcept {
  const auto index = static_cast<std::size_t>(call);
  return index < names.size() ? names.at(index) : "libasound";
}

const std::error_category& alsa_category() noexcept {
  static const AlsaCategory category;
  return category;
}

std::string alsa_message(const std::string& device, AlsaCall call, int code) {
  return base::printable(device) + ": " + name_of(call) + ": " + alsa_category().message(code);
}

}  // namespace zgw::radio
