#include "link/token_store.hpp"

#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace zgw::link {

struct TokenStore::Shared {
  explicit Shared(TokenFile where) : file(std::move(where)) {}

  // On the writing thread.
  void write_what_waits() {
    std::unique_lock lock(mutex);
    while (waiting) {
      const std::optional<std::string> token = *std::exchange(waiting, std::nullopt);
      lock.unlock();
      const auto written = file.write(token);
      lock.lock();
      if (!written) trouble = written.error();
    }
    writing = false;
    idle.notify_all();
  }

  const TokenFile file;
  std::mutex mutex;
  std::condition_variable idle;
  std::optional<std::optional<std::string>> waiting;
  std::optional<base::Error> trouble;
  bool writing = false;  // a thread is at it
};

TokenStore::TokenStore(TokenFile file) : shared_(std::make_shared<Shared>(std::move(file))) {}

base::Expected<std::optional<std::string>> TokenStore::load() const {
  return shared_->file.read();
}

void TokenStore::save(std::optional<std::string> token) {
  const std::lock_guard lock(shared_->mutex);
  shared_->waiting = std::move(token);
  if (std::exchange(shared_->writing, true)) return;
  try {
    std::thread([shared = shared_] { shared->write_what_waits(); }).detach();
  } catch (const std::system_error& error) {
    shared_->writing = false;
    shared_->trouble = base::Error{std::string("the refresh token cannot be kept: ") + error.what()};
  }
}

std::optional<base::Error> TokenStore::trouble() {
  const std::lock_guard lock(shared_->mutex);
  return std::exchange(shared_->trouble, std::nullopt);
}

void TokenStore::flush() {
  std::unique_lock lock(shared_->mutex);
  shared_->idle.wait(lock, [this] { return !shared_->writing; });
}

}  // namespace zgw::link
