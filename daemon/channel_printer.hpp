// What happens in a channel, a line each, for who reads along: overs, texts, locations, images, transcriptions. Overs
// go into files where there are any. Names and texts are strangers' and made harmless.
//
// Thread: control. Errors: an over that cannot be written is told with its line and goes on without a file.
#pragma once

#include <map>
#include <memory>
#include <ostream>
#include <string>

#include "daemon/over_files.hpp"
#include "link/account_link.hpp"

namespace zgw::daemon {

class ChannelPrinter final : public link::ChannelEvents {
 public:
  /// `files` may be null.
  ChannelPrinter(std::string channel, std::ostream& out, OverFiles* files);

  void on_status(const zello::ChannelStatus& status);
  /// Nothing comes any more: overs that run are over.
  void finish();

 private:
  struct Over {
    std::string from;
    std::string to;  ///< empty: everybody
    base::SampleRate rate;
    std::chrono::microseconds heard{0};
    std::uint64_t packets = 0;
    std::uint64_t lost = 0;
    std::uint64_t broken = 0;
    std::uint32_t next_packet = 0;
    OverFiles::Begun written;
    std::string trouble;  ///< why there is no file
  };

  void on_online(bool online) override;
  void on_stream_opened(zello::StreamId /*id*/) override {}
  void on_stream_refused(gateway::Refusal /*refusal*/, std::string_view /*why*/) override {}
  void on_stream_ended() override {}
  void on_incoming_start(const zello::StreamStart& stream) override;
  void on_incoming_packet(const zello::AudioPacket& packet) override;
  void on_incoming_stop(zello::StreamId id) override;
  void on_text(const zello::TextMessage& message) override;
  void on_location(const zello::LocationMessage& message) override;
  void on_image(const zello::Image& image) override;
  void on_transcription(const zello::Transcription& transcription) override;

  void keep(Over& over, std::span<const std::uint8_t> opus, std::uint64_t lost);
  void tell(Over& over);
  void print(const std::string& what);

  std::string channel_;
  std::ostream& out_;
  OverFiles* files_;
  std::map<zello::StreamId, Over> overs_;
};

}  // namespace zgw::daemon
