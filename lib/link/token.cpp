#include "link/token.hpp"

#include "net/rs256.hpp"
#include "zello/jwt.hpp"

namespace zgw::link {

base::Expected<std::string> mint_token(std::string_view issuer, std::int64_t expires,
                                       std::string_view private_key_pem) {
  const std::string input = zello::jwt_signing_input(issuer, expires);
  const auto signature = net::rs256_sign(private_key_pem, input);
  if (!signature) return base::failure("the token cannot be signed: " + signature.error().message);
  return zello::jwt_assemble(input, *signature);
}

}  // namespace zgw::link
