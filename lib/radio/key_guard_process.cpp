#include "radio/key_guard_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <exception>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "radio/key_guard.hpp"

namespace zgw::radio {
namespace {

using base::TimePoint;

constexpr int real_time_priority = 30;  // above the audio threads, within what the service allows
constexpr int attempts_to_unkey = 50;   // at the end, 20 ms apart

/// Keeps stderr, where a library would say why it aborts, and the socket, which gets the number returned.
int give_up_inheritance(int socket) noexcept {
  constexpr int kept = STDERR_FILENO + 1;
  ::dup2(socket, kept);
  const int nowhere = ::open("/dev/null", O_RDWR);
  ::dup2(nowhere, STDIN_FILENO);
  ::dup2(nowhere, STDOUT_FILENO);
  if (::close_range(kept + 1, ~0U, 0) != 0) {
    for (int fd = kept + 1; fd < 4096; ++fd) ::close(fd);  // a kernel before 5.9
  }
  return kept;
}

/// SIGTERM arrives through the descriptor returned, any other signal that can be refused does not arrive.
int refuse_signals() noexcept {
  sigset_t all;
  sigset_t term;
  sigfillset(&all);
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  return ::signalfd(-1, &term, SFD_CLOEXEC | SFD_NONBLOCK);
}

void become_important() noexcept {
  ::prctl(PR_SET_NAME, guard_process_name);
  ::setsid();  // neither Ctrl-Z nor the end of a terminal is meant for it
  sched_param real_time{};
  real_time.sched_priority = real_time_priority;
  if (::sched_setscheduler(0, SCHED_FIFO, &real_time) != 0) ::setpriority(PRIO_PROCESS, 0, -10);
}

TimePoint now() noexcept {
  return std::chrono::steady_clock::now();
}

int milliseconds_to(std::optional<TimePoint> deadline) noexcept {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - now()).count();
  return static_cast<int>(std::clamp<decltype(left)>(left, 0, 1000));
}

void say(int socket, std::string_view words) noexcept {
  ::send(socket, words.data(), words.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

/// A daemon that reads no answers must not hold the guard up: they are not sent then, and false.
bool answer(int socket, const KeyAnswer& answer) noexcept {
  return ::send(socket, &answer, sizeof answer, MSG_DONTWAIT | MSG_NOSIGNAL) == sizeof answer;
}

[[noreturn]] void leave(KeyGuard& guard) noexcept {
  for (int attempt = 0; attempt < attempts_to_unkey; ++attempt) {
    if (guard.unkey_all()) ::_exit(0);
    ::poll(nullptr, 0, 20);
  }
  ::_exit(1);
}

/// At most one message; false when there will be none any more.
bool serve_message(int socket, KeyGuard& guard) noexcept {
  KeyMessage message;
  const ssize_t size = ::recv(socket, &message, sizeof message, MSG_DONTWAIT | MSG_TRUNC);
  if (size < 0) return errno == EAGAIN || errno == EINTR;
  if (size != sizeof message) return false;
  const KeyAnswer reply = guard.on_message(message, now());
  if (reply.line >= guard.size()) answer(socket, reply);  // a question; what has changed is told anyway
  return true;
}

/// What could not be told stays to be told, at the next message or deadline.
void tell_changes(int socket, const KeyGuard& guard, std::vector<std::uint32_t>& told) noexcept {
  for (std::uint32_t line = 0; line < told.size(); ++line) {
    const std::uint32_t state = guard.state(line);
    if (told[line] != state && answer(socket, {line, state})) told[line] = state;
  }
}

/// Words for a log, each once: what cannot be sent is not.
void tell_refusals(int socket, const std::vector<GuardedLine>& lines) noexcept {
  for (const GuardedLine& line : lines) {
    if (line.port == nullptr) continue;
    const std::string words = line.port->take_refusal();
    if (words.size() > sizeof(KeyAnswer)) say(socket, words);
  }
}

[[noreturn]] void serve(int socket, int term, KeyGuard& guard, std::vector<std::uint32_t>& told,
                        const std::vector<GuardedLine>& lines) noexcept {
  while (true) {
    std::array<pollfd, 2> waiting{pollfd{socket, POLLIN, 0}, pollfd{term, POLLIN, 0}};
    ::poll(waiting.data(), waiting.size(), milliseconds_to(guard.next_deadline()));
    guard.on_time(now());
    if (waiting[1].revents != 0) leave(guard);
    if (waiting[0].revents != 0 && !serve_message(socket, guard)) leave(guard);
    tell_changes(socket, guard, told);
    tell_refusals(socket, lines);
  }
}

}  // namespace

void run_key_guard(int socket, const std::vector<GuardedLine>& lines) noexcept {
  socket = give_up_inheritance(socket);
  const int term = refuse_signals();
  become_important();
  try {
    std::vector<std::unique_ptr<PttLine>> open;
    std::vector<KeyGuard::Line> guarded;
    for (const GuardedLine& line : lines) {
      open.push_back(line.open());
      guarded.push_back({*open.back(), line.time_out + KeyGuard::margin});
    }
    KeyGuard guard(guarded);
    std::vector<std::uint32_t> told(lines.size(), 0);
    say(socket, {&guard_is_ready, 1});
    serve(socket, term, guard, told, lines);
  } catch (const std::exception& error) {
    say(socket, error.what());
  }
  ::_exit(1);
}

}  // namespace zgw::radio
