#include "daemon/radio_unit.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include "daemon/exit_status.hpp"
#include "radio/alsa_card.hpp"
#include "radio/file_card.hpp"
#include "radio/file_cos.hpp"
#include "radio/gpiod_cos.hpp"
#include "radio/ptt_lines.hpp"

namespace zgw::daemon {
namespace {

constexpr std::string_view file_radio = "file:";

radio::LineName line_name(const std::string& chip, const std::string& line) {
  unsigned offset = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), offset);
  if (error == std::errc() && end == line.data() + line.size()) return {chip, offset};
  return {chip, line};
}

radio::Bias bias_of(config::Bias bias) {
  switch (bias) {
    case config::Bias::as_is:
      return radio::Bias::as_is;
    case config::Bias::disabled:
      return radio::Bias::disabled;
    case config::Bias::pull_up:
      return radio::Bias::pull_up;
    case config::Bias::pull_down:
      return radio::Bias::pull_down;
  }
  return radio::Bias::as_is;
}

radio::RxChannel channel_of(config::RxChannel channel) {
  switch (channel) {
    case config::RxChannel::left:
      return radio::RxChannel::left;
    case config::RxChannel::right:
      return radio::RxChannel::right;
    case config::RxChannel::mix:
      return radio::RxChannel::mix;
  }
  return radio::RxChannel::left;
}

// Runs `open`; what it throws becomes a failed start that names the radio.
template <class Open>
auto opened(const std::string& radio, Open&& open) {
  try {
    return open();
  } catch (const std::exception& error) {
    throw StartFailed("radio " + radio + ": " + error.what());
  }
}

std::unique_ptr<radio::FileCard> open_file_card(const config::Sound& sound) {
  if (sound.device.compare(0, file_radio.size(), file_radio) != 0) return nullptr;
  return std::make_unique<radio::FileCard>(radio::FileCardSettings{
      .directory = sound.device.substr(file_radio.size()), .rate = sound.rate, .period = sound.period});
}

std::unique_ptr<radio::PttLine> open_ptt(const config::Ptt& ptt) {
  switch (ptt.method) {
    case config::PttMethod::gpio:
      return std::make_unique<radio::GpiodPtt>(
          radio::LineSettings{.name = line_name(ptt.chip, *ptt.line), .active_low = ptt.active == config::Level::low});
    case config::PttMethod::file:
      if (ptt.path) return std::make_unique<radio::FilePtt>(*ptt.path);
      break;
    case config::PttMethod::none:
      break;
  }
  return std::make_unique<radio::NoPtt>();
}

std::unique_ptr<gateway::Cos> open_cos(const config::Cos& cos) {
  if (cos.source == config::CosSource::gpio) {
    return std::make_unique<radio::GpiodCos>(radio::LineSettings{.name = line_name(cos.chip, *cos.line),
                                                                 .active_low = cos.active == config::Level::low,
                                                                 .bias = bias_of(cos.bias)});
  }
  if (cos.source == config::CosSource::file && cos.path) return std::make_unique<radio::FileCos>(*cos.path);
  return nullptr;
}

// Samples wait in the card for as long as its buffer is: what this thread may be late by without a gap on the air.
int ahead(const config::Sound& sound) {
  return std::max(3, static_cast<int>(sound.buffer / sound.period));
}

std::unique_ptr<radio::SoundCard> open_card(const config::Sound& sound) {
  return std::make_unique<radio::AlsaCard>(radio::AlsaCardSettings{.capture_device = sound.device,
                                                                   .playback_device = sound.device,
                                                                   .rate = sound.rate,
                                                                   .period = sound.period,
                                                                   .buffer = sound.buffer,
                                                                   .rx_channel = channel_of(sound.rx_channel),
                                                                   .rx_gain = sound.rx_gain,
                                                                   .tx_gain = sound.tx_gain,
                                                                   .retry = sound.retry,
                                                                   .tx_ahead_periods = ahead(sound)});
}

}  // namespace

RadioUnit::RadioUnit(std::string name, const config::Radio& radio)
    : name_(std::move(name)),
      radio_(radio),
      file_card_(opened(name_, [&] { return open_file_card(radio.sound); })),
      line_(opened(name_, [&] { return open_ptt(radio.ptt); })),
      ptt_(file_card_ && radio.ptt.method == config::PttMethod::file && !radio.ptt.path ? file_card_->ptt_line()
                                                                                        : *line_) {}

RadioUnit::~RadioUnit() {
  if (card_) card_->stop();
}

void RadioUnit::open() {
  own_cos_ = opened(name_, [&] { return open_cos(radio_.cos); });
  cos_ = own_cos_.get();
  if (!file_card_) {
    own_card_ = opened(name_, [&] { return open_card(radio_.sound); });
    card_ = own_card_.get();
    return;
  }
  card_ = file_card_.get();
  if (radio_.cos.source == config::CosSource::file && cos_ == nullptr) cos_ = &file_card_->cos();
}

observe::RadioSnapshot RadioUnit::snapshot() const {
  const radio::CardStatus status = card_->status();
  observe::RadioSnapshot snapshot;
  snapshot.name = name_;
  snapshot.card_up = status.up;
  snapshot.realtime = status.realtime;
  snapshot.card_error = status.last_error;
  snapshot.captured = status.captured;
  snapshot.played = status.played;
  snapshot.ring_overflow = status.ring_overflow;
  snapshot.xruns = status.xruns;
  snapshot.rx_overruns = status.rx_overruns;
  snapshot.tx_underruns = status.tx_underruns;
  snapshot.reopened = status.reopened;
  snapshot.keyed = ptt_.maybe_keyed();
  snapshot.ptt_failing = ptt_.failing();
  snapshot.ptt_failures = ptt_.failures();
  return snapshot;
}

void RadioUnit::start() {
  card_->start([this] { ptt_.enforce(std::chrono::steady_clock::now()); });
}

}  // namespace zgw::daemon
