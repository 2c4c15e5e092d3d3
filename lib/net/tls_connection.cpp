#include "net/tls_connection.hpp"

#include <array>
#include <string>
#include <utility>

#include <asio/connect.hpp>
#include <asio/ssl.hpp>
#include <asio/write.hpp>
#include <openssl/ssl.h>

#include "net/timer.hpp"
#include "net/tls_errors.hpp"

namespace zgw::net {
namespace {

using asio::ip::tcp;
using Stage = zello::TransportClosed::Stage;
using Stream = asio::ssl::stream<tcp::socket>;

asio::ssl::context client_context(const Endpoint& endpoint, asio::error_code& error) {
  asio::ssl::context context(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  context.set_default_verify_paths(error);
  error.clear();  // a system without trust anchors still has its ca_file
  if (endpoint.ca_file) context.load_verify_file(endpoint.ca_file->string(), error);
  context.set_verify_mode(asio::ssl::verify_peer);
  return context;
}

bool is_address(const std::string& host) {
  asio::error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

}  // namespace

struct TlsIdentity::Impl {
  asio::ssl::context context{asio::ssl::context::tls_server};
};

TlsIdentity::TlsIdentity(const std::filesystem::path& certificate_chain, const std::filesystem::path& private_key)
    : impl_(std::make_shared<Impl>()) {
  SSL_CTX_set_min_proto_version(impl_->context.native_handle(), TLS1_2_VERSION);
  asio::error_code error;
  impl_->context.use_certificate_chain_file(certificate_chain.string(), error);
  if (error) throw std::runtime_error("certificate " + certificate_chain.string() + ": " + error.message());
  impl_->context.use_private_key_file(private_key.string(), asio::ssl::context::pem, error);
  if (error) throw std::runtime_error("private key " + private_key.string() + ": " + error.message());
}

TlsIdentity::~TlsIdentity() = default;

// Lives as long as an operation is under way; `events` is null once the owner is gone or has heard the last word.
struct TlsConnection::Core : std::enable_shared_from_this<TlsConnection::Core> {
  Core(asio::io_context& context, Endpoint where, const Deadlines& limits, ByteStreamEvents& owner)
      : io(context),
        endpoint(std::move(where)),
        deadlines(limits),
        events(&owner),
        ssl(client_context(endpoint, context_error)),
        resolver(io),
        stream(std::make_unique<Stream>(io, ssl)),
        deadline(io, [this] { on_deadline(); }) {}

  Core(asio::io_context& context, tcp::socket socket, asio::ssl::context& identity, const Deadlines& limits,
       ByteStreamEvents& owner)
      : io(context),
        deadlines(limits),
        events(&owner),
        ssl(asio::ssl::context::tls_server),
        resolver(io),
        stream(std::make_unique<Stream>(std::move(socket), identity)),
        deadline(io, [this] { on_deadline(); }),
        server(true) {}

  std::string where() const { return server ? "a client" : endpoint.host + ":" + std::to_string(endpoint.port); }

  void resolve() {
    if (context_error) {
      asio::post(io, [self = shared_from_this()] {
        self->finish(Stage::tls, "ca_file " + self->endpoint.ca_file->string() + ": " + self->context_error.message());
      });
      return;
    }
    enter(Stage::resolve, deadlines.resolve);
    resolver.async_resolve(endpoint.host, std::to_string(endpoint.port),
                           [self = shared_from_this()](asio::error_code error, tcp::resolver::results_type found) {
                             if (self->done()) return;
                             if (error)
                               return self->finish(Stage::resolve, describe_resolve(self->endpoint.host, error));
                             self->connect(std::move(found));
                           });
  }

  void connect(tcp::resolver::results_type addresses) {
    enter(Stage::connect, deadlines.connect);
    asio::async_connect(stream->next_layer(), addresses,
                        [self = shared_from_this()](asio::error_code error, const tcp::endpoint&) {
                          if (self->done()) return;
                          if (error) return self->finish(Stage::connect, describe_connect(self->where(), error));
                          self->handshake();
                        });
  }

  void handshake() {
    enter(Stage::tls, deadlines.tls);
    asio::error_code ignored;
    stream->next_layer().set_option(tcp::no_delay(true), ignored);
    if (!server) {
      if (!is_address(endpoint.host)) SSL_set_tlsext_host_name(stream->native_handle(), endpoint.host.c_str());
      stream->set_verify_callback(asio::ssl::host_name_verification(endpoint.host));
    }
    stream->async_handshake(server ? asio::ssl::stream_base::server : asio::ssl::stream_base::client,
                            [self = shared_from_this()](asio::error_code error) {
                              if (self->done()) return;
                              if (error) {
                                const long verdict = SSL_get_verify_result(self->stream->native_handle());
                                return self->finish(Stage::tls, describe_handshake(self->where(), error, verdict));
                              }
                              self->deadline.cancel();
                              self->stage = Stage::open;
                              self->read();
                              self->events->on_connected();
                            });
  }

  void read() {
    stream->async_read_some(
        asio::buffer(incoming), [self = shared_from_this()](asio::error_code error, std::size_t count) {
          if (self->done()) return;
          if (error)
            return self->finish(self->closing ? Stage::requested : Stage::open, describe_end(self->where(), error));
          self->events->on_bytes({self->incoming.data(), count});
          if (!self->done()) self->read();
        });
  }

  bool send(std::string_view bytes) {
    if (stage != Stage::open || done() || closing || waiting.size() + writing.size() + bytes.size() > most_queued) {
      return false;
    }
    waiting.append(bytes);
    write();
    return true;
  }

  void write() {
    if (!writing.empty()) return;
    if (waiting.empty()) {
      if (closing) say_goodbye();
      return;
    }
    std::swap(writing, waiting);
    asio::async_write(*stream, asio::buffer(writing), [self = shared_from_this()](asio::error_code error, std::size_t) {
      if (self->done()) return;
      if (error) return self->finish(Stage::open, describe_end(self->where(), error));
      self->writing.clear();
      self->write();
    });
  }

  void shut_down() {
    if (done() || std::exchange(closing, true)) return;
    deadline.after(deadlines.close);
    if (stage == Stage::open) {
      write();
    } else {
      abort();
    }
  }

  void say_goodbye() {
    stream->async_shutdown([self = shared_from_this()](asio::error_code) {
      if (!self->done()) self->finish(Stage::requested, "closed");
    });
  }

  void abort() {
    asio::post(io, [self = shared_from_this()] {
      if (!self->done()) self->finish(Stage::requested, "closed");
    });
  }

  void enter(Stage next, base::Duration limit) {
    stage = next;
    deadline.after(limit);
  }

  void on_deadline() {
    if (closing) return finish(Stage::requested, "closed; " + where() + " did not answer the goodbye");
    finish(stage, describe_deadline(stage, where()));
  }

  [[nodiscard]] bool done() const { return events == nullptr; }

  void finish(Stage how, std::string text) {
    ByteStreamEvents* owner = std::exchange(events, nullptr);
    stop();
    if (owner != nullptr) owner->on_stream_closed({how, how == Stage::open ? 1006 : 0, 0, std::move(text)});
  }

  void stop() {
    events = nullptr;
    deadline.cancel();
    resolver.cancel();
    asio::error_code ignored;
    stream->next_layer().close(ignored);
  }

  asio::io_context& io;
  Endpoint endpoint;
  Deadlines deadlines;
  ByteStreamEvents* events;
  asio::error_code context_error;
  asio::ssl::context ssl;
  tcp::resolver resolver;
  std::unique_ptr<Stream> stream;
  Timer deadline;
  std::array<char, 16384> incoming{};
  std::string waiting;
  std::string writing;  // not empty while a write is in flight
  Stage stage = Stage::resolve;
  bool server = false;
  bool closing = false;
};

TlsConnection::TlsConnection(asio::io_context& io, Endpoint endpoint, const Deadlines& deadlines,
                             ByteStreamEvents& events)
    : core_(std::make_shared<Core>(io, std::move(endpoint), deadlines, events)) {}

TlsConnection::TlsConnection(asio::io_context& io, tcp::socket socket, const TlsIdentity& identity,
                             const Deadlines& deadlines, ByteStreamEvents& events)
    : core_(std::make_shared<Core>(io, std::move(socket), identity.impl_->context, deadlines, events)) {}

TlsConnection::~TlsConnection() {
  core_->stop();
}

void TlsConnection::open() {
  if (core_->server) {
    core_->handshake();
  } else {
    core_->resolve();
  }
}

bool TlsConnection::send(std::string_view bytes) {
  return core_->send(bytes);
}
std::size_t TlsConnection::queued() const {
  return core_->waiting.size() + core_->writing.size();
}
void TlsConnection::shut_down() {
  core_->shut_down();
}
void TlsConnection::abort() {
  core_->abort();
}

}  // namespace zgw::net
