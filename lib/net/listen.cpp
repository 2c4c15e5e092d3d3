#include "net/listen.hpp"

#include <cstdint>
#include <stdexcept>

#include "base/wss_url.hpp"

namespace zgw::net {

using asio::ip::tcp;

tcp::acceptor listen_on(asio::io_context& io, const std::string& address, int port) {
  const std::string where = base::host_and_port(address, port);
  asio::error_code error;
  const auto ip = asio::ip::make_address(address, error);
  if (error) throw std::runtime_error(where + ": not an address to listen on");
  const tcp::endpoint endpoint(ip, static_cast<std::uint16_t>(port));
  tcp::acceptor acceptor(io);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) throw std::runtime_error("cannot listen on " + where + ": " + error.message());
  return acceptor;
}

int port_of(const tcp::acceptor& acceptor) {
  asio::error_code error;
  return acceptor.local_endpoint(error).port();
}

}  // namespace zgw::net
