// The transport of a websocketpp connection that has no socket: bytes are given to it and taken from it.
//
// Theory of operation: websocketpp asks for bytes with async_read_at_least() and is answered from receive(), at once;
// what it writes goes to the output, whole, at once. Its own transport of this kind (iostream) composes text for a log
// at each read, for nobody. There are no timers: the deadlines are the owner's.
//
// C++17 as websocketpp is (docs/adr/0002), and internal to websocket.cpp. Thread: any one at a time. Errors: the end of
// the stream is websocketpp's `eof`. Source: the transport policy in websocketpp/transport/base.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <websocketpp/common/connection_hdl.hpp>
#include <websocketpp/transport/base/connection.hpp>
#include <websocketpp/transport/base/endpoint.hpp>
#include <websocketpp/uri.hpp>

namespace zgw::net {

// Its lower-case names are those that websocketpp asks for.
template <class Config>
class WebSocketPipe : public std::enable_shared_from_this<WebSocketPipe<Config>> {
 public:
  using type = WebSocketPipe;
  using ptr = std::shared_ptr<type>;
  struct Timer {
    void cancel() {}
  };
  using timer_ptr = std::shared_ptr<Timer>;
  using Error = websocketpp::lib::error_code;

  WebSocketPipe(bool /*server*/, const std::shared_ptr<typename Config::alog_type>& /*log*/,
                const std::shared_ptr<typename Config::elog_type>& /*log*/) {}

  /// Gets a whole frame, or a whole HTTP request or answer, at a time.
  void set_output(std::function<void(std::string_view)> output) { output_ = std::move(output); }

  /// What comes after the end of the connection is dropped.
  void receive(const char* data, std::size_t size) {
    while (size > 0 && buffer_ != nullptr) {
      const std::size_t count = std::min(size, room_ - have_);
      std::copy_n(data, count, buffer_ + have_);
      have_ += count;
      data += count;
      size -= count;
      if (have_ >= wanted_) answer({});
    }
  }

  void end_of_stream() {
    if (buffer_ != nullptr) answer(websocketpp::transport::error::make_error_code(websocketpp::transport::error::eof));
  }

  ptr get_shared() { return this->shared_from_this(); }
  [[nodiscard]] bool is_secure() const { return true; }  // the encryption is underneath
  [[nodiscard]] std::string get_remote_endpoint() const { return {}; }
  [[nodiscard]] websocketpp::connection_hdl get_handle() const { return handle_; }
  void set_uri(const websocketpp::uri_ptr& /*uri*/) {}
  timer_ptr set_timer(long /*ms*/, const websocketpp::transport::timer_handler& /*handler*/) { return {}; }

 protected:
  void init(const websocketpp::transport::init_handler& done) { done({}); }
  void set_handle(websocketpp::connection_hdl handle) { handle_ = std::move(handle); }

  void async_read_at_least(std::size_t wanted, char* buffer, std::size_t room,
                           websocketpp::transport::read_handler done) {
    done_ = std::move(done);
    buffer_ = buffer;
    room_ = room;
    wanted_ = wanted;
    have_ = 0;
  }

  void async_write(const char* data, std::size_t size, const websocketpp::transport::write_handler& done) {
    output_({data, size});
    done({});
  }

  // In one piece, so that they travel, or are refused, together.
  void async_write(const std::vector<websocketpp::transport::buffer>& parts,
                   const websocketpp::transport::write_handler& done) {
    std::string whole;
    for (const auto& part : parts) whole.append(part.buf, part.len);
    async_write(whole.data(), whole.size(), done);
  }

  template <class Call>
  Error dispatch(Call&& call) {
    call();
    return {};
  }

  template <class Call>
  Error interrupt(Call&& call) {
    return dispatch(std::forward<Call>(call));
  }

  void async_shutdown(const websocketpp::transport::shutdown_handler& done) { done({}); }

 private:
  void answer(const Error& error) {
    buffer_ = nullptr;
    std::exchange(done_, {})(error, have_);  // asks for more, as a rule
  }

  std::function<void(std::string_view)> output_;
  websocketpp::connection_hdl handle_;
  websocketpp::transport::read_handler done_;
  char* buffer_ = nullptr;  // websocketpp's, while it waits for bytes
  std::size_t room_ = 0;
  std::size_t wanted_ = 0;
  std::size_t have_ = 0;
};

template <class Config>
class WebSocketPipeEndpoint {
 public:
  using type = WebSocketPipeEndpoint;
  using transport_con_type = WebSocketPipe<Config>;
  using transport_con_ptr = typename transport_con_type::ptr;
  using concurrency_type = typename Config::concurrency_type;
  using alog_type = typename Config::alog_type;
  using elog_type = typename Config::elog_type;

  [[nodiscard]] bool is_secure() const { return true; }

 protected:
  void init_logging(const std::shared_ptr<alog_type>& /*log*/, const std::shared_ptr<elog_type>& /*log*/) {}
  void async_connect(const transport_con_ptr& /*to*/, const websocketpp::uri_ptr& /*uri*/,
                     const websocketpp::transport::connect_handler& done) {
    done({});
  }
  websocketpp::lib::error_code init(const transport_con_ptr& /*connection*/) { return {}; }
};

}  // namespace zgw::net
