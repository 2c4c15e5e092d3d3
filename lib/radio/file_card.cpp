#include "radio/file_card.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <system_error>

#include <poll.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace zgw::radio {
namespace {

using base::SampleCount;

std::filesystem::path checked(const std::filesystem::path& directory) {
  if (std::filesystem::is_directory(directory)) return directory;
  throw std::runtime_error("file radio: " + directory.string() + " is not a directory");
}

SampleCount period_of(const FileCardSettings& settings) {
  const SampleCount period = settings.rate.samples(settings.period);
  if (period <= 0) throw std::runtime_error("file radio: the period is shorter than one sample");
  return period;
}

std::vector<float> heard(const FileCardSettings& settings) {
  const std::filesystem::path path = settings.directory / "rx.wav";
  audio::Recording recording = audio::read_wav(path);
  if (recording.rate == settings.rate) return std::move(recording.pcm);
  throw std::runtime_error("file radio: " + path.string() + " is at " + std::to_string(recording.rate.hz) +
                           " Hz; the configured rate is " + std::to_string(settings.rate.hz) + " Hz");
}

}  // namespace

std::optional<bool> FileCard::ScriptedCos::carrier() {
  changed_.clear();
  return open_.load(std::memory_order_acquire);
}

void FileCard::ScriptedCos::set(bool open) noexcept {
  if (open_.exchange(open, std::memory_order_acq_rel) != open) changed_.notify();
}

bool FileCard::Marks::set(bool on) noexcept {
  const SampleCount position = card_.position_.load(std::memory_order_acquire);
  std::array<char, 32> stamp{};
  std::snprintf(stamp.data(), stamp.size(), "%.3f", static_cast<double>(position) / card_.rate().hz);
  return marks_.mark(stamp.data(), on);
}

FileCard::FileCard(const FileCardSettings& settings)
    : ThreadedCard(settings.rate, period_of(settings) * settings.tx_ahead_periods, 0),
      period_(static_cast<std::size_t>(period_of(settings))),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)),
      script_(CosScript::from_file(checked(settings.directory) / "cos.txt", settings.rate)),
      heard_(heard(settings)),
      tx_(settings.directory / "tx.wav", settings.rate),
      directory_(settings.directory),
      ptt_(*this, settings.directory / "ptt.txt"),
      rx_period_(period_),
      tx_period_(period_) {
  if (!timer_) throw std::system_error(errno, std::generic_category(), "timerfd");
}

FileCard::~FileCard() {
  stop();
}

void FileCard::run() noexcept {
  const auto ns = std::int64_t{1'000'000'000} * static_cast<std::int64_t>(period_) / rate().hz;
  const timespec period{static_cast<time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
  const itimerspec every{period, period};
  if (::timerfd_settime(timer_.get(), 0, &every, nullptr) < 0) exchange_.note({0, errno});
  bool up = true;
  while (!stopping()) {
    wait();
    try {
      for (; up && due_ > 0 && !stopping(); --due_) advance();
    } catch (const std::exception&) {
      // The recording cannot be written: to the daemon that is a card that is gone.
      up = false;
      exchange_.note({0, EIO});
      exchange_.set_up(false);
      exchange_.drop_all();
      exchange_.announce();
    }
    hook();
  }
  try {
    tx_.flush();
  } catch (const std::exception&) {
    exchange_.note({0, EIO});
  }
}

void FileCard::wait() noexcept {
  std::array<pollfd, 2> waiting{pollfd{timer_.get(), POLLIN, 0}, pollfd{exchange_.wake_descriptor(), POLLIN, 0}};
  // The time-out is for a timer that could not be set: the hook is called all the same.
  if (::poll(waiting.data(), waiting.size(), 100) <= 0) return;
  exchange_.clear_wake();
  std::uint64_t ticks = 0;
  if (::read(timer_.get(), &ticks, sizeof ticks) == sizeof ticks) due_ += ticks;
}

void FileCard::advance() {
  // What was pulled for the period before has been played by now.
  exchange_.take_discard();
  exchange_.settle_all_but(0);
  const std::size_t played = exchange_.pull(tx_period_);
  std::fill(tx_period_.begin() + static_cast<std::ptrdiff_t>(played), tx_period_.end(), 0.0F);
  tx_.write(tx_period_);

  const SampleCount begin = position_.load(std::memory_order_relaxed);
  const auto at = std::min(static_cast<std::size_t>(begin), heard_.size());
  const std::size_t count = std::min(period_, heard_.size() - at);
  std::fill(rx_period_.begin(), rx_period_.end(), 0.0F);
  std::copy_n(heard_.begin() + static_cast<std::ptrdiff_t>(at), count, rx_period_.begin());

  const SampleCount end = begin + static_cast<SampleCount>(period_);
  position_.store(end, std::memory_order_release);
  cos_.set(script_.open_at(end));
  exchange_.push_captured(rx_period_);
  exchange_.announce();
  if (end / rate().hz != begin / rate().hz) tx_.flush();  // once a second, for whoever looks while it runs
}

std::string FileCard::describe(CardFault fault) const {
  return "file radio: cannot write " + (directory_ / "tx.wav").string() + ": " +
         std::generic_category().message(fault.code);
}

}  // namespace zgw::radio
