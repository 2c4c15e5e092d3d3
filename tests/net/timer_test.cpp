#include "net/timer.hpp"

#include "net/rig.hpp"

using namespace zgw::net;
using namespace zgw::net::test;

TEST_CASE("a timer that is re-armed while its callback is on its way runs once, for the later deadline") {
  asio::io_context io;
  int rang = 0;
  Timer timer(io, [&] { ++rang; });
  Timer other(io, [&] { timer.after(-1s); });  // both are due: the other one runs first and finds `timer` on its way
  other.after(-2s);
  timer.after(-1s);
  io.run();
  CHECK(rang == 1);
}

TEST_CASE("a timer that is set anew for the same time while its callback is on its way rings all the same") {
  asio::io_context io;
  int rang = 0;
  const auto deadline = std::chrono::steady_clock::now() - 1s;
  Timer timer(io, [&] { ++rang; });
  Timer other(io, [&] { timer.at(deadline); });
  other.after(-2s);
  timer.at(deadline);
  CHECK(io.poll_one() == 1);
  CHECK(rang == 0);
  CHECK(io.poll_one() == 1);  // without another wait in between
  CHECK(rang == 1);
  timer.at(deadline);
  io.restart();
  io.run();
  CHECK(rang == 2);
}

TEST_CASE("a timer that is cancelled while its callback is on its way does not ring") {
  asio::io_context io;
  int rang = 0;
  Timer timer(io, [&] { ++rang; });
  bool cancelled = false;
  Timer other(io, [&] {
    timer.cancel();
    cancelled = true;
  });
  other.after(-2s);
  timer.after(-1s);
  io.run();
  CHECK(cancelled);
  CHECK(rang == 0);
}

TEST_CASE("a timer that is destroyed while its callback is on its way does not ring") {
  asio::io_context io;
  int rang = 0;
  auto timer = std::make_unique<Timer>(io, [&] { ++rang; });
  Timer other(io, [&] { timer.reset(); });
  other.after(-2s);
  timer->after(-1s);
  io.run();
  CHECK(timer == nullptr);
  CHECK(rang == 0);
}

TEST_CASE("a timer may be destroyed in its own callback, and what the callback holds outlives the call") {
  asio::io_context io;
  std::unique_ptr<Timer> timer;
  std::string seen;
  timer = std::make_unique<Timer>(io, [&timer, &seen, held = std::string(100, 'x')] {
    timer.reset();
    seen = held;
  });
  timer->after(-1s);
  io.run();
  CHECK(seen == std::string(100, 'x'));
}

TEST_CASE("a timer may be re-armed in its own callback") {
  asio::io_context io;
  int rang = 0;
  Timer* self = nullptr;
  Timer timer(io, [&] {
    if (++rang < 3) self->after(0s);
  });
  self = &timer;
  timer.after(0s);
  io.run();
  CHECK(rang == 3);
}

TEST_CASE("no deadline cancels a timer, a deadline arms it") {
  asio::io_context io;
  int rang = 0;
  Timer timer(io, [&] { ++rang; });
  std::optional<zgw::base::TimePoint> when = std::chrono::steady_clock::now();
  timer.at(when);
  timer.at(std::nullopt);
  io.run();
  CHECK(rang == 0);
  timer.at(when);
  io.restart();
  io.run();
  CHECK(rang == 1);
}
