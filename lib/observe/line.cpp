#include "observe/line.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace zgw::observe {

std::string one_line(std::string_view text, std::size_t limit) {
  // printable() doubles backslashes, so that it is given what stands between them.
  std::string out;
  while (true) {
    const std::size_t piece = std::min(text.find('\\'), text.size());
    out += base::printable(text.substr(0, piece), limit - std::min(limit, out.size()));
    if (piece == text.size() || out.size() > limit) return out;
    out += '\\';
    text.remove_prefix(piece + 1);
  }
}

}  // namespace zgw::observe
