#include "simulation/life.hpp"

#include "simulation/script.hpp"
#include "simulation/world.hpp"

namespace zgw::simulation {

Life live(std::uint64_t seed, base::Duration length) {
  World world(seed);
  Script script(world);
  world.run(length);
  script.stop();
  world.come_to_rest();
  return {world.tally(), world.watch().report()};
}

}  // namespace zgw::simulation
