// What the demo shows at its end: tables of the overs and the messages, a picture of the time line, and a verdict.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "daemon/demo_messages.hpp"
#include "simulator/core_watch.hpp"
#include "simulator/fidelity.hpp"
#include "simulator/stage.hpp"

namespace zgw::daemon {

/// One over, seen from outside the gateway: what was said at one end and heard at the other.
struct Crossing {
  std::string direction;
  std::string opened_by;
  std::string talker;
  double length = 0;  ///< seconds said
  double first_audio =
      0;  ///< seconds from COS (or the first packet) to the first packet (or the first sound on the air)
  std::uint64_t packets = 0;
  std::uint64_t lost = 0;
  std::string keyed = {};  ///< PTT on and off, seconds since the demo began
  simulator::Fidelity fidelity = {};
  simulator::CoreShare cores = {};  ///< what the machine let the gateway and the demo have meanwhile
  bool said_again = false;          ///< damaged on a starved machine, and said once more

  [[nodiscard]] bool intact() const { return lost == 0 && fidelity.intact(); }
};

/// "kept waiting for a core for 1.9 of 5.0 s".
std::string told(const simulator::CoreShare& cores);

std::string table_of(const std::vector<Crossing>& crossings);
std::string table_of(const std::vector<Delivery>& deliveries);

/// Writes timeline.svg: what every radio and person heard and what the gateway made of it, on one axis.
void draw_timeline(const std::filesystem::path& file, simulator::Stage& stage, base::TimePoint began,
                   base::TimePoint ended);

}  // namespace zgw::daemon
