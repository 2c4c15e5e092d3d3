// RX and TX CPU time: of the whole daemon during an over, the middle one of three, divided by that of the bare loop
// which is paced in real time beside it. Wake-ups, system calls and cold caches count on both sides.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <vector>

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

double printed(const std::filesystem::path& file) {
  double ns = 0;
  if (!(std::ifstream(file) >> ns) || ns <= 0) throw std::runtime_error("the bare loop failed");
  return ns;
}

// What the figures below hang on, and differs from machine to machine by more than they do.
Row price_of_waking(const Options& options) {
  const int times = options.pick(500, 100);
  const auto file = options.folder / "sleep";
  std::filesystem::remove(file);
  simulator::ChildProcess({{options.self.string(), "bare", "sleep", std::to_string(times)}, {}, file}).wait();
  return {"wake",
          "a wake-up of a thread that does nothing but sleep, on this machine",
          printed(file) / times / 1e3,
          "µs",
          std::nullopt,
          text("of CPU time; %d of them, 50 a second", times)};
}

struct Run {
  double ratio = 0;
  std::string note;
};

// Both at once, so that the machine has the same mood for both.
template <class Over>
Run beside_bare_loop(const Options& options, Rig& rig, const std::string& direction, const std::string& input,
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
  const double loop = printed(file);
  return {ours / loop, text("%.2f ms of CPU per second of speech, the bare loop %.2f; %s; %.0f wake-ups per second",
                            ours / seconds / 1e6, loop / seconds / 1e6, threads.c_str(), sleeps / seconds)};
}

// The middle one of some: a virtual machine's mood lasts for a minute.
template <class Measure>
Row middle_run(const Options& options, const std::string& direction, Measure measure) {
  std::vector<Run> runs(options.pick<std::size_t>(3, 1));
  for (Run& run : runs) run = measure();
  std::sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) { return a.ratio < b.ratio; });
  const Run& middle = runs[runs.size() / 2];
  std::string note = middle.note;
  if (runs.size() > 1)
    note += text("; %zu overs, from %.2f to %.2f", runs.size(), runs.front().ratio, runs.back().ratio);
  return {direction + "_cpu",
          direction == "rx" ? "RX CPU time: daemon / bare loop in real time"
                            : "TX CPU time: daemon / bare loop in real time",
          middle.ratio,
          "",
          1.3,
          note};
}

}  // namespace

void measure_cpu(const Options& options, Rows& rows) {
  rows.push_back(price_of_waking(options));
  const auto length = options.pick(60s, 8s);
  const double seconds = std::chrono::duration<double>(length).count();
  const SharedSamples on_air = speech_on_air(options, length);
  const auto pcm = options.folder / "paced.pcm";
  write_pcm(pcm, *on_air);
  Rig::Settings settings;
  settings.cos = "file";
  rows.push_back(middle_run(options, "rx", [&] {
    Rig rig(options, "cpu-rx", settings);
    return beside_bare_loop(options, rig, "rx", pcm.string(), seconds, [&](Rig& r) { over_from_radio(r, on_air); });
  }));
  settings.people = true;
  const audio::Recording said = speech(options, {16000}, length);
  const auto input = options.folder / "paced.opus";
  write_packets(input, speech_in_packets(options, length));
  rows.push_back(middle_run(options, "tx", [&] {
    Rig rig(options, "cpu-tx", settings);
    return beside_bare_loop(options, rig, "tx", input.string(), seconds, [&](Rig& r) { over_from_channel(r, said); });
  }));
}

}  // namespace zgw::bench
