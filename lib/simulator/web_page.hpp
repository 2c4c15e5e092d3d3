// A TLS server that is no Channel API server: whatever it is asked, it gives the same HTTP answer and hangs up. A
// captive portal, or the front of a service that has had enough.
// Thread: the io_context's. Errors: construction throws std::runtime_error (certificate) or asio::system_error.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <asio/io_context.hpp>

namespace zgw::simulator {

class WebPage {
 public:
  /// `answer` is the whole HTTP response.
  WebPage(asio::io_context& io, const std::filesystem::path& certificate, const std::filesystem::path& private_key,
          std::string answer);
  ~WebPage();
  WebPage(const WebPage&) = delete;
  WebPage& operator=(const WebPage&) = delete;

  [[nodiscard]] int port() const;

 private:
  class Client;
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace zgw::simulator
