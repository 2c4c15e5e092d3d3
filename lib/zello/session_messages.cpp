// What a session makes of the server's messages.
#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "zello/session.hpp"

namespace zgw::zello {
namespace {

using base::TimePoint;

constexpr std::size_t most_incoming = 64;

std::string named(std::string_view text) {
  return base::quoted(text, 80);
}

}  // namespace

Effects Session::on_text(std::string_view message, TimePoint /*now*/) {
  Effects out;
  if (state_ == State::connecting || state_ == State::closed) return out;
  auto parsed = parse_server_message(message);
  if (!parsed) {
    out.emplace_back(Violation{parsed.error().message});
    return out;
  }
  if (const auto* reply = std::get_if<Reply>(&*parsed)) {
    on_reply(*reply, out);
  } else if (auto* status = std::get_if<ChannelStatus>(&*parsed)) {
    on_channel_status(std::move(*status), out);
  } else if (auto* start = std::get_if<StreamStart>(&*parsed)) {
    on_stream_start(std::move(*start), out);
  } else if (const auto* stop = std::get_if<StreamStop>(&*parsed)) {
    on_stream_stop(stop->stream_id, out);
  } else if (const auto* error = std::get_if<ServerError>(&*parsed)) {
    on_server_error(*error, out);
  } else {
    ++unknown_events_;
  }
  return out;
}

void Session::on_reply(const Reply& reply, Effects& out) {
  const auto found = pending_.find(reply.seq);
  if (found == pending_.end()) {
    out.emplace_back(Violation{"a reply to a command that was not sent"});
    return;
  }
  const Pending pending = std::move(found->second);
  pending_.erase(found);
  if (state_ == State::closing) return;  // nothing can be opened any more, and the end stops what was
  switch (pending.kind) {
    case Pending::Kind::logon:
      on_logon_reply(reply, out);
      break;
    case Pending::Kind::start_stream:
      on_start_reply(reply, pending, out);
      break;
    case Pending::Kind::other:
      if (reply.error) out.emplace_back(ErrorNotice{error_code_of(*reply.error), *reply.error});
      break;
  }
}

void Session::on_logon_reply(const Reply& reply, Effects& out) {
  if (state_ != State::logging_on) return;
  if (!reply.error) {
    state_ = State::waiting;
    out.emplace_back(LoggedOn{reply.refresh_token});
    return;
  }
  out.emplace_back(LogonRefused{error_code_of(*reply.error), *reply.error});
  state_ = State::closing;
  out.emplace_back(CloseTransport{1000, "logon refused"});
}

void Session::on_start_reply(const Reply& reply, const Pending& pending, Effects& out) {
  if (reply.error || !reply.stream_id) {
    const std::string text = reply.error.value_or("a reply without a stream_id");
    if (!pending.unwanted) out.emplace_back(StreamRefused{pending.channel, error_code_of(text), text});
    return;
  }
  if (pending.unwanted) {  // nobody waits for it any more: do not leave it open
    send(StopStream{*reply.stream_id, pending.channel}, {}, out);
    return;
  }
  own_streams_[pending.channel] = *reply.stream_id;
  out.emplace_back(StreamOpened{pending.channel, *reply.stream_id});
}

void Session::on_channel_status(ChannelStatus status, Effects& out) {
  const std::string* channel = configured(status.channel);
  if (channel == nullptr) {
    out.emplace_back(Violation{"the status of a channel we did not log on to: " + named(status.channel)});
    return;
  }
  status.channel = *channel;
  if (!takes_events(out)) return;
  if (status.online) {
    online_.insert(*channel);
  } else if (online_.erase(*channel) > 0) {
    forget_streams_of(*channel, out);
  }
  state_ = online_.empty() ? State::waiting : State::online;
  out.emplace_back(ChannelChanged{std::move(status)});
}

void Session::on_stream_start(StreamStart stream, Effects& out) {
  const std::string* channel = configured(stream.channel);
  if (channel == nullptr) {
    out.emplace_back(Violation{"a stream in a channel we did not log on to: " + named(stream.channel)});
    return;
  }
  stream.channel = *channel;
  if (!takes_events(out)) return;
  if (const auto running = incoming_.find(stream.stream_id); running != incoming_.end()) forget_incoming(running, out);
  if (incoming_.size() >= most_incoming) {
    out.emplace_back(Violation{"more than 64 streams at once"});
    forget_incoming(incoming_.find(incoming_order_.front()), out);
  }
  incoming_[stream.stream_id] = *channel;
  incoming_order_.push_back(stream.stream_id);
  out.emplace_back(IncomingStarted{std::move(stream)});
}

void Session::on_stream_stop(StreamId id, Effects& out) {
  if (const auto incoming = incoming_.find(id); incoming != incoming_.end()) {
    forget_incoming(incoming, out);
    return;
  }
  const auto own =
      std::find_if(own_streams_.begin(), own_streams_.end(), [&](const auto& s) { return s.second == id; });
  if (own == own_streams_.end()) {
    out.emplace_back(Violation{"on_stream_stop of a stream that does not run"});
    return;
  }
  out.emplace_back(StreamEnded{own->first});
  own_streams_.erase(own);
}

void Session::on_server_error(const ServerError& error, Effects& out) {
  out.emplace_back(ErrorNotice{error_code_of(error.error), error.error});
}

bool Session::takes_events(Effects& out) const {
  if (state_ == State::logging_on) out.emplace_back(Violation{"an event before the answer to logon"});
  return state_ == State::waiting || state_ == State::online;
}

void Session::refuse_awaited(std::optional<std::string_view> channel, StreamRefused notice, Effects& out) {
  for (auto& [seq, pending] : pending_) {
    if (pending.kind != Pending::Kind::start_stream || (channel && pending.channel != *channel)) continue;
    pending.deadline.reset();
    if (std::exchange(pending.unwanted, true)) continue;
    notice.channel = pending.channel;
    out.emplace_back(notice);
  }
}

void Session::forget_streams_of(const std::string& channel, Effects& out) {
  if (own_streams_.erase(channel) > 0) out.emplace_back(StreamEnded{channel});
  refuse_awaited(channel, {channel, ErrorCode::channel_is_not_ready, "the channel went offline"}, out);
  for (auto stream = incoming_.begin(); stream != incoming_.end();) {
    const auto next = std::next(stream);
    if (stream->second == channel) forget_incoming(stream, out);
    stream = next;
  }
}

void Session::forget_incoming(std::map<StreamId, std::string>::iterator stream, Effects& out) {
  out.emplace_back(IncomingStopped{stream->second, stream->first});
  incoming_order_.erase(std::find(incoming_order_.begin(), incoming_order_.end(), stream->first));
  incoming_.erase(stream);
}

}  // namespace zgw::zello
