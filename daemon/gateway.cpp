#include "daemon/gateway.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>
#include <utility>

#include <asio/post.hpp>

#include "daemon/bridge_settings.hpp"
#include "daemon/cards.hpp"
#include "daemon/exit_status.hpp"
#include "daemon/lines.hpp"
#include "daemon/version.hpp"
#include "radio/alsa_pcm.hpp"

namespace zgw::daemon {
namespace {

constexpr std::chrono::seconds patience_with_disk{2};
constexpr std::chrono::milliseconds moment{20};  // that a stop waits for what the cards still have, with PTT off
constexpr std::size_t packets_for_a_helper = 4;  // a few milliseconds of encoding

// A session serves all bridges of its account.
std::size_t largest_image(const config::Config& config, const std::string& account) {
  int largest = 0;
  for (const config::Bridge& bridge : config.bridges) {
    if (bridge.account == account) largest = std::max(largest, bridge.messages.image_max);
  }
  return static_cast<std::size_t>(largest);
}

}  // namespace

Gateway::Gateway(const config::Config& config, Options options, GuardedLines& lines, observe::Log& log,
                 observe::Journal& journal, observe::Service& service)
    : options_(std::move(options)),
      log_(log),
      service_(service),
      signals_(io_, SIGTERM, SIGINT),
      watchdog_(io_, [this] { feed_watchdog(); }),
      journal_(journal),
      name_(config.gateway.name) {
  open_radios(config, lines);
  for (const auto& [name, radio] : config.radios) {
    if (!radio.ptt.read_back && !radio.ptt.heartbeat) continue;
    ptt_watches_.push_back(std::make_unique<PttWatch>(io_, name, radio.ptt, *radios_.at(name), log, journal));
  }
  for (const GuardedLines::Guard& guard : lines.guards()) {
    guard_watches_.push_back(std::make_unique<KeyGuardWatch>(
        io_, *guard.ptts, [this, &guard](const std::string& why) { on_guard_lost(guard, why); },
        [this, &guard](const std::string& words) { log_.warning("radio " + guard.radios + ": " + words); }));
    log.info("key guard of " + guard.radios + ": process " + std::to_string(guard.ptts->process()));
  }
  for (const auto& [name, account] : config.accounts) {
    const bool used = std::any_of(config.bridges.begin(), config.bridges.end(),
                                  [&, &of = name](const config::Bridge& bridge) { return bridge.account == of; });
    if (!used) continue;  // it is for `listen` and `send`; without a channel the service would refuse it
    accounts_[name] =
        std::make_unique<Account>(io_, name, account, config.supervisor, options_.state, largest_image(config, name),
                                  log, journal, [this](const std::string& why) { on_refused(why); });
  }
  open_spool(config);
  for (const config::Bridge& bridge : config.bridges) add_bridge(config, bridge);
  share_encoding();
  if (options_.control_socket) add_desk(config, *options_.control_socket);
  if (config.status.listen) {
    site_ = std::make_unique<StatusSite>(io_, *config.status.listen, log_, [this] { return snapshot(); });
  }
}

void Gateway::open_radios(const config::Config& config, const GuardedLines& lines) {
  for (const auto& [name, radio] : config.radios) {
    radios_[name] = std::make_unique<RadioUnit>(name, radio, lines.line(name));
  }
  Cards cards(config, options_.missing);
  std::string away;
  bool some = false;
  for (auto& [name, radio] : radios_) {
    radio->open(cards, options_.missing);
    if (const auto why = missing_interface(config.radios.at(name))) {
      log_.warning("radio " + name + ": " + *why + "; it is waited for");
    }
    some = some || radio->card().up();
    if (!radio->card().up()) away += "radio " + name + ": sound card " + radio->card().status().last_error + "; ";
  }
  if (!some) throw StartFailed(away + "sound cards here: " + radio::cards_here());
}

void Gateway::open_spool(const config::Config& config) {
  using config::Keep;
  for (const config::Bridge& bridge : config.bridges) {
    const config::Messages& messages = bridge.messages;
    const bool spools =
        messages.text == Keep::spool || messages.location == Keep::spool || messages.image == Keep::spool;
    if (spools && !spool_) spool_ = std::make_unique<observe::Spool>(options_.state / "spool", log_);
  }
}

void Gateway::add_bridge(const config::Config& config, const config::Bridge& bridge) {
  bridges_.push_back(std::make_unique<BridgeShell>(
      io_, BridgeShell::Names{bridge.name, bridge.channel}, bridge_settings(bridge, config.radios.at(bridge.radio)),
      *radios_.at(bridge.radio), accounts_.at(bridge.account)->link(),
      ChannelMessages(bridge.name, bridge.messages, log_, journal_, spool_.get()), log_, journal_));
  if (bridge.announce_location) {
    bridges_.back()->announce(
        std::make_unique<LocationAnnouncer>(io_, bridge, accounts_.at(bridge.account)->link(), log_, journal_));
  }
  account_of_[bridge.name] = bridge.account;
}

// One bridge has nobody to share with, one core nothing to share out.
void Gateway::share_encoding() {
  const std::size_t cores = std::thread::hardware_concurrency();
  const std::size_t most = std::min(cores, bridges_.size());
  if (most < 2) return;
  crew_ = std::make_unique<work::Crew>(most - 1, packets_for_a_helper);
  batch_ = std::make_unique<work::Batch>(*crew_, [this] { asio::post(io_, [this] { batch_->run(); }); });
  for (auto& bridge : bridges_) bridge->join(*batch_);
}

void Gateway::add_desk(const config::Config& config, const std::filesystem::path& socket) {
  std::vector<ControlDesk::Place> places;
  for (std::size_t i = 0; i < config.bridges.size(); ++i) {
    places.push_back({config.bridges[i].name, config.bridges[i].channel, &bridges_[i]->outgoing(),
                      [&bridge = *bridges_[i]](const control::Tone& tone) { return bridge.test(tone); }});
  }
  try {
    desk_ = std::make_unique<ControlDesk>(io_, socket, std::move(places), log_, journal_);
  } catch (const std::exception& error) {  // nobody hears a radio less for it
    log_.warning(std::string("no control socket: ") + error.what());
  }
}

int Gateway::run() {
  signals_.async_wait([this](asio::error_code error, int /*signal*/) {
    if (!error) on_signal();
  });
  for (auto& [name, radio] : radios_) radio->start();
  for (auto& watch : guard_watches_) watch->start();
  for (auto& watch : ptt_watches_) watch->start();
  for (auto& bridge : bridges_) bridge->start();
  for (auto& [name, account] : accounts_) account->start();
  if (site_) site_->start();
  journal_.write(observe::Event("start"));
  service_.ready("radios are open; logging on");
  feed_watchdog();
  io_.run();
  for (auto& [name, radio] : radios_) radio->stop();
  if (spool_) spool_->flush(patience_with_disk);  // the radios are unkeyed: now there is time
  journal_.write(observe::Event("stop").with("status", status_));
  return status_;
}

void Gateway::on_refused(const std::string& why) {
  if (stopping_) return;
  if (options_.keep_trying) {
    log_.error(why + "; trying again, slowly");
    return;
  }
  log_.error(why);
  shut_down(exit_start_failed);
}

void Gateway::on_signal() {
  log_.info("stopping");
  signals_.async_wait([this](asio::error_code error, int /*signal*/) {
    if (!error) io_.stop();  // asked twice: the radios are unkeyed already, the goodbyes are not worth waiting for
  });
  shut_down(exit_ok);
}

// Those that have a guard are unkeyed first, and what happens is said: to take over from a device that hangs may take
// ten seconds, which the watchdog gives once.
void Gateway::on_guard_lost(const GuardedLines::Guard& guard, const std::string& why) {
  for (auto& bridge : bridges_) bridge->unkey_and_fetch();
  log_.warning("key guard of " + guard.radios + ": " + why + "; unkeying in its place");
  service_.feed();
  const std::string trouble = guard.ptts->take_over();
  const std::string lines = trouble.empty() ? "every PTT line was driven off" : trouble;
  log_.error("ALARM " + why + ": " + lines + "; ending, so that the next start has a new one");
  journal_.write(
      observe::Event("key_guard_lost").with("radios", guard.radios).with("why", why).with("unkeyed", trouble.empty()));
  shut_down(exit_guard_lost);
  status_ = exit_guard_lost;  // also where a stop was on its way
}

void Gateway::shut_down(int status) {
  if (std::exchange(stopping_, true)) return;
  status_ = status;
  for (auto& bridge : bridges_) bridge->unkey_and_fetch();  // first of all
  service_.stopping();
  watchdog_.cancel();
  site_.reset();
  desk_.reset();
  const base::TimePoint until = std::chrono::steady_clock::now() + moment;
  for (auto& bridge : bridges_) bridge->shut_down(until);
  links_to_stop_ = accounts_.size();
  for (auto& [name, account] : accounts_) {
    account->link().stop([this] {
      if (--links_to_stop_ == 0) io_.stop();
    });
  }
}

void Gateway::feed_watchdog() {
  const auto interval = service_.watchdog_interval();
  if (!interval || stopping_) return;
  bool all = true;
  for (const auto& [name, radio] : radios_) all = all && radio->progressed();
  for (const auto& bridge : bridges_) all = all && bridge->progressed();
  if (all) feed();
  watchdog_.after(*interval / 4);
}

// Each may move on at another time than the others: what counts is that all have since the last sign of life.
void Gateway::feed() {
  service_.feed();
  for (const auto& [name, radio] : radios_) radio->note_progress();
  for (const auto& bridge : bridges_) bridge->note_progress();
}

observe::Snapshot Gateway::snapshot() const {
  const base::TimePoint now = std::chrono::steady_clock::now();
  observe::Snapshot all;
  all.name = name_;
  all.version = version;
  all.now = std::chrono::system_clock::now();
  all.started = all.now - std::chrono::duration_cast<std::chrono::system_clock::duration>(now - started_);
  all.journal_lost = journal_.lost();
  if (spool_) all.spool_lost = spool_->lost();
  for (const auto& bridge : bridges_) {
    all.bridges.push_back(bridge->snapshot(now));
    all.bridges.back().account = account_of_.at(all.bridges.back().name);
  }
  for (const auto& [name, radio] : radios_) all.radios.push_back(radio->snapshot());
  for (const auto& [name, account] : accounts_) all.accounts.push_back(account->snapshot(now));
  return all;
}

}  // namespace zgw::daemon
