// What a session makes of the server's messages.
#include <algorithm>
#include <utility>

#include "base/overloaded.hpp"
#include "base/text.hpp"
#include "zello/session.hpp"

namespace zgw::zello {
namespace {

using base::TimePoint;

std::string named(std::string_view text) {
  return base::quoted(text, 80);
}

}  // namespace

Effects Session::on_text(std::string_view message, TimePoint now) {
  Effects out;
  if (state_ == State::connecting || state_ == State::closed) return out;
  auto parsed = parse_server_message(message);
  if (!parsed) {
    out.emplace_back(Violation{parsed.error().message});
    return out;
  }
  const base::Overloaded handlers{
      [&](const Reply& m) { on_reply(m, out); },
      [&](ChannelStatus& m) { on_channel_status(std::move(m), out); },
      [&](StreamStart& m) { on_stream_start(std::move(m), now, out); },
      [&](const StreamStop& m) { on_stream_stop(m.stream_id, out); },
      [&](const ServerError& m) { on_error(m.error, true, out); },
      [&](ImageStart& m) { on_image_start(std::move(m), now, out); },
      [&](TextMessage& m) { on_message<TextReceived>(std::move(m), "a text", out); },
      [&](LocationMessage& m) { on_message<LocationReceived>(std::move(m), "a location", out); },
      [&](Transcription& m) { on_transcription(std::move(m), out); },
      [&](DispatchCallStatus& m) {
        if (takes_events(out)) out.emplace_back(DispatchNotice{std::move(m)});
      },
      [&](const UnknownEvent&) { ++unknown_events_; },
  };
  std::visit(handlers, *parsed);
  return out;
}

void Session::on_reply(const Reply& reply, Effects& out) {
  const auto found = pending_.find(reply.seq);
  if (found == pending_.end()) {
    if (reply.error) return on_error(*reply.error, true, out);  // what it answers is not known; what it says is
    out.emplace_back(Violation{"a reply to a command that was not sent"});
    return;
  }
  Pending pending = std::move(found->second);
  pending_.erase(found);
  if (state_ == State::closing) return;  // nothing can be opened any more, and the end stops what was
  switch (pending.kind) {
    case Pending::Kind::logon:
      on_logon_reply(reply, out);
      break;
    case Pending::Kind::start_stream:
      on_start_reply(reply, pending, out);
      break;
    case Pending::Kind::sending:
      on_send_reply(reply, std::move(pending), out);
      break;
    case Pending::Kind::other:
      if (reply.error) on_error(*reply.error, false, out);
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
  last_own_ = {pending.channel};
  remember(*reply.stream_id, pending.channel);
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
    online_.insert_or_assign(*channel, status);
  } else if (online_.erase(*channel) > 0) {
    forget_streams_of(*channel, out);
  }
  state_ = online_.empty() ? State::waiting : State::online;
  out.emplace_back(ChannelChanged{std::move(status)});
}

void Session::on_stream_start(StreamStart stream, TimePoint now, Effects& out) {
  const std::string* channel = configured(stream.channel);
  if (channel == nullptr) {
    out.emplace_back(Violation{"a stream in a channel we did not log on to: " + named(stream.channel)});
    return;
  }
  stream.channel = *channel;
  if (!takes_events(out)) return;
  if (const auto running = incoming_.find(stream.stream_id); running != incoming_.end()) forget_incoming(running, out);
  if (incoming_.size() >= max_incoming_streams) {
    out.emplace_back(Violation{"more than " + std::to_string(max_incoming_streams) + " streams at once"});
    forget_incoming(incoming_.find(incoming_order_.front()), out);
  }
  incoming_[stream.stream_id] = {*channel, now};
  incoming_order_.push_back(stream.stream_id);
  remember(stream.stream_id, *channel);
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

// An error does not say whose it is. What is no answer to a command may be one to a packet: of the stream that runs, or
// the last that did. Where several do, all are ended and begun again, since one of them is heard by nobody, and told of
// each: packets of the others are heard twice then.
void Session::on_error(const std::string& text, bool of_a_packet, Effects& out) {
  const ErrorCode code = error_code_of(text);
  out.emplace_back(ErrorNotice{code, text});
  const bool packet_refused = of_a_packet && may_refuse_packet(code);
  if (!packet_refused && code != ErrorCode::woodpecker_prohibited) return;
  if (!own_streams_.empty()) last_own_.clear();
  while (!own_streams_.empty()) {
    last_own_.push_back(own_streams_.begin()->first);
    end_own_stream(last_own_.back(), out);
  }
  for (const std::string& channel : last_own_) out.emplace_back(StreamFailed{channel, code, text});
}

void Session::on_image_start(ImageStart image, TimePoint now, Effects& out) {
  const std::string* channel = configured(image.channel);
  if (channel == nullptr) {
    out.emplace_back(Violation{"an image in a channel we did not log on to: " + named(image.channel)});
    return;
  }
  image.channel = *channel;
  if (!takes_events(out)) return;
  if (auto left = images_.start(std::move(image), now)) out.emplace_back(ImageReceived{std::move(*left)});
}

template <class Notice, class Message>
void Session::on_message(Message message, const char* what, Effects& out) {
  const std::string* channel = configured(message.channel);
  if (channel == nullptr) {
    out.emplace_back(Violation{std::string(what) + " in a channel we did not log on to: " + named(message.channel)});
    return;
  }
  message.channel = *channel;
  if (takes_events(out)) out.emplace_back(Notice{std::move(message)});
}

void Session::on_transcription(Transcription transcription, Effects& out) {
  if (!takes_events(out)) return;
  std::string channel = channel_of(transcription);
  if (channel.empty()) {
    out.emplace_back(Violation{"a transcription of a stream that is not known"});
  } else {
    out.emplace_back(TranscriptReceived{std::move(channel), std::move(transcription)});
  }
}

std::string Session::channel_of(const Transcription& transcription) const {
  if (transcription.channel) {
    const std::string* channel = configured(*transcription.channel);
    return channel != nullptr ? *channel : "";
  }
  const auto stream = std::find_if(remembered_.rbegin(), remembered_.rend(),
                                   [&](const auto& s) { return s.first == transcription.stream_id; });
  if (stream != remembered_.rend()) return stream->second;
  const std::string* only = configured("");
  return only != nullptr ? *only : "";
}

void Session::remember(StreamId id, const std::string& channel) {
  remembered_.emplace_back(id, channel);
  if (remembered_.size() > max_remembered_streams) remembered_.pop_front();
}

bool Session::takes_events(Effects& out) const {
  if (state_ == State::logging_on) out.emplace_back(Violation{"an event before the answer to logon"});
  return state_ == State::waiting || state_ == State::online;
}

void Session::forget_streams_of(const std::string& channel, Effects& out) {
  if (own_streams_.erase(channel) > 0) out.emplace_back(StreamEnded{channel});
  give_up_all(channel, {ErrorCode::channel_is_not_ready, "the channel went offline"}, out);
  for (auto stream = incoming_.begin(); stream != incoming_.end();) {
    const auto next = std::next(stream);
    if (stream->second.channel == channel) forget_incoming(stream, out, true);
    stream = next;
  }
}

void Session::forget_incoming(Streams::iterator stream, Effects& out, bool cut) {
  out.emplace_back(IncomingStopped{stream->second.channel, stream->first, cut});
  incoming_order_.erase(std::find(incoming_order_.begin(), incoming_order_.end(), stream->first));
  incoming_.erase(stream);
}

}  // namespace zgw::zello
