// A person in a channel, with the app: logs on over the network, speaks a recording, keeps what is heard.
// Thread: the io_context's. Errors: trouble() says what went wrong; nothing throws after construction.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <asio/io_context.hpp>

#include "audio/opus_codec.hpp"
#include "audio/wav.hpp"
#include "link/connection.hpp"
#include "net/timer.hpp"

namespace zgw::simulator {

/// One over that a person heard.
struct Heard {
  std::string from;
  audio::Recording audio{{16000}, {}};
  std::uint64_t packets = 0;
  std::uint64_t lost = 0;  ///< by gaps in their numbers
  base::TimePoint began;   ///< on_stream_start
  base::TimePoint first_packet;
  base::TimePoint ended;
  bool complete = false;  ///< on_stream_stop came
};

class ChannelUser final : private link::ConnectionEvents {
 public:
  ChannelUser(asio::io_context& io, const net::Endpoint& endpoint, zello::Logon logon);

  void log_on() { connection_->open(); }
  void leave() { connection_->close("bye"); }
  [[nodiscard]] bool online() const { return users_online_ > 0; }
  /// In the channel, this one included; 0 while this one is not.
  [[nodiscard]] int users_online() const { return users_online_; }
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

  /// Speaks a recording at 16 kHz as one stream, in real time.
  void say(audio::Recording speech);
  void write(const std::string& text);
  void share(const zello::Location& location);
  /// JPEG files both.
  void show(std::vector<std::uint8_t> image, std::vector<std::uint8_t> thumbnail);
  [[nodiscard]] bool speaking() const { return speaking_; }
  [[nodiscard]] base::TimePoint first_packet_sent() const { return first_sent_; }
  [[nodiscard]] std::uint64_t packets_sent() const { return sent_; }

  /// Every over so far, the present one included.
  [[nodiscard]] const std::vector<Heard>& heard() const { return heard_; }
  /// Every location that somebody in the channel has shown.
  [[nodiscard]] const std::vector<zello::LocationMessage>& places() const { return places_; }

 private:
  struct Listening {
    std::size_t index;  // in heard_
    audio::OpusDecoder decoder{base::SampleRate{16000}};
    std::uint32_t next_packet = 0;
  };

  void on_notice(const zello::Effect& notice) override;
  void on_audio(const zello::AudioPacket& packet) override;
  void send_next();

  std::string channel_;
  net::Timer timer_;
  audio::OpusEncoder encoder_;
  audio::Recording speech_{{16000}, {}};
  std::size_t said_ = 0;
  bool speaking_ = false;
  int users_online_ = 0;
  base::TimePoint next_send_;
  base::TimePoint first_sent_;
  std::uint64_t sent_ = 0;
  zello::Tag next_tag_ = 1;
  std::string trouble_;
  std::vector<Heard> heard_;
  std::vector<zello::LocationMessage> places_;
  std::map<zello::StreamId, Listening> listening_;
  std::unique_ptr<link::Connection> connection_;
};

}  // namespace zgw::simulator
