#include "simulator/channel_service.hpp"

#include <algorithm>
#include <utility>

#include "base/overloaded.hpp"
#include "base/text.hpp"
#include "simulator/strictness.hpp"

namespace zgw::simulator {

using base::TimePoint;
using zello::Reply;

namespace {

constexpr int close_kicked = 3003;
constexpr int close_going_away = 1001;

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
  if (settings_.strict) look_strictly(id, message, parsed ? parsed->seq : parsed.error().seq, out);
  if (!parsed) {
    violation(id, parsed.error().error + ": " + base::printable(message, 80), out);
    if (parsed.error().seq) {
      answer(id, {.seq = *parsed.error().seq, .error = parsed.error().error}, out);
    } else {
      complain(id, parsed.error().error, out);
    }
    return out;
  }
  if (!parsed->seq) violation(id, "a command without seq", out);
  perform(id, parsed->command, parsed->seq.value_or(0), out);
  return out;
}

void ChannelService::look_strictly(ClientId id, std::string_view message, std::optional<zello::Sequence> seq,
                                   Actions& out) {
  for (std::string& fault : strictness_faults(message)) violation(id, std::move(fault), out);
  zello::Sequence& last = clients_[id].last_seq;
  if (seq && *seq <= last) violation(id, "a seq that was used before", out);
  last = std::max(last, seq.value_or(0));
}

void ChannelService::perform(ClientId id, const zello::Command& command, zello::Sequence seq, Actions& out) {
  const bool is_logon = std::holds_alternative<zello::Logon>(command);
  if (!is_logon && !clients_[id].user) return answer(id, {.seq = seq, .error = "not logged in"}, out);
  const base::Overloaded handlers{
      [&](const zello::Logon& c) { logon(id, c, seq, out); },
      [&](const zello::StartStream& c) { start_stream(id, c, seq, out); },
      [&](const zello::StopStream& c) { stop_stream(id, c, seq, out); },
      [&](const zello::SendImage& c) { send_image(id, c, seq, out); },
      [&](const zello::SendTextMessage& c) { send_text(id, c, seq, out); },
      [&](const zello::SendLocation& c) { send_location(id, c, seq, out); },
      [&](const zello::Keepalive&) { answer(id, {.seq = seq}, out); },
      [&](const zello::EndDispatchCall&) { answer(id, {.seq = seq}, out); },  // there is no dispatcher here
  };
  std::visit(handlers, command);
}

std::optional<std::string> ChannelService::refusal(const zello::Logon& command) {
  if (refuse_logon_) return std::exchange(refuse_logon_, std::nullopt);
  if (command.channels.size() > settings_.most_channels) return "channels limit exceeded";
  const auto token = refresh_tokens_.find(command.refresh_token.value_or(""));
  const bool refreshed = token != refresh_tokens_.end() && token->second == command.username.value_or("");
  if (refreshed) refresh_tokens_.erase(token);
  if (settings_.token_is_good && !refreshed) {
    if (!command.auth_token && !command.refresh_token) return "not enough params";
    if (!command.auth_token || !settings_.token_is_good(*command.auth_token)) return "not authorized";
  }
  if (!command.username && !settings_.anonymous) return "not enough params";
  if (!command.username || settings_.open) return std::nullopt;
  const auto account = settings_.accounts.find(*command.username);
  if (account == settings_.accounts.end() || account->second != command.password.value_or("")) return "not authorized";
  return std::nullopt;
}

void ChannelService::logon(ClientId id, const zello::Logon& command, zello::Sequence seq, Actions& out) {
  if (clients_[id].user) {
    violation(id, "a second logon", out);
    return answer(id, {.seq = seq, .error = "invalid request"}, out);
  }
  const std::string user = command.username.value_or("");
  if (const auto error = refusal(command)) {
    out.emplace_back(report(Report::What::refused, user, "", *error));
    return answer(id, {.seq = seq, .error = *error}, out);
  }
  if (!user.empty()) kick(user, out);
  Client& client = clients_[id];
  client.user = user;
  client.listen_only = command.listen_only || user.empty();
  const std::string token = "refresh-" + std::to_string(next_token_++);
  refresh_tokens_.emplace(token, user);
  answer(id, {.seq = seq, .refresh_token = token}, out);
  for (const std::string& channel : command.channels) enter(id, channel, out);
}

// As with the service: the channel shows itself offline first, and what keeps it so is told with its status.
void ChannelService::enter(ClientId id, const std::string& channel, Actions& out) {
  const ChannelRules rules = rules_of(channel);
  zello::ChannelStatus offline;
  offline.channel = channel;
  const bool known = settings_.open || settings_.channels.count(channel) > 0;
  if (!known || refused_channels_.count(channel) > 0) {
    offline.error = "invalid channel";
  } else if (rules.has_password) {
    offline.error = "invalid password";
  } else if (!rules.admits(clients_[id].user.value_or(""))) {
    offline.error = "no permission";
  }
  if (offline.error) offline.error_type = "configuration";
  const std::string user = clients_[id].user.value_or("");
  out.emplace_back(report(offline.error ? Report::What::refused : Report::What::logged_on, user, channel,
                          offline.error.value_or("")));
  out.emplace_back(SendText{id, zello::encode(zello::ServerMessage(offline))});
  if (offline.error) return;
  clients_[id].channels.insert(channel);
  tell_status(channel, out);
}

ChannelRules ChannelService::rules_of(const std::string& channel) const {
  const auto found = settings_.rules.find(channel);
  return found == settings_.rules.end() ? ChannelRules{} : found->second;
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
  const ChannelRules rules = rules_of(channel);
  status.images_supported = rules.images;
  status.texting_supported = rules.texting;
  status.locations_supported = rules.locations;
  status.users_online = static_cast<int>(std::count_if(
      clients_.begin(), clients_.end(), [&](const auto& c) { return c.second.channels.count(channel) > 0; }));
  out.emplace_back(SendText{id, zello::encode(zello::ServerMessage(status))});
}

void ChannelService::tell_status(const std::string& channel, Actions& out) {
  for (const auto& [id, client] : clients_) {
    if (client.channels.count(channel) > 0) send_status(id, channel, out);
  }
}

void ChannelService::on_pong(ClientId client) {
  const auto found = clients_.find(client);
  if (found != clients_.end()) found->second.pong_due.reset();
}

void ChannelService::leave(ClientId id, Actions& out) {
  for (auto stream = streams_.begin(); stream != streams_.end();) {
    const auto next = std::next(stream);
    if (stream->second.route.sender == id) finish_stream(stream, out);
    stream = next;
  }
  std::erase_if(images_, [&](const auto& image) { return image.second.route.sender == id; });
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
    if (stream->second.route.channel != channel) continue;
    out.emplace_back(
        SendText{stream->second.route.sender, zello::encode(zello::ServerMessage(zello::StreamStop{stream->first}))});
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

Actions ChannelService::set_rules(const std::string& channel, const ChannelRules& rules) {
  Actions out;
  settings_.rules[channel] = rules;
  tell_status(channel, out);
  return out;
}

Actions ChannelService::tell(const std::string& channel, const zello::ServerMessage& event) {
  Actions out;
  for (const auto& [id, client] : clients_) {
    if (client.channels.count(channel) > 0) out.emplace_back(SendText{id, zello::encode(event)});
  }
  return out;
}

Actions ChannelService::lose_zello() {
  Actions out;
  for (auto& [id, client] : clients_) {
    if (!client.user) continue;
    complain(id, "server closed connection", out);
    out.emplace_back(Close{id, close_going_away, "server closed connection"});
    leave(id, out);
    client.user.reset();
  }
  return out;
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
