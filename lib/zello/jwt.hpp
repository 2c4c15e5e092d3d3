// JSON web tokens as Zello uses them (RFC 7519, RS256): what is signed, how it is put together, what a ready one says.
// The signature itself is made and checked elsewhere; this room has no cryptography.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"

namespace zgw::zello {

/// header.claims of a token by `issuer` that ends at `expires` (seconds since 1970), base64url without padding.
std::string jwt_signing_input(std::string_view issuer, std::int64_t expires);

/// The whole token.
std::string jwt_assemble(std::string_view signing_input, std::span<const std::uint8_t> signature);

struct Jwt {
  std::string algorithm;                ///< "alg" of the header
  std::optional<std::string> issuer;    ///< "iss"
  std::optional<std::int64_t> expires;  ///< "exp", seconds since 1970
  std::optional<std::string> party;     ///< "azp": "dev" in a development token, which lives 30 days
  std::string signing_input;
  std::vector<std::uint8_t> signature;
};

/// Takes a token apart; says nothing about its signature. The error never repeats the token.
base::Expected<Jwt> parse_jwt(std::string_view token);

}  // namespace zgw::zello
