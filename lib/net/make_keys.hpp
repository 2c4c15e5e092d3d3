// Keys and certificates made on the spot, for the demo, the channel server and the tests.
// Errors: std::runtime_error when OpenSSL fails.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace zgw::net {

struct KeyPair {
  std::string private_pem;  ///< PKCS#8
  std::string public_pem;
};

/// An RSA key of 2048 bits.
KeyPair make_rsa_key();

struct Certificate {
  std::string certificate_pem;
  std::string key_pem;
};

/// A self-signed certificate (P-256) for host names and addresses, valid from `begins` to `ends` relative to now.
Certificate make_certificate(const std::vector<std::string>& hosts, std::chrono::hours begins = std::chrono::hours(-1),
                             std::chrono::hours ends = std::chrono::hours(24 * 365));

}  // namespace zgw::net
