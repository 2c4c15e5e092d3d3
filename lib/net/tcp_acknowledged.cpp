#include "net/tcp_acknowledged.hpp"

#include <cstddef>

#include <linux/tcp.h>  // glibc's own header has a shorter tcp_info, and does not go together with this one
#include <sys/socket.h>

namespace zgw::net {

std::optional<std::uint64_t> tcp_acknowledged(int socket) {
  constexpr int tcp_level = 6;  // IPPROTO_TCP
  tcp_info info{};
  socklen_t size = sizeof info;
  if (getsockopt(socket, tcp_level, TCP_INFO, &info, &size) != 0) return std::nullopt;
  if (size < offsetof(tcp_info, tcpi_bytes_acked) + sizeof info.tcpi_bytes_acked) return std::nullopt;
  return info.tcpi_bytes_acked;
}

}  // namespace zgw::net
