#include "observe/status_page.hpp"

#include <algorithm>
#include <memory>
#include <string>

#include <doctest/doctest.h>
#include <json/reader.h>
#include <json/value.h>

#include "unit/observe/snapshots.hpp"

using namespace zgw;
using namespace std::chrono_literals;
using observe_test::hostile;

namespace {

bool has(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

Json::Value parsed(const std::string& text) {
  const std::unique_ptr<Json::CharReader> reader(Json::CharReaderBuilder().newCharReader());
  Json::Value value;
  std::string errors;
  REQUIRE(reader->parse(text.data(), text.data() + text.size(), &value, &errors));
  return value;
}

// What stands between < and > with everything outside of quotes: the document's own tags, one per element.
std::size_t tags(const std::string& page) {
  return static_cast<std::size_t>(std::count(page.begin(), page.end(), '<'));
}

}  // namespace

TEST_CASE("the page shows bridges, who talks, the last overs, radios and accounts") {
  const std::string page = observe::status_page(observe_test::well());
  CHECK(page.rfind("<!doctype html>", 0) == 0);
  CHECK(has(page, R"(<meta http-equiv="refresh" content="5">)"));
  CHECK(has(page, "<h1>closet <span class=\"ok\">ok</span></h1>"));
  CHECK(has(page, "<span class=\"air\">talking</span>: anna"));
  CHECK(has(page, "2 (7.5 s) for the radio 1 (0.0 s) for the channel"));
  CHECK(
      has(page, "<td>2023-11-14T22:13:20.000Z</td><td>vhf</td><td>ben</td><td>2.5 s</td><td>2</td><td>delivered</td>"));
  CHECK(has(page, "<span class=\"bad\">switched off by DTMF</span>"));
  CHECK(has(page, "<span class=\"air\">keyed</span>"));
  CHECK(has(page, "<span class=\"ok\">logged on</span>"));
  CHECK(has(page, "running for 1 d 2 h"));
}

TEST_CASE("the page loads nothing and runs nothing") {
  for (const auto& all : {observe_test::well(), observe_test::hostile_everywhere()}) {
    const std::string page = observe::status_page(all);
    for (const char* piece : {"<script", "src=", "href=", "url(", "@import", "onload", "<img", "javascript:"}) {
      CAPTURE(piece);
      CHECK_FALSE(has(page, piece));
    }
  }
}

TEST_CASE("strangers' text stays text: it adds no tag, no quote, no control character and no broken UTF-8") {
  observe::Snapshot plain = observe_test::hostile_everywhere();
  plain.name = plain.bridges[0].name = plain.bridges[0].channel = plain.bridges[0].talker = "plain";
  const std::string page = observe::status_page(observe_test::hostile_everywhere());
  CHECK(tags(page) == tags(observe::status_page(plain)));
  CHECK_FALSE(has(page, "\x1b"));
  CHECK_FALSE(has(page, "\xff"));
  CHECK(observe::html_text("<a href=\"x\" b='y'>&amp;") == "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;");
}

TEST_CASE("the JSON is one object with the same, and holds hostile text as it holds any") {
  const Json::Value all = parsed(observe::status_json(observe_test::well()));
  CHECK(all["name"] == "closet");
  CHECK(all["ailments"].empty());
  CHECK(all["bridges"][0]["talker"] == "anna");
  CHECK(all["bridges"][0]["held_for_radio"]["seconds"].asDouble() == 7.5);
  CHECK(all["bridges"][0]["last_overs"].size() == 2);
  CHECK(all["radios"][0]["card_up"] == true);
  CHECK(all["accounts"][0]["logged_on"] == true);
  const Json::Value bad = parsed(observe::status_json(observe_test::hostile_everywhere()));
  CHECK(bad["bridges"][0]["talker"].asString().rfind("<script>alert(1)</script>\"'&\\\n\x1b[2J", 0) == 0);
}

TEST_CASE("a gateway is well while cards are up, links are up or only just down, and no alarm is raised") {
  observe::Snapshot all = observe_test::well();
  CHECK(observe::health_text(all) == "ok\n");
  all.accounts[0].logged_on = false;
  all.accounts[0].down_for = 2min;
  CHECK(observe::health_text(all) == "ok\n");
  all.accounts[0].down_for = 2min + 1s;
  CHECK(observe::health_text(all) == "account main: the link has been down for 2 min\n");
}

TEST_CASE("each ailment is a line of its own") {
  observe::Snapshot all = observe_test::well();
  all.radios[0].card_up = false;
  all.radios[0].ptt_failing = true;
  all.accounts[0].alarms = {"the account is refused"};
  all.bridges[0].tally.on_alarm("the carrier is stuck", true);
  CHECK(observe::health_text(all) ==
        "radio vhf: the sound card is gone\nradio vhf: the PTT line cannot be set\n"
        "account main: the account is refused\nbridge vhf: the carrier is stuck\n");
  CHECK(observe::alarms_raised(all) == 2);
  all.bridges[0].tally.on_alarm("the carrier is stuck", false);
  CHECK(observe::alarms_raised(all) == 1);
}

TEST_CASE("a transmitter that does not follow PTT is an alarm, and is shown") {
  observe::Snapshot all = observe_test::well();
  all.radios[0].ptt_contradicted = true;
  CHECK(observe::health_text(all) == "radio vhf: the read-back line does not follow PTT\n");
  CHECK(observe::alarms_raised(all) == 1);
  CHECK(has(observe::status_page(all), "keyed</span>, <span class=\"bad\">the read-back line does not follow</span>"));
  const Json::Value json = parsed(observe::status_json(all));
  CHECK(json["radios"][0]["ptt_contradicted"] == true);
  CHECK(json["ailments"][0] == "radio vhf: the read-back line does not follow PTT");
}

TEST_CASE("a COS line that cannot be read is an ailment and no alarm, and is shown") {
  observe::Snapshot all = observe_test::well();
  all.radios[0].cos_readable = false;
  CHECK(observe::health_text(all) == "radio vhf: the COS line cannot be read\n");
  CHECK(observe::alarms_raised(all) == 0);
  CHECK(has(observe::status_page(all), "<span class=\"bad\">cannot be read</span>"));
  const Json::Value json = parsed(observe::status_json(all));
  CHECK(json["radios"][0]["cos_readable"] == false);
  CHECK(json["ailments"][0] == "radio vhf: the COS line cannot be read");
}

TEST_CASE("a hostile name cannot forge a line of health") {
  observe::Snapshot all = observe_test::well();
  all.accounts[0].alarms = {"x\nok\n"};
  CHECK(observe::health_text(all) == "account main: x\\nok\\n\n");
}
