#include "observe/status_page.hpp"

#include <cmath>
#include <cstdint>

#include "base/text.hpp"
#include "observe/utc.hpp"

namespace zgw::observe {
namespace {

constexpr std::string_view head = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body{font:15px/1.45 system-ui,sans-serif;margin:1.5em;max-width:70em;color:#1a1a1a;background:#fff}
h1{font-size:1.3em}h2{font-size:1.05em;margin:1.6em 0 .3em}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3em .8em .3em 0;border-bottom:1px solid #ddd}
th{font-weight:600;color:#555}.ok{color:#176b2c}.bad{color:#b00020;font-weight:600}.air{color:#b35900;font-weight:600}
footer{margin-top:2em;color:#555}
@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}th,footer{color:#aaa}th,td{border-color:#333}
.ok{color:#6fd08c}.bad{color:#ff6b7a}.air{color:#ffb15c}}
</style>
)";

std::string tenths(base::Duration duration) {
  const auto count = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count() / 100;
  return std::to_string(count / 10) + '.' + std::to_string(count % 10) + " s";
}

// Days, hours and minutes, as far as they matter.
std::string age(std::chrono::system_clock::duration duration) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(duration).count();
  constexpr long day = 1440;
  if (minutes >= day) return std::to_string(minutes / day) + " d " + std::to_string(minutes / 60 % 24) + " h";
  if (minutes >= 60) return std::to_string(minutes / 60) + " h " + std::to_string(minutes % 60) + " min";
  return std::to_string(minutes) + " min";
}

std::string marked(const char* mark, std::string_view text) {
  return std::string("<span class=\"") + mark + "\">" + html_text(text) + "</span>";
}

std::string good(bool is, std::string_view yes, std::string_view no) {
  return is ? marked("ok", yes) : marked("bad", no);
}

void row(std::string& page, std::initializer_list<std::string> cells) {
  page += "<tr>";
  for (const std::string& cell : cells) page += "<td>" + cell + "</td>";
  page += "</tr>\n";
}

void table(std::string& page, const char* title, std::initializer_list<const char*> columns) {
  page += std::string("<h2>") + title + "</h2>\n<table><tr>";
  for (const char* column : columns) page += std::string("<th>") + column + "</th>";
  page += "</tr>\n";
}

std::string level(const BridgeSnapshot& bridge) {
  const auto whole = [](base::Decibels level) { return std::to_string(std::lround(level.value)); };
  return whole(bridge.received_rms) + " dBFS, peak " + whole(bridge.received_peak);
}

std::string held(const Waiting& waiting, const char* where) {
  if (waiting.overs == 0) return "";
  return std::to_string(waiting.overs) + " (" + tenths(waiting.audio) + ") for the " + where + " ";
}

// What happens on the bridge, and who talks.
std::string turn(const BridgeSnapshot& bridge) {
  const bool sends = !bridge.tx_state.empty() && bridge.tx_state != "idle";
  const std::string state = !sends                   ? bridge.state
                            : bridge.state == "idle" ? bridge.tx_state
                                                     : bridge.state + " + " + bridge.tx_state;
  if (!bridge.talker.empty()) return marked("air", state) + ": " + html_text(bridge.talker);
  if (state == "idle") return html_text(state);
  return marked("air", state);
}

void bridges(std::string& page, const Snapshot& all) {
  table(page, "Bridges", {"bridge", "channel", "", "radio", "turn", "carrier", "received", "waiting"});
  for (const BridgeSnapshot& b : all.bridges) {
    row(page,
        {html_text(b.name), html_text(b.channel),
         good(b.online, "online", "offline") + (b.switched_off ? ", " + marked("bad", "switched off by DTMF") : ""),
         html_text(b.radio), turn(b), b.carrier ? "open" : "closed", level(b),
         held(b.for_radio, "radio") + held(b.for_channel, "channel")});
  }
  page += "</table>\n";
}

void overs(std::string& page, const Snapshot& all) {
  table(page, "Last overs", {"ended (UTC)", "bridge", "from", "length", "packets lost", "outcome"});
  for (const BridgeSnapshot& b : all.bridges) {
    for (const EndedOver& over : b.tally.last()) {
      row(page, {utc(over.ended), html_text(b.name),
                 over.direction == "radio_to_channel" ? "the radio" : html_text(over.talker), tenths(over.length),
                 std::to_string(over.lost), over.outcome == "delivered" ? "delivered" : marked("bad", over.outcome)});
    }
  }
  page += "</table>\n";
}

void radios(std::string& page, const Snapshot& all) {
  table(page, "Radios", {"radio", "sound card", "PTT", "COS", "overruns, underruns", "card came back"});
  for (const RadioSnapshot& r : all.radios) {
    const std::string line = r.ptt_failing ? marked("bad", "cannot be set") : r.keyed ? marked("air", "keyed") : "off";
    const std::string stuck = r.ptt_contradicted ? ", " + marked("bad", "the read-back line does not follow") : "";
    const std::string deaf = r.cos_readable ? "" : marked("bad", "cannot be read");
    const std::string gone = r.card_error.empty() ? "gone" : "gone: " + r.card_error;
    row(page, {html_text(r.name), good(r.card_up, "up", gone), line + stuck, deaf, std::to_string(r.xruns),
               std::to_string(r.reopened)});
  }
  page += "</table>\n";
}

void accounts(std::string& page, const Snapshot& all) {
  table(page, "Accounts", {"account", "link", "logons", "sessions lost", "attempts failed"});
  for (const AccountSnapshot& a : all.accounts) {
    const std::string down = "down for " + tenths(a.down_for) + (a.why_down.empty() ? "" : ": " + a.why_down);
    row(page, {html_text(a.name), good(a.logged_on, "logged on", down), std::to_string(a.logons),
               std::to_string(a.lost), std::to_string(a.failed)});
  }
  page += "</table>\n";
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : base::printable(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string status_page(const Snapshot& snapshot) {
  std::string page(head);
  const std::string name = html_text(snapshot.name);
  const std::vector<std::string> wrong = ailments(snapshot);
  page += "<title>" + name + "</title></head>\n<body><h1>" + name + ' ' +
          (wrong.empty() ? marked("ok", "ok") : marked("bad", "not well")) + "</h1>\n";
  for (const std::string& line : wrong) page += "<p class=\"bad\">" + html_text(line) + "</p>\n";
  bridges(page, snapshot);
  overs(page, snapshot);
  radios(page, snapshot);
  accounts(page, snapshot);
  page += "<footer>zello-gateway " + html_text(snapshot.version) + ", running for " +
          age(snapshot.now - snapshot.started) + ", " + utc(snapshot.now);
  if (snapshot.journal_lost > 0) {
    page += ", " + std::to_string(snapshot.journal_lost) + " events missing from the journal";
  }
  if (snapshot.spool_lost > 0) page += ", " + std::to_string(snapshot.spool_lost) + " messages missing from the spool";
  return page + "</footer></body></html>\n";
}

std::string health_text(const Snapshot& snapshot) {
  std::string text;
  for (const std::string& line : ailments(snapshot)) text += line + '\n';
  return text.empty() ? "ok\n" : text;
}

}  // namespace zgw::observe
