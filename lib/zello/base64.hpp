// Base64 (RFC 4648): the standard alphabet with padding for codec headers, the URL-safe one without for tokens.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"

namespace zgw::zello {

std::string base64_encode(std::span<const std::uint8_t> bytes);
std::string base64url_encode(std::span<const std::uint8_t> bytes);

/// Takes either alphabet but no mixture of them, with or without padding; refuses every other character, impossible
/// lengths, padding in part and bits that belong to no byte.
base::Expected<std::vector<std::uint8_t>> base64_decode(std::string_view text);

}  // namespace zgw::zello
