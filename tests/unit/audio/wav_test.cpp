// WAV files, and the library that reads and writes them.
#include "audio/wav.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include "audio/sndfile_library.hpp"
#include "temporary_folder.hpp"

using namespace zgw;
using namespace zgw::audio;

TEST_CASE("WAV files come back as they were written, clipped at full scale") {
  const testing::TemporaryFolder folder;
  const std::filesystem::path file = folder / "words.wav";
  write_wav(file, {{16000}, {0, 0.5F, -0.5F, 2.0F, -2.0F}});
  const Recording back = read_wav(file);
  CHECK(back.rate.hz == 16000);
  REQUIRE(back.pcm.size() == 5);
  CHECK(back.pcm[1] == doctest::Approx(0.5).epsilon(0.001));
  CHECK(back.pcm[3] == doctest::Approx(1).epsilon(0.001));
  CHECK(back.pcm[4] == doctest::Approx(-1).epsilon(0.001));
  CHECK(read_wav(file, 0).pcm.empty());
}

TEST_CASE("a file that is no WAV is refused by name") {
  const testing::TemporaryFolder folder;
  const std::filesystem::path file = folder / "words.wav";
  CHECK_THROWS_WITH_AS(read_wav(file), doctest::Contains(file.c_str()), std::runtime_error);
  for (const std::string& text : {std::string(), std::string("RIFF"), std::string(5000, 'x')}) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
    CHECK_THROWS_WITH_AS(read_wav(file), doctest::Contains(file.c_str()), std::runtime_error);
  }
}

TEST_CASE("without libsndfile, or with one that is too old, it is said what is missing") {
  CHECK_THROWS_WITH_AS(load_sndfile("libnobody-has-this.so.1"),
                       doctest::Contains("sound files need libsndfile: libnobody-has-this.so.1: cannot open"),
                       std::runtime_error);
  CHECK_THROWS_WITH_AS(load_sndfile("libm.so.6"), doctest::Contains("undefined symbol: sf_open"), std::runtime_error);
}
