#include "daemon/account.hpp"

#include <chrono>
#include <memory>
#include <random>
#include <utility>

#include "base/text.hpp"
#include "daemon/exit_status.hpp"
#include "daemon/version.hpp"
#include "net/rs256.hpp"
#include "zello/error_code.hpp"
#include "zello/jwt.hpp"

namespace zgw::daemon {
namespace {

constexpr std::chrono::minutes ready_token_look{10};
constexpr const char* ready_token_ended = "the ready token has ended: put a new one in its place";

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

// Whose refresh token it is: another service's or another user's is never used.
std::string token_owner(const net::Endpoint& endpoint, const config::Account& account) {
  return net::host_and_port(endpoint) + endpoint.path + '\n' + account.username.value_or("");
}

link::AccountLink::Settings settings_of(const std::string& name, const config::Account& account,
                                        const config::Supervisor& supervisor, const std::filesystem::path& state,
                                        std::size_t largest_image) {
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
  settings.session.largest_image = largest_image;
  settings.session.reply_timeout = supervisor.reply_timeout;
  settings.reconnect = {.first = supervisor.backoff.first,
                        .max = supervisor.backoff.max,
                        .jitter = supervisor.backoff.jitter,
                        .max_connects_per_minute = supervisor.max_connects_per_minute,
                        .after_kick = supervisor.after_kick};
  settings.fresh_token = token_source(name, account.token);
  settings.random = randomness();
  settings.token_file.emplace(state / link::TokenFile::name_for(name), token_owner(*endpoint, account));
  return settings;
}

std::optional<config::Secret> ready_token_of(const config::Account& account) {
  return account.token ? account.token->jwt : std::nullopt;
}

std::string in_words(base::Duration pause) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(pause).count();
  if (seconds == 0) return "now";
  if (seconds % 60 == 0) return "in " + std::to_string(seconds / 60) + " min";
  return "in " + std::to_string(seconds) + " s";
}

}  // namespace

Account::Account(asio::io_context& io, const std::string& name, const config::Account& account,
                 const config::Supervisor& supervisor, const std::filesystem::path& state, std::size_t largest_image,
                 observe::Log& log, observe::Journal& journal, std::function<void(const std::string&)> refused)
    : name_(name),
      log_(log),
      journal_(journal),
      refused_(std::move(refused)),
      ready_token_(ready_token_of(account)),
      ready_token_timer_(io, [this] { look_at_ready_token(); }),
      down_since_(std::chrono::steady_clock::now()),
      link_(io, settings_of(name, account, supervisor, state, largest_image), *this) {}

void Account::start() {
  look_at_ready_token();
  link_.start();
}

void Account::on_logged_on() {
  if (!lost_because_.empty()) log_.forget(name_ + "/lost/" + std::exchange(lost_because_, ""));
  const std::uint64_t tries = std::exchange(tries_, 0);
  log_.info("account " + name_ + ": logged on" + (tries > 1 ? " after " + std::to_string(tries) + " tries" : ""));
  journal_.write(observe::Event("logged_on").with("account", name_));
  logged_on_ = true;
  ++seen_.attempts;
  ++seen_.logons;
  seen_.logged_on = true;
}

void Account::on_lost(const link::LinkLost& lost) {
  const std::string cause(lost.rule.name);
  const std::string text = "account " + name_ + ": " + base::printable(lost.why, 400);
  journal_.write(observe::Event("link_lost")
                     .with("account", name_)
                     .with("why", lost.why)
                     .with("cause", cause)
                     .with("pause", std::chrono::duration<double>(lost.pause).count())
                     .with("refused", lost.refused));
  ++tries_;
  count_loss(lost.why, lost.refused);
  // Trying without the refresh token is still the first try.
  const bool first = !std::exchange(past_first_, past_first_ || lost.rule.cause != zello::Cause::refresh_refused);
  if (lost.refused && first) return refused_(text + "; " + std::string(lost.rule.words));
  // One line for each kind of trouble, however often it repeats.
  if (lost_because_ != cause && !lost_because_.empty()) log_.forget(name_ + "/lost/" + lost_because_);
  lost_because_ = cause;
  const bool said = text.find(lost.rule.words) != std::string::npos;
  log_.once(name_ + "/lost/" + cause, observe::Level::warning,
            text + (said ? "" : "; " + std::string(lost.rule.words)) + "; next try " + in_words(lost.pause));
}

void Account::on_alarm(const zello::ReconnectRule& rule, bool raised) {
  alarm(rule.words, raised);
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
  snapshot.alarms.assign(alarms_.begin(), alarms_.end());
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
    const std::string text = channel + ": " + zello::explained(*status.error) +
                             "; check the name (its case counts) and whether this account may use it";
    if (status.error_type == "configuration" && !std::exchange(past_first_, true)) return refused_(text);
    log_.once(key, observe::Level::warning, text);
  }
  past_first_ = past_first_ || status.online;
}

void Account::on_oddity(std::string_view what) {
  log_.once(name_ + "/odd/" + std::string(what.substr(0, 40)), observe::Level::warning,
            "account " + name_ + ": " + base::printable(what, 400));
}

void Account::look_at_ready_token() {
  using Say = zello::ReadyToken::Say;
  if (!ready_token_) return;
  ready_token_timer_.after(ready_token_look);
  const auto token = ready_token_->read();
  if (!token) return;  // the next logon says so
  const auto news = ready_token_watch_.look(*token, link::AccountLink::system_wall_clock());
  if (!news) return;
  switch (news->say) {
    case Say::announce:
      return log_.info("account " + name_ + ": " + news->text);
    case Say::warn:
      return log_.warning("account " + name_ + ": " + news->text);
    case Say::expired:
      return alarm(ready_token_ended, true);
    case Say::valid_again:
      return alarm(ready_token_ended, false);
  }
}

void Account::alarm(std::string_view what, bool raised) {
  const std::string text = "account " + name_ + ": " + std::string(what);
  if (raised) {
    alarms_.emplace(what);
    log_.error("ALARM " + text);
  } else {
    alarms_.erase(std::string(what));
    log_.info("alarm over: " + text);
  }
  journal_.write(observe::Event("alarm").with("account", name_).with("what", what).with("raised", raised));
}

}  // namespace zgw::daemon
