// RSA signatures with SHA-256 (RFC 7518 section 3.3), over OpenSSL: what signs and checks a Zello auth token.
// Errors: never repeat key material.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"

namespace zgw::net {

struct PrivateKey {
  int bits = 0;
  std::string public_pem;  ///< its public half, which is no secret
};

/// What a private key is, where it can sign tokens; else why not.
base::Expected<PrivateKey> inspect_private_key(std::string_view private_key_pem);

/// Signs with a private key in PEM, PKCS#8 or PKCS#1, RSA of at least 2048 bits, without a passphrase.
base::Expected<std::vector<std::uint8_t>> rs256_sign(std::string_view private_key_pem, std::string_view data);

/// Whether this is a key that rs256_verify() can use.
bool is_public_key(std::string_view public_key_pem);

/// Whether `signature` is that of `data` by the key whose public half this is (PEM).
bool rs256_verify(std::string_view public_key_pem, std::string_view data, std::span<const std::uint8_t> signature);

}  // namespace zgw::net
