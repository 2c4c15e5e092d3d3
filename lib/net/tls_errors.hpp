// What went wrong on the way to a service, in one line for an operator: what, where, what to do.
#pragma once

#include <string>

#include <asio/error_code.hpp>

#include "zello/transport.hpp"

namespace zgw::net {

std::string describe_resolve(const std::string& host, const asio::error_code& error);
std::string describe_connect(const std::string& where, const asio::error_code& error);
/// `verdict`: OpenSSL's verification result (X509_V_…).
std::string describe_handshake(const std::string& where, const asio::error_code& error, long verdict);
std::string describe_end(const std::string& where, const asio::error_code& error);
std::string describe_deadline(zello::TransportClosed::Stage stage, const std::string& where);

}  // namespace zgw::net
