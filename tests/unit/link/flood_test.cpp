// A service that pours 100 MB over one account of the gateway, and what that costs: no memory beyond the bounds, and
// another account's service nothing.
#include <array>
#include <cstdint>

#include <malloc.h>

#include "gateway/inbox.hpp"
#include "net/websocket_rig.hpp"
#include "unit/link/ear.hpp"
#include "zello/packet.hpp"

using namespace zgw;
using namespace zgw::link::test;

namespace {

constexpr std::size_t MB = 1'000'000;

std::string audio_frame(zello::StreamId stream, std::uint32_t number, std::size_t size) {
  std::vector<std::uint8_t> message;
  zello::encode_binary(zello::AudioPacket{stream, number, std::vector<std::uint8_t>(size, 0x58)}, message);
  return frame(0x82, std::string(message.begin(), message.end()));
}

std::string event_frame(const zello::ServerMessage& event) {
  return frame(0x81, zello::encode(event));
}

/// What is poured over a client once it is logged on. Each call is one more piece, and there is no end to them.
struct Message {
  // Everything that is well formed and too much: streams and packets, images, texts, status, JSON of the largest size.
  std::string operator()() {
    const std::uint32_t n = number++;
    std::string bytes;
    zello::StreamStart start;
    start.stream_id = n;
    start.channel = "Rescue";
    start.from = "flooder " + std::to_string(n);
    bytes += event_frame(start);
    for (std::uint32_t i = 0; i < 4; ++i) bytes += audio_frame(n, i, 60000);
    bytes += audio_frame(n + 1'000'000, 0, 60000);  // of a stream that nobody announced
    bytes += event_frame(zello::TextMessage{"Rescue", "flooder", {}, n, std::string(200'000, 't')});
    bytes += event_frame(zello::UnknownEvent{std::string(100'000, 'u')});
    bytes += event_frame(zello::ServerError{std::string(100'000, 'e')});
    zello::ChannelStatus status;
    status.channel = "channel " + std::to_string(n);
    status.online = true;
    bytes += event_frame(status);
    zello::ImageStart image;
    image.message_id = n;
    image.channel = "Rescue";
    bytes += event_frame(image);
    if (n % 8 == 0) {
      const std::vector<std::uint8_t> jpeg(zello::default_image_bytes, 0xFF);
      std::vector<std::uint8_t> message;
      zello::encode_binary(zello::ImagePacket{n, zello::ImagePacket::Part::full, jpeg}, message);
      bytes += frame(0x82, std::string(message.begin(), message.end()));
    }
    return bytes;
  }
  std::uint32_t number = 1;
};

enum class Kind { messages, huge_frame, endless_message, garbage, endless_head };
constexpr std::array kinds = {Kind::messages, Kind::huge_frame, Kind::messages, Kind::endless_message,
                              Kind::messages, Kind::garbage,    Kind::messages, Kind::endless_head};
constexpr std::size_t messages_a_turn = 25 * MB;

/// A service that lets whoever comes log on, and pours one kind after the other over him, each on a connection of its
/// own: 100 MB of messages, and of the rest what the client takes. Afterwards it is quiet.
class Flood {
 public:
  Flood(asio::io_context& context, const CertificateFiles& files)
      : io_(context),
        acceptor_(context, {asio::ip::address_v4::loopback(), 0}),
        identity_(files.certificate(), files.key()) {
    accept();
  }
  [[nodiscard]] int port() const { return acceptor_.local_endpoint().port(); }
  [[nodiscard]] bool over() const { return turn_ == kinds.size(); }
  /// Of messages, in whole turns.
  [[nodiscard]] std::size_t poured() const { return poured_; }
  /// Keeps the present connection's queue filled. Called between steps of the io_context, not from an event.
  void pour() {
    if (!pouring_ || !bytes_.closed.empty()) return;
    if (kinds.at(turn_) == Kind::messages && tls_->taken() - tls_->queued() > messages_a_turn) {
      poured_ += messages_a_turn;
      pouring_ = false;
      ++turn_;
      return tls_->abort();
    }
    while (tls_->queued() < MB && tls_->send(next())) {
    }
  }

 private:
  void accept() {
    acceptor_.async_accept([this](asio::error_code error, asio::ip::tcp::socket socket) {
      if (error) return;
      serve(std::move(socket));
      accept();
    });
  }
  void serve(asio::ip::tcp::socket socket) {
    if (std::exchange(pouring_, false)) ++turn_;
    begun_ = false;
    bytes_ = {};
    bytes_.on_heard = [this] { hear(std::exchange(bytes_.heard, {})); };
    end_ = End();
    end_.websocket = net::WebSocket::server(end_);
    end_.websocket->start();
    tls_ = std::make_unique<net::TlsConnection>(io_, std::move(socket), identity_, net::Deadlines{}, bytes_);
    tls_->open();
  }
  void hear(const std::string& bytes) {
    if (!over() && kinds.at(turn_) == Kind::endless_head) pouring_ = true;
    if (pouring_ || end_.ended) return;  // what the client has to say is not listened to
    end_.hear(bytes);
    if (!end_.texts.empty()) {
      end_.texts.clear();
      zello::ChannelStatus online;
      online.channel = "Rescue";
      online.online = true;
      end_.websocket->send_text(zello::encode(zello::ServerMessage(zello::Reply{.seq = 1})));
      end_.websocket->send_text(zello::encode(zello::ServerMessage(online)));
      pouring_ = !over();
    }
    tls_->send(end_.fetch());
  }
  std::string next() {
    const bool first = !std::exchange(begun_, true);
    const std::string some(65536, 'x');
    switch (kinds.at(turn_)) {
      case Kind::messages:
        return message_();
      case Kind::huge_frame:  // of a terabyte
        return first ? std::string("\x82\x7f\0\0\1\0\0\0\0\0", 10) : some;
      case Kind::endless_message:  // of fragments that are small enough
        return frame(first ? 0x01 : 0x00, some);
      case Kind::garbage:
        return std::string(65536, '\xff');
      case Kind::endless_head:
        return first ? "HTTP/1.1 101 Switching Protocols\r\nX: " : some;
    }
    return some;
  }

  asio::io_context& io_;
  asio::ip::tcp::acceptor acceptor_;
  net::TlsIdentity identity_;
  Bytes bytes_;
  End end_;
  Message message_;
  std::unique_ptr<net::TlsConnection> tls_;
  std::size_t turn_ = 0;
  std::size_t poured_ = 0;
  bool pouring_ = false;
  bool begun_ = false;
};

/// The bridge's end of the flood: its overs wait in a real inbox.
struct Flooded final : link::ChannelEvents {
  void on_online(bool now_online) override { online = now_online; }
  void on_stream_opened(zello::StreamId /*id*/) override {}
  void on_stream_refused(gateway::Refusal, std::string_view) override {}
  void on_stream_ended() override {}
  void on_incoming_start(const zello::StreamStart& stream) override {
    inbox.on_start(stream.stream_id, stream.from, now);
  }
  void on_incoming_packet(const zello::AudioPacket& packet) override {
    packets += inbox.on_packet(packet.stream_id, packet.packet_id, packet.opus, 60ms, now) ? 1 : 0;
    inbox.take_reports();
  }
  void on_incoming_stop(zello::StreamId id) override { inbox.on_stop(id, now); }
  void on_text(const zello::TextMessage&) override { ++texts; }
  void on_image(const zello::Image&) override { ++images; }

  bool online = false;
  gateway::Inbox inbox{{}};
  base::TimePoint now = base::TimePoint{} + 1000s;
  int packets = 0;
  int texts = 0;
  int images = 0;
};

/// Keeps nothing of what it hears, for a flood's operator would be flooded, too.
struct Deaf final : link::LinkObserver {
  void on_logged_on() override { ++logons; }
  void on_lost(const link::LinkLost& lost) override { longest = std::max(longest, lost.why.size()); }
  void on_alarm(const zello::ReconnectRule&, bool) override {}
  void on_channel(const zello::ChannelStatus&) override {}
  void on_oddity(std::string_view what) override { longest = std::max(longest, what.size()); }
  int logons = 0;
  std::size_t longest = 0;
};

// Bytes that malloc has given out; 0 where a sanitizer has taken its place.
std::size_t allocated() {
  const auto heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

/// An over of another account on another service, packet by packet as each is heard.
struct Undisturbed {
  explicit Undisturbed(asio::io_context& io)
      : service(io, [](simulator::ServiceSettings& s) {
          s.accounts = {{"gateway", "secret"}, {"alice", "secret"}};
        }) {
    REQUIRE(run_until(io, [&] { return gateway.online() && alice.online(); }));
    alice.ask("Rescue");
    REQUIRE(run_until(io, [&] { return alice.ears["Rescue"].open && !heard.overs.empty(); }));
  }
  [[nodiscard]] std::size_t packets() const { return heard.overs.at(0).packets.size(); }
  void go_on() {
    if (packets() < sent) return;
    const std::array<std::uint8_t, 3> packet = {0x58, static_cast<std::uint8_t>(sent >> 8),
                                                static_cast<std::uint8_t>(sent)};
    REQUIRE(alice.link->send_audio("Rescue", packet));
    ++sent;
  }
  Service service;
  Person gateway{service, "gateway", {"Rescue"}};
  Person alice{service, "alice", {"Rescue"}};
  Ear& heard = gateway.ears["Rescue"];
  std::size_t sent = 0;
};

}  // namespace

TEST_CASE("100 MB of flood and garbage from one service cost no memory, and another account nothing of its over") {
  asio::io_context io;
  Undisturbed other(io);
  Flood flood(io, other.service.files);
  Flooded flooded;
  Deaf deaf;
  auto settings = quick(at(other.service.files, flood.port()));
  settings.reconnect.slow_pause = 1ms;
  settings.reconnect.too_many_pause = 1ms;
  link::AccountLink link(io, std::move(settings), deaf);
  link.join("Rescue", flooded);
  link.start();

  const std::size_t before = allocated();
  std::size_t most = before;
  std::size_t most_waiting = 0;
  REQUIRE(run_until(io, [&] {
    flood.pour();
    other.go_on();
    most = std::max(most, allocated());
    most_waiting = std::max(most_waiting, flooded.inbox.bytes());
    return flood.over() && flooded.online;
  }));
  CHECK(flood.poured() == 100 * MB);
  CHECK(deaf.logons >= 5);  // it comes back each time
  CHECK(flooded.packets > 300);
  CHECK(flooded.texts > 100);
  CHECK(flooded.images > 1);
  // The parts of four images, a message and its like in the simulated service's queue, the inbox.
  CHECK(most - before < 24 * MB);
  CHECK(most_waiting <= (std::size_t{4} << 20));
  CHECK(deaf.longest < 1000);

  // The other account's over went on all the while, at least a packet for each megabyte.
  CHECK(other.packets() >= 100);
  other.alice.link->stop_stream("Rescue");
  REQUIRE(run_until(io, [&] { return other.heard.heard(0, other.sent); }));
  for (std::size_t i = 0; i < other.sent; ++i) CHECK(other.heard.overs[0].packets[i].at(2) == (i & 0xFF));
  CHECK(other.gateway.heard.lost.empty());
}
