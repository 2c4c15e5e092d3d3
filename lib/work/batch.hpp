// Work of several owners that came up in one turn of an event loop, done side by side.
//
// Theory of operation: whoever has something to do says add(). The first to do so has the loop asked to call run() when
// all that is ready has been looked at; by then the others are there, too: many where the loop is behind, and at rest
// one. run() lets the crew do the work() of all, and then calls their done(), one after the other, in the order of
// add(). So what happens outside happens in the same order as without a crew.
//
// Thread: the loop's, but for Job::work(). No allocation in steady state. Errors: what work() throws run() throws, when
// the work of all is done; then nobody's done() was called.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "work/crew.hpp"

namespace zgw::work {

/// A part of the work; the same one again and again. It outlives the batch that it waits in.
class Job {
 public:
  virtual ~Job() = default;

  /// On any thread. Nobody else has a hand on it meanwhile, and it has none on anybody else.
  virtual void work() = 0;
  /// On the loop's.
  virtual void done() = 0;

 private:
  friend class Batch;
  bool waits_ = false;
};

class Batch {
 public:
  /// `ask`: for a call of run(), soon and from the loop.
  Batch(Crew& crew, std::function<void()> ask) : crew_(crew), ask_(std::move(ask)) {}

  /// One that waits already is not added again.
  void add(Job& job);
  void run();

 private:
  Crew& crew_;
  std::function<void()> ask_;
  std::vector<Job*> waiting_;
  std::vector<Job*> running_;
};

}  // namespace zgw::work
