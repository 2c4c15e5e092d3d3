// The only file that knows websocketpp, compiled as C++17 (docs/adr/0002).
#include "net/websocket.hpp"

#include <websocketpp/client.hpp>
#include <websocketpp/concurrency/none.hpp>
#include <websocketpp/config/core.hpp>
#include <websocketpp/config/core_client.hpp>
#include <websocketpp/logger/stub.hpp>
#include <websocketpp/server.hpp>

namespace zgw::net {
namespace {

// websocketpp's iostream configurations without its locks and logs.
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
  using transport_type = websocketpp::transport::iostream::endpoint<transport_config>;
};

using ClientEndpoint = websocketpp::client<Quiet<websocketpp::config::core_client>>;
using ServerEndpoint = websocketpp::server<Quiet<websocketpp::config::core>>;

constexpr int no_goodbye = 1006;

template <class Endpoint>
class Connection final : public WebSocket {
 public:
  Connection(WebSocketEvents& events, WebSocketLimits limits) : events_(events) {
    endpoint_.set_secure(true);  // a wss:// address is refused otherwise; the encryption itself is underneath
    endpoint_.set_max_message_size(limits.largest_message);
    endpoint_.set_user_agent("zello-gateway");
    endpoint_.set_write_handler([this](websocketpp::connection_hdl, const char* data, std::size_t size) {
      events_.on_bytes_to_send({data, size});
      return websocketpp::lib::error_code();
    });
    endpoint_.set_open_handler([this](websocketpp::connection_hdl) {
      open_ = true;
      events_.on_websocket_open();
    });
    endpoint_.set_message_handler([this](websocketpp::connection_hdl, const typename Endpoint::message_ptr& message) {
      const std::string& payload = message->get_payload();
      if (message->get_opcode() == websocketpp::frame::opcode::text) {
        events_.on_websocket_text(payload);
      } else {
        events_.on_websocket_binary(reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size());
      }
    });
    endpoint_.set_pong_handler([this](websocketpp::connection_hdl, const std::string&) { events_.on_pong(); });
    endpoint_.set_fail_handler([this](websocketpp::connection_hdl) { ended(); });
    endpoint_.set_close_handler([this](websocketpp::connection_hdl) { ended(); });
  }

  Endpoint& endpoint() { return endpoint_; }
  void adopt(typename Endpoint::connection_ptr connection) { connection_ = std::move(connection); }

  void start() override;

  void receive(const char* data, std::size_t size) override {
    if (connection_ && !ended_) connection_->read_all(data, size);
  }

  void end_of_stream() override {
    if (connection_ && !ended_) connection_->eof();
    ended();
  }

  bool send_text(std::string_view message) override {
    return open_ && !ended_ && !connection_->send(std::string(message), websocketpp::frame::opcode::text);
  }

  bool send_binary(const std::uint8_t* data, std::size_t size) override {
    return open_ && !ended_ && !connection_->send(data, size, websocketpp::frame::opcode::binary);
  }

  bool ping() override {
    if (!open_ || ended_) return false;
    websocketpp::lib::error_code error;
    connection_->ping("", error);
    return !error;
  }

  void close(int code, std::string_view reason) override {
    if (!open_ || ended_) return;
    websocketpp::lib::error_code error;
    connection_->close(static_cast<websocketpp::close::status::value>(code), std::string(reason), error);
  }

 private:
  void ended() {
    if (ended_) return;
    ended_ = true;
    if (!connection_) return events_.on_ended(0, "", 0);
    if (open_) {
      const int code = connection_->get_remote_close_code();
      const bool goodbye =
          code != websocketpp::close::status::blank && code != websocketpp::close::status::abnormal_close;
      return events_.on_ended(goodbye ? code : no_goodbye, connection_->get_remote_close_reason(), 0);
    }
    const int status = static_cast<int>(connection_->get_response_code());
    events_.on_ended(0, connection_->get_ec().message(), status);
  }

  WebSocketEvents& events_;
  Endpoint endpoint_;
  typename Endpoint::connection_ptr connection_;
  bool open_ = false;
  bool ended_ = false;
};

template <>
void Connection<ClientEndpoint>::start() {
  endpoint_.connect(connection_);
}

template <>
void Connection<ServerEndpoint>::start() {
  connection_->start();
}

}  // namespace

std::unique_ptr<WebSocket> WebSocket::client(const std::string& host, int port, const std::string& path,
                                             WebSocketEvents& events, WebSocketLimits limits) {
  auto result = std::make_unique<Connection<ClientEndpoint>>(events, limits);
  websocketpp::lib::error_code error;
  const auto uri = websocketpp::lib::make_shared<websocketpp::uri>(true, host, static_cast<std::uint16_t>(port), path);
  result->adopt(result->endpoint().get_connection(uri, error));
  if (error) throw std::logic_error("websocketpp refuses an address: " + error.message());
  return result;
}

std::unique_ptr<WebSocket> WebSocket::server(WebSocketEvents& events, WebSocketLimits limits) {
  auto result = std::make_unique<Connection<ServerEndpoint>>(events, limits);
  result->endpoint().set_validate_handler([](websocketpp::connection_hdl) { return true; });
  auto* endpoint = &result->endpoint();
  endpoint->set_http_handler([endpoint](websocketpp::connection_hdl handle) {
    const auto connection = endpoint->get_con_from_hdl(handle);
    connection->set_status(websocketpp::http::status_code::upgrade_required);
    connection->set_body("This is a WebSocket endpoint.\n");
  });
  result->adopt(endpoint->get_connection());
  return result;
}

}  // namespace zgw::net
