#include "bench/antenna.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/units.hpp"

namespace zgw::bench {
namespace {

constexpr base::SampleRate rate{48000};
constexpr std::chrono::milliseconds ahead{120};    // a gateway reads up to 60 ms at a time
constexpr std::chrono::milliseconds squelch{100};  // closes so much later

}  // namespace

Antenna::Antenna(std::filesystem::path folder) : folder_(std::move(folder)) {
  const auto path = folder_ / "rx.fifo";
  fifo_ = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  std::filesystem::create_directories(squelch_file().parent_path());
  if (fifo_ < 0) throw std::runtime_error("cannot open " + path.string());
}

Antenna::~Antenna() {
  ::close(fifo_);
}

void Antenna::set_cos(bool open) const {
  const auto next = squelch_file().parent_path() / "next";
  std::ofstream(next) << (open ? "1\n" : "0\n");
  std::filesystem::rename(next, squelch_file());
}

void Antenna::receive(SharedSamples samples, base::TimePoint now) {
  samples_ = std::move(samples);
  fed_ = 0;
  began_ = now;
  set_cos(true);
  feed(now);
}

void Antenna::feed(base::TimePoint now) {
  if (!samples_) return;
  const auto length = rate.duration(static_cast<base::SampleCount>(samples_->size()));
  if (fed_ == samples_->size() && now >= began_ + length + ahead + squelch) {
    set_cos(false);
    samples_.reset();
    return;
  }
  const auto due = std::min(samples_->size(), static_cast<std::size_t>(rate.samples(now + ahead - began_)));
  if (due <= fed_) return;
  // A gateway that is late, under valgrind say, leaves the fifo full: the rest waits.
  const ssize_t written = ::write(fifo_, samples_->data() + fed_, (due - fed_) * sizeof(std::int16_t));
  if (written > 0) fed_ += static_cast<std::size_t>(written) / sizeof(std::int16_t);
}

std::vector<base::TimePoint> Antenna::heard() const {
  std::vector<base::TimePoint> found;
  std::ifstream file(folder_ / "rx.log");
  std::int64_t ns = 0;
  std::string what;
  base::SampleCount frame = 0;
  while (file >> ns >> what >> frame) found.emplace_back(std::chrono::nanoseconds(ns));
  return found;
}

}  // namespace zgw::bench
