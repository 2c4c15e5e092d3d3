// Remembers what a bridge tells its observer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/bridge.hpp"

namespace zgw::fakes {

class RecordingObserver final : public gateway::BridgeObserver {
 public:
  template <class T>
  struct At {
    T what;
    base::TimePoint when;
  };
  struct Alarm {
    std::string what;
    bool raised = false;
  };

  void on_turn(gateway::TurnState state, base::TimePoint now) override { turns.push_back({state, now}); }
  void on_carrier(gateway::Carrier carrier, base::TimePoint now) override { carriers.push_back({carrier, now}); }
  void on_over(const gateway::OverReport& report) override { overs.push_back(report); }
  void on_alarm(std::string_view what, bool raised, base::TimePoint now) override {
    alarms.push_back({{std::string(what), raised}, now});
  }

  void on_dtmf(gateway::DtmfCommand command, bool /*locked*/, base::TimePoint now) override {
    commands.push_back({command, now});
  }

  [[nodiscard]] std::vector<gateway::TurnState> states() const {
    std::vector<gateway::TurnState> all;
    for (const auto& turn : turns) all.push_back(turn.what);
    return all;
  }
  /// The moment of the first turn to `state` at or after `from`; the far future when there was none.
  [[nodiscard]] base::TimePoint when(gateway::TurnState state, base::TimePoint from = {}) const {
    for (const auto& turn : turns) {
      if (turn.what == state && turn.when >= from) return turn.when;
    }
    return base::TimePoint::max();
  }

  std::vector<At<gateway::TurnState>> turns;
  std::vector<At<gateway::Carrier>> carriers;
  std::vector<gateway::OverReport> overs;
  std::vector<At<Alarm>> alarms;
  std::vector<At<gateway::DtmfCommand>> commands;
};

}  // namespace zgw::fakes
