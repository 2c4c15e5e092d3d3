// Ogg Opus files: page by page as libogg reads them, packet by packet as they were written, and as a player decodes
// them.
#include "audio/ogg_opus.hpp"

#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <ogg/ogg.h>

#include "audio/opus_codec.hpp"
#include "audio/wav.hpp"
#include "temporary_folder.hpp"

using namespace std::chrono_literals;
using namespace zgw;

namespace {

using Packet = std::vector<std::uint8_t>;

struct TestFolder : testing::TemporaryFolder {
  [[nodiscard]] std::filesystem::path file() const { return path() / "over.opus"; }
};

struct Page {
  ogg_int64_t position = 0;
  bool first = false;
  bool last = false;
};

/// What libogg finds in a file.
struct OggFile {
  explicit OggFile(const std::filesystem::path& path) {
    std::ostringstream read;
    read << std::ifstream(path, std::ios::binary).rdbuf();
    const std::string bytes = read.str();
    ogg_sync_state sync{};
    ogg_sync_init(&sync);
    std::copy(bytes.begin(), bytes.end(), ogg_sync_buffer(&sync, static_cast<long>(bytes.size())));
    ogg_sync_wrote(&sync, static_cast<long>(bytes.size()));
    ogg_stream_state stream{};
    ogg_page page{};
    int result = 0;
    while ((result = ogg_sync_pageout(&sync, &page)) != 0) {
      REQUIRE(result == 1);  // no byte that belongs to no page, and every checksum right
      if (pages.empty()) ogg_stream_init(&stream, serial = ogg_page_serialno(&page));
      REQUIRE(ogg_stream_pagein(&stream, &page) == 0);
      pages.push_back({ogg_page_granulepos(&page), ogg_page_bos(&page) != 0, ogg_page_eos(&page) != 0});
      ogg_packet packet{};
      while (ogg_stream_packetout(&stream, &packet) == 1) {
        packets.emplace_back(packet.packet, packet.packet + packet.bytes);
      }
    }
    ogg_stream_clear(&stream);
    ogg_sync_clear(&sync);
  }
  int serial = 0;
  std::vector<Page> pages;
  std::vector<Packet> packets;  // the two headers first
};

// A tone of `seconds`, in packets.
std::vector<Packet> tone(const audio::OpusSettings& settings, double seconds) {
  audio::OpusEncoder encoder(settings);
  std::vector<Packet> packets;
  std::vector<float> pcm(encoder.packet_samples());
  std::size_t at = 0;
  while (static_cast<double>(at) < seconds * settings.rate.hz) {
    for (float& sample : pcm) {
      sample = 0.5F * static_cast<float>(std::sin(2 * M_PI * 440 * static_cast<double>(at++) / settings.rate.hz));
    }
    const auto packet = encoder.encode(pcm);
    REQUIRE(packet);
    packets.emplace_back(packet->begin(), packet->end());
  }
  return packets;
}

void write(const std::filesystem::path& path, const std::vector<Packet>& packets) {
  audio::OggOpusWriter writer(path, {16000}, 7);
  for (const Packet& packet : packets) REQUIRE(writer.write(packet));
  writer.finish();
}

}  // namespace

TEST_CASE("an Ogg Opus file begins with its two headers, each on a page of its own") {
  const TestFolder folder;
  write(folder.file(), tone({}, 0.3));
  const OggFile file(folder.file());
  const Packet head = {'O', 'p', 'u', 's', 'H', 'e', 'a', 'd', 1, 1, 0x38, 0x01, 0x80, 0x3E, 0, 0, 0, 0, 0};
  CHECK(file.serial == 7);
  CHECK(file.packets.at(0) == head);
  CHECK(std::string(file.packets.at(1).begin(), file.packets.at(1).begin() + 8) == "OpusTags");
  REQUIRE(file.pages.size() == 3);
  CHECK(file.pages[0].first);
  CHECK(file.pages[0].position == 0);
  CHECK(file.pages[1].position == 0);
  CHECK_FALSE(file.pages[1].first);
  CHECK(file.pages[2].last);
}

TEST_CASE("packets of one and of two frames are in the file as they came, and the positions count what they hold") {
  const TestFolder folder;
  for (const auto& [settings, duration] : {std::pair{audio::OpusSettings{}, 2880},
                                           {audio::OpusSettings{.frame = 20ms, .frames_per_packet = 2}, 1920},
                                           {audio::OpusSettings{.rate = {8000}, .frames_per_packet = 2}, 5760}}) {
    const std::vector<Packet> packets = tone(settings, 3.5);
    write(folder.file(), packets);
    const OggFile file(folder.file());
    CHECK(std::vector<Packet>(file.packets.begin() + 2, file.packets.end()) == packets);
    CHECK(file.pages.back().position == static_cast<ogg_int64_t>(packets.size()) * duration);
    CHECK(file.pages.back().last);
    CHECK(file.pages.size() >= 5);  // a page holds a second, so that a player can seek and a crash takes little
    for (std::size_t i = 2; i + 1 < file.pages.size(); ++i) {
      CHECK_FALSE(file.pages[i].last);
      CHECK(file.pages[i].position - (i > 2 ? file.pages[i - 1].position : 0) <= 48000 + duration);
    }
  }
}

TEST_CASE("a player hears what was encoded") {
  const TestFolder folder;
  write(folder.file(), tone({.frame = 20ms, .frames_per_packet = 2, .bitrate = 32000}, 2));
  const audio::Recording heard = audio::read_wav(folder.file());  // libsndfile reads Ogg Opus, too
  CHECK(static_cast<double>(heard.pcm.size()) / heard.rate.hz == doctest::Approx(2 - 312.0 / 48000).epsilon(0.001));
  double power = 0;
  for (const float sample : heard.pcm) power += sample * sample;
  CHECK(std::sqrt(power / static_cast<double>(heard.pcm.size())) == doctest::Approx(0.5 / std::sqrt(2)).epsilon(0.1));
}

TEST_CASE("lost packets get stand-ins of the same length, so that the rest keeps its time") {
  const TestFolder folder;
  const std::vector<Packet> packets = tone({.frame = 20ms, .frames_per_packet = 2}, 0.4);
  {
    audio::OggOpusWriter writer(folder.file(), {16000}, 1);
    writer.lost(3);  // before anything came there is nothing to keep the time of
    REQUIRE(writer.write(packets[0]));
    writer.lost(2);
    REQUIRE(writer.write(packets[1]));
    writer.lost(1'000'000);
  }
  const OggFile file(folder.file());
  REQUIRE(file.packets.size() == 2 + 4 + audio::OggOpusWriter::most_stand_ins);
  CHECK(file.packets[2] == packets[0]);
  CHECK(file.packets[3] == file.packets[4]);
  const auto stand_in = audio::inspect_opus(file.packets[3]);
  REQUIRE(stand_in);
  CHECK(stand_in->duration == 40ms);
  CHECK(file.packets[5] == packets[1]);
  const auto all = 4 + static_cast<ogg_int64_t>(audio::OggOpusWriter::most_stand_ins);
  CHECK(file.pages.back().position == all * 1920);
  const audio::Recording heard = audio::read_wav(folder.file());
  CHECK(static_cast<double>(heard.pcm.size()) / heard.rate.hz ==
        doctest::Approx(0.04 * static_cast<double>(all)).epsilon(0.001));
}

TEST_CASE("a stand-in has as many frames as the packet before it") {
  const TestFolder folder;
  {
    audio::OggOpusWriter writer(folder.file(), {16000}, 1);
    REQUIRE(writer.write(Packet{0x59, 0, 0, 0, 0}).value() == 120ms);  // two equal frames of 60 ms
    writer.lost(1);
  }
  const auto stand_in = audio::inspect_opus(OggFile(folder.file()).packets.at(3));
  REQUIRE(stand_in);
  CHECK(stand_in->frames == 2);
  CHECK(stand_in->duration == 120ms);
}

TEST_CASE("what is no Opus is refused and leaves the file as it is") {
  const TestFolder folder;
  const std::vector<Packet> packets = tone({}, 0.2);
  {
    audio::OggOpusWriter writer(folder.file(), {16000}, 1);
    CHECK_FALSE(writer.write({}));
    CHECK_FALSE(writer.write(Packet{0x03}));  // code 3 without its frame count
    for (const Packet& packet : packets) CHECK(writer.write(packet).value() == 60ms);
    CHECK_FALSE(writer.write(Packet{0x03}));
  }
  CHECK(OggFile(folder.file()).packets.size() == 2 + packets.size());
}

TEST_CASE("a file that cannot be written is told with its path") {
  CHECK_THROWS_WITH(audio::OggOpusWriter("/nowhere/over.opus", {16000}, 1), "/nowhere/over.opus: cannot be written");
  if (!std::filesystem::exists("/dev/full")) return;
  const std::vector<Packet> packets = tone({}, 2);
  CHECK_THROWS_WITH(write("/dev/full", packets), "/dev/full: cannot be written");
}
