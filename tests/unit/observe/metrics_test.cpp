#include "observe/metrics.hpp"

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "unit/observe/snapshots.hpp"

using namespace zgw;
using namespace std::chrono_literals;
using observe::metrics;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// A sample's series and its value, read by the rules of the format; fails the test where they are broken.
std::pair<std::string, std::string> sample_of(const std::string& line) {
  bool quoted = false;
  std::size_t end = 0;
  for (; end < line.size() && (quoted || line[end] != ' '); ++end) {
    if (quoted && line[end] == '\\') {
      ++end;
      const bool known = end < line.size() && std::string("\\\"n").find(line[end]) != std::string::npos;
      CHECK(known);
    } else if (line[end] == '"') {
      quoted = !quoted;
    }
  }
  REQUIRE_FALSE(quoted);
  REQUIRE(end + 1 < line.size());
  return {line.substr(0, end), line.substr(end + 1)};
}

// The page by series. Every sample belongs to the metric whose HELP and TYPE stand above it, and none comes twice.
std::map<std::string, std::string> read(const std::string& page) {
  std::map<std::string, std::string> samples;
  std::set<std::string> metrics;
  std::string metric;
  std::string helped;
  for (const std::string& line : lines_of(page)) {
    CAPTURE(line);
    if (line.rfind("# HELP ", 0) == 0) {
      helped = line.substr(7, line.find(' ', 7) - 7);
      CHECK(metrics.insert(helped).second);
    } else if (line.rfind("# TYPE ", 0) == 0) {
      metric = line.substr(7, line.find(' ', 7) - 7);
      CHECK(metric == helped);
      const bool counts = line.size() > 8 && line.substr(line.size() - 8) == " counter";
      CHECK(counts == (metric.size() > 6 && metric.substr(metric.size() - 6) == "_total"));
    } else {
      const auto [series, value] = sample_of(line);
      CHECK(series.substr(0, series.find('{')) == metric);
      char* end = nullptr;
      std::strtod(value.c_str(), &end);
      CHECK(*end == '\0');
      CHECK(samples.emplace(series, value).second);
    }
  }
  CHECK(page.back() == '\n');
  return samples;
}

}  // namespace

TEST_CASE("every number of the snapshot is a sample of its own") {
  const auto samples = read(metrics(observe_test::well()));
  const std::map<std::string, std::string> expected = {
      {R"(zgw_info{name="closet",version="1.2.3"})", "1"},
      {"zgw_start_time_seconds", "1700000000.000"},
      {"zgw_alarms", "0"},
      {"zgw_healthy", "1"},
      {R"(zgw_bridge_state{bridge="vhf",state="talking"})", "1"},
      {R"(zgw_bridge_state{bridge="vhf",state="idle"})", "0"},
      {R"(zgw_bridge_received_rms_dbfs{bridge="vhf"})", "-31.250"},
      {R"(zgw_bridge_received_peak_dbfs{bridge="vhf"})", "-18.500"},
      {R"(zgw_bridge_clipped_samples_total{bridge="vhf"})", "8"},
      {R"(zgw_bridge_online{bridge="vhf"})", "1"},
      {R"(zgw_bridge_keyed_seconds_total{bridge="vhf"})", "12.345"},
      {R"(zgw_bridge_overs_total{bridge="vhf",direction="channel_to_radio",outcome="delivered"})", "1"},
      {R"(zgw_bridge_overs_total{bridge="vhf",direction="radio_to_channel",outcome="given_up"})", "1"},
      {R"(zgw_bridge_packets_total{bridge="vhf",direction="channel_to_radio"})", "40"},
      {R"(zgw_bridge_lost_packets_total{bridge="vhf",direction="channel_to_radio",reason="never_came"})", "2"},
      {R"(zgw_bridge_lost_packets_total{bridge="vhf",direction="radio_to_channel",reason="held_too_long"})", "10"},
      {R"(zgw_bridge_held_overs{bridge="vhf",direction="channel_to_radio"})", "2"},
      {R"(zgw_bridge_held_seconds{bridge="vhf",direction="channel_to_radio"})", "7.500"},
      {R"(zgw_bridge_held_seconds{bridge="vhf",direction="radio_to_channel"})", "0.060"},
      {R"(zgw_bridge_time_outs_total{bridge="vhf"})", "3"},
      {R"(zgw_bridge_stalls_total{bridge="vhf"})", "4"},
      {R"(zgw_bridge_bad_packets_total{bridge="vhf"})", "5"},
      {R"(zgw_bridge_stray_packets_total{bridge="vhf"})", "6"},
      {R"(zgw_bridge_switched_off{bridge="vhf"})", "1"},
      {R"(zgw_bridge_dtmf_wrong_pins_total{bridge="vhf"})", "7"},
      {R"(zgw_radio_card_up{radio="vhf"})", "1"},
      {R"(zgw_radio_captured_samples_total{radio="vhf"})", "5000000000"},
      {R"(zgw_radio_keyed{radio="vhf"})", "1"},
      {R"(zgw_radio_ptt_contradicted{radio="vhf"})", "0"},
      {R"(zgw_radio_cos_readable{radio="vhf"})", "1"},
      {R"(zgw_radio_ptt_failures_total{radio="vhf"})", "1"},
      {R"(zgw_radio_ptt_lapses_total{radio="vhf"})", "2"},
      {R"(zgw_account_logged_on{account="main"})", "1"},
      {R"(zgw_account_connects_total{account="main"})", "3"},
      {R"(zgw_account_logons_total{account="main"})", "2"},
      {R"(zgw_account_sessions_lost_total{account="main"})", "1"},
      {R"(zgw_account_connects_failed_total{account="main"})", "1"},
      {R"(zgw_account_ends_total{account="main",cause="kicked"})", "1"},
      {R"(zgw_account_channels_online{account="main"})", "1"}};
  for (const auto& wanted : expected) {
    const std::string& series = wanted.first;
    CAPTURE(series);
    REQUIRE(samples.count(series) == 1);
    CHECK(samples.at(series) == wanted.second);
  }
}

TEST_CASE("a transmitter that does not follow PTT, or a COS line that cannot be read, is not healthy") {
  observe::Snapshot stuck = observe_test::well();
  stuck.radios[0].ptt_contradicted = true;
  const auto alarm = read(metrics(stuck));
  CHECK(alarm.at("zgw_alarms") == "1");
  CHECK(alarm.at("zgw_healthy") == "0");
  CHECK(alarm.at(R"(zgw_radio_ptt_contradicted{radio="vhf"})") == "1");
  observe::Snapshot deaf = observe_test::well();
  deaf.radios[0].cos_readable = false;
  const auto ailment = read(metrics(deaf));
  CHECK(ailment.at("zgw_alarms") == "0");
  CHECK(ailment.at("zgw_healthy") == "0");
  CHECK(ailment.at(R"(zgw_radio_cos_readable{radio="vhf"})") == "0");
}

TEST_CASE("a bridge is in exactly one state") {
  for (const char* state : {"idle", "opening", "streaming", "hang", "lead", "talking", "tail", "guard"}) {
    CAPTURE(state);
    observe::Snapshot all = observe_test::well();
    all.bridges[0].state = state;
    int ones = 0;
    for (const auto& [series, value] : read(metrics(all))) {
      if (series.rfind("zgw_bridge_state{", 0) == 0 && value == "1") ++ones;
    }
    CHECK(ones == 1);
  }
}

TEST_CASE("hostile names break no line, and no stranger's text is a label") {
  const observe::Snapshot all = observe_test::hostile_everywhere();
  const std::string page = metrics(all);
  read(page);
  CHECK(observe::label_value("a\"b\\c") == R"(a\"b\\c)");
  CHECK(observe::label_value("a\nb") == R"(a\\nb)");
  observe::Snapshot talkers = observe_test::well();
  talkers.bridges[0].talker = "zorro";
  talkers.bridges[0].tally.on_over({.direction = "channel_to_radio", .talker = "zorro", .outcome = "zorro"});
  CHECK(metrics(talkers).find("zorro") == std::string::npos);
}

TEST_CASE("docs/monitoring.md has every metric with its type, and no other") {
  std::ifstream manual(std::string(ZGW_SOURCE_DIR) + "/docs/monitoring.md");
  std::set<std::string> documented;
  for (std::string line; std::getline(manual, line);) {  // | `zgw_name` | type | labels | meaning |
    if (line.rfind("| `zgw_", 0) != 0) continue;
    const std::size_t end = line.find('`', 3);
    const std::size_t type = line.find_first_not_of(" |", end + 1);
    documented.insert(line.substr(3, end - 3) + ' ' + line.substr(type, line.find(' ', type) - type));
  }
  std::set<std::string> made;
  for (const std::string& line : lines_of(metrics(observe_test::well()))) {
    if (line.rfind("# TYPE ", 0) == 0) made.insert(line.substr(7));
  }
  CHECK(documented == made);
}
