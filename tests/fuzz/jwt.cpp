// Tokens from a file: any text is a token or an error, and no error repeats the text, which is a secret.
#include "zello/jwt.hpp"

#include "fuzz/demand.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zgw;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto jwt = zello::parse_jwt(text);
  if (!jwt) {
    fuzz::demand(!jwt.error().message.empty(), "an error says what was wrong");
    fuzz::demand(size < 40 || jwt.error().message.find(text) == std::string::npos, "an error never repeats the token");
    return 0;
  }
  fuzz::demand(text.substr(0, jwt->signing_input.size()) == jwt->signing_input,
               "what is signed is the text's beginning");
  const auto again = zello::parse_jwt(zello::jwt_assemble(jwt->signing_input, jwt->signature));
  fuzz::demand(again.has_value(), "a token that was written can be read");
  fuzz::demand(again->expires == jwt->expires && again->issuer == jwt->issuer && again->party == jwt->party,
               "a token says the same again");
  fuzz::demand(again->signature == jwt->signature, "a signature stays what it is");
  return 0;
}
