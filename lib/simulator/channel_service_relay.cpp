// What the clients of a channel send each other: streams, images, texts, locations.
#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "audio/opus_codec.hpp"
#include "simulator/channel_service.hpp"

namespace zgw::simulator {
namespace {

Report report(Report::What what, std::string user, std::string channel, std::string text = "",
              std::uint64_t packets = 0) {
  return {what, std::move(user), std::move(channel), std::move(text), packets};
}

tl::unexpected<std::string> refused(std::string error) {
  return tl::unexpected<std::string>(std::move(error));
}

std::string place_of(const zello::Location& at) {
  std::array<char, 64> degrees{};
  std::snprintf(degrees.data(), degrees.size(), "%.6f %.6f", at.latitude, at.longitude);
  return degrees.data() + (at.address ? ", " + *at.address : "");
}

}  // namespace

template <class AnyCommand>
tl::expected<ChannelService::Route, std::string> ChannelService::route_of(ClientId id, const AnyCommand& command,
                                                                          const char* name, Actions& out) {
  const Client& client = clients_[id];
  Route route{id, command.channel, command.recipient};
  if (route.channel.empty()) {
    violation(id, std::string(name) + " without channel", out);
    if (client.channels.size() != 1) return refused("not enough params");
    route.channel = *client.channels.begin();
  }
  if (client.listen_only) return refused("listen only connection");
  if (client.channels.count(route.channel) == 0 || offline_.count(route.channel) > 0) {
    return refused("channel is not ready");
  }
  const auto talkers = rules_of(route.channel).talkers;
  if (talkers && talkers->count(*client.user) == 0) return refused("no permission");
  return route;
}

template <class AnyCommand>
tl::expected<ChannelService::Route, std::string> ChannelService::route_of(ClientId id, const AnyCommand& command,
                                                                          const char* name, bool ChannelRules::*feature,
                                                                          Actions& out) {
  auto route = route_of(id, command, name, out);
  if (!route) return route;
  if (!(rules_of(route->channel).*feature)) return refused("no permission");
  if (auto error = std::exchange(refuse_message_, std::nullopt)) return refused(std::move(*error));
  return route;
}

std::vector<ClientId> ChannelService::receivers(const Route& route) const {
  std::vector<ClientId> found;
  for (const auto& [id, client] : clients_) {
    if (id == route.sender || client.channels.count(route.channel) == 0) continue;
    if (!route.recipient || client.user == route.recipient) found.push_back(id);
  }
  return found;
}

void ChannelService::deliver(const Route& route, const zello::ServerMessage& event, Actions& out) const {
  const std::string message = zello::encode(event);
  for (const ClientId receiver : receivers(route)) out.emplace_back(SendText{receiver, message});
}

// ---- streams --------------------------------------------------------------------------------------------------------

void ChannelService::start_stream(ClientId id, const zello::StartStream& command, zello::Sequence seq, Actions& out) {
  if (command.packet_duration != command.codec_header.packet_duration()) {
    violation(id, "packet_duration and codec_header say different lengths", out);
  }
  constexpr std::array opus_frames = {5, 10, 20, 40, 60};  // RFC 6716, 2.1.4; 2.5 ms are no whole number
  if (std::count(opus_frames.begin(), opus_frames.end(), command.codec_header.frame_ms) == 0) {
    violation(
        id,
        "codec_header says a frame is " + std::to_string(command.codec_header.frame_ms) + " ms long; none of Opus is",
        out);
  }
  const auto refuse = [&](std::string error) { answer(id, {.seq = seq, .error = std::move(error)}, out); };
  const auto route = route_of(id, command, "start_stream", out);
  if (!route) return refuse(route.error());
  if (auto error = std::exchange(refuse_stream_, std::nullopt)) return refuse(*error);
  const auto talkers = std::count_if(streams_.begin(), streams_.end(),
                                     [&](const auto& s) { return s.second.route.channel == route->channel; });
  if (static_cast<std::size_t>(talkers) >= rules_of(route->channel).most_talkers) return refuse("channel busy");

  const zello::StreamId stream_id = next_stream_++;
  streams_[stream_id] = {*route, command.packet_duration};
  answer(id, {.seq = seq, .stream_id = stream_id}, out);
  zello::StreamStart event;
  event.stream_id = stream_id;
  event.channel = route->channel;
  event.from = *clients_[id].user;
  event.recipient = command.recipient;
  event.codec_header = command.codec_header;
  event.packet_duration = command.packet_duration;
  deliver(*route, event, out);
  out.emplace_back(report(Report::What::stream_started, *clients_[id].user, route->channel));
}

void ChannelService::stop_stream(ClientId id, const zello::StopStream& command, zello::Sequence seq, Actions& out) {
  if (command.channel.empty()) violation(id, "stop_stream without channel", out);
  const auto stream = streams_.find(command.stream_id);
  if (stream == streams_.end() || stream->second.route.sender != id) {
    return answer(id, {.seq = seq, .error = "failed to stop stream"}, out);
  }
  if (!command.channel.empty() && command.channel != stream->second.route.channel) {
    violation(id, "stop_stream says another channel than start_stream", out);
  }
  answer(id, {.seq = seq}, out);
  finish_stream(stream, out);
}

void ChannelService::finish_stream(std::map<zello::StreamId, Stream>::iterator stream, Actions& out) {
  const Route& route = stream->second.route;
  deliver(route, zello::StreamStop{stream->first}, out);
  out.emplace_back(report(Report::What::stream_stopped, clients_[route.sender].user.value_or(""), route.channel, "",
                          stream->second.packets));
  streams_.erase(stream);
}

Actions ChannelService::on_binary(ClientId id, std::span<const std::uint8_t> message) {
  Actions out;
  if (clients_.count(id) == 0) return out;
  const auto parsed = zello::parse_binary(message);
  if (!clients_[id].user) {
    violation(id, "a binary message before logon", out);
    complain(id, "not logged in", out);
  } else if (!parsed) {
    violation(id, parsed.error().message, out);
    complain(id, "invalid audio packet", out);
  } else {
    std::visit([&](const auto& packet) { relay(id, packet, out); }, *parsed);
  }
  return out;
}

void ChannelService::relay(ClientId id, const zello::AudioPacket& packet, Actions& out) {
  const auto found = streams_.find(packet.stream_id);
  if (found == streams_.end() || found->second.route.sender != id) {
    violation(id, "a packet of a stream that does not run", out);
    return complain(id, "invalid stream id", out);
  }
  Stream& stream = found->second;
  const auto info = audio::inspect_opus(packet.opus);
  if (!info) {
    violation(id, info.error().message, out);
    return complain(id, "invalid audio packet", out);
  }
  if (packet.packet_id != 0) violation(id, "packet_id is not zero", out);
  if (info->duration != stream.packet_duration) violation(id, "a packet's length is not the announced one", out);
  const std::uint32_t number = stream.packets++;
  if (lost_ && lost_(number)) return;
  std::vector<std::uint8_t> relayed;
  zello::encode_binary(zello::AudioPacket{packet.stream_id, number, packet.opus}, relayed);
  for (const ClientId receiver : receivers(stream.route)) out.emplace_back(SendBinary{receiver, relayed});
}

// ---- images, texts, locations ---------------------------------------------------------------------------------------

void ChannelService::send_image(ClientId id, const zello::SendImage& command, zello::Sequence seq, Actions& out) {
  const auto refuse = [&](std::string error) { answer(id, {.seq = seq, .error = std::move(error)}, out); };
  const auto route = route_of(id, command, "send_image", &ChannelRules::images, out);
  if (!route) return refuse(route.error());
  const auto waiting =
      std::count_if(images_.begin(), images_.end(), [&](const auto& image) { return image.second.route.sender == id; });
  if (static_cast<std::size_t>(waiting) >= most_images) return refuse("failed to send data");
  if (std::max(command.image_bytes, command.thumbnail_bytes) > zello::max_image_part_bytes) {
    violation(id, "an image larger than any message", out);
    return refuse("invalid request");
  }
  if (std::min(command.image_bytes, command.thumbnail_bytes) == 0) violation(id, "an image with an empty part", out);
  const zello::ImageId image_id = next_image_++;
  images_[image_id] = {*route, command.thumbnail_bytes, command.image_bytes};
  answer(id, {.seq = seq, .image_id = image_id}, out);
  zello::ImageStart event;
  event.message_id = image_id;
  event.channel = route->channel;
  event.from = *clients_[id].user;
  event.recipient = command.recipient;
  event.width = command.width;
  event.height = command.height;
  event.source = command.source;
  deliver(*route, event, out);
  out.emplace_back(report(Report::What::image, *clients_[id].user, route->channel));
}

void ChannelService::relay(ClientId id, const zello::ImagePacket& packet, Actions& out) {
  const auto found = images_.find(packet.image_id);
  if (found == images_.end() || found->second.route.sender != id) {
    violation(id, "a part of an image that was not accepted", out);
    return complain(id, "failed to send data", out);
  }
  Image& image = found->second;
  const bool is_full = packet.part == zello::ImagePacket::Part::full;
  if (std::exchange(is_full ? image.full_came : image.thumbnail_came, true)) {
    violation(id, "a part of an image that has come already", out);
    return complain(id, "failed to send data", out);
  }
  if (is_full && !image.thumbnail_came) violation(id, "an image before its thumbnail", out);
  if (packet.data.size() != (is_full ? image.full_bytes : image.thumbnail_bytes)) {
    violation(id, "a part of an image whose length is not the announced one", out);
    complain(id, "failed to send data", out);
  } else {
    std::vector<std::uint8_t> relayed;
    zello::encode_binary(packet, relayed);
    for (const ClientId receiver : receivers(image.route)) out.emplace_back(SendBinary{receiver, relayed});
  }
  if (image.full_came && image.thumbnail_came) images_.erase(found);
}

void ChannelService::send_text(ClientId id, const zello::SendTextMessage& command, zello::Sequence seq, Actions& out) {
  const auto route = route_of(id, command, "send_text_message", &ChannelRules::texting, out);
  if (!route) return answer(id, {.seq = seq, .error = route.error()}, out);
  answer(id, {.seq = seq}, out);
  const std::string& user = *clients_[id].user;
  deliver(*route, zello::TextMessage{route->channel, user, command.recipient, next_message_++, command.text}, out);
  out.emplace_back(report(Report::What::text, user, route->channel, command.text));
}

void ChannelService::send_location(ClientId id, const zello::SendLocation& command, zello::Sequence seq, Actions& out) {
  const auto route = route_of(id, command, "send_location", &ChannelRules::locations, out);
  if (!route) return answer(id, {.seq = seq, .error = route.error()}, out);
  answer(id, {.seq = seq}, out);
  const std::string& user = *clients_[id].user;
  deliver(*route, zello::LocationMessage{route->channel, user, command.recipient, next_message_++, command.location},
          out);
  out.emplace_back(report(Report::What::location, user, route->channel, place_of(command.location)));
}

}  // namespace zgw::simulator
