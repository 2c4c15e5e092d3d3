// One seed's life: so many hours of a world and its script, then peace, then the books. Thread: one.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"
#include "simulation/tally.hpp"

namespace zgw::simulation {

struct Life {
  Tally tally;
  std::string violation;  ///< empty: there was none
};

Life live(std::uint64_t seed, base::Duration length);

}  // namespace zgw::simulation
