// The configuration as plain structs. Defaults are here and nowhere else; units are types.
// Keys, defaults and reasons for the user: docs/configuration.md.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "base/usb_id.hpp"
#include "config/secret.hpp"

namespace zgw::config {

using std::chrono::milliseconds;

enum class LogLevel { debug, info, warning, error };

struct Gateway {
  std::string name = "radio-gateway";
  LogLevel log_level = LogLevel::info;
  std::optional<std::string> state;  ///< directory
  bool key_guard = true;
  std::vector<base::UsbId> cm108_ids;  ///< besides those that are known
};

enum class ServiceKind { consumer, work, enterprise };

struct Token {
  std::optional<std::string> issuer;
  std::optional<Secret> private_key;
  milliseconds lifetime{120000};
  std::optional<Secret> jwt;
};

struct Account {
  ServiceKind service = ServiceKind::consumer;
  std::optional<std::string> network;
  std::optional<std::string> server;
  std::optional<std::string> url;
  std::optional<std::string> ca_file;
  std::optional<std::string> username;
  std::optional<Secret> password;
  std::optional<Token> token;
  std::string platform_name = "Radio Gateway";
  std::string platform_type = "linux";
  std::optional<std::string> language;
  bool listen_only = false;
};

/// The WebSocket address of an account's service.
std::string entry_point(const Account& account);

enum class RxChannel { left, right, mix };

struct Sound {
  std::string device;
  base::SampleRate rate{48000};
  milliseconds period{20};
  milliseconds buffer{100};
  RxChannel rx_channel = RxChannel::left;
  base::Decibels rx_gain{0};
  base::Decibels tx_gain{0};
  milliseconds retry{500};
  bool keep_port = false;  ///< no key: keep_ports()
};

enum class CosSource { gpio, cm108, serial, file, vox, always, none };
enum class WithVox { off, and_vox, or_vox };
enum class Level { low, high };
enum class Bias { as_is, disabled, pull_up, pull_down };

/// An input of a CM108, or of a serial port.
enum class CosPin { vol_dn, vol_up, gpio1, gpio2, gpio3, gpio4, cts, dsr, dcd, ri };

struct Cos {
  CosSource source = CosSource::gpio;
  std::string chip = "gpiochip0";
  std::optional<std::string> line;  ///< an offset or a name
  Level active = Level::low;
  Bias bias = Bias::pull_up;
  std::optional<std::string> device;  ///< with cm108: none is the sound card's own
  bool keep_port = false;             ///< no key: keep_ports()
  std::optional<CosPin> pin;          ///< with cm108 and serial, always
  milliseconds debounce{50};
  milliseconds hang{300};
  std::optional<std::string> path;
  WithVox with_vox = WithVox::off;
};

struct Vox {
  bool automatic = false;  ///< open: auto
  base::Decibels open{-38};
  base::Decibels close{-44};
  base::Decibels open_above{8};
  milliseconds attack{20};
  milliseconds hang{700};
  milliseconds min_open{0};
};

enum class PttMethod { gpio, cm108, serial_rts, serial_dtr, file, none };

/// A line that must follow PTT.
struct ReadBack {
  std::string chip = "gpiochip0";
  std::string line;  ///< an offset or a name
  Level active = Level::high;
  Bias bias = Bias::as_is;
};

/// A line that toggles while the gateway works.
struct Heartbeat {
  std::string chip = "gpiochip0";
  std::string line;
  int rate = 5;  ///< pulses a second
};

struct Ptt {
  PttMethod method = PttMethod::gpio;
  std::string chip = "gpiochip0";
  std::optional<std::string> line;
  std::optional<std::string> device;  ///< with cm108: none is the sound card's own
  bool keep_port = false;             ///< no key: keep_ports()
  int pin = 3;                        ///< with cm108: GPIO1 to GPIO8
  Level active = Level::high;
  milliseconds lead{300};
  milliseconds tail{150};
  milliseconds timeout{180000};
  milliseconds timeout_penalty{2000};
  milliseconds stall{1000};
  std::optional<std::string> path;
  std::optional<ReadBack> read_back;
  std::optional<Heartbeat> heartbeat;
};

enum class CtcssEnd { reverse, drop };

/// What is done to the sound from the radio.
struct RxAudio {
  std::optional<double> highpass = 300;  ///< hertz
  std::optional<double> lowpass;         ///< hertz
  bool deemphasis = false;
  std::optional<base::Decibels> limiter = base::Decibels{-6};  ///< ceiling
  std::optional<base::Decibels> agc;                           ///< target level
  milliseconds tail_cut{0};
};

/// What is done to the sound for the radio.
struct TxAudio {
  std::optional<double> highpass = 300;  ///< hertz
  std::optional<double> lowpass = 3400;  ///< hertz
  bool preemphasis = false;
  std::optional<base::Decibels> limiter = base::Decibels{-6};  ///< ceiling
  std::optional<double> ctcss;                                 ///< hertz; none: off
  base::Decibels ctcss_level{-24};
  CtcssEnd ctcss_end = CtcssEnd::reverse;
};

struct Radio {
  std::vector<base::UsbId> cm108_ids;  ///< the gateway's
  Sound sound;
  RxAudio rx_audio;
  TxAudio tx_audio;
  Cos cos;
  Vox vox;
  Ptt ptt;
};

enum class Direction { both, radio_to_channel, channel_to_radio };

struct Opus {
  base::SampleRate rate{16000};
  milliseconds frame{60};
  int frames_per_packet = 1;
  int bitrate = 20000;
  int complexity = 5;
  bool fec = true;
  int expected_loss = 10;  ///< percent
};

struct Jitter {
  std::optional<milliseconds> target;  ///< none: auto
  milliseconds min{60};
  milliseconds max{500};
};

enum class Priority { radio, channel, first };

enum class Duplex { half, full };

struct CourtesyTone {
  int frequency = 800;  ///< hertz
  milliseconds length{100};
  base::Decibels level{-12};
};

enum class StationIdMode { after_tx, beacon };

struct StationId {
  std::string callsign;
  milliseconds interval{600'000};
  int speed = 18;  ///< words a minute
  int tone = 800;  ///< hertz
  base::Decibels level{-12};
  milliseconds polite{30'000};
  StationIdMode mode = StationIdMode::after_tx;
};

struct FirstOver {
  milliseconds min{250};
  milliseconds after_idle{180000};
};

/// Where what is no speech goes.
enum class Keep { off, log, spool };

struct Messages {
  Keep text = Keep::log;
  Keep location = Keep::log;
  Keep image = Keep::off;
  int image_max = 2'000'000;  ///< bytes
};

/// Where the radio is, told to the channel.
struct AnnouncedLocation {
  double latitude = 0;             ///< degrees
  double longitude = 0;            ///< degrees
  std::optional<double> accuracy;  ///< metres
  std::optional<std::string> address;
  milliseconds every{3'600'000};
};

/// Commands from the radio.
struct Dtmf {
  std::optional<Secret> pin;
  bool mute = true;
};

struct Bridge {
  std::string name;
  std::string account;
  std::string channel;
  std::string radio;
  Direction direction = Direction::both;
  Duplex duplex = Duplex::half;
  Priority priority = Priority::radio;
  std::optional<milliseconds> preroll;  ///< none: auto
  std::optional<FirstOver> first_over;
  milliseconds max_over{180000};
  milliseconds guard{200};
  milliseconds min_stream_interval{1000};
  milliseconds hold_channel{30000};
  milliseconds hold_radio{30000};
  std::optional<CourtesyTone> courtesy_tone;
  bool link_tones = false;
  std::optional<StationId> station_id;
  std::optional<Dtmf> dtmf;
  Opus opus;
  Jitter jitter;
  Messages messages;
  std::optional<AnnouncedLocation> announce_location;
};

struct Backoff {
  milliseconds first{1000};
  milliseconds max{60000};
  double jitter = 0.5;
};

struct Supervisor {
  Backoff backoff;
  milliseconds connect_timeout{10000};
  milliseconds reply_timeout{10000};
  milliseconds idle_ping{30000};
  int max_connects_per_minute = 6;
  milliseconds after_kick{30000};
};

struct Address {
  std::string host;  ///< an IP address, without brackets
  int port = 0;      ///< 0: any that is free
};

struct Status {
  std::optional<Address> listen = Address{"127.0.0.1", 8073};  ///< none: off
};

struct Config {
  Gateway gateway;
  std::map<std::string, Account> accounts;
  std::map<std::string, Radio> radios;
  std::vector<Bridge> bridges;
  Supervisor supervisor;
  Status status;
};

}  // namespace zgw::config
