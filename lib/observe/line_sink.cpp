#include "observe/line_sink.hpp"

#include <array>
#include <cerrno>
#include <ctime>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "observe/utc.hpp"

namespace zgw::observe {
namespace {

struct Mark {
  const char* priority;  // syslog(3)
  const char* word;
};

Mark mark_of(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::debug:
      return {"<7>", "debug   "};
    case spdlog::level::warn:
      return {"<4>", "warning "};
    case spdlog::level::err:
      return {"<3>", "error   "};
    default:
      return {"<6>", "info    "};
  }
}

bool writable(int descriptor, std::chrono::milliseconds timeout) {
  pollfd entry{descriptor, POLLOUT, 0};
  int ready = 0;
  do {
    ready = ::poll(&entry, 1, static_cast<int>(timeout.count()));
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

}  // namespace

// The duplicate is ours alone: had stderr been closed, the next file or device that is opened would get its number, and
// lines would go there.
LineSink::LineSink(int descriptor, bool journal, std::chrono::milliseconds patience,
                   std::function<std::uint64_t()> overrun)
    : descriptor_(::fcntl(descriptor, F_DUPFD_CLOEXEC, 3)),
      journal_(journal),
      patience_(patience),
      overrun_(std::move(overrun)) {}

LineSink::~LineSink() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void LineSink::log(const spdlog::details::log_msg& message) {
  report_losses(message.time);
  if (!put(marked(message.level, message.time, {message.payload.data(), message.payload.size()}))) ++unwritten_;
  {
    const std::lock_guard lock(mutex_);
    ++lines_;
  }
  arrived_.notify_all();
}

void LineSink::wait(std::uint64_t lines, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  arrived_.wait_for(lock, patience, [&] { return lines_ + overrun_() >= lines; });
}

void LineSink::report_losses(spdlog::log_clock::time_point time) {
  const std::uint64_t lost = overrun_() + unwritten_;
  if (lost == reported_) return;
  const std::string text = "the log is read too slowly: " + std::to_string(lost - reported_) + " lines lost";
  if (put(marked(spdlog::level::warn, time, text))) reported_ = lost;
}

std::string LineSink::marked(spdlog::level::level_enum level, spdlog::log_clock::time_point time,
                             std::string_view text) const {
  const Mark mark = mark_of(level);
  std::string line = journal_ ? mark.priority : utc(time) + ' ' + mark.word;
  line.append(text) += '\n';
  return line;
}

// Asks before it writes, because a write to a full pipe would block. A line fits into what a writable pipe or socket
// takes (PIPE_BUF), so that it is written whole.
bool LineSink::put(std::string_view line) noexcept {
  if (descriptor_ < 0) return true;  // nobody wanted it: not a loss
  stuck_ = !writable(descriptor_, stuck_ ? std::chrono::milliseconds(0) : patience_);
  if (stuck_) return false;
  while (!line.empty()) {
    const ssize_t written = ::write(descriptor_, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    line.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace zgw::observe
