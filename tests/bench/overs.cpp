#include "bench/overs.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace zgw::bench {
namespace {

using namespace std::chrono_literals;

// Under callgrind on a busy machine time goes slowly.
std::chrono::seconds patience(std::size_t samples, base::SampleRate rate) {
  return 4 * std::chrono::ceil<std::chrono::seconds>(rate.duration(static_cast<base::SampleCount>(samples))) + 60s;
}

}  // namespace

std::size_t over_from_radio(Rig& rig, const SharedSamples& speech) {
  Place& place = rig.place(0);
  const std::size_t before = place.sent.size();
  const std::size_t streams = place.streams;
  place.antenna->receive(speech, std::chrono::steady_clock::now());
  const auto over = [&] { return place.streams > streams; };
  if (!rig.run_until(over, patience(speech->size(), {48000}))) throw std::runtime_error("no stream:\n" + rig.log());
  return place.sent.size() - before;
}

void over_from_channel(Rig& rig, const audio::Recording& speech) {
  Place& place = rig.place(0);
  const std::size_t before = place.radio->keyings().size();
  place.user->say(speech);
  const auto over = [&] {
    const auto keyings = place.radio->keyings();
    return keyings.size() > before && keyings.back().off;
  };
  if (!rig.run_until(over, patience(speech.pcm.size(), speech.rate))) {
    throw std::runtime_error("not keyed, or not unkeyed: " + place.user->trouble() + '\n' + rig.log());
  }
}

std::string output_of(const std::vector<std::string>& command, const std::filesystem::path& file) {
  std::filesystem::remove(file);
  simulator::ChildProcess child({command, {}, file});
  const int status = child.wait();
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  if (status != 0) throw std::runtime_error(command.front() + " failed:\n" + text.str());
  return text.str();
}

}  // namespace zgw::bench
