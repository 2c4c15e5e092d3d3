#include "base/listed.hpp"

#include "base/text.hpp"

namespace zgw::base {

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t most = 12;
  if (names.empty()) return "none";
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i == most) return list + ", …";
    list += (i == 0 ? "" : ", ") + quoted(names[i], 60);
  }
  return list;
}

}  // namespace zgw::base
