#include "audio/wav.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "audio/sndfile_library.hpp"

namespace zgw::audio {
namespace {

struct Close {
  void operator()(SNDFILE* file) const { sndfile().close(file); }
};
using File = std::unique_ptr<SNDFILE, Close>;

File open_file(const std::filesystem::path& path, int mode, SF_INFO& info) {
  File file(sndfile().open(path.c_str(), mode, &info));
  if (!file) throw std::runtime_error(path.string() + ": " + sndfile().strerror(nullptr));
  return file;
}

}  // namespace

Recording read_wav(const std::filesystem::path& path, int max_seconds) {
  SF_INFO info{};
  const File file = open_file(path, SFM_READ, info);
  if (info.channels < 1 || info.channels > 64 || info.samplerate < 1000 || info.samplerate > 768000) {
    throw std::runtime_error(path.string() + ": an unusable number of channels or sampling rate");
  }
  Recording recording{{info.samplerate}, {}};
  const auto channels = static_cast<std::size_t>(info.channels);
  const std::size_t most = static_cast<std::size_t>(max_seconds) * static_cast<std::size_t>(info.samplerate);
  std::vector<float> frames(channels * 4096);
  while (recording.pcm.size() < most) {
    const sf_count_t count = sndfile().readf_float(file.get(), frames.data(), 4096);
    if (count <= 0) break;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count) && recording.pcm.size() < most; ++i) {
      float sum = 0;
      for (std::size_t c = 0; c < channels; ++c) sum += frames[i * channels + c];
      recording.pcm.push_back(sum / static_cast<float>(channels));
    }
  }
  return recording;
}

void write_wav(const std::filesystem::path& path, const Recording& recording) {
  WavWriter(path, recording.rate).write(recording.pcm);
}

struct WavWriter::Impl {
  Impl(std::filesystem::path where, base::SampleRate rate) : path(std::move(where)) {
    SF_INFO info{};
    info.samplerate = rate.hz;
    info.channels = 1;
    info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
    file = open_file(path, SFM_WRITE, info);
    sndfile().command(file.get(), SFC_SET_CLIPPING, nullptr, SF_TRUE);
  }
  std::filesystem::path path;
  File file;
};

WavWriter::WavWriter(const std::filesystem::path& path, base::SampleRate rate)
    : impl_(std::make_unique<Impl>(path, rate)) {}
WavWriter::~WavWriter() = default;
WavWriter::WavWriter(WavWriter&&) noexcept = default;
WavWriter& WavWriter::operator=(WavWriter&&) noexcept = default;

void WavWriter::write(std::span<const float> pcm) {
  const auto count = static_cast<sf_count_t>(pcm.size());
  if (sndfile().writef_float(impl_->file.get(), pcm.data(), count) != count) {
    throw std::runtime_error(impl_->path.string() + ": " + sndfile().strerror(impl_->file.get()));
  }
}

void WavWriter::flush() {
  sndfile().command(impl_->file.get(), SFC_UPDATE_HEADER_NOW, nullptr, 0);
}

}  // namespace zgw::audio
