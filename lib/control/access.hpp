// Who may use a control socket: root, whoever the gateway runs as, and the members of its group. The kernel says who
// the other end is; what it writes has no say.
// Thread: any. Errors: who cannot be told is refused. Source: unix(7), SO_PEERCRED and SO_PEERGROUPS.
#pragma once

#include <optional>
#include <vector>

#include <sys/types.h>

namespace zgw::control {

struct Peer {
  uid_t user;
  gid_t group;
  std::vector<gid_t> more_groups;
};

/// The other end of a connected socket, as of when it connected.
std::optional<Peer> peer_of(int socket);

bool may_use(const Peer& peer, uid_t own_user, gid_t own_group);

}  // namespace zgw::control
