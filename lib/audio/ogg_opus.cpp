#include "audio/ogg_opus.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ogg/ogg.h>

#include "audio/opus_codec.hpp"

namespace zgw::audio {
namespace {

constexpr base::SampleRate granule_rate{48000};
// What a decoder needs to converge: the look-ahead of libopus, the encoder of every known client.
constexpr std::uint16_t pre_skip = 312;
constexpr std::string_view vendor = "zello-gateway, packets as received";

void append_le(std::vector<std::uint8_t>& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void append(std::vector<std::uint8_t>& out, std::string_view text) {
  out.insert(out.end(), text.begin(), text.end());
}

std::vector<std::uint8_t> head(base::SampleRate input_rate) {
  std::vector<std::uint8_t> out;
  append(out, "OpusHead");
  append_le(out, 1, 1);  // version
  append_le(out, 1, 1);  // channels
  append_le(out, pre_skip, 2);
  append_le(out, static_cast<std::uint32_t>(input_rate.hz), 4);
  append_le(out, 0, 2);  // gain
  append_le(out, 0, 1);  // mapping family: mono or stereo
  return out;
}

std::vector<std::uint8_t> tags() {
  std::vector<std::uint8_t> out;
  append(out, "OpusTags");
  append_le(out, static_cast<std::uint32_t>(vendor.size()), 4);
  append(out, vendor);
  append_le(out, 0, 4);  // no comments
  return out;
}

}  // namespace

struct OggOpusWriter::Impl {
  Impl(const std::filesystem::path& where, base::SampleRate input_rate, std::uint32_t serial)
      : path(where), file(where, std::ios::binary | std::ios::trunc) {
    if (!file) fail();
    if (ogg_stream_init(&stream, static_cast<int>(serial)) != 0) throw std::bad_alloc();
    try {
      for (std::vector<std::uint8_t> header : {head(input_rate), tags()}) {  // each ends its page
        put(header, false);
        write_pages(true);
      }
    } catch (...) {
      ogg_stream_clear(&stream);
      throw;
    }
  }
  ~Impl() { ogg_stream_clear(&stream); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  [[noreturn]] void fail() const { throw std::runtime_error(path.string() + ": cannot be written"); }

  // libogg copies the bytes.
  void put(std::vector<std::uint8_t>& bytes, bool last) {
    ogg_packet packet{};
    packet.packet = bytes.data();
    packet.bytes = static_cast<long>(bytes.size());
    packet.b_o_s = number == 0 ? 1 : 0;
    packet.e_o_s = last ? 1 : 0;
    packet.granulepos = position;
    packet.packetno = number++;
    if (ogg_stream_packetin(&stream, &packet) != 0) throw std::bad_alloc();
  }

  void write_pages(bool all) {
    ogg_page page{};
    while ((all ? ogg_stream_flush(&stream, &page) : ogg_stream_pageout(&stream, &page)) != 0) {
      file.write(reinterpret_cast<const char*>(page.header), page.header_len);
      file.write(reinterpret_cast<const char*>(page.body), page.body_len);
      page_began = position;
    }
    if (all) file.flush();
    if (!file) fail();
  }

  // Puts the packet that was kept back, and keeps `next` back in its place.
  void push(std::vector<std::uint8_t> next, base::SampleCount samples) {
    put_kept(false);
    kept = std::move(next);
    kept_samples = samples;
  }

  void put_kept(bool last) {
    if (kept.empty()) return;
    position += kept_samples;
    put(kept, last);
    kept.clear();
    write_pages(last || position - page_began >= granule_rate.hz);
  }

  std::filesystem::path path;
  std::ofstream file;
  ogg_stream_state stream{};
  ogg_int64_t number = 0;
  base::SampleCount position = 0;  // at the end of the last packet that was put, at 48 kHz
  base::SampleCount page_began = 0;
  std::vector<std::uint8_t> kept;
  base::SampleCount kept_samples = 0;
  std::uint8_t frames = 0;  // of the last packet; 0: there was none
  std::uint8_t toc = 0;
};

OggOpusWriter::OggOpusWriter(const std::filesystem::path& path, base::SampleRate input_rate, std::uint32_t serial)
    : impl_(std::make_unique<Impl>(path, input_rate, serial)) {}

OggOpusWriter::~OggOpusWriter() {
  try {
    finish();
  } catch (const std::exception&) {
    impl_.reset();  // whoever wants to hear of it calls finish()
  }
}

base::Expected<std::chrono::microseconds> OggOpusWriter::write(std::span<const std::uint8_t> packet) {
  const auto info = inspect_opus(packet);
  if (!info) return base::failure(info.error().message);
  impl_->frames = static_cast<std::uint8_t>(info->frames);
  impl_->toc = packet[0];
  impl_->push({packet.begin(), packet.end()}, granule_rate.samples(info->duration));
  return info->duration;
}

void OggOpusWriter::lost(std::uint64_t packets) {
  if (impl_->frames == 0) return;
  // Frames of no bytes: configuration and channels as before, code 3 with constant size, the number of frames.
  const auto toc = static_cast<std::uint8_t>(impl_->toc | 3U);
  const base::SampleCount samples = impl_->kept_samples;
  for (std::uint64_t i = 0; i < std::min(packets, most_stand_ins); ++i) impl_->push({toc, impl_->frames}, samples);
}

void OggOpusWriter::finish() {
  if (!impl_) return;
  const std::unique_ptr<Impl> last = std::move(impl_);
  last->put_kept(true);
  last->file.close();
  if (!last->file) last->fail();
}

}  // namespace zgw::audio
