#include "daemon/bridge_reporter.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "zello/error_code.hpp"

namespace zgw::daemon {
namespace {

using base::seconds;

double seconds(base::TimePoint time) {
  return seconds(time.time_since_epoch());
}

std::string in_seconds(base::Duration duration) {
  const auto tenths = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count() / 100;
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " s";
}

std::map<std::string, std::uint64_t> lost_by(const gateway::Dropped& dropped) {
  std::map<std::string, std::uint64_t> counts;
  for (std::size_t i = 0; i < gateway::Dropped::reasons; ++i) {
    const auto reason = static_cast<gateway::DropReason>(i);
    if (is_loss(reason) && dropped.of(reason) > 0) counts[std::string(to_string(reason))] = dropped.of(reason);
  }
  return counts;
}

std::string_view words_for(gateway::DtmfCommand command) {
  using gateway::DtmfCommand;
  switch (command) {
    case DtmfCommand::link_off:
      return "switched off by DTMF: nothing is passed to the channel or to the radio";
    case DtmfCommand::link_on:
      return "switched on by DTMF";
    case DtmfCommand::status:
      return "asked by DTMF how the link is";
    case DtmfCommand::unknown:
      return "DTMF: the PIN was right, but there is no such command";
    case DtmfCommand::wrong_pin:
      return "DTMF: a wrong PIN";
    case DtmfCommand::locked_out:
      return "DTMF: not listened to after wrong PINs";
  }
  return "";
}

std::string numbers(const std::vector<std::uint32_t>& ids) {
  std::string text;
  for (const std::uint32_t id : ids) text += (text.empty() ? "" : ", ") + std::to_string(id);
  return text;
}

std::vector<std::string> reasons_of_loss() {
  std::vector<std::string> reasons;
  for (std::size_t i = 0; i < gateway::Dropped::reasons; ++i) {
    const auto reason = static_cast<gateway::DropReason>(i);
    if (is_loss(reason)) reasons.emplace_back(to_string(reason));
  }
  return reasons;
}

}  // namespace

BridgeReporter::BridgeReporter(std::string name, const gateway::Bridge& bridge, observe::Log& log,
                               observe::Journal& journal)
    : name_(std::move(name)), bridge_(bridge), log_(log), journal_(journal) {
  tally_.expect(reasons_of_loss());
}

void BridgeReporter::on_turn(gateway::TurnState state, base::TimePoint at) {
  tally_.on_keyed(bridge_.keyed(), at);
  if (state == gateway::TurnState::streaming) log_.forget(name_ + "/refused");
  log_.debug(name_ + ": " + std::string(to_string(state)));
  observe::Event event("turn");
  event.with("bridge", name_).with("state", to_string(state)).with("at", seconds(at));
  if (bridge_.duplex() == gateway::Duplex::full) {  // the state is that of whichever moved
    event.with("rx_state", to_string(bridge_.state())).with("tx_state", to_string(bridge_.tx_state()));
  }
  journal_.write(event);
}

void BridgeReporter::on_carrier(gateway::Carrier carrier, base::TimePoint at) {
  log_.debug(name_ + ": carrier " + std::string(to_string(carrier)));
  journal_.write(
      observe::Event("carrier").with("bridge", name_).with("state", to_string(carrier)).with("at", seconds(at)));
}

void BridgeReporter::on_over(const gateway::OverReport& report) {
  const bool from_radio = report.direction == gateway::Direction::radio_to_channel;
  const std::string who = from_radio ? "over from the radio" : "over from " + base::quoted(report.talker);
  const std::string lost = report.lost() > 0 ? ", " + std::to_string(report.lost()) + " packets lost" : "";
  const std::string waited = report.waits.none() ? "" : ", waited for " + to_string(report.waits);
  const std::string line =
      name_ + ": " + who + ", " + in_seconds(report.length) + waited + lost + ": " + report.outcome;
  tally_.on_over({.ended = std::chrono::system_clock::now(),
                  .direction = std::string(to_string(report.direction)),
                  .talker = report.talker,
                  .outcome = report.outcome,
                  .length = report.length,
                  .packets = report.packets,
                  .lost = report.lost(),
                  .lost_by = lost_by(report.dropped)});
  const bool as_wanted = report.outcome == gateway::switched_off_words || report.passed_over();
  if (report.outcome == "delivered" || as_wanted) {
    log_.info(line);
  } else {
    log_.warning(line);
  }
  observe::Event event("over");
  event.with("bridge", name_).with("direction", to_string(report.direction)).with("talker", report.talker);
  event.with("began", seconds(report.began))
      .with("ended", seconds(report.ended))
      .with("length", seconds(report.length));
  if (report.first_audio) event.with("first_audio", seconds(*report.first_audio));
  if (report.keyed) event.with("keyed", seconds(*report.keyed));
  if (report.unkeyed) event.with("unkeyed", seconds(*report.unkeyed));
  event.with("packets", static_cast<std::int64_t>(report.packets))
      .with("lost", static_cast<std::int64_t>(report.lost()))
      .with("late", static_cast<std::int64_t>(report.late))
      .with("dropped", to_string(report.dropped))
      .with("waited_for", to_string(report.waits));
  event.with("streams", report.streams);
  if (!report.stream_ids.empty()) event.with("stream", report.stream_ids.back());
  if (report.stream_ids.size() > 1) event.with("stream_ids", numbers(report.stream_ids));
  event.with("outcome", report.outcome);
  journal_.write(event);
}

void BridgeReporter::on_alarm(std::string_view what, bool raised, base::TimePoint at) {
  const std::string text = name_ + ": " + std::string(what);
  tally_.on_alarm(what, raised);
  if (raised) {
    log_.error("ALARM " + text);
  } else {
    log_.info("alarm over: " + text);
  }
  journal_.write(
      observe::Event("alarm").with("bridge", name_).with("what", what).with("raised", raised).with("at", seconds(at)));
}

void BridgeReporter::on_dtmf(gateway::DtmfCommand command, bool locked, base::TimePoint at) {
  const bool wrong = command == gateway::DtmfCommand::wrong_pin;
  const std::string line = name_ + ": " + std::string(words_for(command)) +
                           (wrong && locked ? ", the third; not listened to for a minute" : "");
  if (wrong) {
    log_.warning(line);
  } else {
    log_.info(line);
  }
  journal_.write(observe::Event("dtmf")
                     .with("bridge", name_)
                     .with("command", to_string(command))
                     .with("locked", locked)
                     .with("at", seconds(at)));
}

void BridgeReporter::on_refused(std::string_view words) {
  log_.once(name_ + "/refused", observe::Level::warning,
            name_ + ": the channel refuses the stream: " + zello::explained(words));
}

void BridgeReporter::on_private(std::string_view from) {
  log_.info(name_ + ": " + base::quoted(from) + " speaks to this account alone; the radio transmits it all the same");
}

}  // namespace zgw::daemon
