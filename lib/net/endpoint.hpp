// Where a service is, and how long each step towards it may take.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>

#include "base/time.hpp"
#include "base/wss_url.hpp"

namespace zgw::net {

struct Endpoint : base::WssUrl {
  std::optional<std::filesystem::path> ca_file;  ///< PEM, trusted in addition to the system's
};

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
