#include "daemon/account.hpp"

#include <chrono>
#include <utility>

#include "base/text.hpp"
#include "daemon/link_settings.hpp"

namespace zgw::daemon {
namespace {

constexpr std::chrono::minutes ready_token_look{10};
constexpr const char* ready_token_ended = "the ready token has ended: put a new one in its place";

link::AccountLink::Settings settings_of(const std::string& name, const config::Account& account,
                                        const config::Supervisor& supervisor, const std::filesystem::path& state,
                                        std::size_t largest_image) {
  link::AccountLink::Settings settings = link_settings(name, account, supervisor);
  settings.session.largest_image = largest_image;
  // Whose refresh token it is: another service's or another user's is never used.
  const std::string owner = base::host_and_port(settings.endpoint.host, settings.endpoint.port) +
                            settings.endpoint.path + '\n' + account.username.value_or("");
  settings.token_file.emplace(state / link::TokenFile::name_for(name), owner);
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
      link_(io, settings_of(name, account, supervisor, state, largest_image), *this) {
  // From the start, so that a monitor sees the first of each.
  for (const zello::ReconnectRule& rule : zello::reconnect_rules()) seen_.ends[std::string(rule.name)];
}

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
  const std::string text = "account " + name_ + ": " + link::in_words(lost);
  journal_.write(observe::Event("link_lost")
                     .with("account", name_)
                     .with("why", lost.why)
                     .with("cause", cause)
                     .with("pause", std::chrono::duration<double>(lost.pause).count())
                     .with("refused", lost.refused));
  ++tries_;
  ++seen_.ends[cause];
  count_loss(lost.why, lost.refused);
  // Trying without the refresh token is still the first try.
  const bool first = !std::exchange(past_first_, past_first_ || lost.rule.cause != zello::Cause::refresh_refused);
  if (lost.refused && first) return refused_(text);
  // One line for each kind of trouble, however often it repeats.
  if (lost_because_ != cause && !lost_because_.empty()) log_.forget(name_ + "/lost/" + lost_because_);
  lost_because_ = cause;
  log_.once(name_ + "/lost/" + cause, observe::Level::warning, text + "; next try " + in_words(lost.pause));
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
    log_.debug(channel + ": online, " + std::to_string(status.users_online) +
               (status.users_online == 1 ? " user" : " users"));
  } else if (status.error) {
    const std::string text = channel + ": " + link::in_words_offline(status);
    if (status.error_type == "configuration" && !std::exchange(past_first_, true)) return refused_(text);
    log_.once(key, observe::Level::warning, text);
  }
  past_first_ = past_first_ || status.online;
}

void Account::on_oddity(std::string_view what) {
  const std::string kind = odd_.of(what);
  log_.once(name_ + "/odd/" + kind, observe::Level::warning,
            "account " + name_ + ": " + base::printable(what, 400) +
                (kind.empty() ? " (from now on only what was odd before is told apart)" : ""));
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
