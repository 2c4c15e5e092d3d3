#include <algorithm>
#include <array>

#include "base/wss_url.hpp"
#include "config/readers.hpp"

namespace zgw::config {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::pair<std::string_view, ServiceKind>, 3> services = {
    {{"consumer", ServiceKind::consumer}, {"work", ServiceKind::work}, {"enterprise", ServiceKind::enterprise}}};

bool made_of_letters_digits_and(std::string_view others, const std::string& text) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
}

// Judges what is written, not what was understood: a malformed key is told once.
void check_token(Section token) {
  const bool issuer = token.has("issuer");
  const bool key = token.has("private_key");
  if (token.has("jwt")) {
    if (issuer || key) token.error("jwt", "give either a ready jwt, or issuer and private_key");
    token.unused("lifetime", "issuer and private_key; a ready jwt has its own");
    return;
  }
  if (!issuer) token.error("issuer", "is missing: it comes with the key from developers.zello.com");
  if (!key) token.error("private_key", "is missing: it comes with the issuer from developers.zello.com");
}

void read_token(Section s, Token& out) {
  s.text("issuer", out.issuer);
  s.secret("private_key", out.private_key);
  s.duration("lifetime", out.lifetime, 30s, 1h);
  s.secret("jwt", out.jwt);
  s.done();
}

// Whatever the service is.
void check_addresses(Section& s, const Account& account) {
  if (account.url) {
    if (const auto parsed = base::parse_wss_url(*account.url); !parsed) s.error("url", parsed.error().message);
  }
  if (account.network && !made_of_letters_digits_and("-_", *account.network)) {
    s.error("network", "is the sub-domain alone, not an address: acme for acme.zellowork.com");
  }
  if (account.server &&
      (!made_of_letters_digits_and("-.:", *account.server) || !base::parse_wss_url("wss://" + *account.server + "/"))) {
    s.error("server", "is a host name alone, not an address; with :port where it is not 443");
  }
}

void check_service(Section& s, const Account& account) {
  const bool own_url = account.url.has_value();
  if (account.service != ServiceKind::work || own_url) s.unused("network", "service: work, without a url");
  if (account.service != ServiceKind::enterprise || own_url) s.unused("server", "service: enterprise, without a url");
  if (account.service == ServiceKind::work && !s.has("network") && !own_url) {
    s.error("network", "is missing: the sub-domain of the Zello Work network, as in <network>.zellowork.com");
  }
  if (account.service == ServiceKind::enterprise && !s.has("server") && !own_url) {
    s.error("server", "is missing: the host name of the Zello Enterprise Server");
  }
  if (account.service == ServiceKind::consumer && !account.token) {
    s.error("token", "is missing: consumer Zello wants issuer and private_key (developers.zello.com) for every logon");
  }
}

}  // namespace

void read_account(Section s, Account& out) {
  const bool service_known = s.choice("service", out.service, services);
  s.text("network", out.network);
  s.text("server", out.server);
  s.text("url", out.url);
  s.text("ca_file", out.ca_file);
  s.text("username", out.username);
  s.secret("password", out.password);
  Token token;
  read_token(s.section("token"), token);
  if (s.has("token")) {
    check_token(s.section("token"));
    out.token = token;
  }
  s.text("platform_name", out.platform_name);
  s.text("platform_type", out.platform_type);
  s.text("language", out.language);
  s.flag("listen_only", out.listen_only);
  s.done();

  check_addresses(s, out);
  if (service_known) check_service(s, out);
  if (out.username && !s.has("password")) s.error("password", "is missing; a user name needs one");
  if (!s.has("username") && s.has("password")) s.error("username", "is missing; a password alone is no account");
  if (!s.has("username") && !s.has("password") && service_known && out.service != ServiceKind::consumer) {
    s.error("username", "is missing; only consumer Zello lets nobody in particular listen");
  }
  std::string name = out.platform_name;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (name.find("gateway") == std::string::npos && name.find("kiosk") == std::string::npos) {
    s.warning("platform_name", "has no \"Gateway\" in it; Zello Alarms will not watch this gateway");
  }
}

std::string entry_point(const Account& account) {
  if (account.url) return *account.url;
  switch (account.service) {
    case ServiceKind::consumer:
      return "wss://zello.io/ws";
    case ServiceKind::work:
      return "wss://zellowork.io/ws/" + account.network.value_or("");
    case ServiceKind::enterprise:
      return "wss://" + account.server.value_or("") + "/ws/mesh";
  }
  return "";
}

}  // namespace zgw::config
