// listen: the real program in a real channel, what it prints and what it keeps.
#include <csignal>

#include "e2e/channel_fixture.hpp"

using namespace zgw;
using e2e::Channel;

namespace {

constexpr base::SampleRate app_rate{16000};

}  // namespace

TEST_CASE("listen prints a line for what happens in the channel, harmless, and ends with status 0") {
  Channel channel;
  channel.listen();
  REQUIRE(channel.comes_to_say("\"Rescue 1\" online, 2 users\n"));
  CHECK(channel.says("a gateway that runs with account cos loses its link now"));
  channel.alice().write("Bring blankets\n\x1b[2J now");
  channel.alice().share({.latitude = 46.714475, .longitude = -8.1806319, .accuracy = 10, .address = "Meiringen"});
  REQUIRE(channel.comes_to_say("\"Rescue 1\" location of \"alice\": 46.714475 -8.180632, within 10 m, \"Meiringen\""));
  zello::Transcription said;
  said.text = "hello";
  said.channel = "Rescue 1";
  said.sender = "alice";
  channel.stage.server().inject([&](simulator::ChannelService& service) { return service.tell("Rescue 1", said); });
  REQUIRE(channel.comes_to_say("\"Rescue 1\" \"alice\" said: \"hello\""));
  CHECK(channel.says("\"Rescue 1\" text from \"alice\": \"Bring blankets\\n\\x1b[2J now\""));
  CHECK_FALSE(channel.says("\x1b"));
  channel.alice().leave();
  CHECK(channel.comes_to_say("\"Rescue 1\" online, 1 user\n"));
  CHECK(channel.end(SIGTERM) == 0);
}

TEST_CASE("listen keeps each over as Opus as it came, under a name of the gateway's own") {
  Channel channel;
  channel.listen({"--write", (channel.folder.path() / "overs").string()});
  REQUIRE(channel.comes_to_say("online"));
  const audio::Recording said =
      simulator::make_speech("Testing, one two three four.", "en", app_rate, channel.folder.path());
  channel.alice().say(said);
  REQUIRE(channel.comes_to_say("over of \"alice\", "));
  const std::uint64_t sent = channel.alice().packets_sent();
  char length[32];
  std::snprintf(length, sizeof length, "%.1f s", 0.06 * static_cast<double>(sent));
  CHECK(channel.says("over of \"alice\", " + std::string(length) + ", " + std::to_string(sent) + " packets, "));
  CHECK_FALSE(channel.says(" lost"));
  CHECK(channel.end(SIGINT) == 0);
  REQUIRE(channel.kept().size() == 1);
  const std::string name = channel.kept()[0].filename();
  CHECK(name.size() == std::string("20260131T235959Z-0001.opus").size());
  CHECK(name.substr(16) == "-0001.opus");
  CHECK(channel.says(channel.kept()[0]));
  const audio::Recording heard = audio::read_wav(channel.kept()[0]);  // libsndfile reads Ogg Opus, too
  CHECK(simulator::compare(said.pcm, e2e::at_rate(heard, app_rate).pcm, app_rate).intact());
}

TEST_CASE("listen decodes overs to WAV where asked, keeps the time of lost packets, and ends by itself") {
  Channel channel;
  channel.stage.server().inject([](simulator::ChannelService& service) {
    service.lose([](std::uint64_t packet) { return packet % 10 == 5; });
    return simulator::Actions{};
  });
  channel.listen({"--write", (channel.folder.path() / "overs").string(), "--format", "wav", "--for", "8s"});
  REQUIRE(channel.comes_to_say("online"));
  const audio::Recording said =
      simulator::make_speech("Testing, one two three four.", "en", app_rate, channel.folder.path());
  channel.alice().say(said);
  REQUIRE(channel.comes_to_say(" lost, "));
  CHECK(channel.exit_status() == 0);
  REQUIRE(channel.kept().size() == 1);
  CHECK(channel.kept()[0].extension() == ".wav");
  const audio::Recording heard = audio::read_wav(channel.kept()[0]);
  CHECK(heard.rate == app_rate);
  const auto packets = static_cast<std::size_t>(channel.alice().packets_sent());
  const std::size_t kept_at_least = (packets - 1) * 960;  // the last one may be lost, and nobody knows of it
  CHECK(heard.pcm.size() >= kept_at_least);
  CHECK(simulator::compare(said.pcm, heard.pcm, app_rate).correlation > 0.7);  // far less where anything moved
}

TEST_CASE("listen gives the account up to another session, and does not fight for it") {
  Channel channel;
  channel.listen();
  REQUIRE(channel.comes_to_say("online"));
  const auto other = channel.stage.impostor(channel.stage.corners()[0]);
  other->log_on();
  CHECK(channel.exit_status() == 69);
  CHECK(channel.says("another session uses this account"));
  CHECK(channel.stage.wait_until([&] { return other->online(); }));
}

TEST_CASE("an account that no bridge uses is left to listen and send by the gateway") {
  Channel channel;
  std::ostringstream read;
  read << std::ifstream(channel.stage.config_file()).rdbuf();
  std::string text = read.str();
  const std::string accounts = "accounts:\n";
  text.insert(text.find(accounts) + accounts.size(),
              "  spare: {service: work, url: \"wss://127.0.0.1:1/ws\", username: u, password: {value: x}}\n");
  std::ofstream(channel.stage.config_file()) << text;
  channel.stage.start_gateway();
  channel.stage.wait_until_ready();
  channel.stage.gateway().signal(SIGTERM);
  REQUIRE(channel.stage.wait_until([&] { return channel.stage.gateway().ended().has_value(); }));
  CHECK(channel.stage.log().find("account cos: ") != std::string::npos);
  CHECK(channel.stage.log().find("account spare: ") == std::string::npos);
}

TEST_CASE("listen ends where the service refuses the account, and says what is missing on the command line") {
  Channel channel({.gateway_password = "wrong"});
  channel.listen();
  CHECK(channel.exit_status() == 69);
  CHECK(channel.says("logon refused: "));
  const std::string config = channel.stage.config_file();
  const e2e::Finished which({"listen", "--config", config});
  CHECK(WEXITSTATUS(which.status) == 64);
  CHECK(which.says("say which account: --account NAME, of \"cos\", \"vox\""));
  const e2e::Finished length({"listen", "--config", config, "--account", "cos", "--for", "90"});
  CHECK(WEXITSTATUS(length.status) == 64);
  CHECK(length.says("--for: "));
  const e2e::Finished format({"listen", "--config", config, "--format", "mp3"});
  CHECK(WEXITSTATUS(format.status) == 64);
}
