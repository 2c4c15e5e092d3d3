#include "work/batch.hpp"

namespace zgw::work {

void Batch::add(Job& job) {
  if (std::exchange(job.waits_, true)) return;
  waiting_.push_back(&job);
  if (waiting_.size() == 1) ask_();
}

void Batch::run() {
  running_.clear();
  std::swap(running_, waiting_);
  for (Job* job : running_) job->waits_ = false;  // what comes up from here on is for the next
  crew_.each(running_.size(), [this](std::size_t i) { running_[i]->work(); });
  for (Job* job : running_) job->done();
}

}  // namespace zgw::work
