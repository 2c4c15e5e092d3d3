// A configured account as a live link, and what the operator hears of it.
// Thread: control. Errors: ConfigurationError where an entry point or a secret cannot be used.
#pragma once

#include <functional>
#include <string>

#include <asio/io_context.hpp>

#include "config/config.hpp"
#include "link/account_link.hpp"
#include "observe/journal.hpp"
#include "observe/log.hpp"

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
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  void on_logged_on() override;
  void on_lost(std::string_view why, bool refused) override;
  void on_channel(const zello::ChannelStatus& status) override;
  void on_oddity(std::string_view what) override;

  std::string name_;
  observe::Log& log_;
  observe::Journal& journal_;
  std::function<void(const std::string&)> refused_;
  bool logged_on_ = false;
  bool online_once_ = false;
  link::AccountLink link_;
};

}  // namespace zgw::daemon
