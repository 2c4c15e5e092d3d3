// A line on the control socket: any text gives a request within the bounds, or an error to answer it with.
#include "control/request.hpp"
#include "fuzz/demand.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zgw;
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  if (const auto answer = control::parse_answer(line)) {
    fuzz::demand(control::parse_answer(control::encode(*answer)) == *answer, "an answer that was written can be read");
  }
  const auto request = control::parse_request(line);
  if (!request) {
    fuzz::demand(!request.error().message.empty(), "an error says what was wrong");
    return 0;
  }
  fuzz::demand(request->payload_bytes() <= 2 * zello::max_image_part_bytes, "what follows is bounded");
  const auto again = control::parse_request(control::encode(*request));
  fuzz::demand(again.has_value(), "a request that was written can be read");
  fuzz::demand(again->what.index() == request->what.index(), "a request stays of its kind");
  return 0;
}
