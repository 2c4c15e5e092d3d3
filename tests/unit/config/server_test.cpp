// The channel server's configuration: what is understood, what is refused and in which words.
#include "config/server.hpp"

#include <fstream>
#include <sstream>

#include <doctest/doctest.h>

using namespace zgw;
using config::load_server;

namespace {

std::string file(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(std::string(ZGW_SOURCE_DIR) + "/" + name).rdbuf();
  REQUIRE_FALSE(text.str().empty());
  return text.str();
}

const std::string good =
    "accounts: {alice: {password: {env: HOME}}, bob: {password: {env: HOME}}}\n"
    "channels: {Rescue 1: {members: [alice, bob], talkers: [alice]}, Second: {}}\n";

std::string only_error(const std::string& text) {
  const auto errors = load_server(text, "f").errors;
  REQUIRE(errors.size() == 1);
  return errors[0];
}

std::string error_with(const std::string& part, const std::string& instead) {
  std::string text = good;
  const std::size_t at = text.find(part);
  REQUIRE(at != std::string::npos);
  return only_error(text.replace(at, part.size(), instead));
}

}  // namespace

TEST_CASE("a small channel server is understood, with the defaults") {
  const auto loaded = load_server(good, "f");
  CHECK(loaded.errors.empty());
  CHECK(loaded.warnings.empty());
  const config::Server& server = loaded.server;
  CHECK(server.listen->host == "127.0.0.1");
  CHECK(server.listen->port == 8443);
  CHECK_FALSE(server.open);
  CHECK_FALSE(server.strict);
  CHECK(server.anonymous);
  CHECK(server.channels_per_session == 100);
  CHECK(server.issuers.empty());
  CHECK(server.accounts.size() == 2);
  const config::ServerChannel& rescue = server.channels.at("Rescue 1");
  CHECK(rescue.members == std::set<std::string>{"alice", "bob"});
  CHECK(rescue.talkers == std::set<std::string>{"alice"});
  const config::ServerChannel& second = server.channels.at("Second");
  CHECK((second.texts && second.images && second.locations && second.anonymous && !second.has_password));
  CHECK_FALSE(second.members);
  CHECK(second.talkers_at_once == 1);
}

TEST_CASE("every key of a channel server is read") {
  const auto loaded = load_server(
      "server: {listen: \"[::1]:0\", certificate: c, key: k, open: on, strict: on, anonymous: off, "
      "channels_per_session: 1}\n"
      "issuers: {i: {public_key: p}}\n"
      "channels: {c: {texts: off, images: off, locations: off, anonymous: off, has_password: on, members: [], "
      "talkers_at_once: 2}}\n",
      "f");
  CHECK(loaded.errors.empty());
  const config::Server& server = loaded.server;
  CHECK(server.listen->host == "::1");
  CHECK(server.certificate == "c");
  CHECK(server.key == "k");
  CHECK((server.open && server.strict && !server.anonymous));
  CHECK(server.channels_per_session == 1);
  CHECK(server.issuers.at("i").public_key == "p");
  const config::ServerChannel& channel = server.channels.at("c");
  CHECK((!channel.texts && !channel.images && !channel.locations && !channel.anonymous && channel.has_password));
  CHECK(channel.members == std::set<std::string>());
  CHECK(channel.talkers_at_once == 2);
}

TEST_CASE("each error of a channel server's file has its place, its key and what is allowed") {
  CHECK(error_with("talkers: [alice]", "talkers: [carol]") ==
        "f:2:55: channels.Rescue 1.talkers: \"carol\" is not among the accounts: \"alice\", \"bob\"");
  CHECK(error_with("members: [alice, bob]", "members: [bob]") ==
        "f:2:48: channels.Rescue 1.talkers: \"alice\" is not among the members");
  CHECK(error_with("[alice, bob]", "alice") ==
        "f:2:32: channels.Rescue 1.members: a list of names belongs here: [alice, bob]");
  CHECK(error_with("[alice, bob]", "[alice, bob, bob]") ==
        "f:2:45: channels.Rescue 1.members: \"bob\" stands here twice");
  CHECK(error_with("Second: {}", "Second: {image: off}") ==
        "f:2:74: channels.Second.image: unknown key; did you mean images?");
  CHECK(error_with("bob: {password: {env: HOME}}", "bob: {}") == "f:1:49: accounts.bob.password: is missing");
  CHECK(only_error("server: {listen: off}\n" + good) ==
        "f:1:18: server.listen: a server listens somewhere: an address and a port");
  CHECK(only_error("server: {key: k}\n" + good) == "f:1:15: server.key: certificate and key belong together");
  CHECK(only_error("issuers: {i: {}}\n" + good) == "f:1:14: issuers.i.public_key: is missing");
  CHECK(load_server("server: {}\n", "f").errors.size() == 2);  // nobody could log on, nor anywhere
  CHECK(load_server("server: {open: on}\n", "f").errors.empty());
}

TEST_CASE("a password of a channel server is in no message") {
  const std::string secret = "correct-horse-battery";
  for (const std::string& text : {"{value: " + secret + "}", secret, "{vaule: " + secret + "}"}) {
    const auto loaded = load_server("accounts: {a: {password: " + text + "}}\nchannels: {c: {}}\n", "f");
    CHECK(loaded.errors.size() + loaded.warnings.size() > 0);
    for (const auto& list : {loaded.errors, loaded.warnings}) {
      for (const std::string& line : list) CHECK(line.find(secret) == std::string::npos);
    }
  }
}

TEST_CASE("the channel server's example is sound, and what it comments out is the default") {
  const std::string example = file("config/channel-server.yaml");
  CHECK(load_server(example, "example").errors == std::vector<std::string>{});
  const std::set<std::string> not_defaults = {"certificate", "issuers", "members", "talkers"};
  std::istringstream lines(example);
  std::string all;
  int defaults = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t hash = line.find("# ");
    const std::size_t colon = line.find(':');
    const bool commented = hash != std::string::npos && line.find_first_not_of(' ') == hash && hash > 0;
    if (commented && colon != std::string::npos && not_defaults.count(line.substr(hash + 2, colon - hash - 2)) == 0) {
      line.erase(hash, 2);
      ++defaults;
    }
    all += line + "\n";
  }
  CHECK(defaults == 11);
  const auto loaded = load_server(all, "all");
  CHECK(loaded.errors == std::vector<std::string>{});
  const config::Server plain;
  const config::ServerChannel channel;
  const config::Server& server = loaded.server;
  CHECK(server.listen->host == plain.listen->host);
  CHECK(server.listen->port == plain.listen->port);
  CHECK(std::tie(server.open, server.strict, server.anonymous, server.channels_per_session) ==
        std::tie(plain.open, plain.strict, plain.anonymous, plain.channels_per_session));
  const config::ServerChannel& shown = server.channels.at("Baker Street 221B");
  CHECK(std::tie(shown.texts, shown.images, shown.locations, shown.anonymous, shown.has_password,
                 shown.talkers_at_once) == std::tie(channel.texts, channel.images, channel.locations, channel.anonymous,
                                                    channel.has_password, channel.talkers_at_once));
}

TEST_CASE("docs/channel-server.md has every key of its configuration, and no other") {
  std::istringstream lines(file("docs/channel-server.md"));
  std::set<std::string> documented;
  for (std::string line; std::getline(lines, line);) {  // rows of tables that begin with a key: | `a.b` | …
    const bool row = line.rfind("| `", 0) == 0;
    const std::string key = row ? line.substr(3, line.find('`', 3) - 3) : "";
    if (row && key.rfind("--", 0) != 0) documented.insert(key);
  }
  CHECK(documented == config::known_server_keys());
}
