// Descriptors that close themselves, and writing all or nothing.
#include "base/descriptor.hpp"

#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

using zgw::base::Descriptor;
using zgw::base::write_all;

namespace {

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) >= 0;
}

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    out = Descriptor(ends[0]);
    in = Descriptor(ends[1]);
  }
  Descriptor out;
  Descriptor in;
};

}  // namespace

TEST_CASE("a descriptor is closed once, by whoever has it last") {
  Pipe pipe;
  const int number = pipe.in.get();
  {
    const Descriptor taken = std::move(pipe.in);
    CHECK_FALSE(pipe.in);
    CHECK(taken.get() == number);
    CHECK(is_open(number));
  }
  CHECK_FALSE(is_open(number));
  const int other = pipe.out.get();
  pipe.out = Descriptor();
  CHECK_FALSE(is_open(other));
}

TEST_CASE("all of it is written, or why not is in errno") {
  Pipe pipe;
  const std::string text = "what is to be kept";
  CHECK(write_all(pipe.in.get(), text));
  std::string got(text.size(), '\0');
  CHECK(::read(pipe.out.get(), got.data(), got.size()) == static_cast<ssize_t>(text.size()));
  CHECK(got == text);
  CHECK(write_all(pipe.in.get(), ""));
  const Descriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  REQUIRE(full);
  CHECK_FALSE(write_all(full.get(), text));
  CHECK(errno == ENOSPC);
}
