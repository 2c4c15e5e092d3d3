// Sound cards that are not there when the gateway starts.
#include <fstream>

#include "e2e/stage_fixture.hpp"

using namespace zgw;

namespace {

const simulator::Stage::Settings kept_trying{.arguments = {"--keep-trying"}};

// Two radios, with a card for each.
struct Start : e2e::Staged {
  using Staged::Staged;

  [[nodiscard]] std::filesystem::path unplugged(std::size_t index) { return corner(index).radio->folder() / "unplug"; }

  void say_and_be_heard(std::size_t index) {
    auto& corner = stage.corners()[index];
    const auto keyings = corner.radio->keyings().size();
    corner.user->say(simulator::make_speech("Testing.", "en", {16000}, folder.path()));
    REQUIRE(stage.wait_until(
        [&] { return corner.radio->keyings().size() > keyings && corner.radio->keyings().back().off.has_value(); }));
  }

  bool says(const std::string& words) {
    return stage.wait_until([&] { return stage.log().find(words) != std::string::npos; });
  }
};

}  // namespace

TEST_CASE("a sound card that is missing at the start keeps its own radio silent, and works when it is plugged in") {
  Start start(kept_trying);
  std::ofstream(start.unplugged(1)) << "";
  start.stage.start_gateway();
  start.stage.wait_until_ready();
  CHECK(start.says("vox: the sound card is gone"));
  start.say_and_be_heard(0);
  CHECK(start.corner(1).radio->keyings().empty());
  std::filesystem::remove(start.unplugged(1));
  CHECK(start.says("vox: the sound card is back"));
  start.say_and_be_heard(1);
}

TEST_CASE("where every sound card is missing the gateway does not start, and names them") {
  Start start(kept_trying);
  for (const std::size_t index : {0U, 1U}) std::ofstream(start.unplugged(index)) << "";
  start.stage.start_gateway();
  CHECK(WEXITSTATUS(start.end()) == 69);
  CHECK(start.says("radio cos: sound card card_cos: snd_pcm_open: No such device; radio vox: sound card card_vox"));
}

TEST_CASE("a start by hand does not go on without one of the sound cards") {
  Start start;
  std::ofstream(start.unplugged(1)) << "";
  start.stage.start_gateway();
  CHECK(WEXITSTATUS(start.end()) == 69);
  CHECK(start.says("radio vox: sound card card_vox: snd_pcm_open: No such device"));
}
