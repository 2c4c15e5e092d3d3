// The little of HTTP/1.1 that a read-only page needs, over bytes: no socket, no clock, no thread.
//
// A request is a line, header fields and no body; what is not exactly that gets an answer that says so, and every
// answer ends its connection. Nothing of a request is kept but method and path, so that there is nothing in it to
// attack with.
//
// Thread: any one at a time. Errors: a status for the answer. Bounds: `most_head` bytes of a request.
// Source: RFC 9112 sections 2 to 6, RFC 9110 sections 9 and 15; bare line feeds and folded lines are refused (RFC 9112
// sections 2.2 and 5.2 allow that).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace zgw::net {

struct HttpRequest {
  int refusal = 0;    ///< the status of an answer to what is no request for us: 400 or 405; else 0
  bool head = false;  ///< the answer goes without its body
  std::string path;   ///< without a query; begins with a slash and is not decoded
};

class HttpRequestReader {
 public:
  static constexpr std::size_t most_head = 8192;

  /// What has come. The request, when it is whole or cannot become one; nothing must be handed in afterwards.
  std::optional<HttpRequest> receive(std::string_view bytes);

 private:
  std::string head_;
};

struct HttpAnswer {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
};

/// `answer` to a browser, which must neither guess its type, nor keep it, nor load or run anything for it.
std::string http_bytes(const HttpAnswer& answer, bool without_body);

}  // namespace zgw::net
