// The JSON messages of the Channel API, both ways: commands a client sends (commands.hpp), replies and events a server
// sends (events.hpp). The client encodes commands and parses server messages; the simulator's server does the reverse.
//
// Errors: parsing returns what was wrong with the message, never throws. Numbers may come as strings, unknown fields
// are ignored, `for` may be false, and fields with two names are known by both (field behaviour of the service). A
// value out of its range is refused with the message. Source: Zello Channel API 1.0, "Control protocol". A new command
// or event is a struct, a row in the variant, a codec function each way and a row in docs/protocol.md.
#pragma once

#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "zello/commands.hpp"
#include "zello/events.hpp"
#include "zello/limits.hpp"

namespace zgw::zello {

std::string encode(const Command& command, Sequence seq);
std::string encode(const ServerMessage& message);

base::Expected<ServerMessage> parse_server_message(std::string_view json);
tl::expected<NumberedCommand, BadCommand> parse_command(std::string_view json);

}  // namespace zgw::zello
