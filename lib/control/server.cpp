#include "control/server.hpp"

#include <array>
#include <cerrno>
#include <map>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <asio/local/stream_protocol.hpp>
#include <asio/post.hpp>
#include <asio/write.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "control/access.hpp"
#include "control/socket.hpp"
#include "net/accept_loop.hpp"
#include "net/timer.hpp"

namespace zgw::control {
namespace {

using asio::local::stream_protocol;

constexpr mode_t for_owner_and_group = 0660;

// Throws std::runtime_error.
stream_protocol::acceptor listen_on(asio::io_context& io, const std::filesystem::path& path) {
  make_room(path);
  stream_protocol::acceptor acceptor(io);
  asio::error_code error;
  acceptor.open(stream_protocol(), error);
  if (!error) acceptor.bind(stream_protocol::endpoint(path.string()), error);
  // Nobody gets in before listen(), so that the mode is right when the first one comes.
  if (!error && ::chmod(path.c_str(), for_owner_and_group) != 0) {
    error = asio::error_code(errno, asio::error::get_system_category());
  }
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) throw std::runtime_error(path.string() + ": " + error.message());
  return acceptor;
}

}  // namespace

struct Server::Impl : std::enable_shared_from_this<Server::Impl> {
  Impl(asio::io_context& context, Settings wanted, Handler answers)
      : io(context), settings(std::move(wanted)), handler(std::move(answers)), loop(io, listen_on(io, settings.path)) {}

  void accept(stream_protocol::socket socket);
  void remove(const Client* client);

  asio::io_context& io;
  Settings settings;
  Handler handler;
  std::map<const Client*, std::shared_ptr<Client>> clients;
  net::AcceptLoop<stream_protocol> loop;
};

class Server::Client : public std::enable_shared_from_this<Server::Client> {
 public:
  Client(std::shared_ptr<Impl> server, stream_protocol::socket socket)
      : server_(std::move(server)), socket_(std::move(socket)), deadline_(server_->io, [this] { on_deadline(); }) {}

  void start() {
    deadline_.after(server_->settings.request_deadline);
    read();
  }

  /// Ends the connection; nothing of it is on the list afterwards.
  void drop() {
    const auto alive = shared_from_this();
    deadline_.cancel();
    asio::error_code ignored;
    socket_.close(ignored);
    server_->remove(this);
  }

 private:
  enum class State { line, payload, asked, answered };

  void read() {
    socket_.async_read_some(asio::buffer(buffer_),
                            [self = shared_from_this()](asio::error_code error, std::size_t size) {
                              if (!self->socket_.is_open()) return;
                              if (error) return self->drop();
                              if (self->state_ >= State::asked) return;  // the deadline has answered meanwhile
                              self->on_bytes({self->buffer_.data(), size});
                            });
  }

  void on_bytes(std::string_view bytes) {
    if (state_ == State::line) {
      const std::size_t end = bytes.find('\n');
      line_ += bytes.substr(0, end);
      if (line_.size() > most_line_bytes)
        return answer({"a request of more than " + std::to_string(most_line_bytes) + " bytes"});
      if (end == std::string_view::npos) return read();
      bytes.remove_prefix(end + 1);
      auto request = parse_request(line_);
      if (!request) return answer({request.error().message});
      request_ = std::move(*request);
      line_.clear();
      state_ = State::payload;
    }
    const std::size_t missing = request_.payload_bytes() - payload_.size();
    bytes = bytes.substr(0, missing);  // what comes behind belongs to nothing
    payload_.insert(payload_.end(), bytes.begin(), bytes.end());
    if (payload_.size() < request_.payload_bytes()) return read();
    ask();
  }

  void ask() {
    state_ = State::asked;
    deadline_.after(server_->settings.answer_deadline);
    const auto reply = [weak = weak_from_this()](const Answer& answer) {
      if (const auto self = weak.lock()) self->answer(answer);
    };
    const auto alive = shared_from_this();  // the server may be destroyed in there
    try {
      server_->handler(std::move(request_), std::move(payload_), reply);
    } catch (const std::exception&) {
      answer({"the gateway could not do it"});
    }
  }

  void answer(const Answer& answer) {
    if (state_ == State::answered || !socket_.is_open()) return;
    state_ = State::answered;
    deadline_.after(server_->settings.request_deadline);
    out_ = encode(answer) + '\n';
    asio::async_write(socket_, asio::buffer(out_), [self = shared_from_this()](asio::error_code, std::size_t) {
      if (self->socket_.is_open()) self->drop();
    });
  }

  void on_deadline() {
    if (state_ == State::answered) return drop();
    answer({state_ == State::asked ? "no answer came in time; it may have been sent"
                                   : "the request did not come in time"});
  }

  std::shared_ptr<Impl> server_;
  stream_protocol::socket socket_;
  net::Timer deadline_;
  State state_ = State::line;
  std::array<char, 16384> buffer_{};
  std::string line_;
  Request request_;
  std::vector<std::uint8_t> payload_;
  std::string out_;
};

void Server::Impl::accept(stream_protocol::socket socket) {
  const auto peer = peer_of(socket.native_handle());
  if (!peer || !may_use(*peer, ::geteuid(), ::getegid()) || clients.size() >= settings.most_clients) return;
  const auto client = std::make_shared<Client>(shared_from_this(), std::move(socket));
  clients[client.get()] = client;
  client->start();
}

void Server::Impl::remove(const Client* client) {
  const auto found = clients.find(client);
  if (found == clients.end()) return;
  asio::post(io, [gone = std::move(found->second)] {});  // it may be on the stack
  clients.erase(found);
}

Server::Server(asio::io_context& io, const Settings& settings, Handler handler)
    : impl_(std::make_shared<Impl>(io, settings, std::move(handler))) {
  impl_->loop.start([weak = std::weak_ptr(impl_)](stream_protocol::socket socket) {
    if (const auto impl = weak.lock()) impl->accept(std::move(socket));
  });
}

Server::~Server() {  // NOLINT(bugprone-exception-escape): nobody is on the list any more, so nothing is posted
  impl_->loop.stop();
  for (const auto& [key, client] : std::exchange(impl_->clients, {})) client->drop();
  ::unlink(impl_->settings.path.c_str());
}

std::size_t Server::clients() const {
  return impl_->clients.size();
}

}  // namespace zgw::control
