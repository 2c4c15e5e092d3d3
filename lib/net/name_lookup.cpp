#include "net/name_lookup.hpp"

#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <netdb.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace zgw::net {
namespace {

// Between the lookup's thread and ours; whoever is last closes the descriptor.
class Mailbox {
 public:
  Mailbox() : bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  ~Mailbox() {
    if (bell_ >= 0) ::close(bell_);
  }
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  [[nodiscard]] int bell() const { return bell_; }

  void put(NameAnswer answer) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
    const ssize_t rung = ::eventfd_write(bell_, 1);
    static_cast<void>(rung);  // cannot fail: nobody else writes
  }
  NameAnswer take() {
    const std::lock_guard lock(mutex_);
    return std::move(answer_);
  }

 private:
  std::mutex mutex_;
  NameAnswer answer_;
  int bell_;
};

asio::error_code error_of(int code) {
  if (code == EAI_NONAME || code == EAI_NODATA) return asio::error::host_not_found;
  if (code == EAI_AGAIN) return asio::error::host_not_found_try_again;
  if (code == EAI_SYSTEM) return {errno, asio::system_category()};
  return asio::error::no_recovery;
}

asio::error_code out_of_resources() {
  return asio::error::no_memory;
}

}  // namespace

// On our side: lives as long as the wait for the bell.
struct NameLookup::Question {
  explicit Question(asio::io_context& io) : wait(io) {}
  ~Question() {
    if (wait.is_open()) wait.release();  // the mailbox closes it
  }
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;

  std::shared_ptr<Mailbox> mailbox = std::make_shared<Mailbox>();
  asio::posix::stream_descriptor wait;
  std::function<void(const NameAnswer&)> done;
};

NameLookup::NameLookup(asio::io_context& io, Resolve resolve) : io_(io), resolve_(std::move(resolve)) {}

NameLookup::~NameLookup() {
  cancel();
}

void NameLookup::start(const std::string& host, int port, std::function<void(const NameAnswer&)> done) {
  cancel();
  question_ = std::make_shared<Question>(io_);
  question_->done = std::move(done);
  const auto answer = [question = question_] {
    if (const auto heard = std::exchange(question->done, nullptr)) heard(question->mailbox->take());
  };
  try {
    question_->wait.assign(question_->mailbox->bell());
    std::thread([mailbox = question_->mailbox, resolve = resolve_, host, port] {
      mailbox->put(resolve(host, port));
    }).detach();
  } catch (const std::system_error&) {  // no descriptor or no thread to be had
    question_->mailbox->put({out_of_resources(), {}});
    asio::post(io_, answer);
    return;
  }
  question_->wait.async_wait(asio::posix::stream_descriptor::wait_read, [answer](asio::error_code error) {
    if (!error) answer();
  });
}

void NameLookup::cancel() {
  if (!question_) return;
  question_->done = nullptr;
  if (question_->wait.is_open()) question_->wait.release();
  question_.reset();
}

NameAnswer NameLookup::ask_system(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (code != 0) return {error_of(code), {}};
  NameAnswer answer;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    asio::ip::tcp::endpoint endpoint;
    if (one->ai_addrlen > endpoint.capacity()) continue;
    std::memcpy(endpoint.data(), one->ai_addr, one->ai_addrlen);
    endpoint.resize(one->ai_addrlen);
    answer.addresses.push_back(endpoint);
  }
  ::freeaddrinfo(found);
  if (answer.addresses.empty()) answer.error = asio::error::host_not_found;
  return answer;
}

}  // namespace zgw::net
