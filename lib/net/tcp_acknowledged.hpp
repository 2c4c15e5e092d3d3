// How much of what was written into a TCP socket the other machine has acknowledged.
// Thread: any. Errors: nothing, where the kernel cannot tell. Source: tcp(7) TCP_INFO, RFC 4898
// (tcpEStatsAppHCThruOctetsAcked); Linux 4.1 and later.
#pragma once

#include <cstdint>
#include <optional>

namespace zgw::net {

/// Bytes since the connection was opened, on some ends with the handshake's own one: compare with an early reading.
std::optional<std::uint64_t> tcp_acknowledged(int socket);

}  // namespace zgw::net
