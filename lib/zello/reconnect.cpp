#include "zello/reconnect.hpp"

#include <algorithm>
#include <utility>

#include "zello/jwt.hpp"

namespace zgw::zello {
namespace {

using base::Duration;
using base::TimePoint;
using base::WallTime;
using Stage = TransportClosed::Stage;

constexpr std::chrono::minutes longest_kick_pause{10};
constexpr std::chrono::minutes stable_after{10};
constexpr std::chrono::minutes budget_window{1};
constexpr std::chrono::seconds clock_step{30};
constexpr int most_hung_up = 3;
constexpr int close_unable_to_verify = 3001;
constexpr int close_not_authorized = 3002;
constexpr int close_kicked = 3003;
constexpr int http_too_many_requests = 429;
constexpr int http_network_authentication = 511;

// What stands between us and the service, not the service: it would have said 101, 4xx or 5xx.
bool is_web_page(const TransportClosed& why) {
  return (why.http_status >= 200 && why.http_status < 400) || why.http_status == http_network_authentication;
}

}  // namespace

Reconnect::Step Reconnect::on_time(TimePoint now, WallTime wall) {
  look_at_clock(now, wall);
  if (stable_at_ && now >= *stable_at_) {
    stable_at_.reset();
    kick_pause_ = settings_.after_kick;
    clear_alarms(AlarmKind::until_stable);
  }
  if (const auto due = hang_up_due(); due && now >= *due) {
    state_ = State::hanging_up;
    return Step::hang_up;
  }
  if (state_ != State::waiting || now < next_attempt()) return Step::none;
  while (!attempts_.empty() && now >= attempts_.front() + budget_window) attempts_.pop_front();
  attempts_.push_back(now);
  state_ = State::connecting;
  end_.reset();
  if (refresh_token_ && refresh_token_->expires && wall >= *refresh_token_->expires) refresh_token_.reset();
  with_refresh_token_ = refresh_token_.has_value();
  return with_refresh_token_ ? Step::connect_with_refresh_token : Step::connect;
}

std::optional<TimePoint> Reconnect::hang_up_due() const {
  if (state_ != State::connecting && state_ != State::logged_on) return std::nullopt;
  return hang_up_at_ && (end_ || online_.empty()) ? hang_up_at_ : deaf_at_;
}

std::optional<TimePoint> Reconnect::next_deadline() const {
  if (state_ == State::waiting) {
    return waits_for_clock() ? std::min(next_attempt(), clock_seen_ + settings_.clock_look) : next_attempt();
  }
  std::optional<TimePoint> next = stable_at_;
  if (const auto due = hang_up_due()) next = next ? std::min(*next, *due) : *due;
  return next;
}

TimePoint Reconnect::next_attempt() const {
  const auto budget = static_cast<std::size_t>(std::max(1, settings_.max_connects_per_minute));
  if (attempts_.size() < budget) return not_before_;
  return std::max(not_before_, attempts_[attempts_.size() - budget] + budget_window);
}

bool Reconnect::hurry(TimePoint now) {
  const TimePoint before = next_attempt();
  const bool lost = ended_by_ != nullptr && ended_by_->cause == Cause::lost;
  if (state_ == State::waiting && lost) not_before_ = std::min(not_before_, now + settings_.hurry);
  return next_attempt() < before;
}

void Reconnect::look_at_clock(TimePoint now, WallTime wall) {
  const auto offset = wall.time_since_epoch() - std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
  const bool stepped = clock_offset_ && std::chrono::abs(offset - *clock_offset_) > clock_step;
  clock_offset_ = offset;
  clock_seen_ = now;
  if (stepped && waits_for_clock() && state_ == State::waiting) not_before_ = std::min(not_before_, now);
}

void Reconnect::on_logged_on(std::optional<std::string> refresh_token, TimePoint now) {
  state_ = State::logged_on;
  hung_up_ = 0;
  deaf_at_ = now + settings_.longest_deaf;
  clear_alarms(AlarmKind::until_logon);
  remember(std::move(refresh_token));
}

void Reconnect::remember(std::optional<std::string> refresh_token) {
  refresh_token_.reset();
  if (!refresh_token) return;
  refresh_token_ = RefreshToken{std::move(*refresh_token), {}};
  const auto jwt = parse_jwt(refresh_token_->text);
  if (jwt && jwt->expires) refresh_token_->expires = WallTime(std::chrono::seconds(*jwt->expires));
}

void Reconnect::on_channel(const std::string& channel, bool online, bool refused, TimePoint now) {
  if (!online) {
    const bool was_online = online_.erase(channel) > 0;
    if (online_.empty()) {
      stable_at_.reset();
      if (was_online && !hang_up_at_) deaf_at_ = now + settings_.longest_deaf;
    }
    if (!refused) return;
    refused_.insert(channel);
    alarms_.insert(Cause::channel_refused);
    deaf_at_.reset();
    if (!hang_up_at_) hang_up_at_ = now + settings_.slow_pause;
    return;
  }
  online_.insert(channel);
  refused_.erase(channel);
  backoff_ = settings_.first;
  deaf_at_.reset();
  if (!stable_at_) stable_at_ = now + stable_after;
  const bool others_refused = !refused_.empty();
  clear_alarms(AlarmKind::until_online);
  if (others_refused) alarms_.insert(Cause::channel_refused);
  if (!others_refused && !end_) hang_up_at_.reset();
}

void Reconnect::on_logon_refused(ErrorCode code, bool answered) {
  const bool trouble = code == ErrorCode::internal_server_error || code == ErrorCode::server_closed_connection;
  end_ = code == ErrorCode::kicked         ? Cause::kicked
         : !answered                       ? Cause::logon_unanswered
         : trouble                         ? Cause::logon_refused
         : with_refresh_token_             ? Cause::refresh_refused
         : is_refusal_of_credentials(code) ? Cause::credentials_refused
                                           : Cause::logon_refused;
}

void Reconnect::on_server_error(ErrorCode code, TimePoint now) {
  const bool over =
      code == ErrorCode::kicked || code == ErrorCode::server_closed_connection || code == ErrorCode::not_logged_in;
  if (!over) return;
  if (end_ != Cause::kicked) end_ = code == ErrorCode::kicked ? Cause::kicked : Cause::server_closed;
  hang_up_at_ = hang_up_at_ ? std::min(*hang_up_at_, now + settings_.grace) : now + settings_.grace;
}

Reconnect::Ended Reconnect::on_closed(const TransportClosed& why, TimePoint now) {
  const ReconnectRule& rule = rule_of(cause_of(why));
  if (!rule.keeps_refresh_token || hung_up_on_refresh_token(why)) refresh_token_.reset();
  if (rule.alarm != AlarmKind::none) alarms_.insert(rule.cause);
  not_before_ = now + pause_of(rule, now);
  ended_by_ = &rule;
  state_ = State::waiting;
  online_.clear();
  stable_at_.reset();
  hang_up_at_.reset();
  deaf_at_.reset();
  return {&rule, std::max(next_attempt() - now, Duration::zero())};
}

// A cable may break between a logon and its answer, but not each time: then the service hangs up on the token.
bool Reconnect::hung_up_on_refresh_token(const TransportClosed& why) {
  if (!with_refresh_token_ || state_ != State::connecting || why.stage != Stage::open) return false;
  if (++hung_up_ < most_hung_up) return false;
  hung_up_ = 0;
  return true;
}

// The most telling of what the service said in words, what its close code means and how far the connection got.
Cause Reconnect::cause_of(const TransportClosed& why) const {
  if (why.http_status == http_too_many_requests) return Cause::too_many;
  if (end_ == Cause::kicked || why.close_code == close_kicked) return Cause::kicked;
  if (end_) return *end_;
  const bool of_credentials = why.close_code == close_unable_to_verify || why.close_code == close_not_authorized;
  if (of_credentials && with_refresh_token_ && state_ == State::connecting) return Cause::refresh_refused;
  if (why.close_code == close_unable_to_verify) return Cause::unable_to_verify;
  if (why.close_code == close_not_authorized) return Cause::not_authorized;
  if (why.stage == Stage::upgrade && is_web_page(why)) return Cause::web_page;
  if (why.untrusted) return Cause::certificate;
  if (!refused_.empty() && online_.empty() && hang_up_at_) return Cause::channel_refused;
  if (state_ == State::hanging_up && deaf_at_) return Cause::no_channel;
  return Cause::lost;
}

Duration Reconnect::pause_of(const ReconnectRule& rule, TimePoint now) {
  switch (rule.pause) {
    case PauseKind::none:
      return Duration::zero();
    case PauseKind::back_off:
      return next_backoff();
    case PauseKind::kick:
      return next_kick_pause();
    case PauseKind::slow:
      // A refused channel has been waited for while connected.
      return rule.cause == Cause::channel_refused ? std::max(*hang_up_at_ - now, Duration::zero())
                                                  : settings_.slow_pause;
    case PauseKind::too_many:
      return settings_.too_many_pause;
  }
  return next_backoff();
}

Duration Reconnect::next_backoff() {
  const Duration pause = backoff_;
  backoff_ = std::min<Duration>(2 * backoff_, settings_.max);
  const double share = 1.0 - settings_.jitter * random_();
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(pause) * share);
}

Duration Reconnect::next_kick_pause() {
  const Duration pause = kick_pause_;
  kick_pause_ = std::max(pause, std::min<Duration>(2 * kick_pause_, longest_kick_pause));
  return pause;
}

void Reconnect::clear_alarms(AlarmKind kind) {
  for (const ReconnectRule& rule : reconnect_rules()) {
    if (rule.alarm == kind) alarms_.erase(rule.cause);
  }
}

std::optional<std::string> Reconnect::refresh_token() const {
  if (!refresh_token_) return std::nullopt;
  return refresh_token_->text;
}

}  // namespace zgw::zello
