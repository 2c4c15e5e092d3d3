#include "simulator/simulated_radio.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace zgw::simulator {
namespace {

using namespace std::chrono_literals;
using base::TimePoint;

constexpr auto cos_before_speech = 50ms;
constexpr auto cos_after_speech = 100ms;
constexpr auto feed_interval = 10ms;
constexpr auto feed_ahead = 240ms;  // a gateway reads up to 60 ms at a time, and a busy machine feeds late
constexpr auto most_late = 10s;     // nobody reads

TimePoint now() {
  return std::chrono::steady_clock::now();
}

TimePoint at_ns(std::int64_t ns) {
  return TimePoint(std::chrono::nanoseconds(ns));
}

struct Run {
  TimePoint start;
  base::SampleCount first = 0;
  base::SampleCount last = 0;
};

// tx.log: where on the time line each stretch of tx.raw belongs.
std::vector<Run> runs(const std::filesystem::path& log, base::SampleCount total) {
  std::vector<Run> found;
  std::ifstream file(log);
  std::int64_t ns = 0;
  std::string what;
  base::SampleCount frames = 0;
  while (file >> ns >> what >> frames) {
    if (what == "start") found.push_back({at_ns(ns), frames, total});
    if (what == "stop" && !found.empty()) found.back().last = frames;
  }
  return found;
}

std::vector<std::int16_t> read_raw(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::int16_t> pcm;
  std::int16_t sample = 0;
  while (file.read(reinterpret_cast<char*>(&sample), sizeof sample)) pcm.push_back(sample);
  return pcm;
}

}  // namespace

SimulatedRadio::SimulatedRadio(asio::io_context& io, std::filesystem::path folder)
    : folder_(std::move(folder)), timer_(io, [this] { feed(); }) {
  std::filesystem::create_directories(folder_);
  const std::filesystem::path path = folder_ / "rx.fifo";
  if (::mkfifo(path.c_str(), 0600) != 0 && errno != EEXIST) throw std::runtime_error("cannot make " + path.string());
  fifo_ = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fifo_ < 0) throw std::runtime_error("cannot open " + path.string());
  set_cos(false);
}

SimulatedRadio::~SimulatedRadio() {
  ::close(fifo_);
}

void SimulatedRadio::set_cos(bool open) const {
  const std::filesystem::path next = folder_ / "cos.next";
  std::ofstream(next) << (open ? "1\n" : "0\n");
  std::filesystem::rename(next, folder_ / "cos");
}

void SimulatedRadio::receive(audio::Recording speech) {
  speech_ = std::move(speech);
  fed_ = 0;
  receiving_ = true;
  const TimePoint opened = fed_at_ = now();
  receptions_.push_back({opened, opened + cos_before_speech, {}, speech_.pcm});
  set_cos(true);
  timer_.at(opened + cos_before_speech);
}

void SimulatedRadio::feed() {
  Reception& reception = receptions_.back();
  const TimePoint speech_ends =
      reception.speech_began + rate.duration(static_cast<base::SampleCount>(speech_.pcm.size()));
  const TimePoint heard_by = std::max(speech_ends, fed_at_) + feed_ahead;
  const bool heard = fed_ == speech_.pcm.size() && now() >= heard_by + cos_after_speech;
  if (heard || now() >= speech_ends + most_late) {
    set_cos(false);
    reception.ended = now();
    receiving_ = false;
    return;
  }
  const auto due = static_cast<std::size_t>(
      std::max<base::SampleCount>(0, rate.samples(now() + feed_ahead - reception.speech_began)));
  std::vector<std::int16_t> samples;
  for (std::size_t i = fed_; i < std::min(due, speech_.pcm.size()); ++i) {
    samples.push_back(static_cast<std::int16_t>(std::lround(std::clamp(speech_.pcm[i], -1.0F, 1.0F) * 32767.0F)));
  }
  // A card that is gone or stands still hears nothing.
  const bool deaf = std::filesystem::exists(folder_ / "unplug") || std::filesystem::exists(folder_ / "stall");
  if (deaf) {
    fed_ += samples.size();
  } else if (!samples.empty()) {
    // On a busy machine the card is late, or this is, and has more to write than there is room for: the rest waits.
    const ssize_t written = ::write(fifo_, samples.data(), samples.size() * sizeof(std::int16_t));
    if (written > 0) fed_ += static_cast<std::size_t>(written) / sizeof(std::int16_t);
    fed_at_ = now();
  }
  timer_.after(feed_interval);
}

std::vector<SimulatedRadio::Keying> SimulatedRadio::keyings() const {
  std::vector<Keying> found;
  std::ifstream file(folder_ / "ptt");
  std::int64_t ns = 0;
  std::string what;
  while (file >> ns >> what) {
    const bool on = !found.empty() && !found.back().off;
    if (what == "on" && !on) found.push_back({at_ns(ns), {}});
    if (what == "off" && on) found.back().off = at_ns(ns);
  }
  return found;
}

bool SimulatedRadio::keyed() const {
  const auto all = keyings();
  return !all.empty() && !all.back().off;
}

audio::Recording SimulatedRadio::transmitted(TimePoint from, TimePoint to) const {
  const std::vector<std::int16_t> raw = read_raw(folder_ / "tx.raw");
  audio::Recording out{rate, std::vector<float>(static_cast<std::size_t>(rate.samples(to - from)))};
  for (const Run& run : runs(folder_ / "tx.log", static_cast<base::SampleCount>(raw.size()))) {
    const base::SampleCount offset = rate.samples(run.start - from);
    for (base::SampleCount i = run.first;
         i < std::min<base::SampleCount>(run.last, static_cast<base::SampleCount>(raw.size())); ++i) {
      const base::SampleCount place = offset + i - run.first;
      if (place < 0 || place >= static_cast<base::SampleCount>(out.pcm.size())) continue;
      out.pcm[static_cast<std::size_t>(place)] = static_cast<float>(raw[static_cast<std::size_t>(i)]) / 32768.0F;
    }
  }
  return out;
}

std::string alsa_configuration(const std::filesystem::path& plugin, const std::vector<SimulatedCard>& cards, int ppm) {
  std::string text = "</usr/share/alsa/alsa.conf>\npcm_type.zgwsim { lib \"" + plugin.string() + "\" }\n";
  for (const auto& [name, folder, right] : cards) {
    text += "pcm." + name + " { type zgwsim dir \"" + folder.string() + '"';
    if (!right.empty()) text += " right \"" + right.string() + '"';
    text += " ppm " + std::to_string(ppm) + " }\n";
  }
  return text;
}

}  // namespace zgw::simulator
