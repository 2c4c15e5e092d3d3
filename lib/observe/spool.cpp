#include "observe/spool.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace zgw::observe {
namespace {

struct Message {
  std::string stem;
  std::vector<SpoolFolder::File> files;
};

std::size_t size_of(const Message& message) {
  std::size_t bytes = 0;
  for (const SpoolFolder::File& file : message.files) bytes += file.bytes.size();
  return bytes;
}

// What the bytes are, not what somebody called them.
std::string ending_of(const Spool::Bytes& bytes) {
  constexpr std::array<std::uint8_t, 3> jpeg = {0xFF, 0xD8, 0xFF};
  return bytes.size() > jpeg.size() && std::equal(jpeg.begin(), jpeg.end(), bytes.begin()) ? ".jpg" : ".bin";
}

}  // namespace

struct Spool::Shared {
  Shared(std::filesystem::path path, Log& where, SpoolFolder::Limits limits)
      : folder(std::move(path), limits), log(&where) {}

  // On the writing thread.
  void write_what_waits() {
    std::unique_lock lock(mutex);
    while (!waiting.empty()) {
      const Message message = std::move(waiting.front());
      waiting.pop_front();
      lock.unlock();
      const auto written = folder.write(message.stem, message.files);
      lock.lock();
      waiting_bytes -= size_of(message);
      if (written) {
        tell_recovery();
      } else {
        lose(written.error().message);
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
    if (!std::exchange(in_trouble, true) && log != nullptr) log->warning("messages are not kept: " + why);
  }

  void tell_recovery() {
    if (!std::exchange(in_trouble, false)) return;
    const std::uint64_t gap = lost - std::exchange(reported, lost);
    if (log != nullptr) log->info("the spool works again, " + std::to_string(gap) + " messages were lost");
  }

  const SpoolFolder folder;
  mutable std::mutex mutex;
  std::condition_variable idle;
  std::deque<Message> waiting;
  std::size_t waiting_bytes = 0;  // that being written included
  std::uint64_t lost = 0;
  std::uint64_t reported = 0;  // of the lost, those whose outage is over
  bool in_trouble = false;
  bool writing = false;  // a thread is at it
  Log* log;              // none: the spool is gone, the thread is not
};

Spool::Spool(std::filesystem::path folder, Log& log, SpoolFolder::Limits limits)
    : shared_(std::make_shared<Shared>(std::move(folder), log, limits)) {
  if (const auto highest = shared_->folder.highest()) {
    number_ = *highest;
  } else {
    // Younger than whatever may be there, so that it is not taken for the oldest.
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    number_ = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
    shared_->tell_trouble(highest.error().message);
  }
}

Spool::~Spool() {
  const std::lock_guard lock(shared_->mutex);
  shared_->log = nullptr;
}

Event Spool::add(Event event, const Bytes& image, const Bytes& thumbnail) {
  const auto now = std::chrono::system_clock::now();
  Message message{SpoolFolder::stem(now, ++number_), {}};
  const auto keep = [&](const char* key, const char* size, const std::string& ending, const Bytes& bytes) {
    if (bytes.empty()) return;
    event.with(key, message.stem + ending).with(size, bytes.size());
    message.files.push_back({ending, std::string(bytes.begin(), bytes.end())});
  };
  keep("thumbnail", "thumbnail_bytes", "-thumbnail" + ending_of(thumbnail), thumbnail);
  keep("file", "bytes", ending_of(image), image);
  message.files.push_back({".json", line_of(event, now, std::chrono::steady_clock::now().time_since_epoch())});

  const std::lock_guard lock(shared_->mutex);
  const std::size_t bytes = size_of(message);
  if (shared_->waiting_bytes + bytes > most_waiting) {
    shared_->lose("the disk does not keep up");
    return event;
  }
  shared_->waiting_bytes += bytes;
  shared_->waiting.push_back(std::move(message));
  if (std::exchange(shared_->writing, true)) return event;
  try {
    std::thread([shared = shared_] { shared->write_what_waits(); }).detach();
  } catch (const std::system_error& error) {
    shared_->writing = false;  // the next message tries again for both
    shared_->tell_trouble(error.what());
  }
  return event;
}

void Spool::flush(std::chrono::milliseconds patience) {
  std::unique_lock lock(shared_->mutex);
  shared_->idle.wait_for(lock, patience, [this] { return !shared_->writing; });
}

std::uint64_t Spool::lost() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->lost;
}

}  // namespace zgw::observe
