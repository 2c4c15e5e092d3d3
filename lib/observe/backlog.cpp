#include "observe/backlog.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace zgw::observe {

struct Backlog::Shared {
  struct Item {
    std::size_t bytes;
    Write write;
  };

  Shared(Words named, Log* where, std::size_t most) : words(named), most_waiting(most), log(where) {}

  // On the writing thread.
  void write_what_waits() {
    std::unique_lock lock(mutex);
    while (!waiting.empty()) {
      const Item item = std::move(waiting.front());
      waiting.pop_front();
      lock.unlock();
      const auto written = item.write();
      lock.lock();
      waiting_bytes -= item.bytes;
      if (!written) {
        lose(written.error().message);
      } else if (waiting.empty()) {  // before, a disk that is too slow would tell of an outage at each event
        tell_recovery();
      }
    }
    writing = false;
    idle.notify_all();
  }

  // The three below with the mutex held: log lines are left with the log, which makes nobody wait.
  void lose(const std::string& why) {
    ++lost;
    tell_trouble(why);
  }

  void tell_trouble(const std::string& why) {
    if (!std::exchange(in_trouble, true) && log != nullptr) log->warning(std::string(words.trouble) + ": " + why);
  }

  void tell_recovery() {
    if (!std::exchange(in_trouble, false)) return;
    const std::string gap = std::to_string(lost - std::exchange(reported, lost)) + ' ' + words.what;
    if (log != nullptr) log->info(std::string(words.where) + " works again, " + gap + " were lost");
  }

  const Words words;
  const std::size_t most_waiting;
  std::mutex mutex;
  std::condition_variable idle;
  std::deque<Item> waiting;
  std::size_t waiting_bytes = 0;  // that being written included
  std::uint64_t lost = 0;
  std::uint64_t reported = 0;  // of the lost, those whose outage is over
  bool in_trouble = false;
  bool writing = false;  // a thread is at it
  Log* log;              // none: there is none, or the backlog is gone and the thread is not
};

Backlog::Backlog(Words words, Log* log, std::size_t most_waiting)
    : shared_(std::make_shared<Shared>(words, log, most_waiting)) {}

Backlog::~Backlog() {
  const std::lock_guard lock(shared_->mutex);
  shared_->log = nullptr;
}

void Backlog::add(std::size_t bytes, Write write) {
  const std::lock_guard lock(shared_->mutex);
  if (shared_->waiting_bytes + bytes > shared_->most_waiting) return shared_->lose("the disk does not keep up");
  shared_->waiting_bytes += bytes;
  shared_->waiting.push_back({bytes, std::move(write)});
  begin();
}

// With the mutex held.
void Backlog::begin() {
  if (shared_->waiting.empty() || std::exchange(shared_->writing, true)) return;
  try {
    std::thread([shared = shared_] { shared->write_what_waits(); }).detach();
  } catch (const std::system_error& error) {
    shared_->writing = false;  // the next one tries again for all
    shared_->tell_trouble(error.what());
  }
}

void Backlog::tell_trouble(const std::string& why) {
  const std::lock_guard lock(shared_->mutex);
  shared_->tell_trouble(why);
}

void Backlog::flush(std::chrono::milliseconds patience) {
  std::unique_lock lock(shared_->mutex);
  begin();
  shared_->idle.wait_for(lock, patience, [this] { return !shared_->writing; });
}

std::uint64_t Backlog::lost() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->lost;
}

}  // namespace zgw::observe
