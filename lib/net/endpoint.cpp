#include "net/endpoint.hpp"

#include <charconv>

#include "base/text.hpp"

namespace zgw::net {

base::Expected<Endpoint> parse_wss_url(std::string_view url) {
  constexpr std::string_view scheme = "wss://";
  const std::string shown = base::quoted(url, 100);
  if (url.substr(0, 5) == "ws://") return base::failure(shown + " is not encrypted: write wss:// instead of ws://");
  if (url.substr(0, scheme.size()) != scheme)
    return base::failure(shown + " is no WebSocket address: write wss://host/path");
  url.remove_prefix(scheme.size());
  Endpoint endpoint;
  const std::size_t slash = url.find('/');
  std::string_view authority = url.substr(0, slash);
  if (slash != std::string_view::npos) endpoint.path = url.substr(slash);
  const std::size_t bracket = authority.find(']');  // [::1]:8443
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    const std::string_view digits = authority.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), endpoint.port);
    if (error != std::errc() || end != digits.data() + digits.size() || endpoint.port < 1 || endpoint.port > 65535) {
      return base::failure(shown + ": the port must be a number from 1 to 65535");
    }
    authority = authority.substr(0, colon);
  }
  if (authority.size() > 2 && authority.front() == '[' && authority.back() == ']') {
    authority = authority.substr(1, authority.size() - 2);
  }
  endpoint.host = authority;
  const bool odd = endpoint.host.find_first_of(" @?#\\\r\n\t") != std::string::npos ||
                   endpoint.path.find_first_of(" \r\n\t#") != std::string::npos;
  if (endpoint.host.empty() || odd) return base::failure(shown + " is no WebSocket address: write wss://host/path");
  return endpoint;
}

}  // namespace zgw::net
