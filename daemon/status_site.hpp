// The status page: `/` for people, `/metrics`, `/status.json` and `/health` for programs.
//
// An address that is taken is one warning and no page, because bridging is more important; it is tried again every
// minute. Whatever a reader does, the gateway is only asked for a snapshot, never told to do anything.
// Thread: control. Errors: log lines.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <asio/io_context.hpp>

#include "config/config.hpp"
#include "net/http_server.hpp"
#include "net/timer.hpp"
#include "observe/log.hpp"
#include "observe/snapshot.hpp"

namespace zgw::daemon {

class StatusSite {
 public:
  StatusSite(asio::io_context& io, config::Address address, observe::Log& log,
             std::function<observe::Snapshot()> snapshot);

  void start();

 private:
  [[nodiscard]] net::HttpAnswer answer(const std::string& path) const;

  asio::io_context& io_;
  config::Address address_;
  observe::Log& log_;
  std::function<observe::Snapshot()> snapshot_;
  net::Timer again_;
  std::unique_ptr<net::HttpServer> server_;
};

/// http://ADDRESS:PORT/
std::string url_of(const config::Address& address);

}  // namespace zgw::daemon
