// A host name's addresses, without ever waiting for a name server that hangs.
//
// Theory of operation: the C library's getaddrinfo() blocks, for a minute where no name server answers, and cannot be
// stopped. Asio asks from one thread for all, so that one name that hangs delays every other, and joins that thread at
// the end of the process. Here each lookup has a thread of its own that nobody waits for: it owns what it needs, leaves
// its answer behind an eventfd, and is forgotten when its lookup is.
//
// Thread: the io_context's; the lookup's own thread calls `Resolve` alone. Errors: the answer's. The callback never
// comes from inside start(), and never after cancel() or destruction; it may destroy the lookup. The deadline is the
// owner's. Source: getaddrinfo(3), RFC 6724 (the order of addresses).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <asio/error_code.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

namespace zgw::net {

struct NameAnswer {
  asio::error_code error;
  std::vector<asio::ip::tcp::endpoint> addresses;
};

class NameLookup {
 public:
  /// Blocks as long as it likes; runs on the lookup's thread.
  using Resolve = std::function<NameAnswer(const std::string& host, int port)>;

  explicit NameLookup(asio::io_context& io, Resolve resolve = ask_system);
  ~NameLookup();
  NameLookup(const NameLookup&) = delete;
  NameLookup& operator=(const NameLookup&) = delete;

  void start(const std::string& host, int port, std::function<void(const NameAnswer&)> done);
  void cancel();

  static NameAnswer ask_system(const std::string& host, int port);

 private:
  struct Question;
  asio::io_context& io_;
  Resolve resolve_;
  std::shared_ptr<Question> question_;
};

}  // namespace zgw::net
