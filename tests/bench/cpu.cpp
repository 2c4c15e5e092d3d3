// RX and TX CPU time: of the whole daemon during one over, divided by that of the bare loop which is paced in real time
// beside it. Wake-ups, system calls and cold caches count on both sides.
#include <chrono>
#include <fstream>
#include <stdexcept>

#include "bench/overs.hpp"
#include "bench/process.hpp"
#include "bench/speech.hpp"

namespace zgw::bench {
namespace {

using namespace std::chrono_literals;

std::string by_thread(const std::map<std::string, std::chrono::nanoseconds>& before,
                      const std::map<std::string, std::chrono::nanoseconds>& after, double seconds) {
  std::string all;
  for (const auto& [name, ns] : after) {
    const auto earlier = before.find(name);
    const double used = static_cast<double>((ns - (earlier == before.end() ? 0ns : earlier->second)).count()) / 1e6;
    if (used / seconds >= 0.05) all += text("%s%s %.2f", all.empty() ? "" : ", ", name.c_str(), used / seconds);
  }
  return all;
}

// Both at once, so that the machine has the same mood for both.
template <class Over>
Row beside_bare_loop(const Options& options, Rig& rig, const std::string& direction, const std::string& input,
                     double seconds, Over over) {
  rig.start();
  rig.run_for(1s);
  const auto file = options.folder / ("paced-" + direction);
  std::filesystem::remove(file);
  simulator::ChildProcess bare({{options.self.string(), "bare", direction, input, "paced"}, {}, file});
  const auto before = cpu_by_thread(rig.process());
  const auto sum_before = cpu_of(rig.process());
  const auto sleeps_before = sleeps_of(rig.process());
  over(rig);
  const double ours = static_cast<double>((cpu_of(rig.process()) - sum_before).count());
  const auto sleeps = static_cast<double>(sleeps_of(rig.process()) - sleeps_before);
  const std::string threads = by_thread(before, cpu_by_thread(rig.process()), seconds);
  rig.run_until([&] { return bare.ended().has_value(); }, 60s);
  double loop = 0;
  if (!(std::ifstream(file) >> loop) || loop <= 0) throw std::runtime_error("the bare loop failed");
  return {direction + "_cpu",
          direction == "rx" ? "RX CPU time: daemon / bare loop in real time"
                            : "TX CPU time: daemon / bare loop in real time",
          ours / loop,
          "",
          1.3,
          text("%.2f ms of CPU per second of speech, the bare loop %.2f; %s; %.0f wake-ups per second",
               ours / seconds / 1e6, loop / seconds / 1e6, threads.c_str(), sleeps / seconds)};
}

}  // namespace

void measure_cpu(const Options& options, Rows& rows) {
  const auto length = options.pick(60s, 8s);
  const double seconds = std::chrono::duration<double>(length).count();
  const SharedSamples on_air = speech_on_air(options, length);
  const auto pcm = options.folder / "paced.pcm";
  write_pcm(pcm, *on_air);
  const auto receive = [&](const std::string& name, const std::string& sound_keys) {
    Rig::Settings settings;
    settings.cos = "file";
    settings.sound_keys = sound_keys;
    Rig rig(options, name, settings);
    return beside_bare_loop(options, rig, "rx", pcm.string(), seconds, [&](Rig& r) { over_from_radio(r, on_air); });
  };
  rows.push_back(receive("cpu-rx", ""));
  Row long_buffer = receive("cpu-rx-long", ", buffer: 200ms");
  long_buffer.key = "rx_cpu_long_buffer";
  long_buffer.figure = "the same with `sound.buffer: 200ms`, in which a packet fits";
  long_buffer.bound.reset();
  rows.push_back(std::move(long_buffer));
  Rig::Settings settings;
  settings.cos = "file";
  settings.people = true;
  Rig rig(options, "cpu-tx", settings);
  const audio::Recording said = speech(options, {16000}, length);
  const auto input = options.folder / "paced.opus";
  write_packets(input, speech_in_packets(options, length));
  rows.push_back(
      beside_bare_loop(options, rig, "tx", input.string(), seconds, [&](Rig& r) { over_from_channel(r, said); }));
}

}  // namespace zgw::bench
