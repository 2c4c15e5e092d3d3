// The token that a logon shows to the service: made from an issuer and a private key.
// Thread: any one at a time. Errors: never repeat key material. Source: Zello Channel API 1.0, "Authentication".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/expected.hpp"

namespace zgw::link {

/// An RS256 token of `issuer` that ends at `expires` (seconds since 1970), signed with a private key in PEM.
base::Expected<std::string> mint_token(std::string_view issuer, std::int64_t expires, std::string_view private_key_pem);

}  // namespace zgw::link
