// Units, harmless text, and the ring between two threads.
#include <array>
#include <thread>

#include <doctest/doctest.h>

#include "base/spsc_ring.hpp"
#include "base/text.hpp"
#include "base/units.hpp"

using namespace zgw::base;
using namespace std::chrono_literals;

TEST_CASE("samples and durations convert both ways") {
  CHECK(SampleRate{48000}.samples(20ms) == 960);
  CHECK(SampleRate{44100}.samples(10ms) == 441);
  CHECK(SampleRate{16000}.duration(960) == 60ms);
  CHECK(SampleRate{48000}.samples(1h) == 48000LL * 3600);
}

TEST_CASE("decibels and amplitudes convert both ways") {
  CHECK(Decibels{0}.amplitude() == doctest::Approx(1.0));
  CHECK(Decibels{-6.0206}.amplitude() == doctest::Approx(0.5).epsilon(1e-4));
  CHECK(Decibels::of_amplitude(0.1).value == doctest::Approx(-20));
  CHECK(Decibels::of_amplitude(0).value == -120);
}

TEST_CASE("printable text is one harmless line") {
  CHECK(printable("plain Grüße") == "plain Grüße");
  CHECK(printable("a\nb\r\t\x1b[31m") == "a\\nb\\r\\t\\x1b[31m");
  CHECK(printable("\xE2\x80\xAEgpj") == "\\u202egpj");
  CHECK(printable("back\\slash") == "back\\\\slash");
  CHECK(printable("\xFF\xC3") == "\\xff\\xc3");
  CHECK(printable("\xC0\xAF\xED\xA0\x80") == "\\xc0\\xaf\\xed\\xa0\\x80");  // overlong, surrogate
  CHECK(printable(std::string(1000, 'x'), 10) == "xxxxxxxxxx…");
  CHECK(printable(std::string(3, '\0')) == "\\x00\\x00\\x00");
  CHECK(quoted("say \"hi\"") == "\"say \\\"hi\\\"\"");
}

TEST_CASE("the ring keeps order across its end, and takes no more than fits") {
  SpscRing<int> ring(5);
  std::array<int, 8> out{};
  int next = 0;
  int expected = 0;
  for (int round = 0; round < 100; ++round) {
    const std::array<int, 3> in = {next, next + 1, next + 2};
    next += static_cast<int>(ring.write(in));
    const std::size_t got = ring.read(std::span(out).first(2));
    for (std::size_t i = 0; i < got; ++i) CHECK(out.at(i) == expected++);
    CHECK(ring.size() <= 5);
    CHECK(ring.size() + ring.space() == 5);
  }
}

TEST_CASE("two threads pass two million numbers through a small ring") {
  constexpr int count = 2'000'000;
  SpscRing<int> ring(1000);
  std::thread producer([&] {
    std::array<int, 64> block{};
    for (int next = 0; next < count;) {
      const int size = std::min<int>(64, count - next);
      for (int i = 0; i < size; ++i) block.at(static_cast<std::size_t>(i)) = next + i;
      const std::size_t written = ring.write(std::span(block).first(static_cast<std::size_t>(size)));
      if (written == 0) std::this_thread::yield();
      next += static_cast<int>(written);
    }
  });
  std::array<int, 100> block{};
  int expected = 0;
  bool in_order = true;
  while (expected < count) {
    const std::size_t got = ring.read(block);
    if (got == 0) std::this_thread::yield();
    for (std::size_t i = 0; i < got; ++i) in_order = in_order && block.at(i) == expected++;
  }
  producer.join();
  CHECK(in_order);
}
