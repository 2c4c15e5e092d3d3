// The configuration: what is understood, what is refused and in which words.
#include <algorithm>
#include <fstream>
#include <random>
#include <set>
#include <sstream>

#include <doctest/doctest.h>

#include "config/load.hpp"
#include "config/values.hpp"
#include "unit/config/good.hpp"

using namespace zgw;
using namespace std::chrono_literals;
using config::check_only;
using config::errors_with;
using config::good;
using config::good_and_quiet;
using config::load;

namespace {

std::string file(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(std::string(ZGW_SOURCE_DIR) + "/" + name).rdbuf();
  REQUIRE_FALSE(text.str().empty());
  return text.str();
}

}  // namespace

TEST_CASE("a small configuration is understood, with the defaults") {
  const auto loaded = load(good_and_quiet, "f");
  CHECK(loaded.errors.empty());
  CHECK(loaded.warnings.empty());
  const auto& ptt = loaded.config.radios.at("r").ptt;
  CHECK(ptt.timeout == 3min);
  CHECK(ptt.lead == 300ms);
  CHECK(ptt.tail == 150ms);
  CHECK(ptt.stall == 1s);
  CHECK(loaded.config.bridges.at(0).hold_radio == 30s);
  CHECK(loaded.config.radios.at("r").vox.open.value == -38);
  CHECK(config::entry_point(loaded.config.accounts.at("a")) == "wss://zellowork.io/ws/acme");
}

TEST_CASE("each error is told with file, line, column, key, what was found and what is allowed") {
  check_only(errors_with("{method: none}", "{method: none, timout: 3m}"),
             "f:2:74: radios.r.ptt.timout: unknown key; did you mean timeout?");
  check_only(errors_with("{method: none}", "{method: none, lead: 300}"),
             "f:2:80: radios.r.ptt.lead: \"300\" has no unit; write for example 300ms or 3m; allowed: 0ms to 5s");
  check_only(errors_with("{method: none}", "{method: none, timeout: 0s}"),
             "f:2:83: radios.r.ptt.timeout: \"0s\" is out of range; allowed: 5s to 1h");
  check_only(errors_with("{method: none}", "{method: none, timeout: off}"),
             "f:2:83: radios.r.ptt.timeout: cannot be turned off; write for example 300ms or 3m; allowed: 5s to 1h");
  check_only(errors_with("{method: none}", "{method: none, lead: 1s, lead: 2s}"),
             "f:2:84: radios.r.ptt.lead: stands here twice");
  check_only(errors_with("{method: none}", "{method: gpio}"),
             "f:2:59: radios.r.ptt.line: is missing: the number or name of the GPIO line");
  check_only(errors_with("{method: none}", "{method: wishful, line: 5}"),
             "f:2:68: radios.r.ptt.method: \"wishful\" is not known here; allowed: gpio, cm108, serial_rts, "
             "serial_dtr, file, none");
  check_only(errors_with("radio: r", "radio: q"), "f:3:40: bridges[0].radio: \"q\" is not among the radios: \"r\"");
  check_only(errors_with("network: acme", "network: \"https://acme.zellowork.com\""),
             "f:1:40: accounts.a.network: is the sub-domain alone, not an address: acme for acme.zellowork.com");
  check_only(errors_with("network: acme", "url: \"ws://x/ws\""),
             "f:1:36: accounts.a.url: \"ws://x/ws\" is not encrypted: write wss:// instead of ws://");
  check_only(errors_with("network: acme", "url: \"wss://x:0/ws\""),
             "f:1:36: accounts.a.url: the port must be a number from 1 to 65535");
  check_only(errors_with("service: work, network: acme", "service: enterprise, server: \"x:0\""),
             "f:1:45: accounts.a.server: is a host name alone, not an address; with :port where it is not 443");
}

TEST_CASE(
    "what is wrong with accounts and bridges leaves the radios sound, and what is wrong elsewhere may be theirs") {
  using config::loaded_with;
  CHECK(load(good, "f").radios_sound);
  CHECK(loaded_with("network: acme", "netwrok: acme").radios_sound);
  CHECK(loaded_with("radio: r", "radio: q").radios_sound);
  CHECK(loaded_with("radios: ", "supervisor: {x: 1}\nstatus: {x: 1}\nradios: ").radios_sound);
  CHECK_FALSE(loaded_with("radios: ", "gateway: {x: 1}\nradios: ").radios_sound);
  for (const char* wrong : {"accountsx: {}\nradios: ", "radios: [", "radios: {}\naccounts: "}) {
    CAPTURE(wrong);
    CHECK_FALSE(loaded_with("radios: ", wrong).radios_sound);
  }
  CHECK_FALSE(loaded_with("{method: none}", "{method: none, activ: low}").radios_sound);
  CHECK_FALSE(load("", "f").radios_sound);
}

TEST_CASE("all errors of a file come at once, in the order of their places") {
  const auto errors = load("accounts: 7\nradios: {}\nbridges: [{name: 5}]\nfoo: 1\n", "f").errors;
  REQUIRE(errors.size() >= 5);
  std::vector<int> lines;
  for (const std::string& error : errors) lines.push_back(error.at(2) - '0');
  CHECK(std::is_sorted(lines.begin(), lines.end()));
  CHECK(errors.back() == "f:4:1: foo: unknown key; known here: accounts, bridges, gateway, radios, status, supervisor");
}

TEST_CASE("the status page has an address and a port, or is off") {
  const auto listen = [](const std::string& value) {
    return load(good_and_quiet + "status: {listen: " + value + "}\n", "f");
  };
  CHECK_FALSE(listen("off").config.status.listen);
  CHECK(load(good, "f").config.status.listen->host == "127.0.0.1");
  CHECK(load(good, "f").config.status.listen->port == 8073);
  CHECK(listen("127.0.0.1:0").config.status.listen->port == 0);
  CHECK(listen("\"[::1]:80\"").config.status.listen->host == "::1");
  CHECK(listen("\"[::1]:80\"").warnings.empty());
  const auto open = listen("0.0.0.0:8073");
  CHECK(open.errors.empty());
  REQUIRE(open.warnings.size() == 1);
  CHECK(open.warnings[0].find("status.listen: not only this machine can read the page") != std::string::npos);
  for (const char* bad : {"8073", "localhost:8073", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
                          "127.0.0.1:80x", "::1:80", "[127.0.0.1]:80", ":80", "on"}) {
    CAPTURE(bad);
    const auto loaded = listen('"' + std::string(bad) + '"');
    REQUIRE(loaded.errors.size() == 1);
    CHECK(loaded.errors[0].find("is not an address and a port") != std::string::npos);
  }
}

TEST_CASE("the lines around PTT are understood, and used once each") {
  const std::string none = "ptt: {method: none}";
  const auto with = [&](const std::string& keys) {
    std::string text = good;
    return load(text.replace(text.find(none), none.size(), "ptt: {method: gpio, line: 27, " + keys + "}"), "f");
  };
  const auto both = with("read_back: {line: 22, active: low}, heartbeat: {line: 23, rate: 2Hz}");
  CHECK(both.errors.empty());
  const auto& ptt = both.config.radios.at("r").ptt;
  REQUIRE(ptt.read_back);
  CHECK(ptt.read_back->line == "22");
  CHECK(ptt.read_back->active == config::Level::low);
  REQUIRE(ptt.heartbeat);
  CHECK(ptt.heartbeat->line == "23");
  CHECK(ptt.heartbeat->rate == 2);
  CHECK(with("read_back: {line: 27}").errors.size() == 1);
  CHECK(with("read_back: {line: 22}, heartbeat: {line: 22}").errors.size() == 1);
  CHECK(with("read_back: {active: low}").errors.size() == 1);
  CHECK(with("heartbeat: {line: 23, rate: 5}").errors.size() == 1);
  CHECK(with("heartbeat: {line: 23, rate: 3Hz}").errors.size() == 1);
  const auto plain = with("stall: 1s");
  CHECK_FALSE(plain.config.radios.at("r").ptt.read_back);
  CHECK_FALSE(plain.config.radios.at("r").ptt.heartbeat);
}

TEST_CASE("the key guard is on, and to do without it is possible and earns a warning") {
  CHECK(load(good, "f").config.gateway.key_guard);
  const auto without = load("gateway: {key_guard: off}\n" + good_and_quiet, "f");
  CHECK(without.errors.empty());
  CHECK_FALSE(without.config.gateway.key_guard);
  REQUIRE(without.warnings.size() == 1);
  CHECK(without.warnings[0].rfind("f:1:22: gateway.key_guard: ", 0) == 0);
}

TEST_CASE("contradictions are refused") {
  CHECK(errors_with("cos: {source: vox}", "cos: {source: vox}, vox: {open: -50dBFS}").size() == 1);  // close above open
  CHECK(errors_with("device: x", "device: x, buffer: 79ms").size() == 1);  // less than four periods
  CHECK(errors_with("device: x", "device: x, buffer: 80ms").empty());
  CHECK(errors_with("device: x", "device: x, period: 40ms").size() == 1);
  CHECK(errors_with("username: u, ", "").size() == 2);  // a password without a name; so it only listens
  CHECK(errors_with("service: work, network: acme, ", "").size() == 1);  // consumer without a token
  CHECK(errors_with("network: acme", "network: acme, listen_only: on").size() == 1);
  CHECK(errors_with("{method: none}", "{method: none, lead: 4s, tail: 1s, timeout: 5s}").size() == 1);
  CHECK(errors_with("channel: c}]", "channel: c}, {name: b, account: a, radio: r, channel: c}]").size() == 3);
}

TEST_CASE("what is not YAML, or hostile, gets one clear error and nothing else") {
  CHECK(load("a: [1, 2", "f").errors.size() == 1);
  CHECK(load("", "f").errors.size() == 1);
  CHECK(load(std::string("a: \0b", 5), "f").errors.size() == 1);
  CHECK(load(std::string(2 << 20, 'x'), "f").errors ==
        std::vector<std::string>{"f: larger than 1 MiB; this is not a configuration"});
  CHECK(load(std::string(100000, '['), "f").errors.size() == 1);
  CHECK(load(std::string(50000, '{') + std::string(50000, '}'), "f").errors.size() == 1);
  std::string dashes;
  for (int i = 0; i < 10000; ++i) dashes += "- ";
  CHECK(load(dashes, "f").errors.size() == 1);
}

TEST_CASE("a secret is in no message, whatever is wrong around it") {
  const std::string secret = "correct-horse-battery";
  for (const std::string& text :
       {"password: {value: " + secret + "}", "password: " + secret, "password: [" + secret + "]",
        "password: {vaule: " + secret + "}", "password: {value: " + secret + ", file: x}"}) {
    const auto loaded = load("accounts: {a: {service: work, username: u, " + text + "}}\nradios: 1\n", "f");
    for (const auto& list : {loaded.errors, loaded.warnings}) {
      for (const std::string& line : list) CHECK(line.find(secret) == std::string::npos);
    }
  }
}

TEST_CASE("values carry their unit and are finite") {
  CHECK(config::parse_duration("1.5s") == 1500ms);
  CHECK(config::parse_duration("2h") == 2h);
  CHECK(config::parse_level("+6dB")->value == 6);
  CHECK(config::parse_rate("16kHz")->hz == 16000);
  CHECK(config::parse_bitrate("16kbps") == 16000);
  CHECK(config::parse_switch("on") == true);
  for (const char* bad : {"", "5", "ms", "nanms", "infs", "1e999ms", "5 ms", "0x10ms", "1ms2", "-", "+"}) {
    CAPTURE(bad);
    CHECK_FALSE(config::parse_duration(bad));
  }
}

TEST_CASE("the example is sound, and what it comments out is the default") {
  const std::string example = file("config/zello-gateway.yaml");
  const auto loaded = load(example, "example");
  CHECK(loaded.errors == std::vector<std::string>{});
  // Uncommenting every default must change nothing; alternatives and paths are left out.
  const std::set<std::string> not_defaults = {"network", "server",    "url",       "ca_file", "jwt", "language", "path",
                                              "state",   "read_back", "heartbeat", "device",  "pin", "cm108_ids"};
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
  CHECK(defaults > 40);
  const auto explicit_defaults = load(all, "all");
  CHECK(explicit_defaults.errors == std::vector<std::string>{});
  const auto& a = loaded.config;
  const auto& b = explicit_defaults.config;
  CHECK(a.radios.at("vhf").ptt.timeout == b.radios.at("vhf").ptt.timeout);
  CHECK(a.radios.at("vhf").ptt.lead == b.radios.at("vhf").ptt.lead);
  CHECK(a.radios.at("vhf").ptt.tail == b.radios.at("vhf").ptt.tail);
  CHECK(a.radios.at("vhf").ptt.stall == b.radios.at("vhf").ptt.stall);
  CHECK(a.radios.at("vhf").ptt.timeout_penalty == b.radios.at("vhf").ptt.timeout_penalty);
  CHECK(a.radios.at("vhf").ptt.active == b.radios.at("vhf").ptt.active);
  CHECK(a.radios.at("vhf").cos.debounce == b.radios.at("vhf").cos.debounce);
  CHECK(a.radios.at("vhf").cos.hang == b.radios.at("vhf").cos.hang);
  CHECK(a.radios.at("vhf").cos.active == b.radios.at("vhf").cos.active);
  CHECK(a.radios.at("vhf").cos.bias == b.radios.at("vhf").cos.bias);
  CHECK(a.radios.at("vhf").sound.buffer == b.radios.at("vhf").sound.buffer);
  CHECK(a.radios.at("vhf").sound.period == b.radios.at("vhf").sound.period);
  CHECK(a.radios.at("vhf").sound.rate == b.radios.at("vhf").sound.rate);
  CHECK(a.radios.at("vhf").sound.retry == b.radios.at("vhf").sound.retry);
  CHECK(a.radios.at("vhf").vox.open == b.radios.at("vhf").vox.open);
  CHECK(a.radios.at("vhf").vox.close == b.radios.at("vhf").vox.close);
  CHECK(a.radios.at("vhf").vox.automatic == b.radios.at("vhf").vox.automatic);
  CHECK(a.radios.at("vhf").vox.open_above == b.radios.at("vhf").vox.open_above);
  CHECK(a.radios.at("vhf").cos.with_vox == b.radios.at("vhf").cos.with_vox);
  CHECK(a.radios.at("vhf").rx_audio.tail_cut == b.radios.at("vhf").rx_audio.tail_cut);
  CHECK(a.radios.at("vhf").vox.attack == b.radios.at("vhf").vox.attack);
  CHECK(a.radios.at("vhf").vox.hang == b.radios.at("vhf").vox.hang);
  CHECK(a.bridges[0].max_over == b.bridges[0].max_over);
  CHECK(a.bridges[0].guard == b.bridges[0].guard);
  CHECK(a.bridges[0].hold_channel == b.bridges[0].hold_channel);
  CHECK(a.bridges[0].hold_radio == b.bridges[0].hold_radio);
  CHECK(a.bridges[0].preroll == b.bridges[0].preroll);
  CHECK(a.bridges[0].opus.bitrate == b.bridges[0].opus.bitrate);
  CHECK(a.bridges[0].opus.frame == b.bridges[0].opus.frame);
  CHECK(a.bridges[0].opus.expected_loss == b.bridges[0].opus.expected_loss);
  CHECK(a.bridges[0].jitter.target == b.bridges[0].jitter.target);
  CHECK(a.bridges[0].messages.text == b.bridges[0].messages.text);
  CHECK(a.bridges[0].messages.location == b.bridges[0].messages.location);
  CHECK(a.bridges[0].messages.image == b.bridges[0].messages.image);
  CHECK(a.bridges[0].messages.image_max == b.bridges[0].messages.image_max);
  REQUIRE(b.status.listen);
  CHECK(a.status.listen->host == b.status.listen->host);
  CHECK(a.status.listen->port == b.status.listen->port);
  CHECK(a.supervisor.backoff.max == b.supervisor.backoff.max);
  CHECK(a.supervisor.idle_ping == b.supervisor.idle_ping);
  CHECK(a.supervisor.after_kick == b.supervisor.after_kick);
  CHECK(a.supervisor.max_connects_per_minute == b.supervisor.max_connects_per_minute);
  CHECK(a.accounts.at("main").platform_name == b.accounts.at("main").platform_name);
}

TEST_CASE("a damaged example never does worse than errors") {
  const std::string example = file("config/zello-gateway.yaml");
  std::mt19937 random(7);
  for (int i = 0; i < 1500; ++i) {
    std::string text = example;
    for (int j = 0; j < 4; ++j) {
      const std::size_t at = random() % text.size();
      if (random() % 2 == 0) {
        text[at] = static_cast<char>(random() % 256);
      } else {
        text.erase(at, random() % 40);
      }
    }
    load(text, "f");
  }
}
