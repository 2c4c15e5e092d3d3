// Where a service is, and how long each step towards it may take.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "base/time.hpp"

namespace zgw::net {

struct Endpoint {
  std::string host;
  int port = 443;
  std::string path = "/";
  std::optional<std::filesystem::path> ca_file;  ///< PEM, trusted in addition to the system's
};

/// For messages: `host:port`, an IPv6 address in brackets.
std::string host_and_port(const Endpoint& endpoint);

/// Takes wss://host[:port]/path; everything else gets an error that says what to write instead.
base::Expected<Endpoint> parse_wss_url(std::string_view url);

/// Each step has a deadline of its own.
struct Deadlines {
  base::Duration resolve = std::chrono::seconds(10);
  base::Duration connect = std::chrono::seconds(10);  ///< for all addresses together
  base::Duration tls = std::chrono::seconds(10);
  base::Duration upgrade = std::chrono::seconds(10);
  base::Duration idle_ping = std::chrono::seconds(30);  ///< own ping when nothing was heard for so long
  base::Duration talk_ping = std::chrono::seconds(1);   ///< … and so often while audio is sent
  base::Duration pong = std::chrono::seconds(10);
  base::Duration close = std::chrono::seconds(2);
  base::Duration stagger = std::chrono::milliseconds(250);  ///< until the next address is tried alongside
};

}  // namespace zgw::net
