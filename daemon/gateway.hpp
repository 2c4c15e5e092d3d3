// The running gateway: radios, accounts and bridges of one configuration, from the first PTT line driven off to the
// last goodbye.
//
// Order of construction is the order of safety: all PTT lines (off; those of the key guards are already), then the
// sound cards and COS lines, then the network. When a key guard is lost the gateway ends, with a status that makes the
// service manager start it again: nothing is keyed without a guard. Thread: control is whoever calls run(). Errors:
// construction throws StartFailed or ConfigurationError.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include "config/config.hpp"
#include "daemon/account.hpp"
#include "daemon/bridge_shell.hpp"
#include "daemon/control_desk.hpp"
#include "daemon/key_guard.hpp"
#include "daemon/ptt_watch.hpp"
#include "daemon/radio_unit.hpp"
#include "daemon/status_site.hpp"
#include "net/timer.hpp"
#include "observe/journal.hpp"
#include "observe/log.hpp"
#include "observe/service.hpp"
#include "observe/spool.hpp"
#include "work/batch.hpp"
#include "work/crew.hpp"

namespace zgw::daemon {

class Gateway {
 public:
  struct Options {
    bool keep_trying = false;  ///< go on, slowly, when the service refuses the very first logon
    radio::IfMissing missing = radio::IfMissing::fail;  ///< of some radios' cards and interfaces on USB
    std::filesystem::path state;                        ///< directory of what outlives the process
    std::optional<std::filesystem::path> control_socket = {};
  };

  Gateway(const config::Config& config, Options options, GuardedLines& lines, observe::Log& log,
          observe::Journal& journal, observe::Service& service);

  /// Bridges until SIGTERM or SIGINT; returns the exit status.
  int run();

 private:
  void open_radios(const config::Config& config, const GuardedLines& lines);
  void open_spool(const config::Config& config);
  void add_bridge(const config::Config& config, const config::Bridge& bridge);
  void share_encoding();
  void add_desk(const config::Config& config, const std::filesystem::path& socket);
  void on_refused(const std::string& why);
  void on_signal();
  void on_guard_lost(const GuardedLines::Guard& guard, const std::string& why);
  void shut_down(int status);
  void feed_watchdog();
  void feed();
  [[nodiscard]] observe::Snapshot snapshot() const;

  asio::io_context io_{1};
  Options options_;
  observe::Log& log_;
  observe::Service& service_;
  asio::signal_set signals_;
  net::Timer watchdog_;
  std::map<std::string, std::unique_ptr<RadioUnit>> radios_;
  std::vector<std::unique_ptr<PttWatch>> ptt_watches_;
  std::vector<std::unique_ptr<KeyGuardWatch>> guard_watches_;
  std::map<std::string, std::unique_ptr<Account>> accounts_;
  std::unique_ptr<observe::Spool> spool_;  // where a bridge keeps messages in it
  std::unique_ptr<work::Crew> crew_;       // where there are several bridges and several cores
  std::unique_ptr<work::Batch> batch_;
  std::vector<std::unique_ptr<BridgeShell>> bridges_;
  observe::Journal& journal_;
  std::string name_;
  base::TimePoint started_ = std::chrono::steady_clock::now();  // the wall clock may be set later
  std::map<std::string, std::string> account_of_;               // by bridge
  std::unique_ptr<ControlDesk> desk_;                           // asks the bridges
  std::unique_ptr<StatusSite> site_;                            // asks all of the above
  std::size_t links_to_stop_ = 0;
  bool stopping_ = false;
  int status_ = 0;
};

}  // namespace zgw::daemon
