// One session on one network connection: carries out the session's effects and runs its deadlines.
// Lives for one connection; a reconnect makes a new one.
// Thread: control. Errors: all of them are notices to the owner; SessionClosed is the last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <asio/io_context.hpp>

#include "net/timer.hpp"
#include "net/websocket_client.hpp"
#include "zello/session.hpp"

namespace zgw::link {

/// What a connection tells its owner. Never called from inside one of the connection's own methods.
class ConnectionEvents {
 public:
  virtual ~ConnectionEvents() = default;

  /// Any effect but SendText, SendBinary and CloseTransport, which are the connection's own affair. After SessionClosed
  /// the owner may destroy the connection.
  virtual void on_notice(const zello::Effect& notice) = 0;

  /// A packet of the running stream `packet.stream_id`; its bytes are gone after the call.
  virtual void on_audio(const zello::AudioPacket& packet) = 0;
};

class Connection final : private zello::TransportEvents {
 public:
  Connection(asio::io_context& io, const net::Endpoint& endpoint, const net::Deadlines& deadlines,
             zello::SessionSettings settings, ConnectionEvents& owner);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void open() { client_.connect(); }
  void start_stream(const zello::StartStream& command);
  void stop_stream(std::string_view channel);
  // Each ends in one Delivered or SendRefused with its tag. An image is delivered when the other end has its last part,
  // and not when it has taken the announcement; until then there is no room for another.
  void send_text(zello::Tag tag, const zello::SendTextMessage& command);
  void send_location(zello::Tag tag, const zello::SendLocation& command);
  void send_image(zello::Tag tag, zello::OutgoingImage image);
  /// False when the channel has no open stream or the send queue is full.
  bool send_audio(std::string_view channel, std::span<const std::uint8_t> opus);
  /// Of the channel's packets sent last: how many may have to be sent again. Once the connection has ended: how many
  /// have to, because they cannot have arrived.
  [[nodiscard]] std::size_t unconfirmed(std::string_view channel) const;
  /// Ends streams, says goodbye; SessionClosed follows.
  void close(std::string reason);

  [[nodiscard]] const zello::Session& session() const { return session_; }

 private:
  void on_open() override;
  void on_text(std::string_view message) override;
  void on_binary(std::span<const std::uint8_t> message) override;
  void on_closed(const zello::TransportClosed& closed) override;

  void perform(const zello::Effects& effects);
  /// perform() with the notices put off until the present call has returned.
  void perform_later(zello::Effects effects);
  /// False: a part of an image did not fit into the send queue.
  bool carry_out(const zello::Effect& effect);
  void on_time();
  void note_sent(const std::string* channel);
  /// All but so many messages have arrived. The image, if its last part was among them.
  zello::Effects forget_sent(std::size_t kept);
  void arm();

  asio::io_context& io_;
  ConnectionEvents& owner_;
  zello::Session session_;
  net::Timer timer_;
  net::WebSocketClient client_;
  std::vector<std::uint8_t> packet_;
  /// Binary messages that are not confirmed: whose audio each was (the session's own name of the channel), or null for
  /// a part of an image.
  std::deque<const std::string*> sent_;
  /// The image whose last part is among them. There is never a second one.
  struct Image {
    zello::Delivered delivered;
    std::size_t behind = 0;  ///< messages that were sent after it
  };
  std::optional<Image> image_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace zgw::link
