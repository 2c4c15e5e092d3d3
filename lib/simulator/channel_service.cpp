#include "simulator/channel_service.hpp"

#include <algorithm>
#include <utility>

#include "audio/opus_codec.hpp"
#include "base/text.hpp"

namespace zgw::simulator {

using base::TimePoint;
using zello::Reply;

namespace {

constexpr int close_kicked = 3003;

Report report(Report::What what, std::string user, std::string channel, std::string text = "",
              std::uint64_t packets = 0) {
  return {what, std::move(user), std::move(channel), std::move(text), packets};
}

}  // namespace

Actions ChannelService::on_connected(ClientId client, TimePoint now) {
  clients_[client].next_ping = now + settings_.ping_interval;
  return {};
}

void ChannelService::answer(ClientId id, Reply reply, Actions& out) {
  out.emplace_back(SendText{id, zello::encode(zello::ServerMessage(std::move(reply)))});
}

void ChannelService::complain(ClientId id, std::string error, Actions& out) {
  out.emplace_back(SendText{id, zello::encode(zello::ServerMessage(zello::ServerError{std::move(error)}))});
}

void ChannelService::violation(ClientId id, std::string what, Actions& out) {
  out.emplace_back(report(Report::What::violation, clients_[id].user.value_or(""), "", std::move(what)));
}

Actions ChannelService::on_text(ClientId id, std::string_view message) {
  Actions out;
  if (clients_.count(id) == 0 || std::exchange(ignore_next_, false)) return out;
  const auto parsed = zello::parse_command(message);
  if (!parsed) {
    violation(id, parsed.error().error + ": " + base::printable(message, 80), out);
    if (parsed.error().seq) {
      answer(id, {*parsed.error().seq, parsed.error().error, {}, {}}, out);
    } else {
      complain(id, parsed.error().error, out);
    }
    return out;
  }
  if (!parsed->seq) violation(id, "a command without seq", out);
  const zello::Sequence seq = parsed->seq.value_or(0);
  if (const auto* command = std::get_if<zello::Logon>(&parsed->command)) {
    logon(id, *command, seq, out);
  } else if (!clients_[id].user) {
    answer(id, {seq, "not logged in", {}, {}}, out);
  } else if (const auto* start = std::get_if<zello::StartStream>(&parsed->command)) {
    start_stream(id, *start, seq, out);
  } else if (const auto* stop = std::get_if<zello::StopStream>(&parsed->command)) {
    stop_stream(id, *stop, seq, out);
  }
  return out;
}

std::optional<std::string> ChannelService::refusal(const zello::Logon& command) {
  if (refuse_logon_) return std::exchange(refuse_logon_, std::nullopt);
  if (command.channels.size() > settings_.most_channels) return "channels limit exceeded";
  const bool refreshed = command.refresh_token && refresh_tokens_.erase(*command.refresh_token) > 0;
  if (settings_.token_is_good && !refreshed) {
    if (!command.auth_token && !command.refresh_token) return "not enough params";
    if (!command.auth_token || !settings_.token_is_good(*command.auth_token)) return "not authorized";
  }
  if (!command.username || settings_.open) return std::nullopt;
  const auto account = settings_.accounts.find(*command.username);
  if (account == settings_.accounts.end() || account->second != command.password.value_or("")) return "not authorized";
  return std::nullopt;
}

void ChannelService::logon(ClientId id, const zello::Logon& command, zello::Sequence seq, Actions& out) {
  const std::string user = command.username.value_or("");
  if (const auto error = refusal(command)) {
    out.emplace_back(report(Report::What::refused, user, "", *error));
    answer(id, {seq, *error, {}, {}}, out);
    return;
  }
  if (!user.empty()) kick(user, out);
  Client& client = clients_[id];
  client.user = user;
  client.listen_only = command.listen_only || user.empty();
  const std::string token = "refresh-" + std::to_string(next_token_++);
  refresh_tokens_.insert(token);
  answer(id, {seq, {}, token, {}}, out);
  for (const std::string& channel : command.channels) {
    const bool known =
        (settings_.open || settings_.channels.count(channel) > 0) && refused_channels_.count(channel) == 0;
    out.emplace_back(report(Report::What::logged_on, user, channel));
    zello::ChannelStatus offline;
    offline.channel = channel;
    if (!known) {
      offline.error = "invalid channel";
      offline.error_type = "configuration";
    }
    out.emplace_back(SendText{id, zello::encode(zello::ServerMessage(offline))});
    if (!known) continue;
    client.channels.insert(channel);
    tell_status(channel, out);
  }
}

void ChannelService::kick(const std::string& user, Actions& out) {
  for (auto& [id, client] : clients_) {
    if (client.user != user) continue;
    complain(id, "kicked", out);
    out.emplace_back(Close{id, close_kicked, "kicked"});
    leave(id, out);
    client.user.reset();
  }
}

void ChannelService::send_status(ClientId id, const std::string& channel, Actions& out) {
  zello::ChannelStatus status;
  status.channel = channel;
  status.online = offline_.count(channel) == 0;
  status.users_online = static_cast<int>(std::count_if(
      clients_.begin(), clients_.end(), [&](const auto& c) { return c.second.channels.count(channel) > 0; }));
  out.emplace_back(SendText{id, zello::encode(zello::ServerMessage(status))});
}

void ChannelService::tell_status(const std::string& channel, Actions& out) {
  for (const auto& [id, client] : clients_) {
    if (client.channels.count(channel) > 0) send_status(id, channel, out);
  }
}

void ChannelService::start_stream(ClientId id, const zello::StartStream& command, zello::Sequence seq, Actions& out) {
  const Client& client = clients_[id];
  std::string channel = command.channel;
  if (channel.empty() && client.channels.size() == 1) {
    channel = *client.channels.begin();
    violation(id, "start_stream without channel", out);
  }
  if (command.packet_duration != command.codec_header.packet_duration()) {
    violation(id, "packet_duration and codec_header say different lengths", out);
  }
  const auto refuse = [&](std::string error) { answer(id, {seq, std::move(error), {}, {}}, out); };
  if (client.listen_only) return refuse("listen only connection");
  if (client.channels.count(channel) == 0 || offline_.count(channel) > 0) return refuse("channel is not ready");
  if (auto error = std::exchange(refuse_stream_, std::nullopt)) return refuse(*error);
  const bool busy =
      std::any_of(streams_.begin(), streams_.end(), [&](const auto& s) { return s.second.channel == channel; });
  if (busy) return refuse("channel busy");

  const zello::StreamId stream_id = next_stream_++;
  const Stream stream{id, channel, command.recipient, command.packet_duration};
  streams_[stream_id] = stream;
  answer(id, {seq, {}, {}, stream_id}, out);
  zello::StreamStart event;
  event.stream_id = stream_id;
  event.channel = channel;
  event.from = *client.user;
  event.recipient = command.recipient;
  event.codec_header = command.codec_header;
  event.packet_duration = command.packet_duration;
  for (const ClientId receiver : receivers(stream)) {
    out.emplace_back(SendText{receiver, zello::encode(zello::ServerMessage(event))});
  }
  out.emplace_back(report(Report::What::stream_started, *client.user, channel));
}

std::vector<ClientId> ChannelService::receivers(const Stream& stream) const {
  std::vector<ClientId> found;
  for (const auto& [id, client] : clients_) {
    if (id == stream.sender || client.channels.count(stream.channel) == 0) continue;
    if (!stream.recipient || client.user == stream.recipient) found.push_back(id);
  }
  return found;
}

void ChannelService::stop_stream(ClientId id, const zello::StopStream& command, zello::Sequence seq, Actions& out) {
  if (command.channel.empty()) violation(id, "stop_stream without channel", out);
  const auto stream = streams_.find(command.stream_id);
  if (stream == streams_.end() || stream->second.sender != id) {
    return answer(id, {seq, "failed to stop stream", {}, {}}, out);
  }
  answer(id, {seq, {}, {}, {}}, out);
  finish_stream(stream, out);
}

void ChannelService::finish_stream(std::map<zello::StreamId, Stream>::iterator stream, Actions& out) {
  const zello::ServerMessage event = zello::StreamStop{stream->first};
  for (const ClientId receiver : receivers(stream->second)) out.emplace_back(SendText{receiver, zello::encode(event)});
  out.emplace_back(report(Report::What::stream_stopped, clients_[stream->second.sender].user.value_or(""),
                          stream->second.channel, "", stream->second.packets));
  streams_.erase(stream);
}

Actions ChannelService::on_binary(ClientId id, std::span<const std::uint8_t> message) {
  Actions out;
  if (clients_.count(id) == 0) return out;
  const auto parsed = zello::parse_binary(message);
  const auto* packet = parsed ? std::get_if<zello::AudioPacket>(&*parsed) : nullptr;
  if (packet == nullptr) {
    violation(id, parsed ? "an image packet" : parsed.error().message, out);
    complain(id, "invalid audio packet", out);
  } else {
    relay(id, *packet, out);
  }
  return out;
}

void ChannelService::relay(ClientId id, const zello::AudioPacket& packet, Actions& out) {
  const auto found = streams_.find(packet.stream_id);
  if (found == streams_.end() || found->second.sender != id) {
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
  zello::encode_binary({packet.stream_id, number, packet.opus}, relayed);
  for (const ClientId receiver : receivers(stream)) out.emplace_back(SendBinary{receiver, relayed});
}

void ChannelService::on_pong(ClientId client) {
  const auto found = clients_.find(client);
  if (found != clients_.end()) found->second.pong_due.reset();
}

void ChannelService::leave(ClientId id, Actions& out) {
  for (auto stream = streams_.begin(); stream != streams_.end();) {
    const auto next = std::next(stream);
    if (stream->second.sender == id) finish_stream(stream, out);
    stream = next;
  }
  for (const std::string& channel : std::exchange(clients_[id].channels, {})) tell_status(channel, out);
}

Actions ChannelService::on_disconnected(ClientId id) {
  Actions out;
  const auto client = clients_.find(id);
  if (client == clients_.end()) return out;
  leave(id, out);
  if (client->second.user) out.emplace_back(report(Report::What::left, *client->second.user, ""));
  clients_.erase(client);
  return out;
}

Actions ChannelService::on_time(TimePoint now) {
  Actions out;
  for (auto& [id, client] : clients_) {
    if (client.pong_due && now >= *client.pong_due) {
      out.emplace_back(Abort{id});
      client.pong_due.reset();
      client.next_ping = now + settings_.ping_interval;
    } else if (now >= client.next_ping) {
      out.emplace_back(Ping{id});
      if (!client.pong_due) client.pong_due = now + settings_.pong_deadline;
      client.next_ping = now + settings_.ping_interval;
    }
  }
  return out;
}

std::optional<TimePoint> ChannelService::next_deadline() const {
  std::optional<TimePoint> next;
  for (const auto& [id, client] : clients_) {
    const TimePoint due = client.pong_due ? std::min(*client.pong_due, client.next_ping) : client.next_ping;
    next = next ? std::min(*next, due) : due;
  }
  return next;
}

Actions ChannelService::end_stream(const std::string& channel) {
  Actions out;
  for (auto stream = streams_.begin(); stream != streams_.end(); ++stream) {
    if (stream->second.channel != channel) continue;
    out.emplace_back(
        SendText{stream->second.sender, zello::encode(zello::ServerMessage(zello::StreamStop{stream->first}))});
    finish_stream(stream, out);
    break;
  }
  return out;
}

Actions ChannelService::complain_to_all(const std::string& error) {
  Actions out;
  for (const auto& [id, client] : clients_) complain(id, error, out);
  return out;
}

void ChannelService::refuse_channel(const std::string& channel, bool refused) {
  if (refused) {
    refused_channels_.insert(channel);
  } else {
    refused_channels_.erase(channel);
  }
}

Actions ChannelService::set_online(const std::string& channel, bool online) {
  Actions out;
  if (online) {
    offline_.erase(channel);
  } else {
    offline_.insert(channel);
  }
  tell_status(channel, out);
  return out;
}

}  // namespace zgw::simulator
