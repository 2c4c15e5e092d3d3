// The half of a sound card that every kind has in common: the ports of the bridge over a CardExchange, and the thread.
// A kind of card derives from it, implements run() and calls stop() in its own destructor.
//
// Thread: see each method. Errors: start() throws std::system_error when there is no thread to be had.
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "radio/card_exchange.hpp"
#include "radio/sound_card.hpp"

namespace zgw::radio {

class ThreadedCard : public SoundCard {
 public:
  ~ThreadedCard() override { stop(); }
  ThreadedCard(const ThreadedCard&) = delete;
  ThreadedCard& operator=(const ThreadedCard&) = delete;

  [[nodiscard]] base::SampleRate rate() const final { return rate_; }
  std::size_t read(std::span<float> out) final { return exchange_.take_captured(out); }
  [[nodiscard]] std::size_t wanted() const final { return exchange_.wanted(); }
  [[nodiscard]] std::size_t unplayed() const final { return exchange_.unplayed(); }
  std::size_t write(std::span<const float> samples) final { return exchange_.queue(samples); }
  [[nodiscard]] bool drained() const final { return exchange_.drained(); }
  void discard() final { exchange_.discard(); }
  void set_rhythm(gateway::Rhythm rhythm) final { exchange_.set_rhythm(rhythm); }

  void start(AudioThreadHook hook) final;
  void stop() noexcept final;
  [[nodiscard]] int descriptor() const final { return exchange_.announcement(); }
  [[nodiscard]] CardStatus status() const final;
  [[nodiscard]] bool up() const noexcept final { return exchange_.up(); }
  [[nodiscard]] std::uint64_t faults() const noexcept final { return exchange_.faults(); }
  [[nodiscard]] base::SampleCount captured() const final { return exchange_.captured(); }

 protected:
  /// `lanes`: channels that travel interleaved through the rings; read() and write() then count samples of all of them.
  ThreadedCard(base::SampleRate rate, base::SampleCount tx_ahead, int priority, int lanes = 1);

  /// The audio thread: loops until stopping(), calls hook() about once a period.
  virtual void run() noexcept = 0;

  /// One line for an operator about a fault that run() noted.
  [[nodiscard]] virtual std::string describe(CardFault fault) const = 0;

  // Audio thread.
  [[nodiscard]] bool stopping() const noexcept { return stopping_.load(std::memory_order_acquire); }
  void hook() const noexcept {
    if (hook_) hook_();
  }

  // NOLINTNEXTLINE(misc-non-private-member-variables-in-classes): the derived card's thread is the other side of it
  CardExchange exchange_;

 private:
  base::SampleRate rate_;
  int priority_;
  AudioThreadHook hook_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace zgw::radio
