#include "control/access.hpp"

#include <algorithm>
#include <cerrno>

#include <sys/socket.h>

namespace zgw::control {

std::optional<Peer> peer_of(int socket) {
  ucred who{};
  socklen_t size = sizeof who;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return std::nullopt;
  Peer peer{who.uid, who.gid, std::vector<gid_t>(32)};
  // Asked of the kernel and not of the user database, which may take its time over a network.
  for (int tries = 0; tries < 2; ++tries) {
    size = static_cast<socklen_t>(peer.more_groups.size() * sizeof(gid_t));
    const bool told = ::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, peer.more_groups.data(), &size) == 0;
    const bool too_many = !told && errno == ERANGE;  // `size` says how many
    peer.more_groups.resize(told || too_many ? size / sizeof(gid_t) : 0);
    if (told) return peer;
    if (!too_many) break;
  }
  peer.more_groups.clear();
  return peer;
}

bool may_use(const Peer& peer, uid_t own_user, gid_t own_group) {
  if (peer.user == 0 || peer.user == own_user || peer.group == own_group) return true;
  return std::find(peer.more_groups.begin(), peer.more_groups.end(), own_group) != peer.more_groups.end();
}

}  // namespace zgw::control
