// The status page of the real process, and a gateway whose disk is gone.
#include <csignal>
#include <set>
#include <sstream>
#include <string>

#include <asio/connect.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>
#include <sys/wait.h>

#include "e2e/stage_fixture.hpp"

using namespace zgw;
using asio::ip::tcp;
using e2e::Running;

namespace {

constexpr base::SampleRate app_rate{16000};

// The port that the gateway's log names.
std::uint16_t port_of(Running& running) {
  const std::string words = "status page: http://127.0.0.1:";
  REQUIRE(running.stage.wait_until([&] { return running.stage.log().find(words) != std::string::npos; }));
  const std::string log = running.stage.log();
  return static_cast<std::uint16_t>(std::stoi(log.substr(log.find(words) + words.size())));
}

// Asks while the stage goes on: the gateway is another process, its server is in this one.
std::string fetch(Running& running, std::uint16_t port, const std::string& path) {
  tcp::socket socket(running.io);
  socket.connect({asio::ip::address_v4::loopback(), port});
  asio::write(socket, asio::buffer("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  std::string answer;
  bool ended = false;
  asio::async_read(socket, asio::dynamic_buffer(answer), [&](asio::error_code, std::size_t) { ended = true; });
  REQUIRE(running.stage.wait_until([&] { return ended; }));
  return answer;
}

bool has(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

// The values of all samples that begin so.
std::set<std::string> counted(const std::string& metrics, const std::string& name) {
  std::set<std::string> values;
  std::istringstream lines(metrics);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind(name, 0) == 0) values.insert(line.substr(line.rfind(' ') + 1));
  }
  return values;
}

}  // namespace

TEST_CASE("the status page says who talks while he talks, and the metrics count him afterwards") {
  Running running({.status_listen = "127.0.0.1:0"});
  auto& corner = running.corner(0);
  const std::uint16_t port = port_of(running);
  CHECK(has(fetch(running, port, "/health"), "\r\n\r\nok\n"));
  CHECK(has(fetch(running, port, "/nonsense"), "HTTP/1.1 404 "));
  corner.user->say(running.speech(app_rate));
  REQUIRE(running.stage.wait_until([&] { return corner.radio->keyed(); }));
  CHECK(has(fetch(running, port, "/"), ": " + corner.person));
  CHECK(has(fetch(running, port, "/metrics"), "zgw_radio_keyed{radio=\"cos\"} 1\n"));
  REQUIRE(running.stage.wait_until([&] { return !corner.radio->keyed(); }));
  const std::string over =
      "zgw_bridge_overs_total{bridge=\"cos\",direction=\"channel_to_radio\",outcome=\"delivered\"} 1\n";
  REQUIRE(running.stage.wait_until([&] { return has(fetch(running, port, "/metrics"), over); }));
  const std::string metrics = fetch(running, port, "/metrics");
  CHECK(has(metrics, "zgw_radio_keyed{radio=\"cos\"} 0\n"));
  CHECK(has(metrics, "zgw_bridge_online{bridge=\"vox\"} 1\n"));
  CHECK(has(metrics, "zgw_account_logons_total{account=\"cos\"} 1\n"));
  // From the start, and zero: nothing was lost.
  CHECK(counted(metrics, "zgw_bridge_lost_packets_total{") == std::set<std::string>{"0"});
  CHECK(counted(metrics, "zgw_account_ends_total{") == std::set<std::string>{"0"});
  CHECK(has(fetch(running, port, "/status.json"), "\"talker\" : \"" + corner.person + "\""));
  const int status = running.end(SIGTERM);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("a COS line that cannot be read makes the gateway ill until it can") {
  Running running({.status_listen = "127.0.0.1:0"});
  const std::uint16_t port = port_of(running);
  const auto line = running.corner(0).radio->folder() / "cos";
  const auto away = running.corner(0).radio->folder() / "cos.away";
  CHECK(has(fetch(running, port, "/metrics"), "zgw_radio_cos_readable{radio=\"cos\"} 1\n"));
  std::filesystem::rename(line, away);
  const std::string ill = "\r\n\r\nradio cos: the COS line cannot be read\n";
  REQUIRE(running.stage.wait_until([&] { return has(fetch(running, port, "/health"), ill); }));
  CHECK(has(fetch(running, port, "/health"), "HTTP/1.1 503 "));
  std::filesystem::rename(away, line);
  REQUIRE(running.stage.wait_until([&] { return has(fetch(running, port, "/health"), "\r\n\r\nok\n"); }));
}

TEST_CASE("an address that is taken costs a warning and the page, not the bridge") {
  asio::io_context io;
  const tcp::acceptor taken(io, {asio::ip::address_v4::loopback(), 0});
  Running running({.status_listen = "127.0.0.1:" + std::to_string(taken.local_endpoint().port())});
  CHECK(running.stage.wait_until(
      [&] { return has(running.stage.log(), "no status page: cannot listen on 127.0.0.1:"); }));
  auto& corner = running.corner(0);
  corner.user->say(running.speech(app_rate));
  REQUIRE(running.stage.wait_until([&] { return corner.radio->keyed(); }));
}

TEST_CASE("a state directory that cannot be made costs the journal and one warning, not the bridge") {
  Running running({.state = "/sys/zgw/state"});
  auto& corner = running.corner(0);
  corner.user->say(running.speech(app_rate));
  REQUIRE(running.stage.wait_until([&] {
    const auto keyings = corner.radio->keyings();
    return !keyings.empty() && keyings.back().off.has_value();
  }));
  const std::string log = running.stage.log();
  const std::size_t first = log.find("events are lost: cannot open /sys/zgw/state/events.ndjson");
  CHECK(first != std::string::npos);
  CHECK(log.find("events are lost", first + 1) == std::string::npos);
}

TEST_CASE("a journal that is taken away and cannot be made anew costs events, and comes back by itself") {
  Running running;
  const auto state = running.stage.journal_file().parent_path();
  // The gateway writes on meanwhile, and may make the folder anew between any two steps of this.
  const auto taken = [&] {
    std::error_code ignored;
    std::filesystem::remove_all(state, ignored);
    std::ofstream(state) << "a file in the folder's place";
    return std::filesystem::is_regular_file(state, ignored);
  };
  REQUIRE(running.stage.wait_until(taken));
  auto& corner = running.corner(0);
  corner.user->say(running.speech(app_rate));
  REQUIRE(running.stage.wait_until([&] {
    const auto keyings = corner.radio->keyings();
    return !keyings.empty() && keyings.back().off.has_value();
  }));
  CHECK(running.stage.wait_until([&] { return has(running.stage.log(), "events are lost: cannot open"); }));
  std::filesystem::remove(state);
  CHECK(WEXITSTATUS(running.end(SIGTERM)) == 0);
  CHECK(std::filesystem::exists(running.stage.journal_file()));
  CHECK(has(running.stage.log(), "the event journal works again"));
}
