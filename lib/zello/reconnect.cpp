#include "zello/reconnect.hpp"

#include <algorithm>
#include <utility>

namespace zgw::zello {
namespace {

using base::Duration;
using base::TimePoint;

constexpr std::chrono::minutes longest_kick_pause{10};
constexpr std::chrono::minutes budget_window{1};
constexpr int close_unable_to_verify = 3001;
constexpr int close_kicked = 3003;
constexpr int http_too_many_requests = 429;

}  // namespace

std::optional<Reconnect::Attempt> Reconnect::on_time(TimePoint now) {
  if (connecting_ || now < *next_attempt()) return std::nullopt;
  while (!attempts_.empty() && now >= attempts_.front() + budget_window) attempts_.pop_front();
  attempts_.push_back(now);
  connecting_ = true;
  end_ = End::lost;
  fall_back_at_once_ = false;
  with_refresh_token_ = refresh_token_.has_value();
  return Attempt{with_refresh_token_};
}

std::optional<TimePoint> Reconnect::next_attempt() const {
  if (connecting_) return std::nullopt;
  const auto budget = static_cast<std::size_t>(std::max(1, settings_.max_connects_per_minute));
  if (attempts_.size() < budget) return not_before_;
  return std::max(not_before_, attempts_[attempts_.size() - budget] + budget_window);
}

void Reconnect::on_logged_on(std::optional<std::string> refresh_token) {
  refresh_token_ = std::move(refresh_token);
}

void Reconnect::on_channel_online(TimePoint /*now*/) {
  backoff_ = settings_.first;
  kick_pause_ = settings_.after_kick;
}

void Reconnect::on_logon_refused(ErrorCode code, TimePoint /*now*/) {
  refresh_token_.reset();
  fall_back_at_once_ = with_refresh_token_;
  end_ = code == ErrorCode::kicked         ? End::kicked
         : is_refusal_of_credentials(code) ? End::credentials_refused
                                           : End::refused;
}

void Reconnect::on_server_error(ErrorCode code, TimePoint /*now*/) {
  if (code == ErrorCode::kicked) end_ = End::kicked;
  if (code == ErrorCode::server_closed_connection || code == ErrorCode::kicked) refresh_token_.reset();
}

void Reconnect::on_closed(const TransportClosed& why, TimePoint now) {
  not_before_ = now + pause_after(why);
  connecting_ = false;
}

Duration Reconnect::pause_after(const TransportClosed& why) {
  if (why.http_status == http_too_many_requests) return settings_.too_many_pause;
  if (end_ == End::kicked || why.close_code == close_kicked) {
    refresh_token_.reset();
    const Duration pause = kick_pause_;
    kick_pause_ = std::min<Duration>(2 * kick_pause_, longest_kick_pause);
    return pause;
  }
  if (fall_back_at_once_) return Duration::zero();
  if (end_ == End::credentials_refused || why.close_code == close_unable_to_verify) {
    refresh_token_.reset();
    return settings_.refused_pause;
  }
  return next_backoff();
}

Duration Reconnect::next_backoff() {
  const Duration pause = backoff_;
  backoff_ = std::min<Duration>(2 * backoff_, settings_.max);
  const double share = 1.0 - settings_.jitter * random_();
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(pause) * share);
}

}  // namespace zgw::zello
