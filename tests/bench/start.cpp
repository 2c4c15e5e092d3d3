// Start: from the start of the process until every PTT line was driven off, and until the server has the logon.
#include <chrono>
#include <fstream>
#include <stdexcept>

#include "bench/rig.hpp"

namespace zgw::bench {
namespace {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::duration<double, std::milli>;

// The first line of the PTT file that is later than `start`.
base::TimePoint first_off(const Place& place, base::TimePoint start) {
  std::ifstream file(place.radio->folder() / "ptt");
  std::int64_t ns = 0;
  std::string what;
  while (file >> ns >> what) {
    const base::TimePoint when{std::chrono::nanoseconds(ns)};
    if (when >= start && what == "off") return when;
  }
  throw std::runtime_error("PTT was never driven off");
}

}  // namespace

void measure_start(const Options& options, Rows& rows) {
  const int tries = options.pick(15, 3);
  std::vector<double> safe;
  std::vector<double> logon;
  Rig rig(options, "start", {});
  for (int i = 0; i < tries; ++i) {
    const base::TimePoint started = rig.start();
    safe.push_back(Milliseconds(first_off(rig.place(0), started) - started).count());
    logon.push_back(Milliseconds(rig.place(0).logon - started).count());
    rig.stop();
  }
  rows.push_back({"start_safe", "start of the process to PTT driven off, median", quantile(safe, 0.5), "ms", 30,
                  text("worst of %d: %.0f ms", tries, quantile(safe, 1))});
  rows.push_back(
      {"start_logon", "start of the process to the logon at the server, median", quantile(logon, 0.5), "ms", 100,
       text("worst of %d: %.0f ms; TLS to loopback and a token signed for it are in it", tries, quantile(logon, 1))});
}

}  // namespace zgw::bench
