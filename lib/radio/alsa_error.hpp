// What libasound refused: the call, the device and its reason.
// Thread: any. Real-time safe: no.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <system_error>

namespace zgw::radio {

/// The calls that can fail, numbered so that the audio thread can leave one in an atomic.
enum class AlsaCall : std::uint32_t {
  open,
  hw_params,
  access,
  format,
  channels,
  rate,
  period,
  buffer,
  sw_params,
  descriptors,
  prepare,
  start,
  resume,
  read,
  write,
  avail,
  delay,
  state,
  port,
  stalled,
};

/// `snd_pcm_readi`, and so on.
const char* name_of(AlsaCall call) noexcept;

/// Positive or negative errno values as snd_strerror() words them.
const std::error_category& alsa_category() noexcept;

/// "hw:CARD=radio: snd_pcm_open: No such device"
std::string alsa_message(const std::string& device, AlsaCall call, int code);

/// Thrown while a card is opened.
class AlsaError : public std::runtime_error {
 public:
  AlsaError(const std::string& message, int code)
      : std::runtime_error(message), code_(code < 0 ? -code : code, alsa_category()) {}

  [[nodiscard]] const std::error_code& code() const noexcept { return code_; }

 private:
  std::error_code code_;
};

}  // namespace zgw::radio
