// The only file that knows websocketpp, compiled as C++17 (docs/adr/0002).
#include "net/websocket.hpp"

#include <stdexcept>
#include <type_traits>
#include <utility>

#include <websocketpp/client.hpp>
#include <websocketpp/concurrency/none.hpp>
#include <websocketpp/config/core.hpp>
#include <websocketpp/config/core_client.hpp>
#include <websocketpp/logger/stub.hpp>
#include <websocketpp/random/random_device.hpp>
#include <websocketpp/server.hpp>

#include "net/websocket_pipe.hpp"

namespace zgw::net {
namespace {

namespace status = websocketpp::close::status;

// websocketpp's configurations without its locks, logs and sockets.
template <class Core>
struct Quiet : Core {
  using type = Quiet;
  using concurrency_type = websocketpp::concurrency::none;
  using alog_type = websocketpp::log::stub;
  using elog_type = websocketpp::log::stub;
  struct transport_config : Core::transport_config {
    using concurrency_type = websocketpp::concurrency::none;
    using alog_type = websocketpp::log::stub;
    using elog_type = websocketpp::log::stub;
    using request_type = typename Core::request_type;
    using response_type = typename Core::response_type;
  };
  using transport_type = WebSocketPipeEndpoint<transport_config>;
};

using ClientEndpoint = websocketpp::client<Quiet<websocketpp::config::core_client>>;
using ServerEndpoint = websocketpp::server<Quiet<websocketpp::config::core>>;

constexpr std::size_t largest_http_body = 4096;
constexpr std::size_t largest_reason = 123;  // a control frame's 125 bytes without the code's two

// At most `largest_reason` bytes, cut between characters.
std::string shortened(std::string_view reason) {
  if (reason.size() <= largest_reason) return std::string(reason);
  std::size_t size = largest_reason;
  while (size > 0 && (static_cast<unsigned char>(reason[size]) & 0xC0) == 0x80) --size;
  return std::string(reason.substr(0, size));
}

template <class Endpoint>
class Connection final : public WebSocket {
 public:
  Connection(WebSocketEvents& events, WebSocketLimits limits) : events_(events) {
    endpoint_.set_max_message_size(limits.largest_message);
    endpoint_.set_max_http_body_size(largest_http_body);
    endpoint_.set_user_agent("zello-gateway");
    endpoint_.set_open_handler([this](const websocketpp::connection_hdl&) {
      open_ = true;
      events_.on_websocket_open();
    });
    endpoint_.set_message_handler(
        [this](const websocketpp::connection_hdl&, const typename Endpoint::message_ptr& message) {
          const std::string& payload = message->get_payload();
          if (message->get_opcode() == websocketpp::frame::opcode::text) {
            events_.on_websocket_text(payload);
          } else {
            events_.on_websocket_binary(reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size());
          }
        });
    endpoint_.set_pong_handler(
        [this](const websocketpp::connection_hdl&, const std::string& payload) { events_.on_pong(payload); });
    endpoint_.set_fail_handler([this](const websocketpp::connection_hdl&) { ended(); });
    endpoint_.set_close_handler([this](const websocketpp::connection_hdl&) { ended(); });
  }

  // A connection that waits for bytes holds itself alive through its read handler: the end of the stream lets it go.
  ~Connection() override {
    ended_ = true;
    if (connection_) guarded([this] { connection_->end_of_stream(); });
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Endpoint& endpoint() { return endpoint_; }

  void adopt(typename Endpoint::connection_ptr connection) {
    connection_ = std::move(connection);
    if (!connection_) return;
    connection_->set_output([this](std::string_view bytes) { events_.on_bytes_to_send(bytes); });
  }

  void start() override;

  void receive(const char* data, std::size_t size) override {
    if (ended_ || size == 0) return;
    guarded([&] { connection_->receive(data, size); });
    if (!ended_ && is_over()) ended();
  }

  void end_of_stream() override {
    if (ended_) return;
    guarded([this] { connection_->end_of_stream(); });
    ended();
  }

  bool send_text(std::string_view message) override {
    return open_ && !ended_ && !connection_->send(std::string(message), websocketpp::frame::opcode::text);
  }

  // As a frame that is written here: websocketpp's own way takes eight allocations, and speech has many packets.
  bool send_binary(const std::uint8_t* data, std::size_t size) override {
    if (!open_ || ended_ || connection_->get_state() != websocketpp::session::state::open) return false;
    namespace frame = websocketpp::frame;
    const bool masked = std::is_same_v<Endpoint, ClientEndpoint>;
    const frame::masking_key_type key{masked ? random_() : 0};
    const frame::basic_header header(frame::opcode::binary, size, true, masked);
    frame_ = frame::prepare_header(header, masked ? frame::extended_header(size, static_cast<std::uint32_t>(key.i))
                                                  : frame::extended_header(size));
    const std::size_t start = frame_.size();
    frame_.append(reinterpret_cast<const char*>(data), size);
    if (masked) frame::byte_mask(frame_.begin() + static_cast<std::ptrdiff_t>(start), frame_.end(), key, 0);
    events_.on_bytes_to_send(frame_);
    return true;
  }

  bool ping(std::string_view payload) override {
    if (!open_ || ended_) return false;
    websocketpp::lib::error_code error;
    connection_->ping(std::string(payload), error);
    return !error;
  }

  void close(int code, std::string_view reason) override {
    if (!open_ || ended_ || std::exchange(requested_, true)) return;
    const bool sendable = code >= 0 && code <= 0xFFFF && !status::reserved(static_cast<status::value>(code)) &&
                          !status::invalid(static_cast<status::value>(code));
    websocketpp::lib::error_code error;
    connection_->close(sendable ? static_cast<status::value>(code) : status::normal, shortened(reason), error);
  }

 private:
  // What a stranger's bytes make websocketpp throw ends the connection like an unreadable answer does.
  template <class Call>
  void guarded(Call&& call) {
    try {
      call();
    } catch (const websocketpp::exception&) {
      ended();
    } catch (const websocketpp::http::exception&) {
      ended();
    }
  }

  // Whether nothing more can come, where websocketpp does not say so: it goes on waiting for the other side to drop TCP
  // (a client), for an answer that it would not read (after a protocol error), or for nothing (after a plain request).
  [[nodiscard]] bool is_over() const {
    const auto state = connection_->get_state();
    if (state == websocketpp::session::state::closed) return true;
    return open_ && state == websocketpp::session::state::closing && (!requested_ || peer_said_goodbye());
  }

  [[nodiscard]] bool peer_said_goodbye() const {
    const int code = connection_->get_remote_close_code();
    return code != status::blank && code != status::abnormal_close;
  }

  void ended() {
    if (std::exchange(ended_, true)) return;
    if (!open_) {
      const int http = static_cast<int>(connection_->get_response_code());
      return events_.on_ended(0, connection_->get_ec().message(), http);
    }
    if (peer_said_goodbye()) {
      return events_.on_ended(connection_->get_remote_close_code(), connection_->get_remote_close_reason(), 0);
    }
    const int ours = connection_->get_local_close_code();
    if (!requested_ && ours != status::abnormal_close && ours != status::blank) {
      return events_.on_ended(ours, connection_->get_local_close_reason(), 0);
    }
    events_.on_ended(status::abnormal_close, "", 0);
  }

  WebSocketEvents& events_;
  Endpoint endpoint_;
  typename Endpoint::connection_ptr connection_;
  std::string frame_;  // the last that was sent
  websocketpp::random::random_device::int_generator<std::uint32_t, websocketpp::concurrency::none> random_;
  bool open_ = false;
  bool requested_ = false;  // by our owner's close()
  bool ended_ = false;
};

template <>
void Connection<ClientEndpoint>::start() {
  guarded([this] { endpoint_.connect(connection_); });
}

template <>
void Connection<ServerEndpoint>::start() {
  guarded([this] { connection_->start(); });
}

std::string path_of(const std::string& resource) {
  return resource.substr(0, resource.find('?'));
}

}  // namespace

std::unique_ptr<WebSocket> WebSocket::client(const std::string& host, int port, const std::string& path,
                                             WebSocketEvents& events, WebSocketLimits limits) {
  auto result = std::make_unique<Connection<ClientEndpoint>>(events, limits);
  const std::string literal = host.find(':') == std::string::npos ? host : "[" + host + "]";  // RFC 3986 section 3.2.2
  const auto uri =
      websocketpp::lib::make_shared<websocketpp::uri>(true, literal, static_cast<std::uint16_t>(port), path);
  websocketpp::lib::error_code error;
  result->adopt(result->endpoint().get_connection(uri, error));
  if (error) throw std::logic_error("websocketpp refuses an address: " + error.message());
  return result;
}

std::unique_ptr<WebSocket> WebSocket::server(WebSocketEvents& events, const std::string& path, WebSocketLimits limits) {
  auto result = std::make_unique<Connection<ServerEndpoint>>(events, limits);
  auto* endpoint = &result->endpoint();
  endpoint->set_validate_handler([endpoint, path](websocketpp::connection_hdl handle) {
    const auto connection = endpoint->get_con_from_hdl(std::move(handle));
    if (connection->get_request_header("Sec-WebSocket-Version") != "13") return false;  // drafts: answered with 400
    if (path.empty() || path_of(connection->get_resource()) == path) return true;
    connection->set_status(websocketpp::http::status_code::not_found);
    return false;
  });
  endpoint->set_http_handler([endpoint](websocketpp::connection_hdl handle) {
    const auto connection = endpoint->get_con_from_hdl(std::move(handle));
    connection->set_status(websocketpp::http::status_code::upgrade_required);
    connection->set_body("This is a WebSocket endpoint.\n");
  });
  result->adopt(endpoint->get_connection());
  return result;
}

}  // namespace zgw::net
