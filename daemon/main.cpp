// zello-gateway: the command line.
#include <algorithm>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/listed.hpp"
#include "base/text.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_status.hpp"

namespace {

using namespace zgw::daemon;  // NOLINT(google-build-using-namespace): this file is the daemon's front

constexpr const char* about = R"(Bridges a Zello channel to a two-way radio.

  zello-gateway check F          is this configuration right, and what would happen?
  zello-gateway devices          sound cards, GPIO lines, HID interfaces, serial ports, by names that last
  zello-gateway run --config F   bridge until SIGTERM
  zello-gateway listen -c F      print what happens in the channel, without a radio
  zello-gateway send text "…"    send into the channel, by the running gateway
  zello-gateway test-tone        transmit a tone by the running gateway, to adjust a radio
  zello-gateway demo             see it work: no radio, no account
)";

constexpr const char* exit_statuses = R"(
Exit status: 0 done; 1 refused, or not everything is well (send, test-tone, token inspect, channel-server
--strict, unkey, demo); 64 command line; 69 a device or the service refused at start; 70 the key guard was lost;
78 configuration file.
Manual: docs/commands.md, docs/configuration.md)";

// What it says, and what is then to be done. The parser itself is of no use by then: a gateway runs for years.
struct CommandLine {
  std::optional<CLI::App> parser{std::in_place, about, "zello-gateway"};
  CLI::App& app = *parser;
  RunOptions run;
  std::string config;
  ChannelServerOptions server;
  DemoOptions demo;
  TokenOptions token;
  ListenOptions listen;
  SendOptions send;
  TestToneOptions test_tone;
  bool two_tone = false;
  std::function<int()> chosen;

  CommandLine() {
    app.footer(exit_statuses);
    app.set_version_flag("--version", version_text, "As the command version");
    app.require_subcommand(1);
    add_run();
    add_server();
    add_demo();
    add_token();
    add_listen();
    add_send();
    add_test_tone();
    CLI::App* check =
        app.add_subcommand("check", "Validate a configuration and say what would happen; touches nothing");
    check->add_option("config", config, "YAML file")->required();
    on(check, [this] { return check_command(config); });
    CLI::App* unkey = app.add_subcommand("unkey", "Drive every PTT line of a configuration off");
    unkey->add_option("-c,--config", config, "YAML file")->required();
    on(unkey, [this] { return unkey_command(config); });
    on(app.add_subcommand("devices", "List sound cards, GPIO lines, HID interfaces and serial ports by stable names"),
       devices_command);
    on(app.add_subcommand("version", "Version of this program and of the libraries it runs on"), version_command);
  }

  void on(CLI::App* command, const std::function<int()>& what) {
    command->callback([this, what] { chosen = what; });
  }

  void add_run() {
    CLI::App* command = app.add_subcommand("run", "Bridge until SIGTERM");
    command->add_option("-c,--config", run.config, "YAML file")->required();
    command->add_flag(
        "--keep-trying", run.keep_trying,
        "Go on, slowly, when the service refuses the first logon, or one of several radios' USB devices is missing "
        "(what the service unit does)");
    on(command, [this] { return run_command(run); });
  }

  void add_listen() {
    CLI::App* command = app.add_subcommand(
        "listen", "Log on without a radio and print what happens in a channel, until SIGINT or SIGTERM");
    command->add_option("-c,--config", listen.config, "YAML file")->required();
    command->add_option("--account", listen.account, "Which account of it; needless where one fits");
    command->add_option("--channel", listen.channels, "Instead of those of the account's bridges; repeatable");
    command->add_option("--write", listen.write, "Keep each over as a file in this directory");
    command->add_option("--format", listen.format, "… opus: as it came; wav: decoded")
        ->capture_default_str()
        ->check(CLI::IsMember({"opus", "wav"}));
    command->add_option("--for", listen.length, "End by itself after this long: 90s, 8h");
    on(command, [this] { return listen_command(listen); });
  }

  void add_send() {
    CLI::App* command = app.add_subcommand(
        "send", "Send a text, an image or a location into a channel, by the running gateway or, with --config, alone");
    command->require_subcommand(1);
    CLI::App* text = add_sender(*command, "text", "A text of at most 30 KB");
    text->add_option("text", send.text, "The text, or - for standard input")->required();
    on(text, [this] { return send_text_command(send); });
    CLI::App* image = add_sender(*command, "image", "A JPEG of at most 2 MB; its thumbnail is made here");
    image->add_option("file", send.file, "JPEG file, or - for standard input")->required();
    image->add_flag("--camera", send.camera, "Say that it comes from a camera");
    on(image, [this] { return send_image_command(send); });
    CLI::App* location = add_sender(*command, "location", "A place on earth");
    location->add_option("--latitude", send.latitude, "Degrees, north is positive")->required();
    location->add_option("--longitude", send.longitude, "Degrees, east is positive")->required();
    location->add_option("--accuracy", send.accuracy, "Metres");
    location->add_option("--address", send.address, "In words");
    on(location, [this] { return send_location_command(send); });
  }

  void add_test_tone() {
    CLI::App* command = app.add_subcommand("test-tone", "Transmit a tone by the running gateway, to adjust a radio");
    command->add_option("--bridge", send.bridge, "On this bridge's radio; needless where there is one");
    CLI::Option* hertz = command->add_option("--hertz", test_tone.hertz, "Pitch")->capture_default_str();
    CLI::Option* with = command->add_option("--with", test_tone.with, "Pitch of a second tone at the same time");
    command->add_flag("--two-tone", two_tone, "The usual two tones, 700 and 1900 Hz")->excludes(hertz)->excludes(with);
    command->add_option("--level", test_tone.level, "dBFS of the peak")->capture_default_str();
    command->add_option("--seconds", test_tone.seconds, "How long, at most 60")->capture_default_str();
    command->add_option("--socket", send.socket, "Control socket of the running gateway")->capture_default_str();
    on(command, [this] {
      if (two_tone) {
        test_tone.hertz = 700;
        test_tone.with = 1900;
      }
      return test_tone_command(send, test_tone);
    });
  }

  CLI::App* add_sender(CLI::App& parent, const char* name, const char* what) {
    CLI::App* command = parent.add_subcommand(name, what);
    // A variable of a script that is not set must not make "everybody" of --for, nor "the only one" of the others.
    const CLI::Validator something([](const std::string& text) { return text.empty() ? "is empty" : std::string(); },
                                   "");
    command->add_option("--channel", send.channel, "Into this channel; needless where there is one")->check(something);
    command->add_option("--bridge", send.bridge, "Into the channel of this bridge")->check(something);
    command->add_option("--for", send.recipient, "For this user alone")->check(something);
    command->add_option("--socket", send.socket, "Control socket of the running gateway")->capture_default_str();
    CLI::Option* alone =
        command->add_option("-c,--config", send.config, "Instead of it: log on alone, as this YAML file says")
            ->check(something);
    command->add_option("--account", send.account, "… with this account of it")->check(something)->needs(alone);
    command->footer(
        "Exit status: 0 sent; 1 refused by the channel or the service; 64 it can not be sent as it is;\n"
        "69 no gateway answers, or the service refuses the logon; 78 configuration file.");
    return command;
  }

  void add_server() {
    CLI::App* command =
        app.add_subcommand("channel-server", "A Zello Channel API server for people without an account");
    command->add_option("-c,--config", server.config, "YAML file, see docs/channel-server.md");
    command->add_option("--listen", server.listen, "Address and port, instead of the configured [127.0.0.1:8443]");
    command->add_option("--cert", server.certificate, "PEM certificate; without it one is made");
    command->add_option("--key", server.key, "PEM private key of the certificate");
    command->add_option("--directory", server.directory, "Where a certificate that is made is written")
        ->capture_default_str();
    command->add_option("--account", server.accounts, "NAME:PASSWORD that may log on; repeatable");
    command->add_option("--channel", server.channels, "A channel that exists; repeatable");
    command->add_flag("--open", server.open, "Any name may log on to any channel");
    command->add_flag("--strict", server.strict,
                      "Say whatever a client does against the specification; status 1 if there was something");
    on(command, [this] { return channel_server_command(server); });
  }

  void add_token() {
    CLI::App* command = app.add_subcommand("token", "Make, read or check the token of an account");
    command->require_subcommand(1);
    CLI::App* mint = command->add_subcommand("mint", "Make one, from an account of a configuration or from a key");
    mint->add_option("-c,--config", token.config, "YAML file");
    mint->add_option("--account", token.account, "Which account of it; needless where there is one");
    mint->add_option("--issuer", token.issuer, "Instead of --config: the issuer, from developers.zello.com");
    mint->add_option("--key", token.key, "… and its private key, PEM file or -");
    mint->add_option("--lifetime", token.lifetime, "… and how long the token lives")->capture_default_str();
    mint->add_flag("--print", token.print, "Print the token: it is a secret");
    on(mint, [this] { return mint_token_command(token); });
    CLI::App* inspect =
        command->add_subcommand("inspect", "Say what a token says; status 1 where Zello would not take it");
    inspect->add_option("token", token.token, "File, or - for standard input")->required();
    inspect->add_option("--key", token.key, "Was it signed with this private key?");
    on(inspect, [this] { return inspect_token_command(token); });
    CLI::App* check = command->add_subcommand("check-key", "Can this private key sign tokens?");
    check->add_option("key", token.key, "PEM file, or - for standard input")->required();
    check->add_flag("--public", token.print, "Print its public half");
    on(check, [this] { return check_key_command(token); });
  }

  void add_demo() {
    CLI::App* command = app.add_subcommand("demo", "Bridge speech both ways on this machine alone, and show it");
    command->add_option("--directory", demo.directory, "Where the recordings, the log and the picture go");
    command->add_option("--alsa-plugin", demo.alsa_plugin, "The simulated sound card, libasound_module_pcm_zgwsim.so");
    command->add_flag("--keep", demo.keep, "Leave everything running afterwards, until Ctrl-C");
    command->add_flag("--quick", demo.quick, "One over each way");
    on(command, [this] { return demo_command(demo); });
  }
};

// The parser says of a word in a command's place only that a command is required.
std::optional<std::string> unknown_command(CLI::App& app, int argc, char** argv) {
  CLI::App* at = &app;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const std::vector<CLI::App*> commands = at->get_subcommands({});
    if (commands.empty() || word.rfind('-', 0) == 0) return std::nullopt;
    const auto found = std::find_if(commands.begin(), commands.end(), [&](auto* c) { return c->get_name() == word; });
    if (found == commands.end()) {
      std::vector<std::string> names;
      names.reserve(commands.size());
      for (const CLI::App* command : commands) names.push_back(command->get_name());
      return zgw::base::quoted(word, 60) + " is no command" + (at == &app ? "" : " of " + at->get_name()) +
             "; there is " + zgw::base::listed(names);
    }
    at = *found;
  }
  return std::nullopt;
}

int refused(CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  if (const auto fault = unknown_command(app, argc, argv); fault && error.get_exit_code() != 0) {
    std::cerr << *fault << '\n';
    return exit_usage;
  }
  return app.exit(error) == 0 ? exit_ok : exit_usage;  // --help and --version are exceptions, too
}

// What was to be printed and was not, as on a full disk, is not done.
int with_all_written(int status) {
  std::cout.flush();
  if (std::cout || status != exit_ok) return status;
  std::cerr << "zello-gateway: what it printed could not be written\n";
  return exit_start_failed;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    CommandLine line;
    try {
      line.app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return refused(line.app, error, argc, argv);
    }
    line.parser.reset();
    return with_all_written(line.chosen());
  } catch (const UsageError& error) {
    std::cerr << error.what() << '\n';
    return exit_usage;
  } catch (const ConfigurationError& error) {
    std::cerr << error.what() << '\n';
    return exit_configuration;
  } catch (const std::exception& error) {
    std::cerr << "zello-gateway: " << error.what() << '\n';
    return exit_start_failed;
  }
}
