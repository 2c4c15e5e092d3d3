// The control socket: a client that behaves, and all those that do not.
#include <optional>
#include <thread>

#include <asio/local/stream_protocol.hpp>
#include <asio/write.hpp>
#include <sys/stat.h>

#include "control/access.hpp"
#include "control/server.hpp"
#include "control/socket.hpp"
#include "net/rig.hpp"

using namespace zgw;
using namespace zgw::net::test;

namespace {

using asio::local::stream_protocol;

/// A server that keeps what it is asked, and answers when the test says so.
struct Desk {
  explicit Desk(control::Server::Settings settings = {}) {
    settings.path = path();
    server.emplace(io, settings, [this](control::Request request, std::vector<std::uint8_t> payload, auto reply) {
      requests.push_back(std::move(request));
      payloads.push_back(std::move(payload));
      replies.push_back(std::move(reply));
      if (then) then();
    });
  }
  [[nodiscard]] std::filesystem::path path() const { return files.folder() / "control.sock"; }

  CertificateFiles files;  // for its folder
  asio::io_context io;
  std::vector<control::Request> requests;
  std::vector<std::vector<std::uint8_t>> payloads;
  std::vector<control::Server::Reply> replies;
  std::function<void()> then;
  std::optional<control::Server> server;
};

/// A client that writes what it is told.
struct Client {
  explicit Client(Desk& at) : desk(at), socket(at.io) {
    socket.connect(stream_protocol::endpoint(desk.path().string()));
  }

  void write(std::string bytes) {
    const auto kept = std::make_shared<std::string>(std::move(bytes));
    asio::async_write(socket, asio::buffer(*kept), [kept](asio::error_code, std::size_t) {});
  }
  /// All that is said until the server hangs up.
  std::string heard() {
    read();
    REQUIRE(run_until(desk.io, [&] { return ended; }));
    return text;
  }
  void read() {
    socket.async_read_some(asio::buffer(buffer), [this](asio::error_code error, std::size_t size) {
      text.append(buffer.data(), size);
      ended = bool(error);
      if (!ended) read();
    });
  }

  Desk& desk;
  stream_protocol::socket socket;
  std::array<char, 1024> buffer{};
  std::string text;
  bool ended = false;
};

const std::string hello = "{\"send\":\"text\",\"text\":\"hello\"}\n";
const std::string sent = "{\"ok\":true}\n";

}  // namespace

TEST_CASE("control: a request is handed over, and its answer comes when it is there") {
  Desk desk;
  Client client(desk);
  client.write(hello);
  client.read();
  REQUIRE(run_until(desk.io, [&] { return !desk.replies.empty(); }));
  CHECK(std::get<control::Text>(desk.requests[0].what).text == "hello");
  CHECK(client.text.empty());
  CHECK(desk.server->clients() == 1);
  desk.replies[0]({});
  desk.replies[0]({"too late"});
  REQUIRE(run_until(desk.io, [&] { return client.ended; }));
  CHECK(client.text == sent);
  CHECK(desk.server->clients() == 0);
}

TEST_CASE("control: an image's bytes follow its line, in whatever pieces, and what is behind them is nobody's") {
  Desk desk;
  desk.then = [&] { desk.replies.back()({}); };
  const std::string line = "{\"send\":\"image\",\"thumbnail_bytes\":2,\"image_bytes\":70000}\n";
  const std::string bytes = "TH" + std::string(70000, 'i');
  Client at_once(desk);
  at_once.write(line + bytes + hello);
  CHECK(at_once.heard() == sent);
  Client in_pieces(desk);
  for (std::size_t i = 0; i < line.size(); ++i) {
    in_pieces.write(line.substr(i, 1));
    run_ready(desk.io);
  }
  in_pieces.write(bytes);
  CHECK(in_pieces.heard() == sent);
  REQUIRE(desk.payloads.size() == 2);
  for (const auto& payload : desk.payloads) CHECK(std::string(payload.begin(), payload.end()) == bytes);
}

TEST_CASE("control: who has nothing more to say is answered all the same") {
  Desk desk;
  Client client(desk);
  asio::write(client.socket, asio::buffer(hello));
  client.socket.shutdown(stream_protocol::socket::shutdown_send);
  REQUIRE(run_until(desk.io, [&] { return !desk.replies.empty(); }));
  run_ready(desk.io);
  desk.replies[0]({});
  CHECK(client.heard() == sent);
}

TEST_CASE("control: the command's own client asks and hears, also that it is refused") {
  Desk desk;
  desk.then = [&] { desk.replies.back()(desk.replies.size() == 1 ? control::Answer{} : control::Answer{"no"}); };
  const std::vector<std::uint8_t> payload(3'000'000, 7);
  std::vector<base::Expected<control::Answer>> answers;
  std::thread command([&] {
    const control::Request image{.what = control::ImageHead{1'000'000, 2'000'000}};
    answers.push_back(control::ask(desk.path(), image, payload, 30s));
    answers.push_back(control::ask(desk.path(), {.what = control::Text{"hello"}}, {}, 30s));
    answers.push_back(control::ask(desk.path(), {.what = control::Text{}}, {}, 30s));
    // Refused by its line, while the bytes are still to come.
    answers.push_back(control::ask(desk.path(), {.what = control::ImageHead{1, 5'000'000}}, payload, 30s));
  });
  const auto all = [&] { return desk.requests.size() == 2 && desk.server->clients() == 0; };
  REQUIRE(run_until(desk.io, all));
  std::atomic<bool> done = false;
  std::thread waiter([&] {
    command.join();
    done = true;
  });
  CHECK(run_until(desk.io, [&] { return done.load(); }));
  waiter.join();
  REQUIRE(answers.size() == 4);
  CHECK(desk.payloads.at(0) == payload);
  CHECK(answers[0].value() == control::Answer{});
  CHECK(answers[1].value() == control::Answer{"no"});
  CHECK(answers[2].value().refused == "text: a text is wanted, in UTF-8 and not empty");
  CHECK(answers[3].value().refused == "image_bytes: from 1 to 4000000");
}

TEST_CASE("control: what is no request is answered with what is wrong, and costs no more than its bound") {
  Desk desk;
  Client garbage(desk);
  garbage.write("GET / HTTP/1.1\r\n\r\n");
  CHECK(garbage.heard().find("\"ok\":false") != std::string::npos);
  Client endless(desk);
  endless.write(std::string(control::most_line_bytes + 65536, 'x'));
  CHECK(endless.heard().find("a request of more than 262144 bytes") != std::string::npos);
  CHECK(desk.requests.empty());
  CHECK(desk.server->clients() == 0);
}

TEST_CASE("control: who sends nothing is told so after the deadline, and makes room") {
  control::Server::Settings settings;
  settings.request_deadline = 50ms;
  Desk desk(settings);
  Client silent(desk);
  CHECK(silent.heard().find("the request did not come in time") != std::string::npos);
  Client half(desk);
  half.write("{\"send\":\"image\",\"thumbnail_bytes\":2,\"image_bytes\":5}\nTH");
  CHECK(half.heard().find("the request did not come in time") != std::string::npos);
  CHECK(desk.server->clients() == 0);
}

TEST_CASE("control: a request that nobody answers ends, too") {
  control::Server::Settings settings;
  settings.answer_deadline = 50ms;
  Desk desk(settings);
  Client client(desk);
  client.write(hello);
  CHECK(client.heard().find("no answer came in time") != std::string::npos);
  REQUIRE(desk.replies.size() == 1);
  desk.replies[0]({});  // into nothing
}

TEST_CASE("control: one client too many is dropped, and room comes back with the others' end") {
  control::Server::Settings settings;
  settings.most_clients = 2;
  Desk desk(settings);
  Client first(desk);
  Client second(desk);
  REQUIRE(run_until(desk.io, [&] { return desk.server->clients() == 2; }));
  Client third(desk);
  CHECK(third.heard().empty());
  first.socket.close();
  REQUIRE(run_until(desk.io, [&] { return desk.server->clients() == 1; }));
  desk.then = [&] { desk.replies.back()({}); };
  Client fourth(desk);
  fourth.write(hello);
  CHECK(fourth.heard() == sent);
}

TEST_CASE("control: a client that leaves, and a server that is destroyed in its handler, harm nobody") {
  Desk desk;
  {
    Client gone(desk);
    gone.write(hello);
    REQUIRE(run_until(desk.io, [&] { return desk.replies.size() == 1; }));
  }
  desk.replies[0]({});
  REQUIRE(run_until(desk.io, [&] { return desk.server->clients() == 0; }));
  desk.then = [&] { desk.server.reset(); };
  Client last(desk);
  last.write(hello);
  CHECK(last.heard().empty());
  CHECK(desk.replies.size() == 2);
  desk.replies[1]({});
  CHECK_FALSE(std::filesystem::exists(desk.path()));
  CHECK_FALSE(control::ask(desk.path(), {.what = control::Text{"a"}}, {}, 1s));
}

TEST_CASE("control: a handler that throws is answered for") {
  Desk desk;
  desk.then = [] { throw std::runtime_error("a bug"); };
  Client client(desk);
  client.write(hello);
  CHECK(client.heard() == "{\"ok\":false,\"why\":\"the gateway could not do it\"}\n");
}

TEST_CASE("control: the socket is for its owner and its group, and the kernel says who comes") {
  Desk desk;
  struct stat there {};
  REQUIRE(::stat(desk.path().c_str(), &there) == 0);
  CHECK((there.st_mode & 0777) == 0660);
  Client client(desk);
  const auto peer = control::peer_of(client.socket.native_handle());
  REQUIRE(peer);
  CHECK(peer->user == ::geteuid());
  CHECK(peer->group == ::getegid());
  CHECK_FALSE(control::peer_of(-1));
}

TEST_CASE("control: a socket left behind is replaced, and one in use, or anything else, is left alone") {
  const CertificateFiles files;
  const std::filesystem::path path = files.folder() / "control.sock";
  asio::io_context io;
  const auto make = [&](const std::filesystem::path& where) {
    control::Server::Settings settings;
    settings.path = where;
    return std::make_unique<control::Server>(io, settings, [](auto, auto, auto) {});
  };
  { stream_protocol::acceptor left(io, stream_protocol::endpoint(path.string())); }
  REQUIRE(std::filesystem::exists(path));
  const auto server = make(path);
  CHECK_THROWS_WITH(make(path), (path.string() + ": another gateway uses it").c_str());
  CHECK(std::filesystem::exists(path));
  CHECK_THROWS_WITH(make(files.certificate()), (files.certificate().string() + ": is there, and no socket").c_str());
  CHECK(std::filesystem::exists(files.certificate()));
  CHECK_THROWS(make(files.folder() / "no" / "such" / "folder"));
  CHECK_THROWS(make(files.folder() / std::string(120, 'x')));
}
