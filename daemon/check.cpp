// check: says what a configuration would make happen, without touching anything.
#include <array>
#include <iostream>
#include <optional>
#include <sstream>
#include <vector>

#include "base/text.hpp"
#include "daemon/bridge_settings.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_status.hpp"
#include "daemon/gateway.hpp"
#include "daemon/link_settings.hpp"
#include "daemon/load_config.hpp"
#include "daemon/status_site.hpp"
#include "net/rs256.hpp"

namespace zgw::daemon {
namespace {

std::string seconds(std::chrono::milliseconds duration) {
  return duration.count() % 1000 == 0 ? std::to_string(duration.count() / 1000) + " s"
                                      : std::to_string(duration.count()) + " ms";
}

std::string hertz(double frequency) {
  std::ostringstream text;
  text << frequency << " Hz";
  return text.str();
}

std::string level(config::Level level) {
  return level == config::Level::low ? "low" : "high";
}

std::string voice_of(const config::Vox& vox) {
  if (vox.automatic)
    return "a voice, " + std::to_string(static_cast<int>(vox.open_above.value)) + " dB above the noise";
  return "VOX at " + std::to_string(static_cast<int>(vox.open.value)) + " dBFS";
}

std::string where(const std::optional<std::string>& device) {
  return device ? base::printable(*device) : "the sound card's own HID";
}

std::string name_of(config::CosPin pin) {
  constexpr std::array<const char*, 10> names = {"VOL_DN", "VOL_UP", "GPIO1", "GPIO2", "GPIO3",
                                                 "GPIO4",  "CTS",    "DSR",   "DCD",   "RI"};
  return names.at(static_cast<std::size_t>(pin));
}

std::string line_of(const config::Cos& cos) {
  switch (cos.source) {
    case config::CosSource::gpio:
      return "COS on " + cos.chip + ":" + *cos.line + ", carrier when " + level(cos.active);
    case config::CosSource::cm108:
    case config::CosSource::serial:
      return "COS on " + name_of(*cos.pin) + " of " + where(cos.device) + ", carrier when " + level(cos.active);
    case config::CosSource::file:
      return "the simulated squelch line";
    case config::CosSource::always:
      return "a carrier that is always there";
    case config::CosSource::vox:
    case config::CosSource::none:
      break;
  }
  return "nothing";
}

std::string opened_by(const config::Radio& radio) {
  if (radio.cos.source == config::CosSource::vox) return voice_of(radio.vox);
  std::string line = line_of(radio.cos);
  switch (radio.cos.with_vox) {
    case config::WithVox::and_vox:
      return line + ", and " + voice_of(radio.vox);
    case config::WithVox::or_vox:
      return line + ", or " + voice_of(radio.vox);
    case config::WithVox::off:
      break;
  }
  return line;
}

std::string keyed_by(const config::Ptt& ptt) {
  switch (ptt.method) {
    case config::PttMethod::gpio:
      return ptt.chip + ":" + *ptt.line + ", keyed when " + level(ptt.active);
    case config::PttMethod::cm108:
      return "GPIO" + std::to_string(ptt.pin) + " of " + where(ptt.device) + ", keyed when " + level(ptt.active);
    case config::PttMethod::serial_rts:
      return "RTS of " + where(ptt.device);
    case config::PttMethod::serial_dtr:
      return "DTR of " + where(ptt.device);
    case config::PttMethod::file:
      return "the simulated PTT line";
    case config::PttMethod::none:
      return "the radio's own VOX";
  }
  return "";
}

std::string kept(config::Keep keep) {
  switch (keep) {
    case config::Keep::off:
      return "nowhere";
    case config::Keep::log:
      return "in the log";
    case config::Keep::spool:
      return "in the log and the spool";
  }
  return "";
}

void describe_messages(const config::Bridge& bridge) {
  const config::Messages& messages = bridge.messages;
  std::cout << "  from the channel: texts " << kept(messages.text) << "; locations " << kept(messages.location)
            << "; images " << kept(messages.image) << '\n';
  if (const auto& location = bridge.announce_location) {
    std::cout << "  shown to the channel every " << seconds(location->every) << ": latitude " << location->latitude
              << ", longitude " << location->longitude << '\n';
  }
}

void describe_signals(const config::Bridge& bridge, const config::TxAudio& tx_audio) {
  std::vector<std::string> own;
  if (bridge.duplex == config::Duplex::full) own.emplace_back("full duplex");
  if (tx_audio.ctcss) own.push_back("CTCSS of " + hertz(*tx_audio.ctcss));
  if (const auto& id = bridge.station_id)
    own.push_back("call sign " + id->callsign + " every " + seconds(id->interval));
  if (bridge.courtesy_tone) own.emplace_back("courtesy tone");
  if (bridge.link_tones) own.emplace_back("link tones");
  for (std::size_t i = 0; i < own.size(); ++i) std::cout << (i == 0 ? "  on the air: " : ", ") << own[i];
  if (!own.empty()) std::cout << '\n';
}

void describe(const config::Config& config, const config::Bridge& bridge) {
  const config::Account& account = config.accounts.at(bridge.account);
  const config::Radio& radio = config.radios.at(bridge.radio);
  const std::string user = account.username ? "as " + base::quoted(*account.username) : "as nobody in particular";
  std::cout << "bridge " << base::printable(bridge.name) << ": channel " << base::quoted(bridge.channel) << " at "
            << base::printable(config::entry_point(account)) << ", " << user << '\n';
  if (bridge.direction != config::Direction::channel_to_radio) {
    std::cout << "  radio -> channel: opened by " << opened_by(radio) << "; heard on "
              << base::printable(radio.sound.device) << "; an over is held up to " << seconds(bridge.hold_radio)
              << " while the link is down\n";
    if (bridge.dtmf) {
      std::cout << "  DTMF from the radio switches the link; the channel hears "
                << (bridge.dtmf->mute ? "no digits\n" : "the digits, too\n");
    }
  }
  if (bridge.direction != config::Direction::radio_to_channel) {
    std::cout << "  channel -> radio: PTT by " << keyed_by(radio.ptt) << "; lead " << seconds(radio.ptt.lead)
              << ", tail " << seconds(radio.ptt.tail) << ", time-out " << seconds(radio.ptt.timeout)
              << "; an over waits up to " << seconds(bridge.hold_channel) << " for a busy radio\n";
  }
  if (bridge.direction != config::Direction::radio_to_channel) describe_signals(bridge, radio.tx_audio);
  describe_messages(bridge);
}

// As far as this user can read them. All that are wrong at once.
void demand_signing_keys(const config::Config& config) {
  std::string faults;
  for (const auto& [name, account] : config.accounts) {
    if (!account.token || !account.token->private_key) continue;
    const auto text = account.token->private_key->read();
    const auto key = text ? net::inspect_private_key(*text) : net::PrivateKey{};
    if (key) continue;
    faults += (faults.empty() ? "" : "\n") + ("accounts." + base::printable(name, 60)) + ".token.private_key: in " +
              account.token->private_key->place() + ": " + key.error().message;
  }
  if (!faults.empty()) throw ConfigurationError(faults);
}

}  // namespace

int check_command(const std::filesystem::path& path) {
  const config::Loaded loaded = load_config(path);
  for (const std::string& warning : loaded.warnings) std::cout << "warning: " << warning << '\n';
  demand_signing_keys(loaded.config);
  for (const config::Bridge& bridge : loaded.config.bridges) {
    // What is in a file or a variable is looked at as far as this user can.
    if (bridge.dtmf && bridge.dtmf->pin->read()) bridge_settings(bridge, loaded.config.radios.at(bridge.radio));
    describe(loaded.config, bridge);
  }
  if (const auto& listen = loaded.config.status.listen) {
    std::cout << "status page: " << url_of(*listen) << '\n';
  }
  std::cout << path.string() << ": no errors\n";
  return 0;
}

}  // namespace zgw::daemon
