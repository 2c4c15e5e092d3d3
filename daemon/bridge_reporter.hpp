// What a bridge tells of itself, for the operator: lines of the log, events of the journal, and the tally that the
// status page and the metrics show. Thread: control. Errors: none; what cannot be written is the log's and the
// journal's affair.
#pragma once

#include <string>
#include <string_view>

#include "base/time.hpp"
#include "gateway/bridge.hpp"
#include "observe/journal.hpp"
#include "observe/log.hpp"
#include "observe/snapshot.hpp"

namespace zgw::daemon {

class BridgeReporter final : public gateway::BridgeObserver {
 public:
  /// `bridge` may still be under construction: it is looked at when it tells something.
  BridgeReporter(std::string name, const gateway::Bridge& bridge, observe::Log& log, observe::Journal& journal);

  [[nodiscard]] const observe::BridgeTally& tally() const { return tally_; }

  void on_turn(gateway::TurnState state, base::TimePoint at) override;
  void on_carrier(gateway::Carrier carrier, base::TimePoint at) override;
  void on_over(const gateway::OverReport& report) override;
  void on_alarm(std::string_view what, bool raised, base::TimePoint at) override;
  void on_dtmf(gateway::DtmfCommand command, bool locked, base::TimePoint at) override;

  /// What is not the bridge's own: the service refused a stream; said once until one is accepted.
  void on_refused(std::string_view words);
  /// Somebody begins to speak who means this account and nobody else. A radio has no private conversation.
  void on_private(std::string_view from);

 private:
  std::string name_;
  const gateway::Bridge& bridge_;
  observe::Log& log_;
  observe::Journal& journal_;
  observe::BridgeTally tally_;
};

}  // namespace zgw::daemon
