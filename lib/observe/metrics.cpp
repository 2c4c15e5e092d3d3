#include "observe/metrics.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <utility>
#include <vector>

#include "observe/line.hpp"

namespace zgw::observe {
namespace {

using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

constexpr std::array<std::string_view, 8> turn_states = {"idle", "opening", "streaming", "hang",
                                                         "lead", "talking", "tail",      "guard"};

using base::seconds;

// One metric after the other: its head, then its samples.
class Page {
 public:
  void counter(const char* name, const char* help) { head(name, help, "counter"); }
  void gauge(const char* name, const char* help) { head(name, help, "gauge"); }

  void sample(Labels labels, std::uint64_t value) { line(labels, std::to_string(value)); }
  void sample(Labels labels, bool value) { line(labels, value ? "1" : "0"); }
  void sample(Labels labels, double value) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.3f", value);
    line(labels, text.data());
  }

  std::string take() { return std::move(text_); }

 private:
  void head(const char* name, const char* help, const char* type) {
    name_ = name;
    text_ += "# HELP " + name_ + ' ' + help + "\n# TYPE " + name_ + ' ' + type + '\n';
  }

  void line(Labels labels, std::string_view value) {
    text_ += name_;
    char before = '{';
    for (const auto& [label, of] : labels) {
      ((text_ += before) += label) += "=\"" + label_value(of) + '"';
      before = ',';
    }
    if (labels.size() > 0) text_ += '}';
    (text_ += ' ').append(value) += '\n';
  }

  std::string name_;
  std::string text_;
};

// A column of the table: one metric with a sample for each of `rows`.
template <class Row, class Value>
void column(Page& page, std::string_view label, const std::vector<Row>& rows, Value value) {
  for (const Row& row : rows) page.sample({{label, row.name}}, value(row));
}

void process(Page& page, const Snapshot& all) {
  page.gauge("zgw_info", "The program that runs.");
  page.sample({{"name", all.name}, {"version", all.version}}, true);
  page.gauge("zgw_start_time_seconds", "When it started, in seconds since 1970.");
  page.sample({}, std::chrono::duration<double>(all.started.time_since_epoch()).count());
  page.gauge("zgw_alarms", "Alarms that are raised.");
  page.sample({}, static_cast<std::uint64_t>(alarms_raised(all)));
  page.gauge("zgw_healthy", "Whether /health says ok.");
  page.sample({}, ailments(all).empty());
  page.counter("zgw_journal_lost_events_total", "Events that could not be written to the event journal.");
  page.sample({}, all.journal_lost);
  page.counter("zgw_spool_lost_messages_total", "Messages that could not be written to the spool.");
  page.sample({}, all.spool_lost);
}

void bridge_state(Page& page, const std::vector<BridgeSnapshot>& bridges) {
  page.gauge("zgw_bridge_state", "Whose turn it is: 1 for the state that is, 0 for the others.");
  for (const auto& bridge : bridges) {
    for (const std::string_view state : turn_states) {
      page.sample({{"bridge", bridge.name}, {"state", state}}, bridge.state == state || bridge.tx_state == state);
    }
  }
  page.gauge("zgw_bridge_online", "Whether the channel is online.");
  column(page, "bridge", bridges, [](const auto& b) { return b.online; });
  page.gauge("zgw_bridge_switched_off", "Whether somebody at a radio switched the link off by DTMF.");
  column(page, "bridge", bridges, [](const auto& b) { return b.switched_off; });
  page.gauge("zgw_bridge_carrier", "Whether somebody is heard on the radio.");
  column(page, "bridge", bridges, [](const auto& b) { return b.carrier; });
  page.gauge("zgw_bridge_received_rms_dbfs", "Level of the last second from the radio; -120 is silence.");
  column(page, "bridge", bridges, [](const auto& b) { return b.received_rms.value; });
  page.gauge("zgw_bridge_received_peak_dbfs", "Its loudest sample.");
  column(page, "bridge", bridges, [](const auto& b) { return b.received_peak.value; });
  page.counter("zgw_bridge_clipped_samples_total", "Samples from the radio at full scale.");
  column(page, "bridge", bridges, [](const auto& b) { return b.clipped; });
  page.gauge("zgw_bridge_alarms", "Alarms of the bridge that are raised.");
  column(page, "bridge", bridges, [](const auto& b) { return std::uint64_t{b.tally.alarms().size()}; });
  page.counter("zgw_bridge_keyed_seconds_total", "Time that PTT was keyed.");
  column(page, "bridge", bridges, [](const auto& b) { return seconds(b.keyed_for); });
}

void bridge_overs(Page& page, const std::vector<BridgeSnapshot>& bridges) {
  page.counter("zgw_bridge_overs_total", "Overs that have ended, by what became of them.");
  for (const auto& bridge : bridges) {
    for (const auto& [labels, count] : bridge.tally.overs()) {
      page.sample({{"bridge", bridge.name}, {"direction", labels.first}, {"outcome", labels.second}}, count);
    }
  }
  page.counter("zgw_bridge_packets_total",
               "Opus packets of overs that have ended: encoded from the radio, received from the channel.");
  for (const auto& bridge : bridges) {
    for (const auto& [direction, count] : bridge.tally.packets()) {
      page.sample({{"bridge", bridge.name}, {"direction", direction}}, count);
    }
  }
  page.counter("zgw_bridge_lost_packets_total", "Opus packets that nobody heard, by why.");
  for (const auto& bridge : bridges) {
    for (const auto& [labels, count] : bridge.tally.lost()) {
      page.sample({{"bridge", bridge.name}, {"direction", labels.first}, {"reason", labels.second}}, count);
    }
  }
}

void bridge_trouble(Page& page, const std::vector<BridgeSnapshot>& bridges) {
  page.counter("zgw_bridge_time_outs_total", "Transmissions that the time-out timer ended.");
  column(page, "bridge", bridges, [](const auto& b) { return b.time_outs; });
  page.counter("zgw_bridge_stalls_total", "Transmissions that ended because no audio came.");
  column(page, "bridge", bridges, [](const auto& b) { return b.stalls; });
  page.counter("zgw_bridge_bad_packets_total", "Packets from the channel that are no Opus.");
  column(page, "bridge", bridges, [](const auto& b) { return b.bad_packets; });
  page.counter("zgw_bridge_stray_packets_total", "Packets from the channel of a stream that is not known.");
  column(page, "bridge", bridges, [](const auto& b) { return b.stray_packets; });
  page.counter("zgw_bridge_dtmf_wrong_pins_total", "DTMF commands with a wrong PIN.");
  column(page, "bridge", bridges, [](const auto& b) { return b.wrong_pins; });
  const auto both = [&](auto value) {
    for (const auto& bridge : bridges) {
      page.sample({{"bridge", bridge.name}, {"direction", "channel_to_radio"}}, value(bridge.for_radio));
      page.sample({{"bridge", bridge.name}, {"direction", "radio_to_channel"}}, value(bridge.for_channel));
    }
  };
  page.gauge("zgw_bridge_held_overs", "Overs that wait for a free radio or a free channel.");
  both([](const Waiting& waiting) { return std::uint64_t{waiting.overs}; });
  page.gauge("zgw_bridge_held_seconds", "Their audio.");
  both([](const Waiting& waiting) { return seconds(waiting.audio); });
}

void card(Page& page, const std::vector<RadioSnapshot>& radios) {
  page.gauge("zgw_radio_card_up", "Whether the sound card is there.");
  column(page, "radio", radios, [](const auto& r) { return r.card_up; });
  page.gauge("zgw_radio_realtime", "Whether its thread has real-time priority.");
  column(page, "radio", radios, [](const auto& r) { return r.realtime; });
  page.counter("zgw_radio_captured_samples_total", "Samples that the card has captured.");
  column(page, "radio", radios, [](const auto& r) { return static_cast<std::uint64_t>(r.captured); });
  page.counter("zgw_radio_played_samples_total",
               "Samples of ours that the card has played, tones and leads with CTCSS too.");
  column(page, "radio", radios, [](const auto& r) { return static_cast<std::uint64_t>(r.played); });
  page.counter("zgw_radio_xruns_total", "Overruns, underruns and suspends that the card reported.");
  column(page, "radio", radios, [](const auto& r) { return r.xruns; });
  page.counter("zgw_radio_rx_overruns_total", "Times that the card dropped what it had captured.");
  column(page, "radio", radios, [](const auto& r) { return r.rx_overruns; });
  page.counter("zgw_radio_tx_underruns_total", "Gaps inside an over because samples came too late.");
  column(page, "radio", radios, [](const auto& r) { return r.tx_underruns; });
  page.counter("zgw_radio_ring_overflow_samples_total", "Captured samples dropped because the gateway was busy.");
  column(page, "radio", radios, [](const auto& r) { return static_cast<std::uint64_t>(r.ring_overflow); });
  page.counter("zgw_radio_card_reopened_total", "Times that the card came back.");
  column(page, "radio", radios, [](const auto& r) { return r.reopened; });
}

void lines(Page& page, const std::vector<RadioSnapshot>& radios) {
  page.gauge("zgw_radio_cos_readable", "Whether the COS line can be read; 1 where there is none.");
  column(page, "radio", radios, [](const auto& r) { return r.cos_readable; });
  page.gauge("zgw_radio_keyed", "Whether the PTT line is keyed, or may be.");
  column(page, "radio", radios, [](const auto& r) { return r.keyed; });
  page.gauge("zgw_radio_ptt_contradicted", "Whether the read-back line does not follow PTT.");
  column(page, "radio", radios, [](const auto& r) { return r.ptt_contradicted; });
  page.counter("zgw_radio_ptt_failures_total", "Times that the PTT line could not be set.");
  column(page, "radio", radios, [](const auto& r) { return r.ptt_failures; });
  page.counter("zgw_radio_ptt_lapses_total", "Times that PTT went off by the end of its lease: something hung.");
  column(page, "radio", radios, [](const auto& r) { return r.ptt_lapses; });
}

void link(Page& page, const std::vector<AccountSnapshot>& accounts) {
  page.gauge("zgw_account_logged_on", "Whether the account is logged on.");
  column(page, "account", accounts, [](const auto& a) { return a.logged_on; });
  page.gauge("zgw_account_down_seconds", "How long it has not been.");
  column(page, "account", accounts, [](const auto& a) { return seconds(a.down_for); });
  page.gauge("zgw_account_channels_online", "Channels that are online.");
  column(page, "account", accounts, [](const auto& a) { return std::uint64_t{a.channels_online}; });
  page.counter("zgw_account_connects_total", "Attempts to log on that have ended, well or not.");
  column(page, "account", accounts, [](const auto& a) { return a.attempts; });
  page.counter("zgw_account_logons_total", "Attempts that ended well.");
  column(page, "account", accounts, [](const auto& a) { return a.logons; });
  page.counter("zgw_account_sessions_lost_total", "Sessions that ended although nobody wanted it.");
  column(page, "account", accounts, [](const auto& a) { return a.lost; });
  page.counter("zgw_account_connects_failed_total", "Attempts that got no session.");
  column(page, "account", accounts, [](const auto& a) { return a.failed; });
  page.counter("zgw_account_refusals_total", "Ends of either kind that trying again will not mend.");
  column(page, "account", accounts, [](const auto& a) { return a.refused; });
  page.counter("zgw_account_ends_total", "Ends of either kind, by cause.");
  for (const auto& account : accounts) {
    for (const auto& [cause, count] : account.ends) page.sample({{"account", account.name}, {"cause", cause}}, count);
  }
}

}  // namespace

std::string label_value(std::string_view text) {
  std::string out;
  for (const char c : one_line(text)) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out;
}

std::string metrics(const Snapshot& snapshot) {
  Page page;
  process(page, snapshot);
  bridge_state(page, snapshot.bridges);
  bridge_overs(page, snapshot.bridges);
  bridge_trouble(page, snapshot.bridges);
  card(page, snapshot.radios);
  lines(page, snapshot.radios);
  link(page, snapshot.accounts);
  return page.take();
}

}  // namespace zgw::observe
