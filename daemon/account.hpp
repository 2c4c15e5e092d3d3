// A configured account as a live link, and what the operator hears of it.
// Thread: control. Errors: ConfigurationError where an entry point or a secret cannot be used.
#pragma once

#include <functional>
#include <set>
#include <string>

#include <asio/io_context.hpp>

#include "config/config.hpp"
#include "link/account_link.hpp"
#include "observe/journal.hpp"
#include "observe/log.hpp"
#include "observe/snapshot.hpp"

namespace zgw::daemon {

class Account final : private link::LinkObserver {
 public:
  /// `refused` is called with one line for the operator when the service will not have us: bad credentials, a
  /// certificate that does not verify, a channel that does not accept this account.
  Account(asio::io_context& io, const std::string& name, const config::Account& account,
          const config::Supervisor& supervisor, observe::Log& log, observe::Journal& journal,
          std::function<void(const std::string&)> refused);

  [[nodiscard]] link::AccountLink& link() { return link_; }
  [[nodiscard]] bool logged_on() const { return logged_on_; }
  /// For whoever asks how things are.
  [[nodiscard]] observe::AccountSnapshot snapshot(base::TimePoint now) const;
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  void on_logged_on() override;
  void on_lost(std::string_view why, bool refused) override;
  void on_channel(const zello::ChannelStatus& status) override;
  void on_oddity(std::string_view what) override;

  void count_loss(std::string_view why, bool refused);

  std::string name_;
  observe::Log& log_;
  observe::Journal& journal_;
  std::function<void(const std::string&)> refused_;
  bool logged_on_ = false;
  bool online_once_ = false;
  observe::AccountSnapshot seen_;  // all but what depends on the time
  base::TimePoint down_since_;
  std::set<std::string> online_;  // channels
  link::AccountLink link_;
};

}  // namespace zgw::daemon
