// What the tests of a session share: the server's messages, and a session that is already online.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "zello/session.hpp"

namespace zgw::zello::test {

using namespace std::chrono_literals;

inline constexpr base::TimePoint t0 = base::TimePoint{} + 100s;

template <class T>
std::vector<T> all(const Effects& effects) {
  std::vector<T> found;
  for (const Effect& effect : effects) {
    if (const auto* one = std::get_if<T>(&effect)) found.push_back(*one);
  }
  return found;
}

inline SessionSettings settings() {
  SessionSettings s;
  s.logon.username = "gateway";
  s.logon.password = "p";
  s.logon.channels = {"Rescue", "Second"};
  return s;
}

inline std::string status(const std::string& channel, bool online) {
  ChannelStatus s;
  s.channel = channel;
  s.online = online;
  s.images_supported = s.texting_supported = s.locations_supported = online;
  return encode(ServerMessage(s));
}

inline std::string reply(Sequence seq, std::optional<std::string> error = {}, std::optional<StreamId> stream = {}) {
  return encode(ServerMessage(Reply{seq, std::move(error), {}, stream}));
}

inline std::string incoming(StreamId id, const std::string& channel = "Rescue") {
  StreamStart s;
  s.stream_id = id;
  s.channel = channel;
  s.from = "alice";
  return encode(ServerMessage(s));
}

inline StartStream start(const std::string& channel = "Rescue") {
  StartStream s;
  s.channel = channel;
  return s;
}

// Logged on with seq 1, "Rescue" online.
inline Session online() {
  Session session(settings());
  session.on_open(t0);
  session.on_text(reply(1), t0);
  session.on_text(status("Rescue", true), t0);
  REQUIRE(session.state() == Session::State::online);
  return session;
}

/// Online in both channels, with a stream in each: number 5 in "Rescue", 6 in "Second".
inline Session speaking_in_both() {
  Session session = online();
  session.on_text(status("Second", true), t0);
  session.start_stream(start("Rescue"), t0);
  session.start_stream(start("Second"), t0);
  session.on_text(reply(2, {}, 5), t0);
  session.on_text(reply(3, {}, 6), t0);
  return session;
}

// The packet of a running stream that `message` is; none where it is anything else.
inline std::optional<AudioPacket> audio(Session& session, std::span<const std::uint8_t> message,
                                        base::TimePoint now = t0) {
  const auto heard = session.on_binary(message, now);
  const auto* packet = std::get_if<AudioPacket>(&heard);
  return packet != nullptr ? std::optional(*packet) : std::nullopt;
}

inline Effects effects_of(Session& session, std::span<const std::uint8_t> message, base::TimePoint now = t0) {
  auto heard = session.on_binary(message, now);
  REQUIRE(std::holds_alternative<Effects>(heard));
  return std::get<Effects>(std::move(heard));
}

inline std::vector<std::uint8_t> packet(StreamId id) {
  std::vector<std::uint8_t> bytes;
  const std::vector<std::uint8_t> opus = {1, 2, 3};
  encode_binary({id, 0, opus}, bytes);
  return bytes;
}

}  // namespace zgw::zello::test
