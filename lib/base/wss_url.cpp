#include "base/wss_url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/text.hpp"

namespace zgw::base {
namespace {

constexpr std::string_view scheme = "wss://";

// Schemes may be written in capitals, too.
bool begins_with(std::string_view url, std::string_view wanted) {
  const auto same = [](char want, char have) {
    return want == (have >= 'A' && have <= 'Z' ? static_cast<char>(have - 'A' + 'a') : have);
  };
  return url.size() >= wanted.size() && std::equal(wanted.begin(), wanted.end(), url.begin(), same);
}

// Of a URL that does not begin with wss://: what to write instead.
std::string wrong_scheme(const std::string& shown, std::string_view url) {
  if (begins_with(url, "ws://")) return shown + " is not encrypted: write wss:// instead of ws://";
  if (begins_with(url, "https://")) return shown + " is a web page's address: write wss:// instead of https://";
  if (begins_with(url, "http://")) return shown + " is a web page's address: write wss:// instead of http://";
  return shown + " is no WebSocket address: write wss://host/path";
}

// Splits host[:port] or [address][:port]; false where it is neither.
bool split(std::string_view authority, std::string_view& host, std::optional<std::string_view>& port) {
  std::size_t end = authority.find(':');
  host = authority.substr(0, end);
  if (!authority.empty() && authority.front() == '[') {
    end = authority.find(']');
    if (end == std::string_view::npos) return false;
    host = authority.substr(1, end - 1);
    ++end;
  }
  if (end >= authority.size()) return true;
  if (authority[end] != ':') return false;
  port = authority.substr(end + 1);
  return true;
}

bool is_port(std::string_view digits, int& port) {
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return error == std::errc() && end == digits.data() + digits.size() && port >= 1 && port <= 65535;
}

// Nothing that would end a line of the HTTP request or mean something else there.
bool is_plain(std::string_view text, std::string_view forbidden) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return c > ' ' && c <= '~' && forbidden.find(c) == std::string_view::npos; });
}

}  // namespace

std::string host_and_port(const std::string& host, int port) {
  const bool bracketed = host.find(':') != std::string::npos;
  return (bracketed ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Expected<WssUrl> parse_wss_url(std::string_view url) {
  if (url.find('@') != std::string_view::npos) {  // not shown: what stands before it may be a password
    return failure("the address contains an @: write wss://host/path, and no user name in it");
  }
  // More than one word is not shown: a neighbouring line, a password for instance, may have got into it.
  const bool one_word = url.find_first_of(" \t\r\n") == std::string_view::npos;
  const std::string shown = one_word ? quoted(url, 100) : "the address";
  if (!begins_with(url, scheme)) return failure(wrong_scheme(shown, url));
  url.remove_prefix(scheme.size());
  WssUrl parsed;
  const std::size_t slash = url.find('/');
  if (slash != std::string_view::npos) parsed.path = url.substr(slash);
  std::string_view host;
  std::optional<std::string_view> port;
  if (!split(url.substr(0, slash), host, port) || host.empty() || !is_plain(host, "?#\\[]%/") ||
      !is_plain(parsed.path, "#")) {
    return failure(shown + " is no WebSocket address: write wss://host/path");
  }
  if (port && !is_port(*port, parsed.port)) {
    return failure("the port must be a number from 1 to 65535");  // what stands there may be a password
  }
  parsed.host = host;
  return parsed;
}

}  // namespace zgw::base
