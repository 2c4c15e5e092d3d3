// The part of the demo that is not speech: a text, an image and a location that somebody in the channel sends, looked
// for where the gateway keeps them, and the location that the gateway announces, looked for in the channel. Thread: the
// io_context's. Errors: what did not arrive is a row that says so.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "simulator/stage.hpp"

namespace zgw::daemon {

/// One message, seen from outside the gateway.
struct Delivery {
  std::string what;
  std::string direction;
  std::string from;
  std::string content;
  std::string found;  ///< where; empty: it did not arrive

  [[nodiscard]] bool arrived() const { return !found.empty(); }
};

/// YAML for the bridges, so that the gateway takes the messages and announces its location.
std::string message_keys();

/// Sends the messages and waits for them; `say` hears what happens.
std::vector<Delivery> exchange_messages(simulator::Stage& stage, simulator::Stage::Corner& corner,
                                        const std::function<void(const std::string&)>& say);

}  // namespace zgw::daemon
