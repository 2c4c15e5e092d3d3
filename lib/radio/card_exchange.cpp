#include "radio/card_exchange.hpp"

#include <algorithm>
#include <chrono>

namespace zgw::radio {
namespace {

using base::SampleCount;

constexpr std::chrono::seconds rx_length{2};         // what the control thread may be late by
constexpr std::chrono::milliseconds tx_length{500};  // or twice what is kept ahead
constexpr std::chrono::milliseconds soon{45};        // two periods, as they commonly are
constexpr std::chrono::milliseconds moment{1};       // that it matters to be woken earlier by
constexpr std::chrono::milliseconds window{5};       // as in Rhythm::quiet

}  // namespace

CardExchange::CardExchange(base::SampleRate rate, SampleCount tx_ahead)
    : rx_(static_cast<std::size_t>(rate.samples(rx_length))),
      tx_(static_cast<std::size_t>(std::max(rate.samples(tx_length), 2 * tx_ahead))),
      tx_ahead_(tx_ahead),
      soon_(rate.samples(soon)),
      moment_(rate.samples(moment)),
      window_(rate.samples(window)) {}

// The announcement is cleared when nothing is left, and then looked once more: what came in between would not be
// announced again. One system call for a reader who goes on until nothing comes, and not one for each reading.
std::size_t CardExchange::take_captured(std::span<float> out) {
  std::size_t count = rx_.read(out);
  if (count == 0) {
    announced_.clear();
    count = rx_.read(out);
  }
  taken_ += static_cast<SampleCount>(count);
  return count;
}

SampleCount CardExchange::due_after(SampleCount number) const noexcept {
  const SampleCount first = first_.load(std::memory_order_relaxed);
  const SampleCount step = step_.load(std::memory_order_relaxed);
  if (first > number) return first;
  return step > 0 ? first + ((number - first) / step + 1) * step : number + 1;
}

// The audio thread may be asleep, by the rhythm as it was: it is woken where the new one is due earlier. Told packet by
// packet in an over, it is the same grid, and nobody is woken.
void CardExchange::set_rhythm(gateway::Rhythm rhythm) {
  const SampleCount before = due_after(taken_);
  first_.store(taken_ + rhythm.first, std::memory_order_relaxed);
  step_.store(rhythm.step, std::memory_order_relaxed);
  quiet_.store(rhythm.quiet, std::memory_order_relaxed);
  quiet_for_.store(rhythm.quiet_for, std::memory_order_relaxed);
  if (due_after(taken_) < before - moment_) wake();
}

void CardExchange::announce() noexcept {
  told_ = judged_ = heard_;
  loud_ = false;
  announced_.notify();
}

void CardExchange::announce_captured() noexcept {
  if (heard_ == told_ || until_due() > 0) return;
  judged_ = heard_;
  const bool quiet = !loud_ && quiet_.load(std::memory_order_relaxed) > 0;
  if (!quiet || heard_ - told_ >= quiet_for_.load(std::memory_order_relaxed)) announce();
}

void CardExchange::judge(std::span<const float> samples) noexcept {
  const float quiet = quiet_.load(std::memory_order_relaxed);
  while (!loud_ && quiet > 0 && !samples.empty()) {
    const std::size_t count = std::min(samples.size(), static_cast<std::size_t>(window_ - filled_));
    for (const float sample : samples.first(count)) sum_of_squares_ += sample * sample;
    filled_ += static_cast<SampleCount>(count);
    samples = samples.subspan(count);
    if (filled_ < window_) return;
    loud_ = !(sum_of_squares_ < quiet * static_cast<float>(window_));  // what is no number is not quiet
    sum_of_squares_ = 0;
    filled_ = 0;
  }
}

SampleCount CardExchange::done() const {
  return std::max(settled_.load(std::memory_order_acquire), discard_mark_.load(std::memory_order_relaxed));
}

std::size_t CardExchange::unplayed() const {
  return static_cast<std::size_t>(std::max<SampleCount>(0, queued_ - done()));
}

std::size_t CardExchange::wanted() const {
  if (!up_.load(std::memory_order_acquire)) return 0;
  const SampleCount missing = tx_ahead_ - (queued_ - done());
  return std::min(missing > 0 ? static_cast<std::size_t>(missing) : 0, tx_.space());
}

std::size_t CardExchange::queue(std::span<const float> samples) {
  if (!up_.load(std::memory_order_acquire)) return 0;
  const SampleCount before = queued_ - done();
  const std::size_t taken = tx_.write(samples);
  queued_ += static_cast<SampleCount>(taken);
  // The audio thread looks once a period by itself, and before the card runs dry: it is woken where that may be too
  // late.
  if (taken > 0 && before < soon_) wake_.notify();
  return taken;
}

bool CardExchange::drained() const {
  return done() >= queued_;
}

void CardExchange::discard() {
  discard_mark_.store(queued_, std::memory_order_release);
  wake_.notify();
}

CardStatus CardExchange::status() const {
  CardStatus status;
  status.up = up_.load(std::memory_order_acquire);
  status.realtime = realtime_.load(std::memory_order_relaxed);
  status.captured = captured();
  status.played = played_.load(std::memory_order_acquire);
  status.rx_overruns = rx_overruns_.load(std::memory_order_relaxed);
  status.tx_underruns = tx_underruns_.load(std::memory_order_relaxed);
  status.xruns = xruns_.load(std::memory_order_relaxed);
  status.reopened = reopened_.load(std::memory_order_relaxed);
  status.ring_overflow = ring_overflow_.load(std::memory_order_relaxed);
  return status;
}

CardFault CardExchange::last_fault() const {
  const std::uint64_t word = fault_.load(std::memory_order_acquire);
  return {static_cast<std::uint32_t>(word >> 32), static_cast<std::int32_t>(word & 0x7fffffffU)};
}

void CardExchange::note(CardFault fault) noexcept {
  fault_.store((std::uint64_t{fault.call} << 32) | (static_cast<std::uint32_t>(fault.code) & 0x7fffffffU),
               std::memory_order_release);
  faults_.fetch_add(1, std::memory_order_release);
}

void CardExchange::push_captured(std::span<const float> samples) noexcept {
  judge(samples);
  const std::size_t kept = rx_.write(samples);
  heard_ += static_cast<SampleCount>(kept);
  ring_overflow_.fetch_add(static_cast<SampleCount>(samples.size() - kept), std::memory_order_relaxed);
  captured_.fetch_add(static_cast<SampleCount>(samples.size()), std::memory_order_release);
}

bool CardExchange::take_discard() noexcept {
  // The ring is looked at before the mark: whoever sees a sample behind a mark then also sees that mark. Samples that
  // come later wait for the next look, so that nothing newer than a mark is ever thrown away.
  visible_ = pulled_ + static_cast<SampleCount>(tx_.size());
  const SampleCount mark = discard_mark_.load(std::memory_order_acquire);
  if (mark <= settled_.load(std::memory_order_relaxed)) return false;
  throw_away(mark - pulled_);
  visible_ = std::max(visible_, pulled_);
  settled_.store(mark, std::memory_order_release);
  return true;
}

std::size_t CardExchange::pull(std::span<float> out) noexcept {
  const std::size_t count = tx_.read(out.first(std::min(out.size(), pending())));
  pulled_ += static_cast<SampleCount>(count);
  return count;
}

void CardExchange::settle_all_but(SampleCount unplayed) noexcept {
  const SampleCount before = settled_.load(std::memory_order_relaxed);
  const SampleCount now = std::max(before, pulled_ - unplayed);
  if (now == before) return;
  played_.fetch_add(now - before, std::memory_order_release);
  settled_.store(now, std::memory_order_release);
}

void CardExchange::drop_all() noexcept {
  throw_away(static_cast<SampleCount>(tx_.size()));
  visible_ = pulled_;
  settled_.store(std::max(pulled_, settled_.load(std::memory_order_relaxed)), std::memory_order_release);
}

void CardExchange::throw_away(SampleCount count) noexcept {
  while (count > 0) {
    const auto part = std::min(static_cast<std::size_t>(count), waste_.size());
    const std::size_t got = tx_.read(std::span(waste_).first(part));
    pulled_ += static_cast<SampleCount>(got);
    if (got == 0) return;
    count -= static_cast<SampleCount>(got);
  }
}

}  // namespace zgw::radio
