#include "daemon/account.hpp"

#include <chrono>
#include <memory>
#include <random>
#include <utility>

#include "base/text.hpp"
#include "daemon/exit_status.hpp"
#include "daemon/version.hpp"
#include "net/rs256.hpp"
#include "zello/jwt.hpp"

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
  const std::int64_t expires = unix_now() + std::chrono::duration_cast<std::chrono::seconds>(lifetime).count();
  const std::string input = zello::jwt_signing_input(issuer, expires);
  const auto signature = net::rs256_sign(key, input);
  if (!signature) return base::failure("the token cannot be signed: " + signature.error().message);
  return zello::jwt_assemble(input, *signature);
}

// A token for each logon: minted, or the ready one.
std::function<FreshToken()> token_source(const std::string& name, const std::optional<config::Token>& token) {
  if (!token) return nullptr;
  if (token->jwt) {
    return [jwt = secret(name, "token.jwt", *token->jwt)]() -> FreshToken { return jwt; };
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

link::AccountLink::Settings settings_of(const std::string& name, const config::Account& account,
                                        const config::Supervisor& supervisor) {
  auto endpoint = net::parse_wss_url(config::entry_point(account));
  if (!endpoint) throw StartFailed("account " + name + ": " + endpoint.error().message);
  if (account.ca_file) endpoint->ca_file = *account.ca_file;
  link::AccountLink::Settings settings;
  settings.endpoint = *endpoint;
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

}  // namespace

Account::Account(asio::io_context& io, const std::string& name, const config::Account& account,
                 const config::Supervisor& supervisor, observe::Log& log, observe::Journal& journal,
                 std::function<void(const std::string&)> refused)
    : name_(name),
      log_(log),
      journal_(journal),
      refused_(std::move(refused)),
      down_since_(std::chrono::steady_clock::now()),
      link_(io, settings_of(name, account, supervisor), *this) {}

void Account::on_logged_on() {
  const std::uint64_t tries = log_.forget(name_ + "/lost");
  log_.info("account " + name_ + ": logged on" + (tries > 0 ? " after " + std::to_string(tries + 1) + " tries" : ""));
  journal_.write(observe::Event("logged_on").with("account", name_));
  logged_on_ = true;
  ++seen_.attempts;
  ++seen_.logons;
  seen_.logged_on = true;
}

void Account::on_lost(std::string_view why, bool refused) {
  const std::string text = "account " + name_ + ": " + base::printable(why, 400);
  journal_.write(observe::Event("link_lost").with("account", name_).with("why", why).with("refused", refused));
  count_loss(why, refused);
  if (refused && !logged_on_) return refused_(text);
  log_.once(name_ + "/lost", observe::Level::warning, text + "; connecting again");
}

void Account::count_loss(std::string_view why, bool refused) {
  if (seen_.logged_on) {
    ++seen_.lost;
    down_since_ = std::chrono::steady_clock::now();
  } else {
    ++seen_.attempts;
    ++seen_.failed;
  }
  if (refused) ++seen_.refused;
  seen_.logged_on = false;
  seen_.why_down = why;
  online_.clear();
}

observe::AccountSnapshot Account::snapshot(base::TimePoint now) const {
  observe::AccountSnapshot snapshot = seen_;
  snapshot.name = name_;
  if (!snapshot.logged_on) snapshot.down_for = now - down_since_;
  snapshot.channels_online = online_.size();
  return snapshot;
}

void Account::on_channel(const zello::ChannelStatus& status) {
  const std::string key = name_ + "/channel/" + status.channel;
  const std::string channel = "account " + name_ + ", channel " + base::quoted(status.channel);
  if (!status.online) online_.erase(status.channel);
  if (status.online) {
    online_.insert(status.channel);
    log_.forget(key);
    log_.debug(channel + ": online, " + std::to_string(status.users_online) + " users");
  } else if (status.error) {
    const std::string text = channel + ": " + base::printable(*status.error) +
                             "; check the name (its case counts) and whether this account may use it";
    if (status.error_type == "configuration" && !online_once_) return refused_(text);
    log_.once(key, observe::Level::warning, text);
  }
  online_once_ = online_once_ || status.online;
}

void Account::on_oddity(std::string_view what) {
  log_.once(name_ + "/odd/" + std::string(what.substr(0, 40)), observe::Level::warning,
            "account " + name_ + ": " + base::printable(what, 400));
}

}  // namespace zgw::daemon
