// The subcommands of zello-gateway. Each takes what the command line gave and returns an exit status; UsageError,
// StartFailed and ConfigurationError are for main() to print.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace zgw::daemon {

struct RunOptions {
  std::filesystem::path config;
  bool keep_trying = false;
};
int run_command(const RunOptions& options);

/// Validates a configuration and says what the gateway would do with it; touches nothing.
int check_command(const std::filesystem::path& config);

/// Drives every PTT line of a configuration off; what the service does after the daemon has ended, however it ended.
int unkey_command(const std::filesystem::path& config);

int devices_command();
/// The program and the libraries it runs on, a line each; no line break at the end.
std::string version_text();
int version_command();

struct ListenOptions {
  std::filesystem::path config;
  std::string account;                ///< empty: the only one that fits
  std::vector<std::string> channels;  ///< empty: those of the account's bridges
  std::filesystem::path write;        ///< a directory for the overs; empty: they are not kept
  std::string format = "opus";        ///< or wav
  std::string length;                 ///< a duration; empty: until SIGINT or SIGTERM
};
/// Prints what happens in a channel, by a session of its own.
int listen_command(const ListenOptions& options);

struct SendOptions {
  std::filesystem::path socket = "/run/zello-gateway/control.sock";
  std::filesystem::path config;  ///< not empty: by a session of its own
  std::string account;           ///< of the configuration; empty: the only one that fits
  std::string bridge;            ///< as channel: empty where one alone fits
  std::string channel;
  std::string recipient;  ///< empty: everybody
  std::string text;       ///< or -, for standard input
  std::string file;       ///< JPEG, or -
  bool camera = false;
  double latitude = 0;
  double longitude = 0;
  std::optional<double> accuracy = {};
  std::string address;
};
// By the running gateway, or by a session of their own. Status 1: the channel or the service did not take it.
int send_text_command(const SendOptions& options);
int send_image_command(const SendOptions& options);
int send_location_command(const SendOptions& options);

struct TestToneOptions {
  unsigned hertz = 1000;
  unsigned with = 0;  ///< 0: one tone
  double level = -12;
  unsigned seconds = 10;
};
/// On the radio of `send.bridge`, by the running gateway at `send.socket`.
int test_tone_command(const SendOptions& send, const TestToneOptions& tone);

struct ChannelServerOptions {
  std::filesystem::path config;       ///< instead of `accounts` and `channels`
  std::string listen;                 ///< empty: as configured, else 127.0.0.1:8443
  std::filesystem::path certificate;  ///< empty: one is made for the run and written into `directory`
  std::filesystem::path key;
  std::filesystem::path directory = ".";
  std::vector<std::string> accounts;  ///< name:password
  std::vector<std::string> channels;
  bool open = false;
  bool strict = false;
};
/// Until SIGTERM or SIGINT; status 1 where it was strict and a client was not.
int channel_server_command(const ChannelServerOptions& options);

struct TokenOptions {
  std::filesystem::path config;  ///< takes issuer, key and lifetime from an account of it
  std::string account;           ///< empty: the only one
  std::string issuer;
  std::filesystem::path key;    ///< PEM
  std::filesystem::path token;  ///< a file, or - for standard input
  std::string lifetime = "2m";
  bool print = false;  ///< the token that was made, or the public half of the key
};
int mint_token_command(const TokenOptions& options);
/// Status 1 where the service would not take the token.
int inspect_token_command(const TokenOptions& options);
int check_key_command(const TokenOptions& options);

struct DemoOptions {
  std::filesystem::path directory;  ///< empty: a new one in the present directory
  std::filesystem::path alsa_plugin;
  bool keep = false;
  bool quick = false;
};
int demo_command(const DemoOptions& options);

}  // namespace zgw::daemon
