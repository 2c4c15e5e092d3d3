// send: by the running gateway and without one, what arrives, and what is refused.
#include <csignal>

#include "e2e/channel_fixture.hpp"
#include "image/jpeg.hpp"

using namespace zgw;
using e2e::Channel;
using e2e::Ran;
using e2e::Running;
using simulator::Report;

namespace {

/// A gateway with a control socket, and the command that uses it.
struct Gateway {
  Gateway() {
    std::filesystem::create_directory(folder.path() / "run");
    running.emplace(simulator::Stage::Settings{
        .environment = {"RUNTIME_DIRECTORY=" + (folder.path() / "run").string() + ":/elsewhere"}});
    // To the service it is ready when it has logged on; what is online the service says after that.
    for (const char* channel :
         {"account cos, channel \"Rescue 1\": online", "account vox, channel \"Event Crew\": online"})
      REQUIRE(stage().wait_until([&] { return stage().log().find(channel) != std::string::npos; }));
  }
  [[nodiscard]] std::string socket() const { return (folder.path() / "run/control.sock").string(); }
  Ran send(const std::string& what, std::vector<std::string> more) {
    std::vector<std::string> arguments = {"send", what, "--socket", socket()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return {running->stage, arguments};
  }
  [[nodiscard]] std::optional<Report> seen(Report::What what) const {
    for (const Report& report : running->stage.reports()) {
      if (report.what == what) return report;
    }
    return std::nullopt;
  }
  simulator::Stage& stage() { return running->stage; }

  e2e::Folder folder;
  std::optional<Running> running;
};

// A JPEG of 600 by 400 pixels; its path.
std::string picture(const e2e::Folder& folder) {
  image::Pixels pixels{600, 400, {}};
  for (unsigned i = 0; i < 600 * 400 * 3; ++i) pixels.rgb.push_back(static_cast<std::uint8_t>(i / 700));
  const auto jpeg = image::write_jpeg(pixels, 80).value();
  const auto path = folder.path() / "picture.jpg";
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(jpeg.data()), static_cast<std::streamsize>(jpeg.size()));
  return path.string();
}

}  // namespace

TEST_CASE("send: a text, a location and an image go into the channel by the running gateway, and key no radio") {
  Gateway gateway;
  CHECK(gateway.send("text", {"--bridge", "cos", "Road \x1b[2J closed"}).status == 0);
  CHECK(gateway.send("location", {"--channel", "Rescue 1", "--latitude", "-46.7", "--longitude", "8.2"}).status == 0);
  const Ran image = gateway.send("image", {"--channel", "Rescue 1", "--for", "alice", picture(gateway.folder)});
  CHECK(image.status == 0);
  CHECK(image.output.empty());
  REQUIRE(gateway.stage().wait_until([&] { return gateway.seen(Report::What::image).has_value(); }));
  CHECK(gateway.seen(Report::What::text)->text == "Road \x1b[2J closed");
  CHECK(gateway.seen(Report::What::text)->user == "gateway-cos");
  CHECK(gateway.seen(Report::What::text)->channel == "Rescue 1");
  CHECK(gateway.seen(Report::What::location).has_value());
  for (auto& corner : gateway.stage().corners()) CHECK(corner.radio->keyings().empty());
  CHECK(gateway.running->end(SIGTERM) == 0);
  std::vector<std::string> sent;
  for (const auto& event : simulator::read_journal(gateway.stage().journal_file())) {
    if (event.event == "sent") sent.push_back(event.texts.at("what"));
  }
  CHECK(sent == std::vector<std::string>{"text", "location", "image"});
  CHECK(gateway.stage().log().find("cos: text \"Road \\x1b[2J closed\" sent") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(gateway.socket()));
}

TEST_CASE("send: what the gateway or its channel cannot take is refused in words, with status 1") {
  Gateway gateway;
  const Ran where = gateway.send("text", {"hello"});
  CHECK(where.status == 1);
  CHECK(where.says("several bridges fit, \"cos\" and \"vox\""));
  const Ran nowhere = gateway.send("text", {"--channel", "rescue 1", "hello"});
  CHECK(nowhere.status == 1);
  CHECK(nowhere.says("no bridge of this gateway fits"));
  gateway.stage().server().inject([](simulator::ChannelService& service) {
    return service.set_rules("Rescue 1", {.images = false, .texting = false});
  });
  const auto path = picture(gateway.folder);
  const Ran image = gateway.send("image", {"--bridge", "cos", path});
  CHECK(image.status == 1);
  CHECK(image.says("not sent: the channel takes no images"));
  CHECK(gateway.send("text", {"--bridge", "cos", "hello"}).says("not sent: the channel takes no texts"));
  gateway.stage().server().inject([](simulator::ChannelService& service) {
    service.refuse_next_message("no permission");
    return simulator::Actions{};
  });
  const Ran refused = gateway.send("text", {"--bridge", "vox", "hello"});
  CHECK(refused.status == 1);
  CHECK(refused.says("not sent: no permission"));
  CHECK_FALSE(gateway.seen(Report::What::text).has_value());
  CHECK_FALSE(gateway.seen(Report::What::image).has_value());
}

TEST_CASE("a gateway that cannot open its control socket says so and bridges without") {
  Running running({.environment = {"RUNTIME_DIRECTORY=/nowhere"}});
  auto& corner = running.corner(0);
  corner.user->say(running.speech({16000}, "Testing."));
  CHECK(running.stage.wait_until([&] { return !corner.radio->keyings().empty(); }));
  CHECK(running.end(SIGTERM) == 0);
  CHECK(running.stage.log().find("no control socket: /nowhere/control.sock: ") != std::string::npos);
}

TEST_CASE("send: what can never be sent is refused before anybody is asked, with status 64, and no gateway with 69") {
  const e2e::Folder folder;
  const std::string nobody = (folder.path() / "nobody.sock").string();
  const auto send = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "send");
    arguments.insert(arguments.end(), {"--socket", nobody});
    return std::make_unique<e2e::Finished>(arguments);
  };
  const auto refused = [&](const std::vector<std::string>& arguments, const std::string& words) {
    const auto finished = send(arguments);
    CAPTURE(finished->output);
    return WEXITSTATUS(finished->status) == 64 && finished->says(words);
  };
  CHECK(refused({"text", std::string(30721, 'a')}, "a text of 30721 bytes; the service takes at most 30720"));
  CHECK(refused({"text", ""}, "an empty text"));
  CHECK(refused({"location", "--latitude", "91", "--longitude", "0"}, "a latitude beyond 90 degrees"));
  CHECK(refused({"location", "--latitude", "1"}, "--longitude is required"));
  const std::string path = (folder.path() / "file").string();
  CHECK(refused({"image", path}, "cannot be read"));
  std::ofstream(path) << "GIF89a, which is no JPEG";
  CHECK(refused({"image", path}, "it is no JPEG"));
  std::ofstream(path) << std::string(2'000'001, 'x');
  CHECK(refused({"image", path}, "an image of more than 2000000 bytes"));
  const auto alone = send({"text", "hello"});
  CHECK(WEXITSTATUS(alone->status) == 69);
  CHECK(alone->says(nobody + ": No such file or directory; does the gateway run"));
  CHECK(alone->says("`send` with --config sends without it"));
  const e2e::Finished tone({"test-tone", "--socket", nobody});
  CHECK(WEXITSTATUS(tone.status) == 69);
  CHECK(tone.says("A tone is transmitted by the running one alone"));
  CHECK_FALSE(tone.says("--config"));
}

TEST_CASE("send --config sends nothing where bridge, channel and account do not agree, with status 64") {
  const e2e::Folder folder;
  const std::string config = (folder.path() / "gateway.yaml").string();
  const std::string account =
      ": {service: work, network: acme, url: \"wss://127.0.0.1:1/ws\", username: u, "
      "password: {env: HOME}}";
  std::ofstream(config) << "accounts: {a" + account + ", b" + account + "}\n"
                        << "radios: {r: {sound: {device: x}, cos: {source: none}, ptt: {method: none}}}\n"
                        << "bridges: [{name: one, account: a, radio: r, channel: A}]\n";
  const auto refused = [&](std::vector<std::string> where, const std::string& words) {
    where.insert(where.begin(), {"send", "text", "--config", config, "hello"});
    const e2e::Finished finished(where);
    CAPTURE(finished.output);
    CHECK(finished.says(words));
    CHECK_FALSE(finished.says("log on once"));  // nobody was asked
    CHECK(WEXITSTATUS(finished.status) == 64);
  };
  refused({"--bridge", "typo"}, "no bridge is called \"typo\"; there is \"one\"");
  refused({"--bridge", "one", "--channel", "B"}, "bridge \"one\" is for channel \"A\", and not for \"B\"");
  refused({"--bridge", "one", "--account", "b"}, "bridge \"one\" is for account \"a\", and not for \"b\"");
  refused({"--account", "c"}, "no account is called \"c\"; there is \"a\", \"b\"");
  refused({"--account", "b"}, "this account has no bridge: say which channel");
  for (const char* option : {"--bridge", "--channel", "--account", "--for"}) refused({option, ""}, "is empty");
  const e2e::Finished gateways({"send", "text", "--account", "b", "hello"});  // the running gateway has its own
  CHECK(WEXITSTATUS(gateways.status) == 64);
  CHECK(gateways.says("--account requires --config"));
}

TEST_CASE("send --config logs on by itself, and listen shows what came, the image with its size") {
  Channel channel;
  channel.listen();
  REQUIRE(channel.comes_to_say("online"));
  const std::vector<std::string> by_itself = {
      "--config", channel.stage.config_file().string(), "--account", "vox", "--channel", "Rescue 1"};
  const auto send = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "send");
    arguments.insert(arguments.end(), by_itself.begin(), by_itself.end());
    return Ran(channel.stage, arguments);
  };
  const std::string path = picture(channel.folder);
  const Ran image = send({"image", path});
  CHECK(image.status == 0);
  CHECK(image.says("a gateway that runs with account vox loses its link now"));
  REQUIRE(channel.comes_to_say("\"Rescue 1\" image from \"gateway-vox\", 600 x 400, " +
                               std::to_string(std::filesystem::file_size(path)) + " bytes\n"));
  CHECK(send({"text", "Bring blankets", "--for", "gateway-cos"}).status == 0);
  REQUIRE(channel.comes_to_say("text from \"gateway-vox\" to \"gateway-cos\": \"Bring blankets\""));
  channel.stage.server().inject([](simulator::ChannelService& service) {
    service.refuse_next_logon("invalid password");
    return simulator::Actions{};
  });
  CHECK(send({"text", "hello"}).status == 69);
  CHECK(channel.end(SIGTERM) == 0);
}

TEST_CASE("test-tone: the running gateway transmits it, for as long as it was asked to, and unkeys") {
  Gateway gateway;
  auto& corner = gateway.stage().corners().front();
  CHECK(Ran(gateway.stage(), {"test-tone", "--socket", gateway.socket(), "--seconds", "61"}).status == 64);
  CHECK(Ran(gateway.stage(), {"test-tone", "--socket", gateway.socket(), "--bridge", "uhf"}).status == 1);
  CHECK(corner.radio->keyings().empty());
  const std::vector<std::string> tone = {"test-tone", "--socket", gateway.socket(), "--bridge", corner.name,
                                         "--hertz",   "1000",     "--level",        "-12",      "--seconds",
                                         "2"};
  CHECK(Ran(gateway.stage(), tone).status == 0);
  const auto done = [&] { return !corner.radio->keyings().empty() && corner.radio->keyings().back().off; };
  REQUIRE(gateway.stage().wait_until(done));
  const auto keying = corner.radio->keyings().back();
  const std::vector<float> heard = corner.radio->transmitted(keying.on, *keying.off).pcm;
  std::size_t loud = 0;
  std::size_t turns = 0;
  for (std::size_t i = 1; i < heard.size(); ++i) {
    loud += std::abs(heard[i]) > 0.01F ? 1U : 0U;
    turns += heard[i - 1] < 0 && heard[i] >= 0 ? 1U : 0U;
  }
  CHECK(loud > std::size_t{48000} * 2 * 9 / 10);
  CHECK(turns >= 1990);
  CHECK(turns <= 2010);
}
