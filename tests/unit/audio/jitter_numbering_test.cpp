// What the jitter buffer makes of a stream's numbers: none at all, and jumps.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "audio/jitter_buffer.hpp"

using namespace zgw::audio;
using namespace std::chrono_literals;

namespace {

// A packet of 20 ms with one byte.
void push(JitterBuffer& buffer, std::uint32_t id, char what, std::chrono::microseconds duration = 20ms) {
  buffer.push(id, std::vector<std::uint8_t>{static_cast<std::uint8_t>(what)}, duration);
}

// What is given out until nothing is left; "-" for a packet that is lost.
std::string take(JitterBuffer& buffer) {
  std::string out;
  for (auto item = buffer.pop(true);; item = buffer.pop(true)) {
    if (const auto* packet = std::get_if<JitterBuffer::Packet>(&item)) {
      out += static_cast<char>(packet->opus.at(0));
    } else if (std::holds_alternative<JitterBuffer::Lost>(item)) {
      out += '-';
    } else {
      return out;
    }
  }
}

}  // namespace

TEST_CASE("a server that does not number and begins with silence, each packet like the other: none is left out") {
  for (const std::string& said : std::vector<std::string>{"sab", "ssab", "sssab", "ssssssss"}) {
    CAPTURE(said);
    for (int given_out_after = 0; given_out_after < 4; ++given_out_after) {
      CAPTURE(given_out_after);
      JitterBuffer buffer({.target = 20ms});
      std::string heard;
      int pushed = 0;
      for (const char what : said) {
        push(buffer, 0, what);
        if (++pushed >= given_out_after) heard += take(buffer);
      }
      CHECK(heard == said);
      CHECK(buffer.counters().duplicate == 0);
      CHECK(buffer.counters().lost == 0);
    }
  }
}

TEST_CASE("the first packet of a numbered stream that comes twice is played once") {
  for (const bool given_out : {false, true}) {
    CAPTURE(given_out);
    JitterBuffer buffer({.target = 20ms});
    push(buffer, 0, 'a');
    std::string heard;
    if (given_out) heard += take(buffer);
    push(buffer, 0, 'a');
    if (given_out) heard += take(buffer);
    push(buffer, 1, 'b');
    push(buffer, 0, 'a');
    push(buffer, 2, 'c');
    heard += take(buffer);
    CHECK(heard == "abc");
    CHECK(buffer.counters().duplicate == 2);
    CHECK(buffer.counters().received == 5);
  }
}

TEST_CASE("more missing packets than are waited for: counted, and nothing waits for them") {
  JitterBuffer buffer({.target = 20ms});
  std::uint32_t before = 9;
  SUBCASE("anywhere") {}
  SUBCASE("across the wrap of the numbers") {
    before = 0xFFFFFFF0U;
  }
  push(buffer, before, 'a');
  CHECK(take(buffer) == "a");
  push(buffer, before + 76, 'b');  // 1.5 s
  push(buffer, before + 77, 'c');
  CHECK(take(buffer) == "bc");
  CHECK(buffer.counters().lost == 75);
  push(buffer, before + 78 + 500, 'd');  // 10 s: no over is silent for so long, so that these are other numbers
  push(buffer, before + 79 + 500, 'e');
  push(buffer, before, 'f');
  CHECK(take(buffer) == "def");
  CHECK(buffer.counters().lost == 75);
}

TEST_CASE("how many may be missing goes by the packets' length") {
  JitterBuffer buffer({.target = 20ms});
  push(buffer, 0, 'a', 2500us);
  push(buffer, 800, 'b', 2500us);
  CHECK(buffer.counters().lost == 799);
  push(buffer, 900, 'c', 120ms);
  CHECK(buffer.counters().lost == 799);
  buffer.end();
  CHECK(take(buffer) == "abc");
}

TEST_CASE("what is missing is counted, also where the packets around it are dropped because too much waits") {
  for (const std::uint32_t gap : {10U, 90U}) {
    CAPTURE(gap);
    JitterBuffer buffer({.target = 20ms, .capacity = 400ms});
    for (std::uint32_t id = 1; id <= 100; ++id) {
      if (id < gap || id >= gap + 5) push(buffer, id, 'x');
    }
    buffer.end();
    const std::string out = take(buffer);
    const auto given = static_cast<std::uint64_t>(std::count(out.begin(), out.end(), 'x'));
    CHECK(buffer.counters().received == 95);
    CHECK(given + buffer.counters().overflowed == 95);
    CHECK(buffer.counters().lost == 5);
    push(buffer, gap, 'x');
    CHECK(take(buffer).empty());
  }
}
