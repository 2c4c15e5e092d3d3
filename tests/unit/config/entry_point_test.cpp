// Where each service is reached, and what is said to an address in the wrong place.
#include <doctest/doctest.h>

#include "config/load.hpp"

using namespace zgw;
using config::ServiceKind;

namespace {

std::vector<std::string> errors_of(const std::string& account) {
  return config::load("accounts: {a: {username: u, password: {env: HOME}, " + account +
                          "}}\n"
                          "radios: {r: {sound: {device: x}, cos: {source: vox}, ptt: {method: none}}}\n"
                          "bridges: [{name: b, account: a, radio: r, channel: c}]\n",
                      "f")
      .errors;
}

void is_refused(const std::string& account, const std::string& words) {
  const auto errors = errors_of(account);
  CAPTURE(account);
  REQUIRE(errors.size() == 1);
  CHECK_MESSAGE(errors[0].find(words) != std::string::npos, errors[0]);
}

}  // namespace

TEST_CASE("each service has its entry point, and an address of one's own overrules it") {
  config::Account account;
  account.service = ServiceKind::consumer;
  CHECK(config::entry_point(account) == "wss://zello.io/ws");
  account.service = ServiceKind::work;
  account.network = "acme";
  CHECK(config::entry_point(account) == "wss://zellowork.io/ws/acme");
  account.service = ServiceKind::enterprise;
  account.server = "ptt.example.org";
  CHECK(config::entry_point(account) == "wss://ptt.example.org/ws/mesh");
  account.url = "wss://localhost:8443/ws";
  CHECK(config::entry_point(account) == "wss://localhost:8443/ws");
}

TEST_CASE("an address where a name belongs, or without TLS, gets an error that says what to write") {
  CHECK(errors_of("service: work, network: acme").empty());
  is_refused("service: work, network: 'https://acme.zellowork.com'", "sub-domain alone");
  is_refused("service: work, network: 'wss://zellowork.io/ws/acme'", "sub-domain alone");
  is_refused("service: work", "sub-domain of the Zello Work network");
  is_refused("service: enterprise, server: 'wss://ptt.example.org/ws/mesh'", "host name alone");
  is_refused("service: work, url: 'ws://zellowork.io/ws/acme'", "wss://");
}
