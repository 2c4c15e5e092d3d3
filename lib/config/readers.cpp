#include "config/readers.hpp"

#include <array>
#include <utility>

#include "config/steady_names.hpp"

namespace zgw::config {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::pair<std::string_view, LogLevel>, 4> log_levels = {
    {{"debug", LogLevel::debug}, {"info", LogLevel::info}, {"warning", LogLevel::warning}, {"error", LogLevel::error}}};

void read_usb_ids(Section& s, const std::string& key, std::vector<base::UsbId>& out) {
  std::optional<std::set<std::string>> texts;
  s.names(key, texts);
  for (const std::string& text : texts.value_or(std::set<std::string>{})) {
    const auto id = base::parse_usb_id(text);
    if (!id) {
      s.error(key, id.error().message);
    } else {
      out.push_back(*id);
    }
  }
}

void read_gateway(Section s, Gateway& out) {
  s.text("name", out.name);
  s.choice("log_level", out.log_level, log_levels);
  s.text("state", out.state);
  s.flag("key_guard", out.key_guard);
  if (!out.key_guard) s.warning("key_guard", "without it nobody unkeys when the gateway itself hangs or dies");
  read_usb_ids(s, "cm108_ids", out.cm108_ids);
  s.done();
}

void read_backoff(Section s, Backoff& out) {
  s.duration("first", out.first, 100ms, 10min);
  s.duration("max", out.max, 1s, 1h);
  s.fraction("jitter", out.jitter);
  if (out.first > out.max) s.error("first", "must not be longer than max");
  s.done();
}

void read_supervisor(Section s, Supervisor& out) {
  read_backoff(s.section("backoff"), out.backoff);
  s.duration("connect_timeout", out.connect_timeout, 1s, 2min);
  s.duration("reply_timeout", out.reply_timeout, 1s, 2min);
  s.duration("idle_ping", out.idle_ping, 5s, 5min);
  s.integer("max_connects_per_minute", out.max_connects_per_minute, 1, 60);
  s.duration("after_kick", out.after_kick, 1s, 1h);
  s.done();
}

void read_status(Section s, Status& out) {
  s.address_or_off("listen", out.listen);
  if (out.listen && out.listen->host.rfind("127.", 0) != 0 && out.listen->host != "::1") {
    s.warning("listen", "not only this machine can read the page: it asks for no password and is not encrypted");
  }
  s.done();
}

}  // namespace

void read_config(Section s, Config& out) {
  for (const char* key : {"accounts", "radios", "bridges"}) s.require(key);
  read_gateway(s.section("gateway"), out.gateway);
  s.each("accounts",
         [&](const std::string& name, Section below) { read_account(std::move(below), out.accounts[name]); });
  s.each("radios", [&](const std::string& name, Section below) { read_radio(std::move(below), out.radios[name]); });
  for (auto& [name, radio] : out.radios) radio.cm108_ids = out.gateway.cm108_ids;
  keep_ports(out);
  s.each_of_list("bridges", [&](Section below) {
    out.bridges.emplace_back();
    read_bridge(std::move(below), out.bridges.back());
  });
  read_supervisor(s.section("supervisor"), out.supervisor);
  read_status(s.section("status"), out.status);
  s.done();
  check_whole(s, out);
}

}  // namespace zgw::config
