// The channel server as a program: its file, its tokens, its rules, and what it says of a client that breaks them.
#include <chrono>

#include <asio/executor_work_guard.hpp>
#include <sys/wait.h>

#include "e2e/stage_fixture.hpp"
#include "net/make_keys.hpp"
#include "net/rs256.hpp"
#include "net/websocket_client.hpp"
#include "zello/jwt.hpp"

using namespace zgw;
using e2e::Finished;
using e2e::Folder;

namespace {

void write_secret(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << text;
  std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

// The program with a file of its own, once it listens.
struct Server {
  explicit Server(bool with_tokens = false, std::vector<std::string> arguments = {}) {
    std::ofstream(path("issuer.pub")) << issuer.public_pem;
    write_secret(path("password"), "s3cret");
    const std::string account = ": {password: {file: " + path("password") + "}}";
    std::ofstream(path("server.yaml")) << "server: {listen: \"127.0.0.1:0\"}\n"
                                       << "accounts: {alice" + account + ", bob" + account + ", carol" + account + "}\n"
                                       << "channels: {Rescue: {members: [alice, bob], talkers: [alice]}}\n"
                                       << (with_tokens ? "issuers: {me: {public_key: " + path("issuer.pub") + "}}\n"
                                                       : "");
    arguments.insert(arguments.begin(), {ZGW_GATEWAY, "channel-server", "--directory", folder.path().string(),
                                         "--config", path("server.yaml")});
    child = std::make_unique<simulator::ChildProcess>(
        simulator::ChildProcess::Command{std::move(arguments), {}, folder.path() / "output"});
    REQUIRE(run_until([&] { return says("ca_file: ") || child->ended(); }));
    REQUIRE_FALSE(child->ended());
  }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder.path() / name).string(); }
  [[nodiscard]] std::string output() const {
    std::ostringstream text;
    text << std::ifstream(folder.path() / "output").rdbuf();
    return text.str();
  }
  [[nodiscard]] bool says(const std::string& words) const { return output().find(words) != std::string::npos; }

  bool run_until(const std::function<bool()>& condition) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > give_up) return false;
      io.restart();
      io.run_one_for(std::chrono::milliseconds(20));
    }
    return true;
  }

  [[nodiscard]] net::Endpoint endpoint() const {
    const std::string text = output();
    const std::size_t at = text.find("127.0.0.1:") + 10;
    return {{"127.0.0.1", std::stoi(text.substr(at)), "/ws"}, folder.path() / "channel-server.pem"};
  }

  std::unique_ptr<simulator::ChannelUser> user(const std::string& name, bool with_token = false) {
    zello::Logon logon;
    logon.username = name;
    logon.password = "s3cret";
    logon.channels = {"Rescue"};
    if (with_token) {
      const auto expires = std::chrono::system_clock::now().time_since_epoch() + std::chrono::hours(1);
      const std::string input =
          zello::jwt_signing_input("me", std::chrono::duration_cast<std::chrono::seconds>(expires).count());
      logon.auth_token = zello::jwt_assemble(input, net::rs256_sign(issuer.private_pem, input).value());
    }
    auto made = std::make_unique<simulator::ChannelUser>(io, endpoint(), logon);
    made->log_on();
    return made;
  }

  int end() {
    child->signal(SIGTERM);
    return WEXITSTATUS(child->wait());
  }

  Folder folder;
  net::KeyPair issuer = net::make_rsa_key();
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(io);
  std::unique_ptr<simulator::ChildProcess> child;
};

// A client that says what a well-behaved one would not.
struct Raw final : zello::TransportEvents {
  Raw(asio::io_context& io, const net::Endpoint& endpoint) : client(io, endpoint, {}, *this) { client.connect(); }
  void on_open() override { open = true; }
  void on_text(std::string_view message) override { heard.emplace_back(message); }
  void on_binary(std::span<const std::uint8_t>) override {}
  void on_closed(const zello::TransportClosed&) override { open = false; }
  bool open = false;
  std::vector<std::string> heard;
  net::WebSocketClient client;
};

}  // namespace

TEST_CASE("the channel server lets in whom its file says, and lets them do what it says") {
  Server server;
  const auto alice = server.user("alice");
  const auto bob = server.user("bob");
  const auto carol = server.user("carol");
  REQUIRE(server.run_until([&] {
    return alice->online() && bob->online() && server.says("\"carol\" refused in \"Rescue\": no permission");
  }));
  alice->share({.latitude = 46.7, .longitude = 8.2});
  bob->share({.latitude = 1, .longitude = 1});
  REQUIRE(server.run_until([&] { return !bob->places().empty() && !bob->trouble().empty(); }));
  CHECK(bob->places()[0].from == "alice");
  CHECK(bob->trouble() == "no permission");
  CHECK(alice->places().empty());
  CHECK_FALSE(carol->online());
  CHECK(server.says("\"alice\" is at a place shown in \"Rescue\": 46.700000 8.200000\n"));
  CHECK(server.says("service: work   # no token is asked for"));
  CHECK(server.end() == 0);
}

TEST_CASE("a channel server with issuers wants a token that one of them has signed") {
  Server server(true);
  const auto alice = server.user("alice", true);
  const auto bob = server.user("bob");
  REQUIRE(server.run_until([&] { return alice->online() && !bob->trouble().empty(); }));
  CHECK(bob->trouble() == "not enough params");
  server.issuer = net::make_rsa_key();
  const auto forger = server.user("bob", true);
  REQUIRE(server.run_until([&] { return !forger->trouble().empty(); }));
  CHECK(forger->trouble() == "not authorized");
  CHECK(server.says("token: {issuer: "));
  CHECK(server.end() == 0);
}

TEST_CASE("a strict channel server says what a client does against the specification, and ends with status 1") {
  Server server(false, {"--strict"});
  Raw raw(server.io, server.endpoint());
  REQUIRE(server.run_until([&] { return raw.open; }));
  for (const char* message :
       {R"({"command":"logon","seq":1,"username":"alice","password":"s3cret","channels":["Rescue"],"colour":"red"})",
        R"({"command":"send_text_message","seq":1,"channel":"Rescue","text":"t"})", "garbage\u202e"}) {
    CHECK(raw.client.send_text(message));
  }
  REQUIRE(server.run_until([&] { return server.says("invalid json"); }));
  CHECK(server.says("\"alice\" is in \"Rescue\""));
  CHECK(server.says("against the specification: logon: unknown field \"colour\"\n"));
  CHECK(server.says("\"alice\" against the specification: a seq that was used before\n"));
  CHECK(server.end() == 1);
  CHECK(server.says("3 against the specification\n"));
}

TEST_CASE("a strict channel server has nothing to say of the product's own client") {
  Server server(false, {"--strict"});
  const auto alice = server.user("alice");
  REQUIRE(server.run_until([&] { return alice->online(); }));
  alice->write("hello");
  alice->say(simulator::make_speech("Testing.", "en", {16000}, server.folder.path()));
  REQUIRE(server.run_until([&] { return server.says("stops in"); }));
  CHECK(server.end() == 0);
  CHECK(server.says("\n0 against the specification\n"));
}

TEST_CASE("a channel server's file is refused with every error and its place, and what it names must be there") {
  const Folder folder;
  const std::string path = (folder.path() / "server.yaml").string();
  const auto run = [&](const std::string& text) {
    std::ofstream(path) << text;
    return Finished({"channel-server", "--directory", folder.path().string(), "--config", path});
  };
  const Finished wrong = run("server: {listn: x}\nchannels: {c: {talkers: 5}}\n");
  CHECK(WEXITSTATUS(wrong.status) == 78);
  CHECK(wrong.says(path + ":1:10: server.listn: unknown key; did you mean listen?\n"));
  CHECK(wrong.says(path + ":2:25: channels.c.talkers: a list of names belongs here: [alice, bob]"));
  CHECK(wrong.says("accounts: is missing"));
  const Finished missing = run("accounts: {a: {password: {file: /nonexistent}}}\nchannels: {c: {}}\n");
  CHECK(WEXITSTATUS(missing.status) == 69);
  CHECK(missing.says("account a: "));
  const Finished no_key = run("server: {open: on}\nissuers: {me: {public_key: " + path + "}}\n");
  CHECK(WEXITSTATUS(no_key.status) == 69);
  CHECK(no_key.says("issuer me: " + path + " is not an RSA public key in PEM"));
  const Finished both({"channel-server", "--config", path, "--channel", "x"});
  CHECK(WEXITSTATUS(both.status) == 64);
  CHECK(both.says("give either --config, or --account and --channel"));
}

TEST_CASE("a mistake on the channel server's command line has status 64, and an empty file of it 78") {
  const Folder folder;
  const auto run = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"channel-server", "--directory", folder.path().string()});
    const Finished finished(arguments);
    CAPTURE(finished.output);
    return WEXITSTATUS(finished.status);
  };
  CHECK(run({}) == 64);
  CHECK(run({"--open", "--listen", "8443"}) == 64);
  CHECK(run({"--open", "--listen", "nowhere:8443"}) == 64);
  CHECK(run({"--open", "--cert", "x.pem"}) == 64);
  CHECK(run({"--channel", "c", "--account", "alice"}) == 64);
  const std::string path = (folder.path() / "empty.yaml").string();
  std::ofstream(path) << "accounts: {}\nchannels: {}\n";
  CHECK(run({"--config", path}) == 78);
}
