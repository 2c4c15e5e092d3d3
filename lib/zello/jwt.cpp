#include "zello/jwt.hpp"

#include <cmath>

#include "zello/base64.hpp"
#include "zello/json.hpp"

namespace zgw::zello {
namespace {

std::string part(const Json::Value& value) {
  const std::string text = json::write(value);
  return base64url_encode({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

base::Expected<Json::Value> object(std::string_view part) {
  const auto bytes = base64_decode(part);
  if (!bytes) return base::failure("the token is not base64url");
  return json::parse_object({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
}

}  // namespace

std::string jwt_signing_input(std::string_view issuer, std::int64_t expires) {
  Json::Value header;
  header["alg"] = "RS256";
  header["typ"] = "JWT";
  Json::Value claims;
  claims["iss"] = std::string(issuer);
  claims["exp"] = Json::Int64{expires};
  return part(header) + '.' + part(claims);
}

std::string jwt_assemble(std::string_view signing_input, std::span<const std::uint8_t> signature) {
  return std::string(signing_input) + '.' + base64url_encode(signature);
}

base::Expected<Jwt> parse_jwt(std::string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t second = token.find('.', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return base::failure("the token does not have three parts");
  const auto header = object(token.substr(0, first));
  const auto claims = object(token.substr(first + 1, second - first - 1));
  const auto signature = base64_decode(token.substr(second + 1));
  if (!header || !claims || !signature) return base::failure("the token is not a JSON web token");
  Jwt jwt;
  jwt.algorithm = json::text(*header, "alg").value_or("");
  jwt.issuer = json::text(*claims, "iss");
  jwt.party = json::text(*claims, "azp");
  if (const auto expires = json::number(*claims, "exp"); expires && std::abs(*expires) < 1e12) {
    jwt.expires = static_cast<std::int64_t>(*expires);
  }
  jwt.signing_input = token.substr(0, second);
  jwt.signature = *signature;
  return jwt;
}

}  // namespace zgw::zello
