#include "net/websocket_client.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include <asio/post.hpp>

#include "base/text.hpp"
#include "net/pulse.hpp"
#include "net/timer.hpp"
#include "net/tls_connection.hpp"
#include "net/websocket.hpp"

namespace zgw::net {
namespace {

using Stage = zello::TransportClosed::Stage;

constexpr int no_goodbye = 1006;
constexpr std::size_t large_message = std::size_t{64} * 1024;
constexpr std::size_t room_for_small = std::size_t{256} * 1024;
constexpr std::size_t frame_room = 4096;  // the frame's header, and pongs and goodbyes that must still fit

}  // namespace

struct WebSocketClient::Impl final : std::enable_shared_from_this<WebSocketClient::Impl>,
                                     private ByteStreamEvents,
                                     private WebSocketEvents {
  enum class State { connecting, upgrading, open, closing, closed };

  Impl(asio::io_context& context, Endpoint where, const Deadlines& limits, zello::TransportEvents& owner)
      : io(context),
        endpoint(std::move(where)),
        deadlines(limits),
        events(&owner),
        timer(io, [this] { on_timer(); }),
        pulse(deadlines),
        tls(io, endpoint, deadlines, *this),
        websocket(WebSocket::client(endpoint.host, endpoint.port, endpoint.path, *this)) {}

  void connect() { tls.open(); }

  void close(int code, std::string_view reason) {
    if (state == State::closing || state == State::closed) return;
    was_open = state == State::open;
    state = State::closing;
    if (was_open) {
      websocket->close(code, reason);
      timer.after(deadlines.close);
    } else {
      tls.abort();
    }
  }

  // Asked before a message is framed: half a frame in the queue would break the stream.
  // An image leaves room for commands and audio, whose refusal would mean that the connection is dead.
  [[nodiscard]] bool has_room_for(std::size_t payload) const {
    const std::size_t reserve = payload > large_message ? room_for_small : frame_room;
    return state == State::open && tls.queued() + payload + reserve <= TlsConnection::most_queued;
  }

  void on_connected() override {
    if (state != State::connecting) return;
    state = State::upgrading;
    timer.after(deadlines.upgrade);
    websocket->start();
  }

  void on_bytes(std::string_view bytes) override {
    if (state == State::closed) return;
    const auto alive = shared_from_this();  // the owner may let go of us in an event
    pulse.on_heard(std::chrono::steady_clock::now());
    websocket->receive(bytes.data(), bytes.size());
  }

  void on_stream_closed(const zello::TransportClosed& closed) override {
    zello::TransportClosed why = closed;
    if (state == State::upgrading) {
      why.stage = Stage::upgrade;
      why.close_code = 0;
    } else if (state == State::closing) {
      why = {Stage::requested, was_open ? no_goodbye : 0, 0, "closed"};
    } else if (overflow) {
      why = {Stage::open, no_goodbye, 0,
             base::host_and_port(endpoint.host, endpoint.port) + " does not take what is sent to it; the link is dead"};
    }
    finish(std::move(why));
  }

  void on_bytes_to_send(std::string_view bytes) override {
    if (tls.send(bytes) || state != State::open) return;
    // There is room for messages, see has_room_for(): so many pongs have not left that half of them would get lost.
    overflow = true;
    tls.abort();
  }

  void on_websocket_open() override {
    state = State::open;
    look_in_time();
    if (events != nullptr) events->on_open();
  }

  void on_websocket_text(std::string_view message) override {
    if (state == State::open && events != nullptr) events->on_text(message);
  }

  void on_websocket_binary(const std::uint8_t* data, std::size_t size) override {
    if (state == State::open && events != nullptr) events->on_binary({data, size});
  }

  void on_pong(std::string_view payload) override {
    pulse.on_pong(payload);
    look_in_time();
  }

  void on_ended(int close_code, const std::string& reason, int http_status) override {
    // Comes out of websocket's own calls: the rest waits until they have returned.
    asio::post(io, [self = shared_from_this(), close_code, reason, http_status] {
      self->ended(close_code, reason, http_status);
    });
  }

  void ended(int close_code, const std::string& reason, int http_status) {
    const std::string where = base::host_and_port(endpoint.host, endpoint.port);
    zello::TransportClosed why{Stage::open, close_code, http_status, ""};
    if (state == State::upgrading) {
      why.stage = Stage::upgrade;
      why.text = where + ": " + describe_refused_upgrade(http_status, reason);
    } else if (state == State::closing) {
      why = {Stage::requested, close_code, 0, "closed"};
    } else {
      why.text = where + ": the connection ended with code " + std::to_string(close_code) +
                 (reason.empty() ? "" : " " + base::quoted(reason));
    }
    tls.shut_down();
    finish(std::move(why));
  }

  static std::string describe_refused_upgrade(int status, const std::string& reason) {
    if (status == 429) return "answers with HTTP 429";
    if (status == 0 || status == 101) return "the answer is not a WebSocket's (" + base::printable(reason) + ")";
    const std::string answer = "answers with HTTP " + std::to_string(status) + " instead of a WebSocket; ";
    if (status < 400 || status == 511) return answer + "the answer is a web page, not Zello: captive portal?";
    if (status >= 500) return answer + "the service, or a proxy in front of it, is in trouble";
    return answer + "check the address, and whether a proxy stands in between";
  }

  void sent_message() {
    pulse.on_message(tls.taken());
    pulse.on_acknowledged(tls.acknowledged(), std::chrono::steady_clock::now());
    look_in_time();
  }

  // Never moved back here: a flood of pongs would keep the timer from ever running.
  void look_in_time() {
    if (state != State::open) return;
    if (const base::TimePoint when = pulse.next_look(); !due || when < *due) arm(when);
  }

  void arm(base::TimePoint when) {
    due = when;
    timer.at(when);
  }

  // Open: one timer looks every now and then whether something was heard, instead of being moved at every packet.
  void on_timer() {
    due.reset();
    const auto alive = shared_from_this();
    const std::string where = base::host_and_port(endpoint.host, endpoint.port);
    if (state == State::upgrading) {
      finish({Stage::upgrade, 0, 0, where + ": does not answer the WebSocket upgrade"});
      return tls.abort();
    }
    if (state == State::closing) {
      finish({Stage::requested, no_goodbye, 0, "closed; the other side did not answer"});
      return tls.abort();
    }
    const auto now = std::chrono::steady_clock::now();
    pulse.on_acknowledged(tls.acknowledged(), now);
    const Pulse::Look look = pulse.look(now);
    if (look == Pulse::Look::dead) {
      finish({Stage::open, no_goodbye, 0, where + " does not answer any more; the link is dead"});
      return tls.abort();
    }
    if (look == Pulse::Look::ping) {
      websocket->ping(pulse.next_ping());
      pulse.on_ping(tls.taken(), now);
    }
    arm(pulse.next_look());
  }

  void finish(zello::TransportClosed why) {
    if (std::exchange(state, State::closed) == State::closed) return;
    timer.cancel();
    pulse.on_acknowledged(tls.acknowledged(), std::chrono::steady_clock::now());
    why.undelivered = pulse.undelivered();
    if (zello::TransportEvents* owner = std::exchange(events, nullptr)) owner->on_closed(why);
  }

  void orphan() {
    events = nullptr;
    state = State::closed;
    timer.cancel();
    tls.abort();
  }

  asio::io_context& io;
  Endpoint endpoint;
  Deadlines deadlines;
  zello::TransportEvents* events;
  Timer timer;
  Pulse pulse;  // its messages are the binary ones
  TlsConnection tls;
  std::unique_ptr<WebSocket> websocket;
  State state = State::connecting;
  std::optional<base::TimePoint> due;  // the timer's, while open
  bool was_open = false;               // when close() was called
  bool overflow = false;
};

WebSocketClient::WebSocketClient(asio::io_context& io, const Endpoint& endpoint, const Deadlines& deadlines,
                                 zello::TransportEvents& events)
    : impl_(std::make_shared<Impl>(io, endpoint, deadlines, events)) {}

WebSocketClient::~WebSocketClient() {
  impl_->orphan();
  // We may be on the stack of one of its events.
  asio::post(impl_->io, [impl = impl_] {});
}

void WebSocketClient::connect() {
  impl_->connect();
}

bool WebSocketClient::send_text(std::string_view message) {
  return impl_->has_room_for(message.size()) && impl_->websocket->send_text(message);
}

bool WebSocketClient::send_binary(std::span<const std::uint8_t> message) {
  if (!impl_->has_room_for(message.size()) || !impl_->websocket->send_binary(message.data(), message.size())) {
    return false;
  }
  impl_->sent_message();
  return true;
}

std::size_t WebSocketClient::unconfirmed() const {
  return impl_->pulse.unconfirmed();
}

void WebSocketClient::close(int code, std::string_view reason) {
  impl_->close(code, reason);
}

}  // namespace zgw::net
