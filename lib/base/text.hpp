// Text from strangers, made harmless before it reaches a log, a terminal or a page.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace zgw::base {

/// `text` as one printable line of valid UTF-8: control characters, bidirectional marks and broken UTF-8 become
/// escapes such as `\n`, `\x1b`, `\u202e`; longer than `limit` bytes is cut with an ellipsis. A backslash is doubled,
/// so that an escape cannot be forged.
std::string printable(std::string_view text, std::size_t limit = 200);

/// `printable(text)` between double quotes, with inner double quotes escaped: `"Baker Street"`.
std::string quoted(std::string_view text, std::size_t limit = 200);

}  // namespace zgw::base
