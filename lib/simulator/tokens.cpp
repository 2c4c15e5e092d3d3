#include "simulator/tokens.hpp"

#include <chrono>
#include <utility>

#include "net/rs256.hpp"
#include "zello/jwt.hpp"

namespace zgw::simulator {

std::function<bool(std::string_view)> tokens_of(std::map<std::string, std::string> public_keys) {
  return [keys = std::move(public_keys)](std::string_view token) {
    const auto jwt = zello::parse_jwt(token);
    if (!jwt || jwt->algorithm != "RS256") return false;
    const auto key = keys.find(jwt->issuer.value_or(""));
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
    return key != keys.end() && jwt->expires.value_or(0) > now.count() &&
           net::rs256_verify(key->second, jwt->signing_input, jwt->signature);
  };
}

}  // namespace zgw::simulator
