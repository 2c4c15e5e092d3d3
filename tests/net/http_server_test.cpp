// The page's server on loopback: what readers get, and what a hostile one costs.
#include "net/http_server.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include "net/rig.hpp"

using namespace zgw::net;
using namespace zgw::net::test;
using asio::ip::tcp;

namespace {

const std::string get = "GET /page HTTP/1.1\r\nHost: x\r\n\r\n";

// A client that says what a test makes it say, and keeps what it hears until the other side ends.
class Reader {
 public:
  Reader(asio::io_context& io, int port) : socket_(io) {
    socket_.connect({asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port)});
    hear();
  }

  void say(std::string bytes) {
    auto kept = std::make_shared<std::string>(std::move(bytes));
    asio::async_write(socket_, asio::buffer(*kept), [this, kept](asio::error_code error, std::size_t) {
      said = true;
      said_error = static_cast<bool>(error);
    });
  }

  void leave() { socket_.close(); }

  std::string heard;
  bool ended = false;
  bool said = false;
  bool said_error = false;

 private:
  void hear() {
    socket_.async_read_some(asio::buffer(block_), [this](asio::error_code error, std::size_t size) {
      heard.append(block_.data(), size);
      ended = static_cast<bool>(error);
      if (!ended) hear();
    });
  }

  tcp::socket socket_;
  std::array<char, 65536> block_{};
};

// A server that answers with the path it was asked for.
struct Site {
  explicit Site(HttpServer::Settings settings = {}) : server(make(settings)) {}
  std::unique_ptr<HttpServer> make(const HttpServer::Settings& settings) {
    return std::make_unique<HttpServer>(io, settings, [this](const std::string& path) {
      ++asked;
      if (on_asked) on_asked();
      return HttpAnswer{200, "text/plain", path + body};
    });
  }
  std::unique_ptr<Reader> reader() { return std::make_unique<Reader>(io, server->port()); }
  bool until(const std::function<bool()>& condition) { return run_until(io, condition); }

  asio::io_context io{1};
  int asked = 0;
  std::string body;
  std::function<void()> on_asked;
  std::unique_ptr<HttpServer> server;
};

// Short for tests in which somebody waits for it to pass.
const HttpServer::Settings impatient{.deadline = 100ms};

}  // namespace

TEST_CASE("http: a reader gets his answer, and the connection ends") {
  Site site;
  const auto reader = site.reader();
  reader->say(get);
  REQUIRE(site.until([&] { return reader->ended; }));
  CHECK(reader->heard.rfind("HTTP/1.1 200 OK\r\n", 0) == 0);
  CHECK(reader->heard.substr(reader->heard.size() - 5) == "/page");
  CHECK(site.asked == 1);
}

TEST_CASE("http: one byte at a time is as good as all at once") {
  Site site;
  const auto reader = site.reader();
  for (const char c : get) {
    reader->said = false;
    reader->say(std::string(1, c));
    REQUIRE(site.until([&] { return reader->said; }));
  }
  REQUIRE(site.until([&] { return reader->ended; }));
  CHECK(reader->heard.rfind("HTTP/1.1 200 OK\r\n", 0) == 0);
}

TEST_CASE("http: what is no request is answered without asking the handler") {
  Site site;
  const auto post = site.reader();
  post->say("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello");
  const auto garbage = site.reader();
  garbage->say("\x16\x03\x01 nonsense\r\n\r\n");
  REQUIRE(site.until([&] { return post->ended && garbage->ended; }));
  CHECK(post->heard.rfind("HTTP/1.1 405 ", 0) == 0);
  CHECK(garbage->heard.rfind("HTTP/1.1 400 ", 0) == 0);
  CHECK(site.asked == 0);
}

TEST_CASE("http: a handler that throws is a 500, and the next reader gets his answer") {
  Site site;
  site.on_asked = [&] {
    if (site.asked == 1) throw std::runtime_error("broken");
  };
  const auto unlucky = site.reader();
  unlucky->say(get);
  REQUIRE(site.until([&] { return unlucky->ended; }));
  CHECK(unlucky->heard.rfind("HTTP/1.1 500 ", 0) == 0);
  CHECK(unlucky->heard.find("broken") == std::string::npos);
  const auto lucky = site.reader();
  lucky->say(get);
  REQUIRE(site.until([&] { return lucky->ended; }));
  CHECK(lucky->heard.rfind("HTTP/1.1 200 ", 0) == 0);
}

TEST_CASE("http: who never finishes his request is dropped at the deadline, and so is who says nothing") {
  Site site(impatient);
  const auto slow = site.reader();
  slow->say("GET / HTTP/1.1\r\nX:");
  const auto silent = site.reader();
  REQUIRE(site.until([&] { return slow->ended && silent->ended; }));
  CHECK(slow->heard.empty());
  CHECK(site.server->clients() == 0);
  CHECK(site.asked == 0);
}

TEST_CASE("http: who does not take his answer is dropped at the deadline") {
  Site site(impatient);
  site.body.assign(std::size_t{64} << 20, 'x');  // more than any socket buffers
  tcp::socket lazy(site.io);
  lazy.connect({asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(site.server->port())});
  asio::write(lazy, asio::buffer(get));
  REQUIRE(site.until([&] { return site.asked == 1; }));
  REQUIRE(site.until([&] { return site.server->clients() == 0; }));
}

TEST_CASE("http: ten megabytes of header get one refusal, and are not read") {
  Site site;
  const auto reader = site.reader();
  reader->say("GET / HTTP/1.1\r\nX: " + std::string(10'000'000, 'x'));
  REQUIRE(site.until([&] { return reader->ended && reader->said; }));
  CHECK(reader->said_error);
  CHECK(site.asked == 0);
  REQUIRE(site.until([&] { return site.server->clients() == 0; }));
}

TEST_CASE("http: a thousand connections hold sixteen places, and afterwards everybody is served") {
  Site site({.deadline = 300ms});
  std::vector<std::unique_ptr<Reader>> crowd;
  std::size_t most = 0;
  for (int i = 0; i < 1000; ++i) {
    crowd.push_back(site.reader());
    site.io.poll();
    most = std::max(most, site.server->clients());
    if (i % 2 == 0) crowd.back()->leave();  // without a word
  }
  CHECK(most == 16);
  REQUIRE(site.until([&] { return site.server->clients() == 0; }));
  const auto reader = site.reader();
  reader->say(get);
  REQUIRE(site.until([&] { return reader->ended; }));
  CHECK(reader->heard.rfind("HTTP/1.1 200 ", 0) == 0);
}

TEST_CASE("http: one more than there are places is dropped at once") {
  Site site({.most_clients = 1});
  const auto first = site.reader();
  REQUIRE(site.until([&] { return site.server->clients() == 1; }));
  const auto second = site.reader();
  REQUIRE(site.until([&] { return second->ended; }));
  CHECK(second->heard.empty());
  first->say(get);
  REQUIRE(site.until([&] { return first->ended; }));
  CHECK(first->heard.rfind("HTTP/1.1 200 ", 0) == 0);
}

TEST_CASE("http: the server may go while readers are there, in the middle of an answer, too") {
  Site site;
  const auto idle = site.reader();
  const auto asking = site.reader();
  site.on_asked = [&] { site.server.reset(); };
  REQUIRE(site.until([&] { return site.server->clients() == 2; }));
  asking->say(get);
  REQUIRE(site.until([&] { return idle->ended && asking->ended; }));
  CHECK(asking->heard.empty());
}

TEST_CASE("http: an address that is taken says so") {
  Site site;
  HttpServer::Settings same;
  same.port = site.server->port();
  try {
    site.make(same);
    FAIL("listens");
  } catch (const std::runtime_error& error) {
    CHECK(std::string(error.what()) ==
          "cannot listen on 127.0.0.1:" + std::to_string(same.port) + ": Address already in use");
  }
}
