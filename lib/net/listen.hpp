// Listening on a TCP port.
// Thread: any. Errors: throws std::runtime_error saying what cannot be listened on, and why.
#pragma once

#include <string>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

namespace zgw::net {

/// `port` 0: any.
asio::ip::tcp::acceptor listen_on(asio::io_context& io, const std::string& address, int port);

/// The port it got.
int port_of(const asio::ip::tcp::acceptor& acceptor);

}  // namespace zgw::net
