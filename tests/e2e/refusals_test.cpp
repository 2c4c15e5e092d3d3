// What bad input gets: one clear line and an exit status of its own.
#include <sys/wait.h>

#include "e2e/stage_fixture.hpp"
#include "net/make_keys.hpp"

using namespace zgw;
using e2e::Finished;

namespace {

constexpr int start_failed = 69;
constexpr int configuration = 78;

// A stage whose gateway is expected to end by itself; its log and its status.
struct Refused {
  explicit Refused(simulator::Stage::Settings settings) {
    settings.directory = folder.path() / "stage";
    settings.gateway = ZGW_GATEWAY;
    settings.alsa_plugin = ZGW_ALSA_PLUGIN;
    simulator::Stage stage(io, settings);
    stage.start_gateway();
    ended = stage.wait_until([&] { return stage.gateway().ended().has_value(); });
    if (ended) status = WEXITSTATUS(*stage.gateway().ended());
    log = stage.log();
    for (const auto& corner : stage.corners()) keyed = keyed || !corner.radio->keyings().empty();
  }

  e2e::Folder folder;
  asio::io_context io{1};
  bool ended = false;
  int status = 0;
  bool keyed = false;
  std::string log;
};

std::string write(const e2e::Folder& folder, const std::string& text) {
  const auto path = folder.path() / "gateway.yaml";
  std::ofstream(path) << text;
  return path.string();
}

std::string minimal(const e2e::Folder& folder, const std::string& sound, const std::string& ptt) {
  return "gateway: {state: " + folder.path().string() +
         "}\n"
         "status: {listen: off}\n"
         "accounts: {a: {service: work, network: acme, username: u, password: {value: hush-hush}}}\n"
         "radios: {r: {sound: {device: \"" +
         sound + "\"}, cos: {source: none}, ptt: " + ptt +
         "}}\n"
         "bridges: [{name: b, account: a, radio: r, channel: c}]\n";
}

}  // namespace

TEST_CASE("a configuration error: every one with file, line and column, status 78") {
  const e2e::Folder folder;
  const std::string path =
      write(folder, "accounts: {}\nradios: {}\nbridges: []\nsupervisor: {idle_pingg: 30s}\nnonsense: 1\n");
  for (const std::string command : {"check", "run"}) {
    const Finished run(command == "run" ? std::vector<std::string>{"run", "--config", path}
                                        : std::vector<std::string>{"check", path});
    CHECK(WEXITSTATUS(run.status) == configuration);
    CHECK(run.says(path + ":4:14: supervisor.idle_pingg: unknown key; did you mean idle_ping?"));
    CHECK(run.says(path + ":5:1: nonsense: unknown key"));
  }
}

TEST_CASE("an address that is none is found before anything starts, and what may be a password in it is not shown") {
  const e2e::Folder folder;
  const std::string text =
      minimal(folder, "hw:CARD=Nowhere", "{method: file, path: " + (folder.path() / "ptt").string() + "}");
  const std::string service = "service: work, network: acme";
  const auto with = [&](const std::string& url) {
    return write(folder,
                 std::string(text).replace(text.find(service), service.size(), "service: work, url: '" + url + "'"));
  };
  for (const char* url : {"wss://", "wss://host:99999/ws", "wss://u:hunter2@host/ws", "wss://a b/ws"}) {
    CAPTURE(url);
    const std::string path = with(url);
    for (const std::string command : {"check", "run"}) {
      const Finished run(command == "run" ? std::vector<std::string>{"run", "--config", path}
                                          : std::vector<std::string>{"check", path});
      CHECK(WEXITSTATUS(run.status) == configuration);
      CHECK(run.says(path + ":3:36: accounts.a.url: "));
      CHECK_FALSE(run.says("hunter2"));
    }
  }
}

TEST_CASE("a radio is unkeyed whatever is wrong with accounts and bridges, and not by lines that may be others") {
  const e2e::Folder folder;
  const auto ptt = folder.path() / "ptt";
  const std::string text = minimal(folder, "hw:CARD=Nowhere", "{method: file, path: " + ptt.string() + "}");
  const auto unkey_with = [&](const std::string& part, const std::string& wrong) {
    return Finished(
        {"unkey", "--config", write(folder, std::string(text).replace(text.find(part), part.size(), wrong))});
  };
  const Finished refused = unkey_with("method: file", "activ: low, method: file");
  CHECK(WEXITSTATUS(refused.status) == configuration);
  CHECK(refused.says("radios.r.ptt.activ: unknown key"));
  CHECK_FALSE(std::filesystem::exists(ptt));
  const Finished done = unkey_with("network: acme", "netwrok: acme");
  CHECK(done.status == 0);
  CHECK(done.says("warning: "));
  CHECK(done.says("accounts.a.netwrok: unknown key"));
  CHECK(std::filesystem::exists(ptt));
}

TEST_CASE("a configuration that is not there: status 78") {
  const Finished run({"check", "/nonexistent/gateway.yaml"});
  CHECK(WEXITSTATUS(run.status) == configuration);
  CHECK(run.says("/nonexistent/gateway.yaml: cannot be read"));
}

TEST_CASE("a missing sound card: one line that names it, status 69, and the secret in no line") {
  const e2e::Folder folder;
  const Finished run({"run", "--config", write(folder, minimal(folder, "hw:CARD=Nowhere", "{method: none}"))});
  CHECK(WEXITSTATUS(run.status) == start_failed);
  CHECK(run.says("radio r: "));
  CHECK(run.says("hw:CARD=Nowhere"));
  CHECK_FALSE(run.says("hush-hush"));
}

TEST_CASE("a missing GPIO chip: one line that names it, status 69") {
  const e2e::Folder folder;
  const Finished run(
      {"run", "--config", write(folder, minimal(folder, "null", "{method: gpio, chip: gpiochip77, line: 27}"))});
  CHECK(WEXITSTATUS(run.status) == start_failed);
  CHECK(run.says("radio r: "));
  CHECK(run.says("gpiochip77"));
}

TEST_CASE("a missing HID interface or serial port, or a file in its place: one line that names it, status 69") {
  const e2e::Folder folder;
  const auto starts = [&](const std::string& ptt) {
    return Finished({"run", "--config", write(folder, minimal(folder, "null", ptt))});
  };
  const Finished hid = starts("{method: cm108, device: \"ffff:ffff\"}");
  CHECK(WEXITSTATUS(hid.status) == start_failed);
  CHECK(hid.says("radio r: no HID interface \"ffff:ffff\"; there are: "));
  const Finished card = starts("{method: cm108}");
  CHECK(WEXITSTATUS(card.status) == start_failed);
  CHECK(card.says("radio r: no HID interface to key with: the sound card \"null\" is not there or not on USB"));
  const Finished port = starts("{method: serial_rts, device: /dev/serial/by-id/nothing}");
  CHECK(WEXITSTATUS(port.status) == start_failed);
  CHECK(port.says("radio r: cannot open /dev/serial/by-id/nothing: No such file or directory"));
  const Finished file = starts("{method: serial_rts, device: /dev/null}");
  CHECK(WEXITSTATUS(file.status) == start_failed);
  CHECK(file.says("radio r: /dev/null is no serial port"));
}

TEST_CASE("check says which pin or line keys the radio and which one is its squelch") {
  const e2e::Folder folder;
  const auto checked = [&](const std::string& ptt, const std::string& cos) {
    std::string text = minimal(folder, "hw:CARD=Device", ptt);
    return Finished({"check", write(folder, text.replace(text.find("cos: {source: none}"), 19, "cos: " + cos))});
  };
  const Finished cm108 = checked("{method: cm108}", "{source: cm108}");
  CHECK(cm108.says("PTT by GPIO3 of the sound card's own HID, keyed when high"));
  CHECK(cm108.says("opened by COS on VOL_DN of the sound card's own HID, carrier when low"));
  const Finished serial =
      checked("{method: serial_dtr, device: /dev/ttyACM0}", "{source: serial, device: /dev/ttyACM0, pin: ri}");
  CHECK(serial.says("PTT by DTR of /dev/ttyACM0"));
  CHECK(serial.says("opened by COS on RI of /dev/ttyACM0, carrier when low"));
}

TEST_CASE("a certificate that nobody vouches for: refused, status 69, nothing keyed") {
  const Refused refused({.with_ca_file = false});
  REQUIRE(refused.ended);
  CHECK(refused.status == start_failed);
  CHECK(refused.log.find("not signed by an authority known here") != std::string::npos);
  CHECK_FALSE(refused.keyed);
}

TEST_CASE("a certificate for another host: refused, status 69") {
  const Refused refused({.certificate_host = "elsewhere.example.org"});
  REQUIRE(refused.ended);
  CHECK(refused.status == start_failed);
  INFO(refused.log);
  CHECK(refused.log.find("the server's certificate is for another host name") != std::string::npos);
}

TEST_CASE("refused credentials: one line that says so, status 69") {
  const Refused refused({.gateway_password = "not-the-password"});
  REQUIRE(refused.ended);
  CHECK(refused.status == start_failed);
  CHECK(refused.log.find("logon refused: not authorized") != std::string::npos);
  CHECK(refused.log.find("not-the-password") == std::string::npos);
}

TEST_CASE("an unknown channel: one line that names it, status 69") {
  const Refused refused({.gateway_channel = "No Such Channel"});
  REQUIRE(refused.ended);
  CHECK(refused.status == start_failed);
  CHECK(refused.log.find("channel \"No Such Channel\"") != std::string::npos);
}

TEST_CASE("help teaches, an unknown subcommand gets status 64") {
  const Finished help({"--help"});
  CHECK(help.status == 0);
  for (const char* verb : {"run", "check", "unkey", "demo", "channel-server", "token", "devices", "version", "send",
                           "listen", "test-tone"})
    CHECK(help.says(verb));
  const std::vector<std::pair<std::vector<std::string>, std::string>> unknown = {
      {{"chek", "gateway.yaml"}, "\"chek\" is no command; there is \"run\", "},
      {{"send", "tetx", "hello"}, "\"tetx\" is no command of send; there is \"text\", \"image\", \"location\"\n"}};
  for (const auto& [words, answer] : unknown) {
    const Finished finished(words);
    CHECK(WEXITSTATUS(finished.status) == 64);
    CHECK_MESSAGE(finished.says(answer), finished.output);
  }
  CHECK(Finished({"send"}).says("A subcommand is required"));
  CHECK(Finished({"check"}).says("config is required"));
  const Finished version({"version"});
  const Finished option({"--version"});
  CHECK(option.status == 0);
  CHECK(option.output == version.output);
  for (const char* name : {"zello-gateway ", "libopus ", "alsa-lib ", "libgpiod ", "OpenSSL "})
    CHECK(version.says(name));
  CHECK(Finished({"devices"}).status == 0);
}

TEST_CASE("check says what would happen, and touches nothing") {
  const e2e::Folder folder;
  const Finished check(
      {"check", write(folder, minimal(folder, "hw:CARD=Nowhere", "{method: gpio, line: 27, active: low}"))});
  CHECK(check.status == 0);
  CHECK(check.says("PTT by gpiochip0:27, keyed when low"));
  CHECK(check.says("time-out 180 s"));
  CHECK(check.says("from the channel: texts in the log; locations in the log; images nowhere"));
  CHECK_FALSE(check.says("on the air:"));

  std::string more = minimal(folder, "hw:CARD=Nowhere", "{method: none}");
  more.replace(more.find("channel: c"), 10,
               "channel: c, duplex: full, station_id: {callsign: N0CALL}, courtesy_tone: {}");
  more.replace(more.find("cos: {"), 6, "tx_audio: {ctcss: 88.5Hz}, cos: {");
  CHECK(Finished({"check", write(folder, more)})
            .says("on the air: full duplex, CTCSS of 88.5 Hz, call sign N0CALL every 600 s, courtesy tone"));
}

TEST_CASE("a PIN that is none is told by check, and ends run with the status of a configuration, without showing it") {
  const e2e::Folder folder;
  std::string text = minimal(folder, "null", "{method: none}");
  text.replace(text.find("cos: {source: none}"), 19, "cos: {source: vox}");
  text.replace(text.find("channel: c"), 10, "channel: c, dtmf: {pin: {value: \"98x7\"}}");
  for (const auto& words :
       {std::vector<std::string>{"check", write(folder, text)}, {"run", "--config", write(folder, text)}}) {
    const Finished refused(words);
    CHECK(WEXITSTATUS(refused.status) == 78);
    CHECK(refused.says("PIN"));
    CHECK_FALSE(refused.says("98x7"));
  }
}
