// Memory: the peak of what the daemon has resident with one bridge that has talked and was talked to, and what each
// further bridge adds. The key guard's own pages are few and mostly shared; they are in the note.
#include <chrono>

#include "bench/overs.hpp"
#include "bench/process.hpp"
#include "bench/speech.hpp"

namespace zgw::bench {
namespace {

using namespace std::chrono_literals;

struct Peak {
  double daemon = 0;  // MB
  double anonymous = 0;
  double guard = 0;
};

Peak peak_with(const Options& options, int bridges) {
  Rig::Settings settings;
  settings.cos = "file";
  settings.bridges = bridges;
  settings.people = true;
  settings.patience = 60s;
  Rig rig(options, "memory-" + std::to_string(bridges), settings);
  rig.start();
  const SharedSamples on_air = speech_on_air(options, 3s);
  rig.receive(on_air);
  rig.run_until([&] { return rig.places().back().streams > 0; }, 20s);
  rig.run_for(2s);
  const audio::Recording said = speech(options, {16000}, 3s);
  for (Place& place : rig.places()) place.user->say(said);
  rig.run_for(5s);
  Peak peak;
  peak.daemon = static_cast<double>(memory_of(rig.process(), "VmHWM")) / 1024;
  peak.anonymous = static_cast<double>(memory_of(rig.process(), "RssAnon")) / 1024;
  const auto family = family_of(rig.process());
  if (family.size() > 1) peak.guard = static_cast<double>(memory_of(family[1], "RssAnon")) / 1024;
  rig.stop();
  return peak;
}

}  // namespace

void measure_memory(const Options& options, Rows& rows) {
  const int many = options.pick(21, 11);
  const Peak one = peak_with(options, 1);
  const Peak all = peak_with(options, many);
  rows.push_back({"memory", "memory: peak resident with one bridge", one.daemon, "MB", 14,
                  text("%.1f MB of it are its own, the rest are libraries' pages; the key guard's own: %.1f MB",
                       one.anonymous, one.guard)});
  rows.push_back({"memory_growth", "memory: growth by each further bridge, with its account and card",
                  (all.daemon - one.daemon) / (many - 1), "MB", 1, text("%d bridges: %.1f MB", many, all.daemon)});
}

}  // namespace zgw::bench
