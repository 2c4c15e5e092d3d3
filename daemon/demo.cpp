// demo: the real daemon between a Channel API server and two simulated radios, with real speech, on this machine alone.
#include <array>
#include <csignal>
#include <iomanip>
#include <iostream>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>

#include "daemon/commands.hpp"
#include "daemon/demo_messages.hpp"
#include "daemon/demo_overs.hpp"
#include "daemon/demo_show.hpp"
#include "daemon/exit_status.hpp"
#include "daemon/version.hpp"
#include "simulator/speech.hpp"
#include "simulator/stage.hpp"

namespace zgw::daemon {
namespace {

using simulator::Stage;
using std::chrono::steady_clock;

const std::array<const char*, 2> from_radio = {
    "Alpha team to base. We have reached the bridge, and we need two stretchers.",
    "Stage crew here. The second generator is running, over."};
const std::array<const char*, 2> from_channel = {"Base to alpha team. Two stretchers are on their way to you.",
                                                 "Thank you, stage crew. The gates open in ten minutes."};

std::filesystem::path own_program() {
  return std::filesystem::read_symlink("/proc/self/exe");
}

std::filesystem::path plugin_of(const DemoOptions& options) {
  if (!options.alsa_plugin.empty()) return std::filesystem::absolute(options.alsa_plugin);
  constexpr const char* name = "libasound_module_pcm_zgwsim.so";
  const std::filesystem::path here = own_program().parent_path();
  for (const auto& place : {here / "../lib/simulator/alsa" / name, here / ".." / library_directory / name}) {
    if (std::filesystem::exists(place)) return std::filesystem::canonical(place);
  }
  throw StartFailed("the simulated sound card is not installed; name it with --alsa-plugin");
}

std::filesystem::path new_directory(const std::filesystem::path& wanted) {
  if (!wanted.empty()) {
    if (std::filesystem::exists(wanted) && !std::filesystem::is_empty(wanted)) {
      throw StartFailed(wanted.string() + " is not empty; the demo wants a folder of its own");
    }
    return wanted;
  }
  for (int i = 1;; ++i) {
    std::filesystem::path candidate = "demo-" + std::to_string(i);
    if (!std::filesystem::exists(candidate)) return candidate;
  }
}

using base::seconds;

class Demo {
  struct Speech {
    audio::Recording from_radio;
    audio::Recording from_channel;
  };

 public:
  explicit Demo(const DemoOptions& options)
      : options_(options),
        directory_(new_directory(options.directory)),
        stage_(io_, {.directory = directory_,
                     .gateway = own_program(),
                     .alsa_plugin = plugin_of(options),
                     .more_bridge_keys = message_keys()}) {}

  int run() {
    prepare_speech();
    say("a Channel API server listens on wss://127.0.0.1:" + std::to_string(stage_.server().port()) + "/ws");
    stage_.start_gateway();
    say("zello-gateway run --config " + stage_.config_file().string());
    stage_.wait_until_ready();
    say("logged on; both radios are in their channels");
    for (std::size_t i = 0; i < stage_.corners().size(); ++i) {
      overs_.radio_to_channel(stage_.corners()[i], from_radio.at(i), prepared_.at(i).from_radio);
      overs_.channel_to_radio(stage_.corners()[i], from_channel.at(i), prepared_.at(i).from_channel);
      if (options_.quick) break;
    }
    deliveries_ = exchange_messages(stage_, stage_.corners().front(), [this](const auto& text) { say(text); });
    const auto ended = steady_clock::now();
    draw_timeline(directory_ / "timeline.svg", stage_, began_, ended);
    const bool clean = options_.keep ? keep_running() : stop_gateway();
    return show(clean);
  }

 private:
  void say(const std::string& text) const {
    std::cout << std::fixed << std::setprecision(1) << std::setw(5) << seconds(steady_clock::now() - began_) << " s  "
              << text << std::endl;
  }

  /// Before anybody is connected, whom the server would keep waiting for it.
  void prepare_speech() {
    for (std::size_t i = 0; i < (options_.quick ? 1 : from_radio.size()); ++i) {
      prepared_.push_back({simulator::make_speech(from_radio.at(i), "en", DemoOvers::radio_rate, directory_),
                           simulator::make_speech(from_channel.at(i), "en-us", DemoOvers::app_rate, directory_)});
    }
  }

  bool keep_running() {
    std::cout << "\nEverything goes on running; Ctrl-C ends it. The server's certificate and the gateway's "
                 "configuration are in "
              << directory_.string() << std::endl;
    bool asked = false;
    asio::signal_set signals(io_, SIGINT, SIGTERM);
    signals.async_wait([&](asio::error_code, int) { asked = true; });
    while (!stage_.wait_until([&] { return asked || stage_.gateway().ended(); })) {
    }
    return stop_gateway();
  }

  bool stop_gateway() {
    stage_.gateway().signal(SIGTERM);
    stage_.wait_until([&] { return stage_.gateway().ended().has_value(); }, std::chrono::seconds(10));
    bool unkeyed = true;
    for (const Stage::Corner& corner : stage_.corners()) unkeyed = unkeyed && !corner.radio->keyed();
    const bool clean = stage_.gateway().ended() == 0;
    say(std::string("the gateway ") + (clean ? "stopped cleanly" : "did NOT stop cleanly") + "; PTT is " +
        (unkeyed ? "off" : "STILL ON"));
    return clean && unkeyed;
  }

  std::string verdict(bool intact) const {
    if (intact) return "Every word and every message crossed, both ways.\n";
    for (const Crossing& crossing : overs_.crossings()) {
      if (crossing.intact() || crossing.said_again || !crossing.cores.starved()) continue;
      return "This machine is too busy or too slow to tell: the gateway or the demo was " + told(crossing.cores) +
             ", and it was no better each time that it was said again.\n";
    }
    return "Something was lost: see the tables and gateway.log.\n";
  }

  int show(bool clean) const {
    bool intact = clean;
    for (const Crossing& crossing : overs_.crossings()) intact = intact && (crossing.intact() || crossing.said_again);
    for (const Delivery& delivery : deliveries_) intact = intact && delivery.arrived();
    std::cout << '\n'
              << table_of(overs_.crossings()) << '\n'
              << table_of(deliveries_) << '\n'
              << "First audio: radio, from the COS line (VOX: from the first sound, to within a card period) to the "
                 "first packet in\n"
              << "the channel; channel, from the first packet to the first sound on the air, PTT lead included.\n\n"
              << "In " << std::filesystem::absolute(directory_).string() << ":\n"
              << "  timeline.svg          a picture of all this\n"
              << "  *-heard.wav           what people in the channels heard\n"
              << "  radio-*-sent.wav      what the radios sent\n"
              << "  gateway.log           the daemon's log; state/events.ndjson its journal; state/spool the image; "
                 "gateway.yaml its configuration\n\n"
              << verdict(intact);
    return intact ? exit_ok : exit_failed;
  }

  asio::io_context io_{1};
  DemoOptions options_;
  std::filesystem::path directory_;
  base::TimePoint began_ = steady_clock::now();
  Stage stage_;
  std::vector<Speech> prepared_;
  DemoOvers overs_{io_, stage_, directory_, began_, [this](const auto& text) { say(text); }};
  std::vector<Delivery> deliveries_;
};

}  // namespace

int demo_command(const DemoOptions& options) {
  return Demo(options).run();
}

}  // namespace zgw::daemon
