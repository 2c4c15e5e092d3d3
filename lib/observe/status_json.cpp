#include <chrono>
#include <cstdint>

#include <json/value.h>
#include <json/writer.h>

#include "observe/status_page.hpp"
#include "observe/utc.hpp"

namespace zgw::observe {
namespace {

using base::seconds;

Json::Value number(std::uint64_t count) {
  return Json::Value(static_cast<Json::UInt64>(count));
}

Json::Value list(const std::vector<std::string>& lines) {
  Json::Value out(Json::arrayValue);
  for (const std::string& line : lines) out.append(line);
  return out;
}

Json::Value json_of(const Waiting& waiting) {
  Json::Value out;
  out["overs"] = number(waiting.overs);
  out["seconds"] = seconds(waiting.audio);
  return out;
}

Json::Value json_of(const EndedOver& over) {
  Json::Value out;
  out["ended"] = utc(over.ended);
  out["direction"] = over.direction;
  out["talker"] = over.talker;
  out["outcome"] = over.outcome;
  out["length"] = seconds(over.length);
  out["packets"] = number(over.packets);
  out["lost"] = number(over.lost);
  return out;
}

Json::Value json_of(const BridgeSnapshot& bridge) {
  Json::Value out;
  out["name"] = bridge.name;
  out["account"] = bridge.account;
  out["channel"] = bridge.channel;
  out["radio"] = bridge.radio;
  out["state"] = bridge.state;
  if (!bridge.tx_state.empty()) out["tx_state"] = bridge.tx_state;
  out["talker"] = bridge.talker;
  out["carrier"] = bridge.carrier;
  out["received_rms_dbfs"] = bridge.received_rms.value;
  out["received_peak_dbfs"] = bridge.received_peak.value;
  out["online"] = bridge.online;
  out["switched_off"] = bridge.switched_off;
  out["keyed_seconds"] = seconds(bridge.keyed_for);
  out["held_for_radio"] = json_of(bridge.for_radio);
  out["held_for_channel"] = json_of(bridge.for_channel);
  out["alarms"] = list({bridge.tally.alarms().begin(), bridge.tally.alarms().end()});
  out["last_overs"] = Json::Value(Json::arrayValue);
  for (const EndedOver& over : bridge.tally.last()) out["last_overs"].append(json_of(over));
  return out;
}

Json::Value json_of(const RadioSnapshot& radio) {
  Json::Value out;
  out["name"] = radio.name;
  out["card_up"] = radio.card_up;
  out["card_error"] = radio.card_error;
  out["keyed"] = radio.keyed;
  out["ptt_failing"] = radio.ptt_failing;
  out["ptt_contradicted"] = radio.ptt_contradicted;
  out["cos_readable"] = radio.cos_readable;
  return out;
}

Json::Value json_of(const AccountSnapshot& account) {
  Json::Value out;
  out["name"] = account.name;
  out["logged_on"] = account.logged_on;
  out["down_seconds"] = seconds(account.down_for);
  out["why_down"] = account.why_down;
  out["channels_online"] = number(account.channels_online);
  out["alarms"] = list(account.alarms);
  return out;
}

template <class Row>
Json::Value all_of(const std::vector<Row>& rows) {
  Json::Value out(Json::arrayValue);
  for (const Row& row : rows) out.append(json_of(row));
  return out;
}

}  // namespace

std::string status_json(const Snapshot& snapshot) {
  Json::Value out;
  out["name"] = snapshot.name;
  out["version"] = snapshot.version;
  out["time"] = utc(snapshot.now);
  out["started"] = utc(snapshot.started);
  out["ailments"] = list(ailments(snapshot));
  out["bridges"] = all_of(snapshot.bridges);
  out["radios"] = all_of(snapshot.radios);
  out["accounts"] = all_of(snapshot.accounts);
  Json::StreamWriterBuilder builder;  // ASCII with escapes; broken UTF-8 becomes U+FFFD
  builder["indentation"] = "  ";
  builder["precision"] = 3;
  builder["precisionType"] = "decimal";
  return Json::writeString(builder, out) + '\n';
}

}  // namespace zgw::observe
