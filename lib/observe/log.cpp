#include "observe/log.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>

#include <pthread.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <sys/stat.h>

#include "observe/line.hpp"
#include "observe/line_sink.hpp"

namespace zgw::observe {
namespace {

spdlog::level::level_enum of(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      break;
  }
  return spdlog::level::err;
}

// Signals are for the control thread; and a reader that has gone away must not kill the gateway by SIGPIPE.
void prepare_thread() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
  ::pthread_setname_np(::pthread_self(), "log");
}

bool stderr_is_journal(const LogSettings& settings) {
  const char* stream = std::getenv("JOURNAL_STREAM");
  return stream != nullptr && is_journal(settings.descriptor, stream);
}

}  // namespace

struct Log::Impl {
  explicit Impl(const LogSettings& settings)
      : pool(std::make_shared<spdlog::details::thread_pool>(settings.queue, 1, prepare_thread)),
        sink(std::make_shared<LineSink>(settings.descriptor, settings.journal || stderr_is_journal(settings),
                                        settings.patience, [queue = pool.get()] { return queue->overrun_counter(); })),
        logger(std::make_shared<spdlog::async_logger>("", sink, pool, spdlog::async_overflow_policy::overrun_oldest)) {
    logger->set_level(of(settings.least));
    // spdlog would tell its own trouble, a lack of memory say, on the very stderr that may stand still.
    logger->set_error_handler([](const std::string& /*what*/) {});
  }

  // The log thread ends before what it writes through.
  ~Impl() { pool.reset(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<LineSink> sink;
  std::shared_ptr<spdlog::async_logger> logger;
  std::atomic<std::uint64_t> posted{0};

  std::mutex mutex;
  std::map<std::string, std::uint64_t, std::less<>> suppressed;  // by key: messages that were only counted
};

Log::Log(const LogSettings& settings) : impl_(std::make_unique<Impl>(settings)) {}

Log::~Log() = default;

void Log::write(Level level, std::string_view text) {
  if (!impl_->logger->should_log(of(level))) return;
  ++impl_->posted;
  impl_->logger->log(of(level), spdlog::string_view_t(one_line(text)));
}

void Log::once(std::string_view key, Level level, std::string_view text) {
  {
    const std::lock_guard lock(impl_->mutex);
    const auto known = impl_->suppressed.find(key);
    if (known != impl_->suppressed.end()) {
      ++known->second;
      return;
    }
    impl_->suppressed.emplace(key, 0);
  }
  write(level, text);
}

std::uint64_t Log::forget(std::string_view key) {
  const std::lock_guard lock(impl_->mutex);
  const auto known = impl_->suppressed.find(key);
  if (known == impl_->suppressed.end()) return 0;
  const std::uint64_t count = known->second;
  impl_->suppressed.erase(known);
  return count;
}

void Log::flush() {
  impl_->sink->wait(impl_->posted, std::chrono::seconds(2));
}

bool is_journal(int descriptor, std::string_view journal_stream) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return false;
  return journal_stream == std::to_string(status.st_dev) + ':' + std::to_string(status.st_ino);
}

}  // namespace zgw::observe
