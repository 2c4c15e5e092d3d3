#include "net/tls_connection.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <asio/post.hpp>
#include <asio/ssl.hpp>
#include <asio/write.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "net/name_lookup.hpp"
#include "net/tcp_acknowledged.hpp"
#include "net/tcp_race.hpp"
#include "net/timer.hpp"
#include "net/tls_errors.hpp"
#include "net/tls_records.hpp"

namespace zgw::net {
namespace {

using asio::ip::tcp;
using Stage = zello::TransportClosed::Stage;
using Stream = asio::ssl::stream<tcp::socket>;

// Whether a folder has been prepared for OpenSSL: names such as 002c0b4f.0.
bool has_hashed_certificates(const std::filesystem::path& folder) {
  std::error_code error;
  for (std::filesystem::directory_iterator file(folder, error), end; !error && file != end; file.increment(error)) {
    const std::string name = file->path().filename();
    if (name.size() == 10 && name.compare(8, 2, ".0") == 0 && name.find_first_not_of("0123456789abcdef") == 8) {
      return true;
    }
  }
  return false;
}

// The system's trust anchors by their hashes, one file for each, of which a handshake reads the one it needs. The
// bundle with all of them, a megabyte on the heap and tens of milliseconds for every connection, is for systems that
// have nothing else, or say so. A system without trust anchors still has its ca_file.
void trust_system(SSL_CTX* context) {
  const bool told = std::getenv(X509_get_default_cert_file_env()) != nullptr;
  const char* folder = std::getenv(X509_get_default_cert_dir_env());
  if (told || !has_hashed_certificates(folder != nullptr ? folder : X509_get_default_cert_dir())) {
    SSL_CTX_set_default_verify_paths(context);
  } else {
    SSL_CTX_set_default_verify_dir(context);
  }
  ERR_clear_error();
}

asio::ssl::context client_context(const Endpoint& endpoint, asio::error_code& error) {
  asio::ssl::context context(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  trust_system(context.native_handle());
  context.set_verify_mode(asio::ssl::verify_peer, error);
  if (!error && endpoint.ca_file) context.load_verify_file(endpoint.ca_file->string(), error);
  return context;
}

std::optional<asio::ip::address> address_of(const std::string& host) {
  asio::error_code error;
  const asio::ip::address address = asio::ip::make_address(host, error);
  if (error) return std::nullopt;
  return address;
}

// Instead of OpenSSL's own, which asks on the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) {
  return -1;
}

}  // namespace

struct TlsIdentity::Impl {
  asio::ssl::context context{asio::ssl::context::tls_server};
};

TlsIdentity::TlsIdentity(const std::filesystem::path& certificate_chain, const std::filesystem::path& private_key)
    : impl_(std::make_shared<Impl>()) {
  SSL_CTX_set_min_proto_version(impl_->context.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_default_passwd_cb(impl_->context.native_handle(), no_passphrase);
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
        lookup(io),
        race(io),
        stream(io, *ssl),
        deadline(io, [this] { on_deadline(); }) {}

  Core(asio::io_context& context, tcp::socket socket, asio::ssl::context& identity, const Deadlines& limits,
       ByteStreamEvents& owner)
      : io(context),
        deadlines(limits),
        events(&owner),
        lookup(io),
        race(io),
        stream(std::move(socket), identity),
        deadline(io, [this] { on_deadline(); }),
        server(true) {}

  [[nodiscard]] std::string where() const {
    return server ? "a client" : base::host_and_port(endpoint.host, endpoint.port);
  }

  void resolve() {
    if (context_error) {
      asio::post(io, [self = shared_from_this()] {
        self->untrusted = true;
        self->finish(Stage::tls, "ca_file " + self->endpoint.ca_file->string() + ": " + self->context_error.message());
      });
      return;
    }
    if (const auto address = address_of(endpoint.host)) {
      return connect({tcp::endpoint(*address, static_cast<std::uint16_t>(endpoint.port))});
    }
    enter(Stage::resolve, deadlines.resolve);
    lookup.start(endpoint.host, endpoint.port, [self = shared_from_this()](const NameAnswer& answer) {
      if (self->muted()) return;
      if (self->deadline.has_expired()) return self->on_deadline();  // which of the two is heard first is chance
      if (answer.error) return self->finish(Stage::resolve, describe_resolve(self->endpoint.host, answer.error));
      self->connect(answer.addresses);
    });
  }

  void connect(const std::vector<tcp::endpoint>& addresses) {
    stage = Stage::connect;
    deadline.cancel();  // the race has one of its own
    race.start(addresses, deadlines.stagger, deadlines.connect,
               [self = shared_from_this()](asio::error_code error, tcp::socket socket) {
                 if (self->muted()) return;
                 if (error) return self->finish(Stage::connect, self->describe_lost_race(error));
                 self->stream.next_layer() = std::move(socket);
                 self->acknowledged_at_first = tcp_acknowledged(self->stream.next_layer().native_handle());
                 self->handshake();
               });
  }

  [[nodiscard]] std::string describe_lost_race(asio::error_code error) const {
    const bool silent = error == asio::error::timed_out;
    return silent ? describe_deadline(Stage::connect, where()) : describe_connect(where(), error);
  }

  void handshake() {
    enter(Stage::tls, deadlines.tls);
    asio::error_code ignored;
    stream.next_layer().set_option(tcp::no_delay(true), ignored);
    // asio has OpenSSL give its buffers back whenever they are empty, and take new ones for every packet of speech.
    SSL_clear_mode(stream.native_handle(), SSL_MODE_RELEASE_BUFFERS);
    asio::error_code refused;
    if (!server) {
      if (!address_of(endpoint.host)) SSL_set_tlsext_host_name(stream.native_handle(), endpoint.host.c_str());
      stream.set_verify_callback(asio::ssl::host_name_verification(endpoint.host), refused);
    }
    if (refused) return finish(Stage::tls, describe_handshake(where(), refused, X509_V_OK));
    stream.async_handshake(server ? asio::ssl::stream_base::server : asio::ssl::stream_base::client,
                           [self = shared_from_this()](asio::error_code error) {
                             if (self->muted()) return;
                             if (error) {
                               const long verdict = SSL_get_verify_result(self->stream.native_handle());
                               self->untrusted = verdict != X509_V_OK;
                               return self->finish(Stage::tls, describe_handshake(self->where(), error, verdict));
                             }
                             self->deadline.cancel();
                             self->stage = Stage::open;
                             self->read();
                             self->events->on_connected();
                           });
  }

  void read() {
    stream.async_read_some(asio::buffer(incoming),
                           [self = shared_from_this()](asio::error_code error, std::size_t count) {
                             if (self->muted()) return;
                             if (error) return self->lost(error);
                             self->events->on_bytes({self->incoming.data(), count});
                             if (!self->muted()) self->read();
                           });
  }

  bool send(std::string_view bytes) {
    if (stage != Stage::open || muted() || closing || waiting.size() + writing.size() + bytes.size() > most_queued) {
      return false;
    }
    waiting.append(bytes);
    taken += bytes.size();
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
    const auto until_all = [self = shared_from_this()](asio::error_code error, std::size_t bytes) {
      if (bytes > 0) self->note_record(self->written + bytes);
      return error ? 0 : self->writing.size();
    };
    asio::async_write(stream, asio::buffer(writing), until_all,
                      [self = shared_from_this()](asio::error_code error, std::size_t) {
                        if (!error) self->note_record(self->written += self->writing.size());
                        if (self->muted()) return;
                        if (error) return self->lost(error);
                        self->writing.clear();
                        self->write();
                      });
  }

  // A record of TLS is in the kernel, and with it `plain` bytes of ours in all.
  void note_record(std::uint64_t plain) {
    if (records.full()) acknowledged();
    const std::uint64_t encrypted = BIO_number_written(SSL_get_wbio(stream.native_handle()));
    records.add(plain, encrypted);
    if (!acknowledged_at_first) records.on_acknowledged(encrypted);  // there is no telling
  }

  // After the end: as it was then.
  std::uint64_t acknowledged() {
    const bool tells = acknowledged_at_first && stream.next_layer().is_open();
    const auto total = tells ? tcp_acknowledged(stream.next_layer().native_handle()) : std::nullopt;
    return total ? records.on_acknowledged(*total - *acknowledged_at_first) : records.acknowledged();
  }

  void lost(asio::error_code error) { finish(closing ? Stage::requested : Stage::open, describe_end(where(), error)); }

  void shut_down() {
    if (muted() || std::exchange(closing, true)) return;
    deadline.after(deadlines.close);
    if (stage == Stage::open) {
      write();
    } else {
      abort();
    }
  }

  void say_goodbye() {
    stream.async_shutdown([self = shared_from_this()](asio::error_code) {
      if (!self->muted()) self->finish(Stage::requested, "closed");
    });
  }

  void abort() {
    if (muted()) return;
    aborted = true;
    asio::post(io, [self = shared_from_this()] {
      if (self->events != nullptr) self->finish(Stage::requested, "closed");
    });
  }

  void enter(Stage next, base::Duration limit) {
    stage = next;
    deadline.after(limit);
  }

  void on_deadline() {
    if (muted()) return;
    if (closing) return finish(Stage::requested, "closed; " + where() + " did not answer the goodbye");
    finish(stage, describe_deadline(stage, where()));
  }

  // Whether the owner is gone, has heard the last word or wants to hear nothing but that.
  [[nodiscard]] bool muted() const { return events == nullptr || aborted; }

  void finish(Stage how, std::string text) {
    ByteStreamEvents* owner = std::exchange(events, nullptr);
    acknowledged();
    stop();
    if (owner == nullptr) return;
    owner->on_stream_closed({how, how == Stage::open ? 1006 : 0, 0, std::move(text), how == Stage::tls && untrusted});
  }

  void stop() {
    events = nullptr;
    deadline.cancel();
    lookup.cancel();
    race.cancel();
    asio::error_code ignored;
    stream.next_layer().close(ignored);
  }

  asio::io_context& io;
  Endpoint endpoint;
  Deadlines deadlines;
  ByteStreamEvents* events;
  asio::error_code context_error;
  std::optional<asio::ssl::context> ssl;  // a client's; a server's is its identity's
  NameLookup lookup;
  TcpRace race;
  Stream stream;
  Timer deadline;
  std::array<char, 16384> incoming{};
  std::string waiting;
  std::string writing;        // not empty while a write is in flight
  std::uint64_t taken = 0;    // bytes of ours: by send()
  std::uint64_t written = 0;  // … into the kernel
  TlsRecords records;
  std::optional<std::uint64_t> acknowledged_at_first;  // by TCP; none where the kernel does not say
  Stage stage = Stage::resolve;
  bool server = false;
  bool untrusted = false;  // the certificate was refused
  bool closing = false;
  bool aborted = false;
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
std::uint64_t TlsConnection::taken() const {
  return core_->taken;
}
std::uint64_t TlsConnection::acknowledged() {
  return core_->acknowledged();
}
void TlsConnection::shut_down() {
  core_->shut_down();
}
void TlsConnection::abort() {
  core_->abort();
}

std::string tls_version() {
  return OpenSSL_version(OPENSSL_VERSION);
}

}  // namespace zgw::net
