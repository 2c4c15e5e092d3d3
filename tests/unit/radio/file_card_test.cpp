#include "radio/file_card.hpp"

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "radio/leased_ptt.hpp"
#include "unit/radio/errors.hpp"
#include "unit/radio/rig.hpp"

namespace zgw::radio {
namespace {

constexpr base::SampleRate rate{16000};

FileCardSettings settings_for(const TemporaryFolder& directory) {
  return {directory.path(), rate, std::chrono::milliseconds(5), 3};
}

void write_rx(const TemporaryFolder& directory, const std::vector<float>& pcm, base::SampleRate at = rate) {
  audio::write_wav(directory / "rx.wav", {at, pcm});
}

bool readable(int descriptor) {
  pollfd waiting{descriptor, POLLIN, 0};
  return ::poll(&waiting, 1, 0) == 1;
}

}  // namespace

TEST_CASE("the file radio hears its file and then silence") {
  const TemporaryFolder directory;
  const auto heard = to_float(ramp(1000));
  write_rx(directory, heard);
  FileCard card(settings_for(directory));
  card.start({});
  std::vector<float> got;
  std::vector<float> part(4000);
  for (int looks = 0; looks < 1000 && got.size() < 1600; ++looks) {
    pollfd announced{card.descriptor(), POLLIN, 0};
    REQUIRE(::poll(&announced, 1, 10000) == 1);
    const std::size_t count = card.read(part);
    got.insert(got.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(count));
  }
  REQUIRE(got.size() >= 1600);
  CHECK(std::equal(heard.begin(), heard.end(), got.begin()));
  CHECK(std::all_of(got.begin() + 1000, got.end(), [](float sample) { return sample == 0; }));
}

TEST_CASE("the file radio records what is played on the time line of what it hears") {
  const TemporaryFolder directory;
  write_rx(directory, {});
  const auto over = ramp(1000);
  base::SampleCount captured = 0;
  base::SampleCount before = 0;
  {
    FileCard card(settings_for(directory));
    card.start({});
    REQUIRE(wait_for(card, [&] { return card.captured() >= 800; }));
    before = card.captured();
    REQUIRE(card.write(to_float(over)) == 1000);
    REQUIRE(wait_for(card, [&] { return card.drained(); }));
    card.stop();
    captured = card.captured();
    CHECK(card.status().played == 1000);
  }
  const audio::Recording tx = audio::read_wav(directory / "tx.wav");
  CHECK(tx.rate == rate);
  CHECK(static_cast<base::SampleCount>(tx.pcm.size()) == captured);
  const auto first = std::find_if(tx.pcm.begin(), tx.pcm.end(), [](float sample) { return sample != 0; });
  REQUIRE(tx.pcm.end() - first >= 1000);
  CHECK(first - tx.pcm.begin() >= before);
  const auto expected = to_float(over);
  CHECK(std::equal(expected.begin(), expected.end(), first));
}

TEST_CASE("the carrier of the file radio follows its script by stream position") {
  const TemporaryFolder directory;
  write_rx(directory, {});
  directory.write("cos.txt", "# an over\n0.05 open\n\n0.10 closed  # its end\n");
  FileCard card(settings_for(directory));
  CHECK(card.cos().carrier() == false);
  CHECK_FALSE(readable(card.cos().descriptor()));
  card.start({});
  REQUIRE(wait_for(card, [&] { return readable(card.cos().descriptor()); }));
  CHECK(card.captured() >= 800);
  REQUIRE(wait_for(card, [&] { return card.cos().carrier() == false && card.captured() >= 1600; }));
}

TEST_CASE("the file radio marks its PTT by stream position, off at first") {
  const TemporaryFolder directory;
  write_rx(directory, {});
  FileCard card(settings_for(directory));
  LeasedPtt ptt(card.ptt_line());
  card.start([&] { ptt.enforce(std::chrono::steady_clock::now()); });
  REQUIRE(wait_for(card, [&] { return card.captured() >= 1600; }));
  ptt.hold(std::chrono::steady_clock::now() + std::chrono::milliseconds(50));
  // Nobody renews: the hook on the audio thread ends the lease.
  const auto marks = [&] { return directory.read("ptt.txt"); };
  REQUIRE(wait_for(card, [&] { return contains(marks(), "on\n") && marks().rfind("off\n") > marks().rfind("on\n"); }));
  card.stop();
  REQUIRE(marks().rfind("0.000 off\n", 0) == 0);
  CHECK(std::stod(marks().substr(10)) >= 0.1);
}

TEST_CASE("a file radio without a usable file is an error that names it") {
  const TemporaryFolder directory;
  CHECK(contains(error_of([] {
                   FileCard card({"/nonexistent/radio", rate});
                 }),
                 "/nonexistent/radio is not a directory"));
  CHECK(contains(error_of([&] { FileCard card(settings_for(directory)); }), "rx.wav"));
  write_rx(directory, {0.5F}, base::SampleRate{8000});
  CHECK(contains(error_of([&] { FileCard card(settings_for(directory)); }),
                 "rx.wav is at 8000 Hz; the configured rate is 16000 Hz"));
}

TEST_CASE("a carrier script says in which line it is wrong") {
  const auto why = [](const std::string& text) { return error_of([&] { CosScript script(text, "cos.txt", rate); }); };
  CHECK(why("1 open\n2 shut\n") == "cos.txt:2: expected \"<seconds> open\" or \"<seconds> closed\": \"2 shut\"");
  CHECK(contains(why("open\n"), "cos.txt:1: expected"));
  CHECK(contains(why("1 open twice\n"), "cos.txt:1: expected"));
  CHECK(contains(why("\n# x\n-1 open\n"), "cos.txt:3: the time must be between"));
  CHECK(contains(why("1e300 open\n"), "cos.txt:1: the time must be between"));
  CHECK(contains(why("nan open\n"), "cos.txt:1: "));
  CHECK(contains(why("2 open\n1 closed\n"), "cos.txt:2: the times must not go back"));
  CHECK(why("") == "no error");
}

TEST_CASE("a carrier script is closed before its first line and keeps its last word") {
  const CosScript script("0.5 open\n1 closed\n1.5 open", "cos.txt", rate);
  CHECK_FALSE(script.open_at(0));
  CHECK_FALSE(script.open_at(7999));
  CHECK(script.open_at(8000));
  CHECK_FALSE(script.open_at(16000));
  CHECK(script.open_at(24000));
  CHECK(script.open_at(1'000'000'000));
  CHECK_FALSE(CosScript().open_at(1000));
}

}  // namespace zgw::radio
