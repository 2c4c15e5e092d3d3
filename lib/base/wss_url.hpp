// The address of a WebSocket service: wss://host[:port]/path (RFC 6455, 3). Thread: any. Errors: in the result.
#pragma once

#include <string>
#include <string_view>

#include "base/expected.hpp"

namespace zgw::base {

struct WssUrl {
  std::string host;  ///< a name, or an IP address without brackets
  int port = 443;
  std::string path = "/";
};

/// For messages: `host:port`, an IPv6 address in brackets.
std::string host_and_port(const std::string& host, int port);

/// Takes wss://host[:port]/path; everything else gets an error that says what to write instead.
Expected<WssUrl> parse_wss_url(std::string_view url);

}  // namespace zgw::base
