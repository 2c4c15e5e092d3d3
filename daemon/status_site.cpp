#include "daemon/status_site.hpp"

#include <chrono>
#include <exception>
#include <utility>

#include "base/wss_url.hpp"
#include "observe/metrics.hpp"
#include "observe/status_page.hpp"

namespace zgw::daemon {
namespace {

constexpr std::chrono::minutes pause{1};
constexpr std::string_view trouble = "status";

}  // namespace

StatusSite::StatusSite(asio::io_context& io, config::Address address, observe::Log& log,
                       std::function<observe::Snapshot()> snapshot)
    : io_(io), address_(std::move(address)), log_(log), snapshot_(std::move(snapshot)), again_(io, [this] {
        start();
      }) {}

void StatusSite::start() {
  try {
    net::HttpServer::Settings settings;
    settings.address = address_.host;
    settings.port = address_.port;
    server_ =
        std::make_unique<net::HttpServer>(io_, settings, [this](const std::string& path) { return answer(path); });
  } catch (const std::exception& error) {
    log_.once(trouble, observe::Level::warning,
              std::string("no status page: ") + error.what() + "; trying again every minute");
    again_.after(pause);
    return;
  }
  log_.forget(trouble);
  log_.info("status page: " + url_of({address_.host, server_->port()}));
}

net::HttpAnswer StatusSite::answer(const std::string& path) const {
  const observe::Snapshot snapshot = snapshot_();
  if (path == "/") return {200, "text/html; charset=utf-8", observe::status_page(snapshot)};
  if (path == "/metrics") return {200, observe::metrics_type, observe::metrics(snapshot)};
  if (path == "/status.json") return {200, "application/json", observe::status_json(snapshot)};
  if (path == "/health") {
    const int status = observe::ailments(snapshot).empty() ? 200 : 503;
    return {status, "text/plain; charset=utf-8", observe::health_text(snapshot)};
  }
  return {404, "text/plain; charset=utf-8", "There is /, /metrics, /health and /status.json.\n"};
}

std::string url_of(const config::Address& address) {
  return "http://" + base::host_and_port(address.host, address.port) + "/";
}

}  // namespace zgw::daemon
