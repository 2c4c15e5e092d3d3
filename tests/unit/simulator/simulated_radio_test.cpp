// The simulated radio and a sound card that is late.
#include "simulator/simulated_radio.hpp"

#include <array>
#include <chrono>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "temporary_folder.hpp"

using namespace zgw;
using simulator::SimulatedRadio;

TEST_CASE("a card that reads late hears every sample that the radio heard") {
  const testing::TemporaryFolder folder;
  asio::io_context io;
  SimulatedRadio radio(io, folder.path());
  const int card = ::open((folder / "rx.fifo").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  // So small that 0.2 s do not fit.
  REQUIRE(::fcntl(card, F_SETPIPE_SZ, 4096) == 4096);
  std::vector<float> speech(9600);
  for (std::size_t i = 0; i < speech.size(); ++i) speech[i] = static_cast<float>(i) / 32767.0F;
  radio.receive({SimulatedRadio::rate, speech});
  // … and nobody reads until it would all be over: cos, 200 ms, and what a gateway may read later.
  const auto over = std::chrono::steady_clock::now() + std::chrono::milliseconds(700);
  while (std::chrono::steady_clock::now() < over) io.run_one();
  REQUIRE(radio.receiving());
  std::vector<std::int16_t> heard;
  std::array<std::int16_t, 64> some{};
  while (radio.receiving()) {
    io.run_one();
    for (ssize_t size = 0; (size = ::read(card, some.data(), sizeof some)) > 0;)
      heard.insert(heard.end(), some.begin(), some.begin() + size / 2);
  }
  ::close(card);
  REQUIRE(heard.size() == speech.size());
  CHECK(heard.front() == 0);
  CHECK(heard.back() == 9599);
}
