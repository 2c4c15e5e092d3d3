#include "daemon/own_session.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iostream>
#include <set>
#include <utility>

#include "base/listed.hpp"
#include "base/text.hpp"
#include "daemon/exit_status.hpp"
#include "daemon/link_settings.hpp"

namespace zgw::daemon {
namespace {

std::vector<std::string> names_of(const config::Config& config) {
  std::vector<std::string> names;
  for (const auto& [name, account] : config.accounts) names.push_back(name);
  return names;
}

// The only account there is, or the only one with a bridge to one of `channels`.
std::string only_account(const config::Config& config, const std::vector<std::string>& channels) {
  if (config.accounts.size() == 1) return config.accounts.begin()->first;
  std::set<std::string> fitting;
  for (const config::Bridge& bridge : config.bridges) {
    const bool wanted = std::find(channels.begin(), channels.end(), bridge.channel) != channels.end();
    if (wanted) fitting.insert(bridge.account);
  }
  if (fitting.size() != 1) throw UsageError("say which account: --account NAME, of " + base::listed(names_of(config)));
  return *fitting.begin();
}

link::AccountLink::Settings own_settings(const config::Config& config, const OwnLogon& logon, bool listen_only) {
  const config::Account& account = config.accounts.at(logon.account);
  link::AccountLink::Settings settings = link_settings(logon.account, account, config.supervisor);
  settings.session.logon.listen_only = settings.session.logon.listen_only || listen_only;
  if (!listen_only) settings.deadlines.close = std::chrono::minutes(1);  // an image may still be on its way
  return settings;
}

}  // namespace

OwnLogon choose_logon(const config::Config& config, const std::string& account,
                      const std::vector<std::string>& channels) {
  OwnLogon logon{account.empty() ? only_account(config, channels) : account, channels};
  if (config.accounts.count(logon.account) == 0) {
    throw UsageError("no account is called " + base::quoted(logon.account) + "; there is " +
                     base::listed(names_of(config)));
  }
  if (!channels.empty()) return logon;
  for (const config::Bridge& bridge : config.bridges) {
    const bool known = std::find(logon.channels.begin(), logon.channels.end(), bridge.channel) != logon.channels.end();
    if (bridge.account == logon.account && !known) logon.channels.push_back(bridge.channel);
  }
  if (logon.channels.empty()) throw UsageError("this account has no bridge: say which channel, --channel NAME");
  return logon;
}

OwnSession::OwnSession(const config::Config& config, const OwnLogon& logon, bool listen_only)
    : signals_(io_, SIGTERM, SIGINT), link_(io_, own_settings(config, logon, listen_only), *this) {
  const config::Account& account = config.accounts.at(logon.account);
  if (!account.username) return;
  std::cerr << "the service lets " << base::quoted(*account.username)
            << " log on once: a gateway that runs with account " << logon.account
            << " loses its link now, and comes back after this command\n";
}

OwnSession::~OwnSession() = default;

int OwnSession::run(int interrupted) {
  watch_signals(interrupted);
  link_.start();
  io_.run();
  return status_;
}

void OwnSession::watch_signals(int interrupted) {
  signals_.async_wait([this, interrupted](asio::error_code error, int /*signal*/) {
    if (error) return;
    if (ending_) return io_.stop();  // asked twice: the goodbye is not worth waiting for
    end(interrupted);
    watch_signals(interrupted);
  });
}

void OwnSession::end(int status) {
  if (std::exchange(ending_, true)) return;
  status_ = status;
  link_.stop([this] { io_.stop(); });
}

void OwnSession::on_logged_on() {
  std::cerr << "logged on\n";
}

void OwnSession::on_lost(const link::LinkLost& lost) {
  std::cerr << link::in_words(lost);
  if ((lost.refused && !was_in_) || lost.rule.cause == zello::Cause::kicked) {
    std::cerr << '\n';
    return end(exit_start_failed);
  }
  std::cerr << "; next try in " << std::chrono::ceil<std::chrono::seconds>(lost.pause).count() << " s\n";
}

void OwnSession::on_channel(const zello::ChannelStatus& status) {
  was_in_ = was_in_ || status.online;
  if (on_status) on_status(status);
  if (status.online || !status.error || status.error_type != "configuration" || was_in_) return;
  std::cerr << "channel " << base::quoted(status.channel) << ": " << link::in_words_offline(status) << '\n';
  end(exit_start_failed);
}

void OwnSession::on_oddity(std::string_view what) {
  std::cerr << base::printable(what, 400) << '\n';
}

}  // namespace zgw::daemon
