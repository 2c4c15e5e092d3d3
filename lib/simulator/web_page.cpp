#include "simulator/web_page.hpp"

#include <utility>
#include <vector>

#include <asio/ip/tcp.hpp>

#include "net/tls_connection.hpp"

namespace zgw::simulator {
namespace {

using asio::ip::tcp;

}  // namespace

class WebPage::Client final : private net::ByteStreamEvents {
 public:
  Client(asio::io_context& io, tcp::socket socket, const net::TlsIdentity& identity, const std::string& answer)
      : answer_(answer), tls_(io, std::move(socket), identity, net::Deadlines{}, *this) {
    tls_.open();
  }

 private:
  void on_connected() override {}
  void on_bytes(std::string_view bytes) override {
    asked_ += bytes;
    if (answered_ || asked_.find("\r\n\r\n") == std::string::npos) return;
    answered_ = true;
    tls_.send(answer_);
    tls_.shut_down();
  }
  void on_stream_closed(const zello::TransportClosed& /*closed*/) override {}

  std::string answer_;
  std::string asked_;
  bool answered_ = false;
  net::TlsConnection tls_;
};

struct WebPage::Impl : std::enable_shared_from_this<WebPage::Impl> {
  Impl(asio::io_context& context, const std::filesystem::path& certificate, const std::filesystem::path& private_key,
       std::string text)
      : io(context),
        identity(certificate, private_key),
        acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
        answer(std::move(text)) {}

  void accept() {
    acceptor.async_accept([weak = weak_from_this()](asio::error_code error, tcp::socket socket) {
      const auto self = weak.lock();
      if (error || !self) return;
      self->clients.push_back(std::make_unique<Client>(self->io, std::move(socket), self->identity, self->answer));
      self->accept();
    });
  }

  asio::io_context& io;
  net::TlsIdentity identity;
  tcp::acceptor acceptor;
  std::string answer;
  std::vector<std::unique_ptr<Client>> clients;  // those that have left, too: there are few
};

WebPage::WebPage(asio::io_context& io, const std::filesystem::path& certificate,
                 const std::filesystem::path& private_key, std::string answer)
    : impl_(std::make_shared<Impl>(io, certificate, private_key, std::move(answer))) {
  impl_->accept();
}

WebPage::~WebPage() {
  asio::error_code ignored;
  impl_->acceptor.close(ignored);
}

int WebPage::port() const {
  return impl_->acceptor.local_endpoint().port();
}

}  // namespace zgw::simulator
