// What only the whole configuration shows: things used twice, references.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/listed.hpp"
#include "base/text.hpp"
#include "config/readers.hpp"
#include "config/wording.hpp"

namespace zgw::config {
namespace {

// One word for all the ways to write a card: "plughw:CARD=Device,DEV=0" and "hw:Device" are the same.
std::string card_of(std::string device) {
  if (device.rfind("plughw:", 0) == 0) device.erase(0, 4);
  if (device.rfind("hw:", 0) != 0) return device;
  for (const std::string word : {"CARD=", "DEV="}) {
    if (const std::size_t at = device.find(word); at != std::string::npos) device.erase(at, word.size());
  }
  const bool first = device.size() > 2 && device.compare(device.size() - 2, 2, ",0") == 0;
  return first ? device.substr(0, device.size() - 2) : device;
}

bool on_serial_port(PttMethod method) {
  return method == PttMethod::serial_rts || method == PttMethod::serial_dtr;
}

// What unkeys one radio there lowers the other pins, too.
void check_interfaces(Section& root, const Config& config) {
  std::set<std::string> used;
  root.each("radios", [&](const std::string& name, Section s) {
    const Radio& radio = config.radios.at(name);
    const bool cm108 = radio.ptt.method == PttMethod::cm108;
    if (!cm108 && !on_serial_port(radio.ptt.method)) return;
    Section ptt = s.section("ptt");
    const std::string at = radio.ptt.device ? *radio.ptt.device : cm108 ? card_of(radio.sound.device) : "";
    if (!at.empty() && !used.insert(at).second) {
      ptt.error(radio.ptt.device ? "device" : "method", "another radio has its PTT on this interface; it can key one");
    }
    const bool same_device = radio.cos.device == radio.ptt.device;
    const auto gpio = static_cast<CosPin>(static_cast<int>(CosPin::gpio1) + radio.ptt.pin - 1);
    if (cm108 && radio.cos.source == CosSource::cm108 && same_device && radio.ptt.pin <= 4 && radio.cos.pin == gpio)
      ptt.error("pin", "is the pin of cos already");
  });
}

// Two radios on one card: what is wrong with that.
std::string fault_of_sharing(const Sound& first, const Sound& second) {
  if (first.device != second.device || first.device.rfind("file:", 0) == 0) {
    return "another radio uses this sound card; two share one where both write it alike";
  }
  const std::pair<RxChannel, RxChannel> sides = std::minmax(first.rx_channel, second.rx_channel);
  if (sides != std::pair(RxChannel::left, RxChannel::right)) {
    return "another radio uses this sound card; two share one where one has rx_channel: left and the other right";
  }
  const auto timing = [](const Sound& s) { return std::tuple(s.rate, s.period, s.buffer, s.retry); };
  if (timing(first) != timing(second)) {
    return "the radios on this sound card need the same rate, period, buffer and retry";
  }
  // One that is late must not make a gap in the other, and what is left of a discarded over is played
  // (radio/stereo_card).
  if (second.buffer <= std::chrono::milliseconds(200) && second.buffer >= 6 * second.period) return "";
  return "radios that share a sound card need a buffer of six periods at least, such as 120ms, and 200ms at most";
}

void check_cards(Section& root, const Config& config) {
  std::map<std::string, std::vector<const Sound*>> cards;
  root.each("radios", [&](const std::string& name, Section s) {
    const Sound& sound = config.radios.at(name).sound;
    if (sound.device.empty()) return;
    std::vector<const Sound*>& users = cards[card_of(sound.device)];
    users.push_back(&sound);
    if (users.size() > 2) return s.section("sound").error("device", "two other radios use this sound card already");
    const std::string fault = users.size() == 2 ? fault_of_sharing(*users[0], sound) : "";
    if (!fault.empty()) s.section("sound").error("device", fault);
  });
}

template <class T>
std::string names_of(const std::map<std::string, T>& things) {
  std::vector<std::string> names;
  names.reserve(things.size());
  for (const auto& [name, thing] : things) names.push_back(shown_key(name));
  return base::listed(names);
}

// A filter cannot do anything near half the sampling rate.
bool too_high(const std::optional<double>& lowpass, base::SampleRate rate) {
  return lowpass && *lowpass > 0.45 * rate.hz;
}

void check_lowpasses(Section& root, const Config& config) {
  root.each("radios", [&](const std::string& name, Section s) {
    const Radio& radio = config.radios.at(name);
    if (too_high(radio.tx_audio.lowpass, radio.sound.rate)) {
      s.section("tx_audio")
          .error("lowpass", "is too high for sound.rate " + std::to_string(radio.sound.rate.hz) + "Hz");
    }
    for (const Bridge& bridge : config.bridges) {
      if (bridge.radio != name || !too_high(radio.rx_audio.lowpass, bridge.opus.rate)) continue;
      const std::string rate = std::to_string(bridge.opus.rate.hz) + "Hz";
      s.section("rx_audio").error("lowpass", "is too high for the bridge's opus.rate " + rate);
    }
  });
}

void check_listener(Section& s, const Account& account, const Bridge& bridge) {
  if (!account.listen_only && account.username) return;
  if (bridge.direction != Direction::channel_to_radio) {
    s.error("direction", "this account only listens; write direction: channel_to_radio");
  }
  if (bridge.announce_location) s.error("announce_location", "this account only listens");
}

// At worst: every character a zero, five dahs, which take 22 dits with their pauses.
void check_call_sign(Section& s, const Bridge& bridge, const Radio& radio) {
  if (!bridge.station_id) return;
  const StationId& id = *bridge.station_id;
  const milliseconds length{static_cast<int>(id.callsign.size()) * 22 * 1200 / id.speed};
  if (length + radio.ptt.lead + radio.ptt.tail + std::chrono::seconds(2) <= radio.ptt.timeout) return;
  s.section("station_id").error("callsign", "takes longer to say than ptt.timeout allows");
}

void check_dtmf(Section& s, const Bridge& bridge, const Radio& radio) {
  if (!bridge.dtmf || radio.cos.source != CosSource::none) return;
  s.error("dtmf", "with cos.source: none nobody listens to the radio");
}

// The channels of the accounts, as the bridges use them one after the other.
class Channels {
 public:
  void check(Section& s, const Account& account, const Bridge& bridge) {
    check_logon(s, account, bridge);
    if (bridge.channel.empty()) return;
    auto& mine = channels_[bridge.account];
    if (!mine.insert(bridge.channel).second) return s.error("channel", "two bridges of this account use this channel");
    if (mine.size() > most_channels)
      return s.error("channel", "an account may be in " + std::to_string(most_channels) + " channels at most");
    // Another entry point may be another service; without a token it may not be meant to be consumer Zello.
    const bool consumer = account.service == ServiceKind::consumer && account.token && !account.url;
    if (!consumer || mine.size() == 1) return;
    s.error("channel", "consumer Zello lets an account into one channel; use another account or Zello Work");
  }

 private:
  static constexpr std::size_t most_channels = 100;  // Zello Channel API 1.0, "Logon"

  // The service lets an account log on once: two logons of one would kick each other for ever.
  void check_logon(Section& s, const Account& account, const Bridge& bridge) {
    if (!account.username) return;
    const auto [first, fresh] = logons_.try_emplace({entry_point(account), *account.username}, bridge.account);
    if (fresh || first->second == bridge.account) return;
    s.error("account", "logs on with the same user name as account " + shown_key(first->second) +
                           ": the service lets one session of an account live, and they would end each other");
  }

  std::map<std::string, std::set<std::string>> channels_;
  std::map<std::pair<std::string, std::string>, std::string> logons_;  // service and user name; the account's name
};

}  // namespace

void check_whole(Section& root, const Config& config) {
  check_lines(root, config);
  check_keying(root, config);
  check_interfaces(root, config);
  check_cards(root, config);
  check_lowpasses(root, config);
  std::set<std::string> names;
  std::set<std::string> radios;
  Channels channels;
  root.each_of_list("bridges", [&, index = std::size_t{0}](Section s) mutable {
    const Bridge& bridge = config.bridges[index++];
    const auto unknown = [&](const std::string& key, const std::string& name, const std::string& known) {
      if (!name.empty()) s.error(key, base::quoted(name, 60) + " is not among the " + key + "s: " + known);
    };
    if (config.radios.count(bridge.radio) == 0) unknown("radio", bridge.radio, names_of(config.radios));
    if (const auto radio = config.radios.find(bridge.radio); radio != config.radios.end()) {
      check_call_sign(s, bridge, radio->second);
      check_dtmf(s, bridge, radio->second);
    }
    if (!bridge.name.empty() && !names.insert(bridge.name).second) s.error("name", "two bridges have this name");
    if (!bridge.radio.empty() && !radios.insert(bridge.radio).second) s.error("radio", "two bridges use this radio");
    const auto account = config.accounts.find(bridge.account);
    if (account == config.accounts.end()) return unknown("account", bridge.account, names_of(config.accounts));
    channels.check(s, account->second, bridge);
    check_listener(s, account->second, bridge);
  });
}

}  // namespace zgw::config
