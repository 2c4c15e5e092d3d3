#include "daemon/link_settings.hpp"

#include <chrono>
#include <memory>
#include <random>
#include <utility>

#include "daemon/exit_status.hpp"
#include "daemon/version.hpp"
#include "link/token.hpp"

namespace zgw::daemon {
namespace {

using FreshToken = base::Expected<std::optional<std::string>>;

std::int64_t unix_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string secret(const std::string& account, const char* what, const config::Secret& secret) {
  auto value = secret.read();
  if (!value) throw StartFailed("account " + account + ", " + what + ": " + value.error().message);
  return *value;
}

FreshToken mint(const std::string& issuer, const std::string& key, std::chrono::milliseconds lifetime) {
  return link::mint_token(issuer, unix_now() + std::chrono::duration_cast<std::chrono::seconds>(lifetime).count(), key);
}

// A token for each logon: minted, or the ready one.
std::function<FreshToken()> token_source(const std::string& name, const std::optional<config::Token>& token) {
  if (!token) return nullptr;
  if (token->jwt) {
    secret(name, "token.jwt", *token->jwt);  // a start without it fails
    // Read anew for each logon, so that a new one in its place is used without a restart.
    return [jwt = *token->jwt]() -> FreshToken {
      auto value = jwt.read();
      if (!value) return base::failure(value.error().message);
      return *value;
    };
  }
  const std::string key = secret(name, "token.private_key", *token->private_key);
  if (const auto trial = mint(*token->issuer, key, token->lifetime); !trial) {
    throw StartFailed("account " + name + ": " + trial.error().message);
  }
  return [issuer = *token->issuer, key, lifetime = token->lifetime] { return mint(issuer, key, lifetime); };
}

zello::Logon logon_of(const std::string& name, const config::Account& account) {
  zello::Logon logon;
  logon.username = account.username;
  if (account.password) logon.password = secret(name, "password", *account.password);
  logon.listen_only = account.listen_only;
  logon.version = std::string("zello-gateway/") + version;
  logon.platform_type = account.platform_type;
  logon.platform_name = account.platform_name;
  logon.language = account.language;
  return logon;
}

std::function<double()> randomness() {
  auto engine = std::make_shared<std::mt19937_64>(std::random_device{}());
  return [engine] { return std::uniform_real_distribution<double>(0, 1)(*engine); };
}

}  // namespace

link::AccountLink::Settings link_settings(const std::string& name, const config::Account& account,
                                          const config::Supervisor& supervisor) {
  link::AccountLink::Settings settings;
  // The configuration's reading has looked at it.
  settings.endpoint = {base::parse_wss_url(config::entry_point(account)).value(), account.ca_file};
  for (auto* step : {&settings.deadlines.resolve, &settings.deadlines.connect, &settings.deadlines.tls,
                     &settings.deadlines.upgrade}) {
    *step = supervisor.connect_timeout;
  }
  settings.deadlines.idle_ping = supervisor.idle_ping;
  settings.session.logon = logon_of(name, account);
  settings.session.reply_timeout = supervisor.reply_timeout;
  settings.reconnect = {.first = supervisor.backoff.first,
                        .max = supervisor.backoff.max,
                        .jitter = supervisor.backoff.jitter,
                        .max_connects_per_minute = supervisor.max_connects_per_minute,
                        .after_kick = supervisor.after_kick};
  settings.fresh_token = token_source(name, account.token);
  settings.random = randomness();
  return settings;
}

}  // namespace zgw::daemon
