// A message as one line: what the log, the status of the service and a terminal may be given.
// Thread: any. Real-time safe: no.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace zgw::observe {

/// `text` without anything that breaks a line or commands a terminal: control characters, bidirectional marks and
/// broken UTF-8 become escapes as base::printable() writes them. Backslashes stay, because a message quotes strangers
/// with base::printable() already. Longer than about `limit` bytes is cut with an ellipsis.
std::string one_line(std::string_view text, std::size_t limit = 2000);

}  // namespace zgw::observe
