// Every bound of the protocol, in one place: what a peer can make us keep, and what we refuse to send.
// docs/protocol.md lists them with their tests and is held to this file; those of the WebSocket underneath are in
// lib/net. Source: Zello Channel API 1.0 where it states a limit; elsewhere chosen so that a hostile service costs a
// few megabytes.
#pragma once

#include <chrono>
#include <cstddef>

namespace zgw::zello {

// ---- messages -------------------------------------------------------------------------------------------------------

/// Largest JSON message that is looked at. The longest text fits with every character escaped.
inline constexpr std::size_t max_json_bytes = std::size_t{256} * 1024;
/// How deep JSON may be nested.
inline constexpr int max_json_depth = 64;
/// Longest text message, in bytes of UTF-8: the specification's "30 Kb".
inline constexpr std::size_t max_text_bytes = std::size_t{30} * 1024;
/// Largest Opus packet: 48 frames of 1275 bytes and their framing (RFC 6716 section 3.2).
inline constexpr std::size_t max_opus_bytes = 48 * 1275 + 100;
/// Largest part of an image that a binary message may carry, whatever the session is set to take.
inline constexpr std::size_t max_image_part_bytes = std::size_t{4} * 1000 * 1000;
/// Translations of one transcription that are kept.
inline constexpr std::size_t max_translations = 32;

// ---- a session ------------------------------------------------------------------------------------------------------

/// Channels that one session may log on to.
inline constexpr std::size_t max_channels = 100;
/// Incoming streams that run at once; beyond, the oldest is dropped.
inline constexpr std::size_t max_incoming_streams = 64;
/// Streams whose channel is remembered after their end, for the transcription that comes later.
inline constexpr std::size_t max_remembered_streams = 64;
/// Commands without a reply; beyond, the oldest without a deadline is forgotten.
inline constexpr std::size_t max_pending_commands = 256;
/// Texts, locations and images of ours that wait for their reply.
inline constexpr std::size_t max_sending = 16;
/// Images of ours that wait for their reply.
inline constexpr std::size_t max_images_sending = 1;
/// Images whose parts are still coming in; beyond, the oldest is given up.
inline constexpr std::size_t max_images_arriving = 4;
/// Largest part of an image that a session takes or sends, where its settings do not say otherwise.
inline constexpr std::size_t default_image_bytes = std::size_t{2} * 1000 * 1000;
/// How long the parts of an image may take.
inline constexpr std::chrono::seconds image_timeout{60};
/// An incoming stream without a packet for so long has ended, whether on_stream_stop came or not.
inline constexpr std::chrono::seconds stream_silence{30};

}  // namespace zgw::zello
