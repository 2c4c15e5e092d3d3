// A configured account as a live link, and what the operator hears of it.
// Thread: control. Errors: construction throws StartFailed where an entry point or a secret cannot be used.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <asio/io_context.hpp>

#include "config/config.hpp"
#include "link/account_link.hpp"
#include "net/timer.hpp"
#include "observe/journal.hpp"
#include "observe/kinds.hpp"
#include "observe/log.hpp"
#include "observe/snapshot.hpp"
#include "zello/ready_token.hpp"

namespace zgw::daemon {

class Account final : private link::LinkObserver {
 public:
  /// `state`: the directory that keeps the refresh token. `largest_image`: bytes that are taken. `refused` is called
  /// with one line for the operator when the service will not have us from the very first: bad credentials, a
  /// certificate that does not verify, a channel that does not accept this account. An account that has been through
  /// more than that goes on trying and has an alarm.
  Account(asio::io_context& io, const std::string& name, const config::Account& account,
          const config::Supervisor& supervisor, const std::filesystem::path& state, std::size_t largest_image,
          observe::Log& log, observe::Journal& journal, std::function<void(const std::string&)> refused);

  /// Begins to log on.
  void start();

  [[nodiscard]] link::AccountLink& link() { return link_; }
  [[nodiscard]] bool logged_on() const { return logged_on_; }
  /// For whoever asks how things are.
  [[nodiscard]] observe::AccountSnapshot snapshot(base::TimePoint now) const;
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  void on_logged_on() override;
  void on_lost(const link::LinkLost& lost) override;
  void on_alarm(const zello::ReconnectRule& rule, bool raised) override;
  void on_channel(const zello::ChannelStatus& status) override;
  void on_oddity(std::string_view what) override;

  void look_at_ready_token();
  void alarm(std::string_view what, bool raised);
  void count_loss(std::string_view why, bool refused);

  std::string name_;
  observe::Kinds odd_{50};
  observe::Log& log_;
  observe::Journal& journal_;
  std::function<void(const std::string&)> refused_;
  bool logged_on_ = false;
  bool past_first_ = false;  // a connection has ended, or a channel came online: no refusal is the first word any more
  std::string lost_because_;
  std::uint64_t tries_ = 0;
  std::optional<config::Secret> ready_token_;
  zello::ReadyToken ready_token_watch_;
  net::Timer ready_token_timer_;
  observe::AccountSnapshot seen_;  // all but what depends on the time
  base::TimePoint down_since_;
  std::set<std::string> online_;  // channels
  std::set<std::string> alarms_;
  link::AccountLink link_;
};

}  // namespace zgw::daemon
