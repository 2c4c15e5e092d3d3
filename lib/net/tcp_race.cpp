#include "net/tcp_race.hpp"

#include <algorithm>
#include <cstddef>
#include <list>
#include <utility>

#include <asio/post.hpp>

#include "net/timer.hpp"

namespace zgw::net {

using asio::ip::tcp;

// Lives as long as an attempt is under way; `done` is empty once it was called or nobody wants to know.
struct TcpRace::Heat : std::enable_shared_from_this<TcpRace::Heat> {
  Heat(asio::io_context& context, std::vector<tcp::endpoint> wanted, base::Duration pause, Done callback)
      : io(context),
        addresses(std::move(wanted)),
        stagger(pause),
        done(std::move(callback)),
        next_turn(io, [this] { start_next(); }),
        deadline(io, [this] { finish(asio::error::timed_out, tcp::socket(io)); }) {}

  void start_next() {
    const auto alive = shared_from_this();
    if (!done) return;
    if (started == addresses.size()) {
      if (running == 0) finish(worst, tcp::socket(io));
      return;
    }
    const tcp::endpoint& address = addresses[started++];
    const auto attempt = attempts.emplace(attempts.end(), io);
    ++running;
    if (started < addresses.size()) next_turn.after(stagger);
    attempt->async_connect(address, [self = shared_from_this(), attempt](asio::error_code error) {
      --self->running;
      if (!self->done) return;
      if (error) return self->lost(error);
      self->finish({}, std::move(*attempt));
    });
  }

  // Refused says more than unreachable: somebody was there.
  void lost(asio::error_code error) {
    if (worst != asio::error::connection_refused) worst = error;
    start_next();
  }

  void finish(asio::error_code error, tcp::socket winner) {
    const auto alive = shared_from_this();
    const Done callback = std::exchange(done, nullptr);
    stop();
    if (callback) callback(error, std::move(winner));
  }

  void stop() {
    done = nullptr;
    next_turn.cancel();
    deadline.cancel();
    asio::error_code ignored;
    for (tcp::socket& attempt : attempts) attempt.close(ignored);
  }

  asio::io_context& io;
  std::vector<tcp::endpoint> addresses;
  base::Duration stagger;
  Done done;
  Timer next_turn;
  Timer deadline;
  std::list<tcp::socket> attempts;  // stay where they are
  std::size_t started = 0;
  std::size_t running = 0;
  asio::error_code worst = asio::error::host_not_found;  // no address at all
};

TcpRace::TcpRace(asio::io_context& io) : io_(io) {}

TcpRace::~TcpRace() {
  cancel();
}

void TcpRace::start(std::vector<tcp::endpoint> addresses, base::Duration stagger, base::Duration limit, Done done) {
  cancel();
  addresses = interleaved(addresses);
  addresses.resize(std::min(addresses.size(), most_addresses));
  heat_ = std::make_shared<Heat>(io_, std::move(addresses), stagger, std::move(done));
  heat_->deadline.after(limit);
  asio::post(io_, [heat = heat_] { heat->start_next(); });
}

void TcpRace::cancel() {
  if (heat_) heat_->stop();
  heat_.reset();
}

std::vector<tcp::endpoint> interleaved(const std::vector<tcp::endpoint>& addresses) {
  std::vector<tcp::endpoint> first;
  std::vector<tcp::endpoint> second;
  for (const tcp::endpoint& address : addresses) {
    (address.protocol() == addresses.front().protocol() ? first : second).push_back(address);
  }
  std::vector<tcp::endpoint> order;
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) order.push_back(first[i]);
    if (i < second.size()) order.push_back(second[i]);
  }
  return order;
}

}  // namespace zgw::net
