// Something long does not keep the rest of the simulation from going on.
#include "simulator/meanwhile.hpp"

#include <future>
#include <stdexcept>

#include <asio/post.hpp>
#include <doctest/doctest.h>

using namespace zgw;

TEST_CASE("what is posted is done while something long is at work, which then gives its result") {
  asio::io_context io;
  std::promise<int> answered;
  auto answer = answered.get_future();
  asio::post(io, [&] { answered.set_value(7); });
  // The work ends only when it has the answer.
  CHECK(simulator::meanwhile(io, [&] { return answer.get(); }) == 7);
}

TEST_CASE("what goes wrong in something long goes wrong for who wanted it") {
  asio::io_context io;
  CHECK_THROWS_AS(simulator::meanwhile(io, []() -> int { throw std::runtime_error("broken"); }), std::runtime_error);
}
