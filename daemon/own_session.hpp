// A logon of a command's own, without a radio: what `listen` and `send --config` do instead of bridging.
//
// Theory of operation: it goes by the same link as the gateway's accounts and comes back after an outage by the same
// rules. It ends for good where coming back is pointless or would hurt: the service refuses the account, the channel or
// the certificate from the start, or another session of the account has begun; going on would only take the account
// away from each other.
//
// Thread: control is whoever calls run(). Errors: choosing throws UsageError; later ones are lines on standard error
// and the exit status.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include "config/config.hpp"
#include "link/account_link.hpp"

namespace zgw::daemon {

/// What a command logs on with.
struct OwnLogon {
  std::string account;  ///< its name in the configuration
  std::vector<std::string> channels;
};

/// From what the command line says; what it leaves out must be plain from the configuration: the only account there is,
/// or the only one with a bridge to the channel, and the channels of its bridges.
OwnLogon choose_logon(const config::Config& config, const std::string& account,
                      const std::vector<std::string>& channels);

class OwnSession final : private link::LinkObserver {
 public:
  /// Says so on standard error where a running gateway would lose the account to it.
  OwnSession(const config::Config& config, const OwnLogon& logon, bool listen_only);
  ~OwnSession() override;
  OwnSession(const OwnSession&) = delete;
  OwnSession& operator=(const OwnSession&) = delete;

  [[nodiscard]] asio::io_context& io() { return io_; }
  [[nodiscard]] link::AccountLink& link() { return link_; }
  /// Hears of each status of a channel, also repeated ones.
  std::function<void(const zello::ChannelStatus&)> on_status;

  /// Logs on and returns after end(): its status, or `interrupted` after SIGTERM or SIGINT.
  int run(int interrupted);
  /// Says goodbye. The first status counts.
  void end(int status);

 private:
  void on_logged_on() override;
  void on_lost(const link::LinkLost& lost) override;
  void on_alarm(const zello::ReconnectRule& /*rule*/, bool /*raised*/) override {}
  void on_channel(const zello::ChannelStatus& status) override;
  void on_oddity(std::string_view what) override;
  void watch_signals(int interrupted);

  asio::io_context io_{1};
  asio::signal_set signals_;
  bool was_in_ = false;  // a channel was online once
  bool ending_ = false;
  int status_ = 0;
  link::AccountLink link_;
};

}  // namespace zgw::daemon
