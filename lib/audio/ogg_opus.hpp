// An Ogg Opus file out of Opus packets as they came: nothing is decoded, nothing encoded again.
//
// Theory of operation: every packet, of one frame or of several, is one Ogg packet. The position of a page is the sum
// of what the packets up to its end hold by their own TOC bytes, at 48 kHz whatever rate the sender used. A lost packet
// gets a stand-in without audio, for which a player conceals, so that the rest keeps its time. A page is written once
// it holds a second; the last packet is kept back until the next one, because the page that ends the file says so.
//
// Thread: any one at a time. Real-time safe: no. Errors: a file that cannot be written is a std::runtime_error with
// path and reason; a packet that is no Opus is an Error and leaves the file as it is.
// Source: RFC 3533 (Ogg), RFC 7845 (Opus in it; section 4.1 for what is lost), RFC 6716 section 3.2.5.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "base/expected.hpp"
#include "base/units.hpp"

namespace zgw::audio {

class OggOpusWriter {
 public:
  /// More stand-ins than these are not written for one gap: 15 s of packets of 60 ms.
  static constexpr std::uint64_t most_stand_ins = 250;

  /// `input_rate`: what the sender's audio had before it was encoded; players only show it. `serial`: tells logical
  /// streams apart where files are chained; any number.
  OggOpusWriter(const std::filesystem::path& path, base::SampleRate input_rate, std::uint32_t serial);
  /// As finish(), with an error lost.
  ~OggOpusWriter();
  OggOpusWriter(const OggOpusWriter&) = delete;
  OggOpusWriter& operator=(const OggOpusWriter&) = delete;

  /// Adds a packet; returns how long it lasts.
  base::Expected<std::chrono::microseconds> write(std::span<const std::uint8_t> packet);
  /// Adds stand-ins, each as long as the packet before, for packets that were lost; nothing before the first packet.
  void lost(std::uint64_t packets);
  /// Writes the rest and closes the file; nothing may be added afterwards.
  void finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace zgw::audio
