#include "observe/snapshot.hpp"

#include "base/text.hpp"

namespace zgw::observe {

std::vector<std::string> ailments(const Snapshot& snapshot) {
  std::vector<std::string> found;
  for (const RadioSnapshot& radio : snapshot.radios) {
    const std::string who = "radio " + base::printable(radio.name) + ": ";
    if (!radio.card_up) found.push_back(who + "the sound card is gone");
    if (radio.ptt_failing) found.push_back(who + "the PTT line cannot be set");
    if (radio.ptt_contradicted) found.push_back(who + "the read-back line does not follow PTT");
    if (!radio.cos_readable) found.push_back(who + "the COS line cannot be read");
  }
  for (const AccountSnapshot& account : snapshot.accounts) {
    const std::string who = "account " + base::printable(account.name) + ": ";
    if (!account.logged_on && account.down_for > patience_with_link) {
      const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(account.down_for).count();
      found.push_back(who + "the link has been down for " + std::to_string(minutes) + " min");
    }
    for (const std::string& alarm : account.alarms) found.push_back(who + base::printable(alarm));
  }
  for (const BridgeSnapshot& bridge : snapshot.bridges) {
    for (const std::string& alarm : bridge.tally.alarms()) {
      found.push_back("bridge " + base::printable(bridge.name) + ": " + base::printable(alarm));
    }
  }
  return found;
}

std::size_t alarms_raised(const Snapshot& snapshot) {
  std::size_t count = 0;
  for (const RadioSnapshot& radio : snapshot.radios) count += radio.ptt_contradicted ? 1 : 0;
  for (const AccountSnapshot& account : snapshot.accounts) count += account.alarms.size();
  for (const BridgeSnapshot& bridge : snapshot.bridges) count += bridge.tally.alarms().size();
  return count;
}

}  // namespace zgw::observe
