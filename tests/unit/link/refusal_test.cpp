// What each of the service's errors means for a bridge that asked for a stream.
#include "link/refusal.hpp"

#include <string_view>
#include <utility>

#include <doctest/doctest.h>

using zgw::gateway::Refusal;
using zgw::link::refusal_of;
using zgw::zello::error_code_of;

TEST_CASE("a refused stream is taken as the error's rule says, however the error is spelled") {
  const std::pair<std::string_view, Refusal> rows[] = {
      {"woodpecker prohibited", Refusal::chatter},
      {"Woodpecker Prohibited!", Refusal::chatter},
      {"channel is not ready", Refusal::not_ready},
      {"channel not ready", Refusal::not_ready},
      {"not logged in", Refusal::not_ready},
      {"internal server error", Refusal::at_once},
      {"channel busy", Refusal::for_now},
      {"failed to send data", Refusal::for_now},
      {"failed to start stream", Refusal::back_off},
      {"no permission", Refusal::forbidden},
      {"suspended", Refusal::forbidden},
      {"no phone", Refusal::forbidden},
      {"listen only connection", Refusal::forbidden},
      {"Not authorized", Refusal::forbidden},
      {"invalid request", Refusal::forbidden},
      // To ask again costs nothing, to give up costs words.
      {"the service did not answer start_stream", Refusal::back_off},
      {"", Refusal::back_off},
      {"\xff\x00", Refusal::back_off},
  };
  for (const auto& row : rows) {
    CAPTURE(row.first);
    CHECK(refusal_of(error_code_of(row.first)) == row.second);
  }
}
