#include "net/http.hpp"

#include <algorithm>

namespace zgw::net {
namespace {

constexpr std::string_view line_end = "\r\n";

HttpRequest refused(int status) {
  HttpRequest request;
  request.refusal = status;
  return request;
}

bool is_token(std::string_view text) {
  static constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
}

bool is_control(char c, char allowed) {
  return (static_cast<unsigned char>(c) < 0x20 && c != allowed) || c == 0x7F;
}

bool equal_but_for_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

// METHOD SP target SP HTTP/1.x
HttpRequest read_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return refused(400);
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  const bool visible = std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  if (!is_token(method) || !visible || (version != "HTTP/1.1" && version != "HTTP/1.0")) return refused(400);
  if (method != "GET" && method != "HEAD") return refused(405);
  if (target.empty() || target.front() != '/') return refused(400);
  HttpRequest request;
  request.head = method == "HEAD";
  request.path = target.substr(0, target.find('?'));
  return request;
}

// A field is sound, and announces no body: a request that hides another one behind it is not taken apart here.
bool is_harmless_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view name = line.substr(0, colon);
  std::string_view value = line.substr(colon + 1);
  if (!is_token(name)) return false;
  if (std::any_of(value.begin(), value.end(), [](char c) { return is_control(c, '\t'); })) return false;
  if (equal_but_for_case(name, "Transfer-Encoding")) return false;
  while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  return !equal_but_for_case(name, "Content-Length") || value == "0";
}

HttpRequest read_head(std::string_view head) {
  const std::size_t end = head.find(line_end);
  HttpRequest request = read_line(head.substr(0, end));
  head.remove_prefix(end + line_end.size());
  while (request.refusal == 0 && !head.empty()) {
    const std::size_t next = head.find(line_end);
    if (!is_harmless_field(head.substr(0, next))) return refused(400);
    head.remove_prefix(next + line_end.size());
  }
  return request;
}

const char* reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 503:
      return "Service Unavailable";
    default:
      return "Internal Server Error";
  }
}

}  // namespace

std::optional<HttpRequest> HttpRequestReader::receive(std::string_view bytes) {
  // One byte beyond the bound is enough to know; the search goes on where the last one could not be sure.
  const std::size_t searched = head_.size() < 3 ? 0 : head_.size() - 3;
  head_ += bytes.substr(0, std::min(bytes.size(), most_head + 1 - head_.size()));
  const std::size_t end = head_.find("\r\n\r\n", searched);
  if (end != std::string::npos && end + 4 <= most_head) return read_head(std::string_view(head_).substr(0, end + 2));
  if (head_.size() > most_head) return refused(400);
  return std::nullopt;
}

std::string http_bytes(const HttpAnswer& answer, bool without_body) {
  std::string out = "HTTP/1.1 " + std::to_string(answer.status) + ' ' + reason_of(answer.status) + "\r\n";
  const auto field = [&](std::string_view name, std::string_view value) {
    ((out.append(name) += ": ").append(value)).append(line_end);
  };
  field("Content-Type", answer.type);
  field("Content-Length", std::to_string(answer.body.size()));
  if (answer.status == 405) field("Allow", "GET, HEAD");
  field("Cache-Control", "no-store");
  field("Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  field("X-Content-Type-Options", "nosniff");
  field("Referrer-Policy", "no-referrer");
  field("Connection", "close");
  out.append(line_end);
  if (!without_body) out += answer.body;
  return out;
}

}  // namespace zgw::net
