#include "work/crew.hpp"

#include <algorithm>
#include <utility>

#include <pthread.h>

namespace zgw::work {

Crew::Crew(std::size_t helpers, std::size_t worth) : worth_(worth) {
  threads_.reserve(helpers);
  try {
    while (threads_.size() < helpers) threads_.emplace_back([this] { help(); });
  } catch (...) {
    stop();
    throw;
  }
}

Crew::~Crew() {
  stop();
}

void Crew::stop() noexcept {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  begun_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Crew::each(std::size_t count, const Piece& piece) {
  if (count == 0) return;
  if (count == 1) return piece(0);
  Lock lock(mutex_);
  piece_ = &piece;
  count_ = count;
  next_ = 0;
  undone_ = count;
  const std::size_t called = called_ = std::min((count - 1) / worth_, threads_.size());
  lock.unlock();  // so that whoever wakes up does not wait for it
  for (std::size_t i = 0; i < called; ++i) begun_.notify_one();
  lock.lock();
  while (some_left()) do_next(lock);
  done_.wait(lock, [this] { return undone_ == 0; });
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void Crew::do_next(Lock& lock) {
  const std::size_t number = next_++;
  lock.unlock();
  std::exception_ptr failure;
  try {
    (*piece_)(number);
  } catch (...) {
    failure = std::current_exception();
  }
  lock.lock();
  if (failure && (!failure_ || number < failed_)) {
    failure_ = failure;
    failed_ = number;
  }
  if (--undone_ == 0) done_.notify_one();
}

void Crew::help() {
  pthread_setname_np(pthread_self(), "encode");  // for top, ps and gdb
  Lock lock(mutex_);
  while (true) {
    begun_.wait(lock, [this] { return stopping_ || called_ > 0; });
    if (stopping_) return;
    --called_;
    while (some_left()) do_next(lock);
  }
}

}  // namespace zgw::work
