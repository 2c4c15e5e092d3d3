#include "gateway/refusal.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace zgw::gateway {
namespace {

constexpr std::array<std::pair<std::string_view, Refusal>, 9> rules = {{
    {"woodpecker", Refusal::chatter},
    {"not ready", Refusal::not_ready},
    {"not online", Refusal::not_ready},
    {"no permission", Refusal::forbidden},
    {"suspended", Refusal::forbidden},
    {"no phone", Refusal::forbidden},
    {"listen only", Refusal::forbidden},
    {"listen-only", Refusal::forbidden},
    {"not authorized", Refusal::forbidden},
}};

}  // namespace

Refusal refusal_of(std::string_view why) {
  std::string words(why.substr(0, 200));
  std::transform(words.begin(), words.end(), words.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  for (const auto& [part, refusal] : rules) {
    if (words.find(part) != std::string::npos) return refusal;
  }
  return Refusal::for_now;
}

}  // namespace zgw::gateway
