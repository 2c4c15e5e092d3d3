#include "radio/threaded_card.hpp"

#include <algorithm>
#include <utility>

#include <pthread.h>
#include <sched.h>

namespace zgw::radio {
namespace {

/// Above this the sound card's own interrupt threads would suffer; it is also what the service asks for.
constexpr int max_priority = 30;

bool become_realtime(int priority) noexcept {
  if (priority <= 0) return false;
  sched_param parameters{};
  parameters.sched_priority = std::min(priority, max_priority);
  return pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters) == 0;
}

}  // namespace

ThreadedCard::ThreadedCard(base::SampleRate rate, base::SampleCount tx_ahead, int priority, int lanes)
    : exchange_({rate.hz * lanes}, tx_ahead * lanes), rate_(rate), priority_(priority) {}

void ThreadedCard::start(AudioThreadHook hook) {
  hook_ = std::move(hook);
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "audio");  // for top, ps and gdb
    if (become_realtime(priority_)) exchange_.set_realtime();
    run();
  });
}

void ThreadedCard::stop() noexcept {
  stopping_.store(true, std::memory_order_release);
  exchange_.wake();
  if (thread_.joinable()) thread_.join();
}

CardStatus ThreadedCard::status() const {
  CardStatus status = exchange_.status();
  if (const CardFault fault = exchange_.last_fault(); fault.code != 0) status.last_error = describe(fault);
  return status;
}

}  // namespace zgw::radio
