#include "daemon/over_files.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <stdexcept>
#include <utility>
#include <vector>

#include "audio/ogg_opus.hpp"
#include "audio/opus_codec.hpp"
#include "audio/wav.hpp"

namespace zgw::daemon {
namespace {

class OpusFile final : public OverFile {
 public:
  OpusFile(const std::filesystem::path& path, base::SampleRate rate, std::uint32_t serial)
      : writer_(path, rate, serial) {}
  void add(std::span<const std::uint8_t> opus, std::uint64_t lost) override {
    writer_.lost(lost);
    if (!writer_.write(opus)) writer_.lost(1);
  }
  void finish() override { writer_.finish(); }

 private:
  audio::OggOpusWriter writer_;
};

class WavFile final : public OverFile {
 public:
  WavFile(const std::filesystem::path& path, base::SampleRate rate)
      : rate_(rate), decoder_(rate), writer_(path, rate) {}
  void add(std::span<const std::uint8_t> opus, std::uint64_t lost) override {
    pcm_.clear();
    const auto info = audio::inspect_opus(opus);
    lost = std::min(lost + (info ? 0 : 1), audio::OggOpusWriter::most_stand_ins);
    if (samples_ == 0) lost = 0;  // nothing has begun
    for (; lost > 1; --lost) decoder_.conceal(samples_, pcm_);
    if (info) {
      if (lost == 1) decoder_.recover(opus, samples_, pcm_);
      samples_ = static_cast<std::size_t>(rate_.samples(info->duration));
      if (!decoder_.decode(opus, pcm_)) decoder_.conceal(samples_, pcm_);
    } else if (lost == 1) {
      decoder_.conceal(samples_, pcm_);
    }
    writer_.write(pcm_);
    writer_.flush();  // a command that is killed leaves what it has heard
  }
  void finish() override { writer_.flush(); }

 private:
  base::SampleRate rate_;
  audio::OpusDecoder decoder_;
  audio::WavWriter writer_;
  std::vector<float> pcm_;
  std::size_t samples_ = 0;  // of the last packet
};

}  // namespace

OverFiles::OverFiles(std::filesystem::path directory, OverFormat format)
    : directory_(std::move(directory)), format_(format) {
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  if (!std::filesystem::is_directory(directory_)) {
    throw std::runtime_error(directory_.string() + ": is no directory that can be written into");
  }
}

std::filesystem::path OverFiles::free_name(std::chrono::system_clock::time_point now) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  std::array<char, 32> time{};
  std::strftime(time.data(), time.size(), "%Y%m%dT%H%M%SZ", &utc);
  for (;;) {
    std::array<char, 64> name{};
    std::snprintf(name.data(), name.size(), "%s-%04u.%s", time.data(), ++number_,
                  format_ == OverFormat::wav ? "wav" : "opus");
    if (!std::filesystem::exists(directory_ / name.data())) return directory_ / name.data();
  }
}

OverFiles::Begun OverFiles::begin(base::SampleRate rate, std::chrono::system_clock::time_point now) {
  const std::filesystem::path path = free_name(now);
  if (format_ == OverFormat::wav) return {path, std::make_unique<WavFile>(path, rate)};
  return {path, std::make_unique<OpusFile>(path, rate, number_)};
}

}  // namespace zgw::daemon
