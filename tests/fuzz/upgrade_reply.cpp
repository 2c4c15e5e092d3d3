// The bytes that a server answers to the upgrade, and its frames after it. The first byte of an input says whether the
// rest is the answer itself or comes behind a good one, the second how long the pieces are that TCP cuts it into.
#include <algorithm>
#include <memory>
#include <string>

#include "fuzz/demand.hpp"
#include "net/websocket.hpp"

namespace {

constexpr std::size_t largest = 4096;

class Client final : public zgw::net::WebSocketEvents {
 public:
  void on_bytes_to_send(std::string_view bytes) override { sent.append(bytes); }
  void on_websocket_open() override { event(); }
  void on_websocket_text(std::string_view message) override {
    event();
    zgw::fuzz::demand(message.size() <= largest, "a text is within its bound");
  }
  void on_websocket_binary(const std::uint8_t* /*data*/, std::size_t size) override {
    event();
    zgw::fuzz::demand(size <= largest, "a binary message is within its bound");
  }
  void on_pong(std::string_view /*payload*/) override { event(); }
  void on_ended(int close_code, const std::string& /*reason*/, int http_status) override {
    event();
    zgw::fuzz::demand(close_code == 0 || http_status == 0, "an end is before the upgrade or after it");
    ended = true;
  }
  void event() const { zgw::fuzz::demand(!ended, "after the end there is nothing"); }

  std::string sent;
  bool ended = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zgw;
  if (size < 2) return 0;
  Client client;
  const auto websocket = net::WebSocket::client("zello.io", 443, "/ws", client, {largest});
  websocket->start();
  if ((data[0] & 1) != 0) {
    Client server;
    const auto peer = net::WebSocket::server(server);
    peer->start();
    peer->receive(client.sent.data(), client.sent.size());
    websocket->receive(server.sent.data(), server.sent.size());
  }
  const std::size_t piece = 1 + std::size_t{data[1]};
  for (std::size_t at = 2; at < size; at += piece) {
    websocket->receive(reinterpret_cast<const char*>(data) + at, std::min(piece, size - at));
  }
  websocket->end_of_stream();
  fuzz::demand(client.ended, "the end of the stream is the end");
  fuzz::demand(!websocket->send_text("late"), "nothing can be sent after it");
  return 0;
}
