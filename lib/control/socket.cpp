#include "control/socket.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/descriptor.hpp"

namespace zgw::control {
namespace {

class Socket {
 public:
  explicit Socket(int flags = 0) : descriptor_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0)) {}

  [[nodiscard]] bool connect(const sockaddr_un& address) const {
    return ::connect(descriptor_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }

  void limit(std::chrono::seconds patience) const {
    const timeval limit{patience.count(), 0};
    ::setsockopt(descriptor_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(descriptor_.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }

  /// Also true where the other side stopped reading: its answer says why.
  template <class Bytes>
  [[nodiscard]] bool send(const Bytes& bytes) const {
    for (std::size_t sent = 0; sent < bytes.size();) {
      const ssize_t size = ::send(descriptor_.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) return errno == EPIPE || errno == ECONNRESET;
      sent += static_cast<std::size_t>(size);
    }
    return true;
  }

  /// Up to a line feed; nothing where it does not come.
  [[nodiscard]] std::optional<std::string> receive_line() const {
    std::string line;
    std::array<char, 4096> buffer{};
    while (line.size() <= most_line_bytes) {
      const ssize_t size = ::recv(descriptor_.get(), buffer.data(), buffer.size(), 0);
      if (size < 0 && errno == EINTR) continue;
      if (size <= 0) return std::nullopt;
      line.append(buffer.data(), static_cast<std::size_t>(size));
      if (const std::size_t end = line.find('\n'); end != std::string::npos) return line.substr(0, end);
    }
    return std::nullopt;
  }

 private:
  base::Descriptor descriptor_;
};

std::optional<sockaddr_un> address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& text = path.native();
  if (text.empty() || text.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, text.data(), text.size());
  return address;
}

std::string reason() {
  return std::strerror(errno);  // NOLINT(concurrency-mt-unsafe): glibc's is safe
}

}  // namespace

void make_room(const std::filesystem::path& path) {
  const auto address = address_of(path);
  if (!address) throw std::runtime_error(path.string() + ": too long for a socket, whose path has at most 107 bytes");
  struct stat there {};
  if (::lstat(path.c_str(), &there) != 0) return;
  if (!S_ISSOCK(there.st_mode)) throw std::runtime_error(path.string() + ": is there, and no socket");
  const Socket probe(SOCK_NONBLOCK);
  if (probe.connect(*address) || errno == EAGAIN) throw std::runtime_error(path.string() + ": another gateway uses it");
  if (errno != ECONNREFUSED) throw std::runtime_error(path.string() + ": " + reason());
  ::unlink(path.c_str());
}

base::Expected<Answer> ask(const std::filesystem::path& path, const Request& request,
                           std::span<const std::uint8_t> payload, std::chrono::seconds patience) {
  const auto address = address_of(path);
  if (!address) return base::failure(path.string() + ": too long for a socket");
  const Socket socket;
  if (!socket.connect(*address)) return base::failure(path.string() + ": " + reason());
  socket.limit(patience);
  const bool sent = socket.send(encode(request) + '\n') && socket.send(payload);
  const auto line = sent ? socket.receive_line() : std::nullopt;
  if (!line) return base::failure(path.string() + ": the gateway did not answer");
  return parse_answer(*line);
}

}  // namespace zgw::control
