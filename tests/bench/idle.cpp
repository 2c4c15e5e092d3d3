// Idle: the CPU that a connected gateway uses which listens with VOX at 48 kHz to a radio that hears nothing.
#include <chrono>

#include "bench/process.hpp"
#include "bench/rig.hpp"

namespace zgw::bench {

void measure_idle(const Options& options, Rows& rows) {
  using namespace std::chrono_literals;
  const auto length = options.pick(60s, 10s);
  const double seconds = std::chrono::duration<double>(length).count();
  Rig rig(options, "idle", {});
  rig.start();
  rig.run_for(2s);
  const auto before = cpu_by_thread(rig.process());
  const auto sum = cpu_of(rig.process());
  const auto sleeps = sleeps_of(rig.process());
  rig.run_for(length);
  const auto after = cpu_by_thread(rig.process());
  const double used = static_cast<double>((cpu_of(rig.process()) - sum).count()) / 1e9;
  std::string threads;
  for (const auto& [name, ns] : after) {
    const auto earlier = before.find(name);
    const auto since = ns - (earlier == before.end() ? 0ns : earlier->second);
    threads += text("%s%s %.3f %%", threads.empty() ? "" : ", ", name.c_str(),
                    static_cast<double>(since.count()) / 1e7 / seconds);
  }
  rows.push_back(
      {"idle", "idle: CPU of a connected gateway, VOX at 48 kHz", 100 * used / seconds, "%", 0.35,
       threads + text("; %.0f wake-ups per second", static_cast<double>(sleeps_of(rig.process()) - sleeps) / seconds)});
}

}  // namespace zgw::bench
