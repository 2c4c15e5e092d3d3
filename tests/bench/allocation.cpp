// Allocation: how often the audio thread and the control thread ask for heap memory in 20 ms, in steady state: while
// nobody talks, in the middle of an over from the radio, and in the middle of one from the channel.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>

#include "bench/overs.hpp"
#include "bench/speech.hpp"

namespace zgw::bench {
namespace {

using namespace std::chrono_literals;

struct Count {
  double control = 0;
  double audio = 0;
};

// The audio threads are those that carry the name.
Count count_in(const std::filesystem::path& file, pid_t process) {
  Count sum;
  std::ifstream entries(file, std::ios::binary);
  std::uint64_t entry[2];  // thread, allocations
  while (entries.read(reinterpret_cast<char*>(entry), sizeof entry)) {
    std::string name;
    std::ifstream comm("/proc/" + std::to_string(process) + "/task/" + std::to_string(entry[0]) + "/comm");
    std::getline(comm, name);
    if (entry[0] == static_cast<std::uint64_t>(process)) sum.control += static_cast<double>(entry[1]);
    if (name == "audio") sum.audio += static_cast<double>(entry[1]);
  }
  return sum;
}

}  // namespace

void measure_allocation(const Options& options, Rows& rows) {
  const auto length = options.pick(15s, 4s);
  const double frames = 50 * std::chrono::duration<double>(length).count();
  Rig::Settings settings;
  settings.cos = "file";
  settings.people = true;
  const auto file = std::filesystem::absolute(options.folder / "allocations");
  std::filesystem::remove(file);
  settings.environment = {"LD_PRELOAD=" + options.allocation_counter.string(), "ZGW_ALLOCATIONS=" + file.string()};
  Rig rig(options, "allocation", settings);
  rig.start();
  rig.run_for(2s);
  const auto per_frame = [&] {
    const Count before = count_in(file, rig.process());
    rig.run_for(length);
    const Count after = count_in(file, rig.process());
    return Count{(after.control - before.control) / frames, (after.audio - before.audio) / frames};
  };
  const Count idle = per_frame();
  rig.receive(speech_on_air(options, length + 4s));
  rig.run_for(2s);
  const Count receiving = per_frame();
  rig.run_for(4s);
  rig.place(0).user->say(speech(options, {16000}, length + 5s));
  rig.run_for(3s);
  const Count transmitting = per_frame();
  rows.push_back(
      {"allocation_audio", "heap allocations per 20 ms, audio thread",
       std::max({idle.audio, receiving.audio, transmitting.audio}), "", 0,
       text("idle %.2f, radio over %.2f, channel over %.2f", idle.audio, receiving.audio, transmitting.audio)});
  rows.push_back(
      {"allocation_control", "heap allocations per 20 ms, control thread",
       std::max({idle.control, receiving.control, transmitting.control}), "", 2,
       text("idle %.2f, radio over %.2f, channel over %.2f", idle.control, receiving.control, transmitting.control)});
}

}  // namespace zgw::bench
