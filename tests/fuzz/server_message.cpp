// What a server sends: any text gives a message or an error, and a message survives being written and read again.
#include <string_view>

#include "fuzz/demand.hpp"
#include "zello/messages.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zgw;
  const auto message = zello::parse_server_message({reinterpret_cast<const char*>(data), size});
  if (!message) {
    fuzz::demand(!message.error().message.empty(), "an error says what was wrong");
    return 0;
  }
  const std::string written = zello::encode(*message);
  const auto again = zello::parse_server_message(written);
  fuzz::demand(again.has_value(), "a message that was written can be read");
  fuzz::demand(again->index() == message->index(), "a message stays of its kind");
  return 0;
}
