#include "daemon/commands.hpp"
namespace zgw::daemon { int demo_command(const DemoOptions&) { return 1; } }
