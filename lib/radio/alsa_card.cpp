#include "radio/alsa_card.hpp"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <utility>

#include <alsa/asoundlib.h>

#include "base/text.hpp"

namespace zgw::radio {
namespace {

using base::SampleCount;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds stall_limit{2};
constexpr std::chrono::milliseconds slept{1};     // a loop shorter than this has not slept
constexpr std::chrono::microseconds surely{200};  // what two clocks differ by in a nap, and more
constexpr int patience = 4;                       // fast loops before the thread is held back
constexpr int error_limit = 10;

PcmSettings pcm_settings(const AlsaCardSettings& settings, Direction direction) {
  PcmSettings pcm;
  pcm.device = direction == Direction::capture ? settings.capture_device : settings.playback_device;
  pcm.rate = settings.rate;
  pcm.period = settings.rate.samples(settings.period);
  // What was captured may wait in the card without anybody's hearing it later: this thread may sleep longer, and be
  // later.
  pcm.buffer = settings.rate.samples(direction == Direction::capture ? 2 * settings.buffer : settings.buffer);
  // A converter such as plughw would mix both channels into one, so a channel of its own is asked for as one of two.
  const bool two = settings.rx_channel == RxChannel::both ||
                   (direction == Direction::capture && settings.rx_channel != RxChannel::mix);
  pcm.channels = two ? 2 : 1;
  return pcm;
}

SampleCount ahead_of(const AlsaCardSettings& settings) {
  const SampleCount most = settings.rate.samples(settings.buffer - settings.period);
  return std::min(settings.rate.samples(settings.period) * settings.tx_ahead_periods, most);
}

int lanes_of(const AlsaCardSettings& settings) {
  return settings.rx_channel == RxChannel::both ? 2 : 1;
}

std::string explain(const std::string& device, const PcmFailure& failure) {
  std::string text = "sound card " + alsa_message(device, failure.call, failure.code);
  if (!failure.hint.empty()) return text + "; " + failure.hint;
  if (failure.code == EBUSY) return text + "; another program uses it";
  if (failure.code == EACCES || failure.code == EPERM)
    return text + "; the user running the gateway must be in the group audio";
  return failure.call == AlsaCall::open ? text + "; sound cards here: " + cards_here() : text;
}

std::string devices_of(const AlsaCardSettings& settings) {
  const std::string& capture = settings.capture_device;
  const std::string& playback = settings.playback_device;
  return base::printable(capture == playback ? capture : capture + " / " + playback);
}

// What may pass by itself: it is plugged in, or somebody else lets go of it.
bool away(const PcmFailure& failure) {
  const int code = failure.code;
  return failure.call == AlsaCall::open && (code == ENOENT || code == ENODEV || code == ENXIO || code == EBUSY);
}

/// libasound's default is to print a line at each attempt to open a card that is away.
void say_nothing(const char* /*file*/, int /*line*/, const char* /*function*/, int /*code*/, const char* /*text*/,
                 ...) {}  // NOLINT(cert-dcl50-cpp): the type libasound asks for

}  // namespace

AlsaCard::AlsaCard(const AlsaCardSettings& settings)
    : ThreadedCard(settings.rate, ahead_of(settings), settings.priority, lanes_of(settings)),
      settings_(settings),
      port_("sound card " + devices_of(settings)),
      capture_(exchange_, settings.rx_channel, settings.rx_gain),
      playback_(exchange_, settings.rate, settings.tx_gain, lanes_of(settings)) {
  PcmFailure failure;
  const char* device = "";
  if (!open(failure, device)) {
    if (!settings.may_be_missing || !away(failure)) throw AlsaError(explain(device, failure), failure.code);
    go_down(alsa_fault(failure.call, failure.code));
  }
  snd_lib_error_set_handler(say_nothing);
}

AlsaCard::~AlsaCard() {
  stop();
}

bool AlsaCard::open(PcmFailure& failure, const char*& device) noexcept {
  device = settings_.capture_device.c_str();
  AlsaPcm capture = AlsaPcm::open(Direction::capture, pcm_settings(settings_, Direction::capture), failure);
  if (!capture.is_open()) return false;
  device = settings_.playback_device.c_str();
  AlsaPcm playback = AlsaPcm::open(Direction::playback, pcm_settings(settings_, Direction::playback), failure);
  if (!playback.is_open()) return false;
  if (lanes_of(settings_) > std::min(capture.channels(), playback.channels())) {
    failure = {AlsaCall::open, EINVAL, "it has one channel; two radios need a stereo card"};
    return false;
  }
  if (1 + capture.descriptor_count() + playback.descriptor_count() > most_descriptors) {
    failure = {AlsaCall::descriptors, E2BIG, {}};
    return false;
  }
  if (settings_.port_of && !is_where_it_was(capture, playback)) {
    failure = {AlsaCall::port, ENODEV, {}};
    return false;
  }
  capture_.attach(std::move(capture));
  playback_.attach(std::move(playback));
  return true;
}

// Asked of what was opened, not of the name: a card that has gone since takes neither samples nor gives any.
bool AlsaCard::is_where_it_was(const AlsaPcm& capture, const AlsaPcm& playback) noexcept {
  try {
    const std::string in = settings_.port_of(capture.card());
    const std::string out = settings_.port_of(playback.card());
    port_.check(in == out ? in : in + " / " + out);
    return true;
  } catch (const std::exception&) {  // its words are kept
    return false;
  }
}

void AlsaCard::run() noexcept {
  last_capture_ = last_loop_ = Clock::now();
  while (!stopping()) {
    if (up_) {
      const Polled polled = wait();
      if (const Fatal fatal = serve(polled)) go_down(*fatal);
    } else {
      stay_down();
    }
    hook();
  }
  capture_.close();
  playback_.close();
}

int AlsaCard::time_out() noexcept {
  SampleCount frames = settings_.rate.samples(settings_.period);
  if (playback_.running()) frames = std::min(frames, playback_.slack());
  return static_cast<int>(frames * 1000 / settings_.rate.hz) + 1;
}

base::Duration AlsaCard::nap() noexcept {
  if (!capture_.running() || playback_.running()) return {};
  const SampleCount frames = std::min(exchange_.until_due() / lanes_of(settings_), capture_.pcm().buffer() / 2);
  if (frames < settings_.rate.samples(settings_.period) / 4) return {};
  return settings_.rate.duration(frames) + surely;
}

AlsaCard::Polled AlsaCard::sleep_on(base::Duration length) noexcept {
  Polled polled;
  pollfd wake{exchange_.wake_descriptor(), POLLIN, 0};
  const auto seconds = std::chrono::floor<std::chrono::seconds>(length);
  const timespec time{seconds.count(), std::chrono::nanoseconds(length - seconds).count()};
  polled.woken = ::ppoll(&wake, 1, &time, nullptr) > 0;
  if (polled.woken) exchange_.clear_wake();
  polled.capture = POLLIN;
  polled.napped = true;
  return polled;
}

AlsaCard::Polled AlsaCard::wait() noexcept {
  if (const base::Duration length = nap(); length > slept) return sleep_on(length);
  Polled polled;
  // A direction that does not run has nothing to say; asked all the same, it would answer with an error at once.
  const std::size_t capturing = capture_.running() ? capture_.pcm().descriptor_count() : 0;
  const std::size_t playing = playback_.running() ? playback_.pcm().descriptor_count() : 0;
  descriptors_[0] = {exchange_.wake_descriptor(), POLLIN, 0};
  const auto capture = std::span(descriptors_).subspan(1, capturing);
  const auto playback = std::span(descriptors_).subspan(1 + capturing, playing);
  if (capturing > 0) capture_.pcm().fill(capture);
  if (playing > 0) playback_.pcm().fill(playback);
  // Not running although up: it is about to be started.
  const int time_out_ms = capture_.running() ? time_out() : 0;
  if (::poll(descriptors_.data(), static_cast<nfds_t>(1 + capturing + playing), time_out_ms) <= 0) return polled;
  polled.woken = (descriptors_[0].revents & POLLIN) != 0;
  if (polled.woken) exchange_.clear_wake();
  if (capturing > 0) polled.capture = capture_.pcm().events(capture);
  if (playing > 0) polled.playback = playback_.pcm().events(playback);
  return polled;
}

Fatal AlsaCard::serve(const Polled& polled) noexcept {
  const SampleCount before = captured();
  // First, so that whoever is woken by what was captured sees what has been played until now, and not a period ago:
  // the speed that follows the card's clock is reckoned by it.
  const Fatal unplayable = playback_.service();
  // Capture is read when a period is there, not whenever the thread happens to be awake: each reading wakes the control
  // thread, whose writing wakes this one.
  if (polled.capture != 0 || !capture_.running()) {
    using Until = AlsaCapture::Until;
    if (const Fatal fatal = capture_.service(polled.napped ? Until::now : Until::period)) return fatal;
  }
  exchange_.announce_captured();
  if (unplayable) return unplayable;  // what was heard until then is not lost with it
  return watch(polled, captured() != before);
}

Fatal AlsaCard::watch(const Polled& polled, bool captured_some) noexcept {
  constexpr unsigned short trouble = POLLERR | POLLHUP | POLLNVAL;
  const Clock::time_point now = Clock::now();
  if (captured_some) last_capture_ = now;
  const bool moved = captured_some || polled.woken;
  if (now - last_capture_ >= stall_limit) return alsa_fault(AlsaCall::stalled, ETIMEDOUT);
  const bool error = ((polled.capture | polled.playback) & trouble) != 0;
  error_loops_ = error && !moved ? error_loops_ + 1 : 0;
  if (error_loops_ >= error_limit) return alsa_fault(AlsaCall::read, EIO);
  hold_back(moved, now);
  return std::nullopt;
}

void AlsaCard::hold_back(bool moved, base::TimePoint now) noexcept {
  fast_loops_ = !moved && now - last_loop_ < slept ? fast_loops_ + 1 : 0;
  last_loop_ = now;
  if (fast_loops_ < patience) return;
  ::poll(nullptr, 0, static_cast<int>(settings_.period.count() / 4) + 1);
  last_loop_ = Clock::now();
}

void AlsaCard::go_down(CardFault fault) noexcept {
  up_ = false;
  exchange_.note(fault);
  exchange_.set_up(false);
  capture_.close();
  playback_.close();
  retry_at_ = Clock::now() + settings_.retry;
  exchange_.announce();
}

void AlsaCard::stay_down() noexcept {
  pollfd wake{exchange_.wake_descriptor(), POLLIN, 0};
  if (::poll(&wake, 1, static_cast<int>(settings_.period.count())) > 0) exchange_.clear_wake();
  if (Clock::now() < retry_at_) return;
  PcmFailure failure;
  const char* device = "";
  if (!open(failure, device)) {
    retry_at_ = Clock::now() + settings_.retry;
    if (failure.call != AlsaCall::port) return;
    exchange_.note(alsa_fault(failure.call, failure.code));
    exchange_.announce();
    return;
  }
  // What waited to be played when the card went is too old now. Until here it counts as not played.
  exchange_.drop_all();
  up_ = true;
  last_capture_ = last_loop_ = Clock::now();
  fast_loops_ = error_loops_ = 0;
  exchange_.count_reopened();
  exchange_.set_up(true);
  exchange_.announce();
}

std::string AlsaCard::describe(CardFault fault) const {
  const auto call = static_cast<AlsaCall>(fault.call);
  const std::string refusal = call == AlsaCall::port ? port_.refusal() : std::string();
  return refusal.empty() ? alsa_message(devices_of(settings_), call, fault.code) : refusal;
}

}  // namespace zgw::radio
