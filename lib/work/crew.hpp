// Threads that help another one with work which falls apart into pieces: fork and join.
//
// Theory of operation: each() deals the pieces out, in order, to whoever is free: to the helpers, which sleep in
// between, and to the caller, who works along. It returns when all are done. The caller never waits for a helper to
// wake up: what nobody has begun he does himself, and waits for what the others are in the middle of. A few pieces he
// does without waking anybody: to be called costs a helper more than it saves, and whoever is called may be held up.
//
//   caller   each ──> piece 0 ── piece 2 ── (waits) ──> goes on
//   helper   ........... piece 1 ── piece 3 ──> sleeps
//
// Everything that a piece has changed is seen by whoever has returned from each().
//
// Thread: each() and the destructor by the owner alone; pieces run on any, one piece on one. Real-time safe: no; no
// allocation after construction. Errors: construction throws std::system_error where there can be no thread; what a
// piece throws, each() throws when all are done, the first in their order.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace zgw::work {

class Crew {
 public:
  using Piece = std::function<void(std::size_t)>;

  /// `helpers`: threads besides the caller's; zero is possible. `worth`: pieces for which it is worth while to call one
  /// of them; the caller has as many himself.
  explicit Crew(std::size_t helpers, std::size_t worth = 1);
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  /// Calls `piece` once with each number below `count`. Not from within a piece.
  void each(std::size_t count, const Piece& piece);

  [[nodiscard]] std::size_t helpers() const { return threads_.size(); }

 private:
  using Lock = std::unique_lock<std::mutex>;

  void help();
  void stop() noexcept;
  void do_next(Lock& lock);
  [[nodiscard]] bool some_left() const { return next_ < count_; }

  std::size_t worth_;
  std::mutex mutex_;  // of all below
  std::condition_variable begun_;
  std::condition_variable done_;
  const Piece* piece_ = nullptr;
  std::size_t count_ = 0;
  std::size_t next_ = 0;    // that nobody has begun
  std::size_t called_ = 0;  // helpers that are to come
  std::size_t undone_ = 0;  // not begun, or somebody is in the middle of them
  std::exception_ptr failure_;
  std::size_t failed_ = 0;  // which piece
  bool stopping_ = false;
  std::vector<std::thread> threads_;  // last: they use the others
};

}  // namespace zgw::work
