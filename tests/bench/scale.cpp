// Scale: 1, 10, 50 and 100 bridges in one process, every one carrying speech from its radio into its channel at once.
//
// A frame is late that reaches the server more than a frame (60 ms) after its place in the stream's rhythm, which is
// that of the earliest packet of the stream.
#include <algorithm>
#include <chrono>

#include <time.h>  // NOLINT(modernize-deprecated-headers): clock_gettime is POSIX

#include "bench/overs.hpp"
#include "bench/process.hpp"
#include "bench/speech.hpp"

namespace zgw::bench {
namespace {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr Milliseconds frame{60};

struct Load {
  double ms_per_second = 0;  // of CPU, per bridge
  double cores = 0;
  double rig = 0;  // cores of the server and the radios
  double late_ms = 0;
  std::size_t late = 0;
  std::size_t packets = 0;
  std::size_t short_by = 0;  // packets that did not come
};

// Of this process: the server and the radios.
std::chrono::nanoseconds own_cpu() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

// The first packets come in a bunch: what was heard before the stream was open.
void look_at(const Place& place, std::size_t first, Load& load) {
  Milliseconds earliest{1e9};
  std::vector<Milliseconds> offsets;
  for (std::size_t i = first; i < place.sent.size(); ++i) {
    offsets.push_back(place.sent[i].when.time_since_epoch() - frame * static_cast<double>(i - first));
  }
  if (offsets.empty()) return;
  earliest = *std::min_element(offsets.begin(), offsets.end());
  for (const Milliseconds offset : offsets) {
    load.late_ms = std::max(load.late_ms, (offset - earliest).count());
    if (offset - earliest > frame) ++load.late;
    ++load.packets;
  }
}

Load load_of(const Options& options, int bridges, std::chrono::seconds length) {
  Rig::Settings settings;
  settings.cos = "file";
  settings.bridges = bridges;
  settings.sound_keys = ", buffer: 200ms";  // a hundred radios and their server share two cores with it
  settings.patience = 120s;
  Rig rig(options, "scale-" + std::to_string(bridges), settings);
  rig.start();
  rig.run_for(2s);
  rig.receive(speech_on_air(options, length + 4s));
  rig.run_for(2s);
  std::vector<std::size_t> first;
  for (const Place& place : rig.places()) first.push_back(place.sent.size());
  const auto before = cpu_of(rig.process());
  const auto rig_before = own_cpu();
  rig.run_for(length);
  const double used = static_cast<double>((cpu_of(rig.process()) - before).count()) / 1e9;
  const double rig_used = std::chrono::duration<double>(own_cpu() - rig_before).count();
  const double seconds = std::chrono::duration<double>(length).count();
  Load load;
  load.cores = used / seconds;
  load.rig = rig_used / seconds;
  for (std::size_t i = 0; i < first.size(); ++i) look_at(rig.place(i), first[i], load);
  load.ms_per_second = 1000 * used / (static_cast<double>(load.packets) * 0.06);  // of speech that was sent
  const auto expected = static_cast<std::size_t>(bridges * seconds / 0.06) - static_cast<std::size_t>(bridges);
  if (load.packets < expected) load.short_by = expected - load.packets;
  return load;
}

}  // namespace

void measure_scale(const Options& options, Rows& rows) {
  const auto length = options.pick(20s, 5s);
  std::string note;
  Load one;
  Load last;
  double worst_ms = 0;
  std::string late_by;
  std::size_t late = 0;
  std::size_t short_by = 0;
  for (const int bridges : {1, 10, 50, 100}) {
    last = load_of(options, bridges, length);
    if (bridges == 1) one = last;
    note += text("%s%d: %.2f", note.empty() ? "" : ", ", bridges, last.ms_per_second);
    worst_ms = std::max(worst_ms, last.late_ms);
    late_by += text("%s%d: %zu", late_by.empty() ? "" : ", ", bridges, last.late + last.short_by);
    late += last.late;
    short_by += last.short_by;
  }
  rows.push_back({"scale", "scale: growth of the cost per bridge from 1 to 100 that all carry speech",
                  100 * (last.ms_per_second / one.ms_per_second - 1), "%", 5,
                  "ms of CPU per second and bridge: " + note +
                      text("; 100 bridges: %.2f cores, their server and radios %.2f", last.cores, last.rig)});
  rows.push_back({"scale_late", "scale: frames late, or missing, of all of them", static_cast<double>(late + short_by),
                  "frames", 0, late_by + text("; the latest came %.0f ms after its time", worst_ms)});
}

}  // namespace zgw::bench
