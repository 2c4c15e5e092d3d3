#include "daemon/channel_printer.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <utility>

#include "audio/opus_codec.hpp"
#include "base/text.hpp"
#include "observe/utc.hpp"
#include "zello/error_code.hpp"
#include "zello/limits.hpp"

namespace zgw::daemon {
namespace {

using Clock = std::chrono::system_clock;

constexpr std::size_t most_shown = 4 * zello::max_text_bytes;  // a whole text, escapes included

std::string counted(std::uint64_t count, const char* what) {
  return ", " + std::to_string(count) + ' ' + what;
}

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return counted(count, count == 1 ? one : many);
}

std::string number(double value, int digits) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

std::string to(const std::optional<std::string>& recipient) {
  return recipient ? " to " + base::quoted(*recipient) : "";
}

}  // namespace

ChannelPrinter::ChannelPrinter(std::string channel, std::ostream& out, OverFiles* files)
    : channel_(std::move(channel)), out_(out), files_(files) {}

void ChannelPrinter::print(const std::string& what) {
  out_ << observe::utc(Clock::now()) << ' ' << base::quoted(channel_) << ' ' << what << std::endl;
}

void ChannelPrinter::on_status(const zello::ChannelStatus& status) {
  if (status.online) {
    return print("online, " + std::to_string(status.users_online) + (status.users_online == 1 ? " user" : " users"));
  }
  print("offline" + (status.error ? ": " + base::printable(zello::explained(*status.error), 400) : ""));
}

void ChannelPrinter::on_online(bool online) {
  if (!online) finish();
}

void ChannelPrinter::finish() {
  for (auto& [id, over] : std::exchange(overs_, {})) tell(over);
}

// ---- overs ----------------------------------------------------------------------------------------------------------

void ChannelPrinter::on_incoming_start(const zello::StreamStart& stream) {
  if (const auto same = overs_.find(stream.stream_id); same != overs_.end()) {
    tell(same->second);
    overs_.erase(same);
  }
  Over& over = overs_[stream.stream_id];
  over.from = stream.from;
  over.to = stream.recipient.value_or("");
  over.rate = stream.codec_header.rate;
}

void ChannelPrinter::on_incoming_packet(const zello::AudioPacket& packet) {
  const auto found = overs_.find(packet.stream_id);
  if (found == overs_.end()) return;
  Over& over = found->second;
  if (over.packets > 0 && packet.packet_id < over.next_packet) return;  // it was here already
  const std::uint64_t lost = over.packets > 0 ? packet.packet_id - over.next_packet : 0;
  over.next_packet = packet.packet_id + 1;
  over.lost += lost;
  ++over.packets;
  if (const auto info = audio::inspect_opus(packet.opus)) {
    over.heard += info->duration;
  } else {
    ++over.broken;
  }
  if (files_ != nullptr && over.trouble.empty()) keep(over, packet.opus, lost);
}

// Begins its file with its first packet, so that an over without any leaves none.
void ChannelPrinter::keep(Over& over, std::span<const std::uint8_t> opus, std::uint64_t lost) {
  try {
    if (!over.written.file) over.written = files_->begin(over.rate, Clock::now());
    over.written.file->add(opus, lost);
  } catch (const std::exception& error) {
    over.trouble = error.what();
  }
}

void ChannelPrinter::on_incoming_stop(zello::StreamId id) {
  const auto found = overs_.find(id);
  if (found == overs_.end()) return;
  tell(found->second);
  overs_.erase(found);
}

void ChannelPrinter::tell(Over& over) {
  if (over.written.file && over.trouble.empty()) {
    try {
      over.written.file->finish();
    } catch (const std::exception& error) {
      over.trouble = error.what();
    }
  }
  std::string line = "over of " + base::quoted(over.from);
  if (!over.to.empty()) line += " to " + base::quoted(over.to);
  line += ", " + number(std::chrono::duration<double>(over.heard).count(), 1) + " s";
  line += counted(over.packets, "packet", "packets");
  if (over.lost > 0) line += counted(over.lost, "lost");
  if (over.broken > 0) line += counted(over.broken, "broken");
  if (over.written.file) line += ", " + over.written.path.string();
  if (!over.trouble.empty()) line += "; not written: " + over.trouble;
  print(line);
}

// ---- everything else ------------------------------------------------------------------------------------------------

void ChannelPrinter::on_text(const zello::TextMessage& message) {
  print("text from " + base::quoted(message.from) + to(message.recipient) + ": " +
        base::quoted(message.text, most_shown));
}

void ChannelPrinter::on_location(const zello::LocationMessage& message) {
  const zello::Location& at = message.location;
  print("location of " + base::quoted(message.from) + to(message.recipient) + ": " + number(at.latitude, 6) + ' ' +
        number(at.longitude, 6) + (at.accuracy ? ", within " + number(*at.accuracy, 0) + " m" : "") +
        (at.address ? ", " + base::quoted(*at.address) : ""));
}

void ChannelPrinter::on_image(const zello::Image& image) {
  std::string line = "image from " + base::quoted(image.info.from) + to(image.info.recipient);
  if (image.info.width && image.info.height) {
    line += ", " + std::to_string(*image.info.width) + " x " + std::to_string(*image.info.height);
  }
  line += counted(image.full.size(), "byte", "bytes");
  if (!image.fault.empty()) line += "; " + base::printable(image.fault);
  print(line);
}

void ChannelPrinter::on_transcription(const zello::Transcription& transcription) {
  const std::string sender = transcription.sender.value_or("");
  print((sender.empty() ? "somebody" : base::quoted(sender)) +
        " said: " + base::quoted(transcription.text, most_shown) + (transcription.truncated ? " and more" : ""));
}

}  // namespace zgw::daemon
