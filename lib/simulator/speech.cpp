#include "simulator/speech.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <sys/wait.h>

#include "audio/resampler.hpp"
#include "simulator/child_process.hpp"

namespace zgw::simulator {
namespace {

constexpr float inaudible = 0.003F;

void run_espeak(const std::string& text, const std::string& voice, const std::filesystem::path& wav) {
  try {
    ChildProcess espeak({{"espeak-ng", "-v", voice, "-s", "150", "-w", wav.string(), text}, {}, {}});
    const int status = espeak.wait();
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  } catch (const std::system_error&) {
    throw std::runtime_error("espeak-ng is not installed; it makes the speech: apt-get install espeak-ng");
  }
  throw std::runtime_error("espeak-ng failed to speak with voice " + voice);
}

}  // namespace

audio::Recording make_speech(const std::string& text, const std::string& voice, base::SampleRate rate,
                             const std::filesystem::path& scratch) {
  const std::filesystem::path wav = scratch / "espeak.wav";
  run_espeak(text, voice, wav);
  const audio::Recording spoken = audio::read_wav(wav);
  std::filesystem::remove(wav);
  audio::Recording out{rate, {}};
  audio::Resampler resampler(spoken.rate, rate, 8);
  resampler.process(spoken.pcm, out.pcm);
  resampler.flush(out.pcm);
  const auto audible = [](float sample) { return std::fabs(sample) > inaudible; };
  out.pcm.erase(std::find_if(out.pcm.rbegin(), out.pcm.rend(), audible).base(), out.pcm.end());
  out.pcm.erase(out.pcm.begin(), std::find_if(out.pcm.begin(), out.pcm.end(), audible));
  float peak = inaudible;
  for (const float sample : out.pcm) peak = std::max(peak, std::fabs(sample));
  for (float& sample : out.pcm) sample *= 0.5F / peak;
  return out;
}

}  // namespace zgw::simulator
