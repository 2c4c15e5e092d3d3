// What a client sends, as the simulated server reads it: any text gives a command or an error to answer it with.
#include "fuzz/demand.hpp"
#include "zello/messages.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zgw;
  const auto command = zello::parse_command({reinterpret_cast<const char*>(data), size});
  if (!command) {
    fuzz::demand(!command.error().error.empty(), "an error says what was wrong");
    return 0;
  }
  const auto again = zello::parse_command(zello::encode(command->command, command->seq.value_or(1)));
  fuzz::demand(again.has_value(), "a command that was written can be read");
  fuzz::demand(again->command.index() == command->command.index(), "a command stays of its kind");
  return 0;
}
