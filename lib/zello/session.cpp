#include "zello/session.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace zgw::zello {
namespace {

using base::TimePoint;

constexpr int close_policy = 1008;
constexpr std::size_t most_pending = 256;  // more than there can be commands with a deadline

bool same_letters(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::string_view to_string(Session::State state) {
  switch (state) {
    case Session::State::connecting:
      return "connecting";
    case Session::State::logging_on:
      return "logging_on";
    case Session::State::waiting:
      return "waiting";
    case Session::State::online:
      return "online";
    case Session::State::closing:
      return "closing";
    case Session::State::closed:
      return "closed";
  }
  return "?";
}

Session::Session(SessionSettings settings) : settings_(std::move(settings)) {}

bool Session::channel_online(std::string_view channel) const {
  return online_.count(channel) > 0;
}

const std::string* Session::configured(std::string_view channel) const {
  const auto& channels = settings_.logon.channels;
  if (channel.empty() && channels.size() == 1) return &channels.front();
  auto found = std::find(channels.begin(), channels.end(), channel);
  if (found == channels.end()) {  // the service does not always keep the case of a name
    found = std::find_if(channels.begin(), channels.end(), [&](const auto& c) { return same_letters(c, channel); });
  }
  return found == channels.end() ? nullptr : &*found;
}

void Session::send(const Command& command, Pending pending, Effects& out) {
  const Sequence seq = next_seq_++;
  pending_[seq] = std::move(pending);
  out.emplace_back(SendText{encode(command, seq)});
  if (pending_.size() <= most_pending) return;
  // The service need not answer stop_stream: what waits without a deadline must not pile up over the days.
  const auto settled = std::find_if(pending_.begin(), pending_.end(), [](const auto& p) { return !p.second.deadline; });
  if (settled != pending_.end()) pending_.erase(settled);
}

// ---- what the owner wants -------------------------------------------------------------------------------------------

Effects Session::start_stream(const StartStream& command, TimePoint now) {
  Effects out;
  const bool asked = std::any_of(pending_.begin(), pending_.end(), [&](const auto& p) {
    return p.second.kind == Pending::Kind::start_stream && p.second.channel == command.channel && p.second.deadline;
  });
  if (state_ != State::online || !channel_online(command.channel)) {
    out.emplace_back(StreamRefused{command.channel, ErrorCode::channel_is_not_ready, "the channel is not online"});
  } else if (asked || own_streams_.count(command.channel) > 0) {
    out.emplace_back(
        StreamRefused{command.channel, ErrorCode::failed_to_start_stream, "the channel has a stream already"});
  } else {
    send(command, {Pending::Kind::start_stream, command.channel, now + settings_.reply_timeout, false}, out);
  }
  return out;
}

Effects Session::stop_stream(std::string_view channel, TimePoint /*now*/) {
  Effects out;
  for (auto& [seq, pending] : pending_) {
    if (pending.kind == Pending::Kind::start_stream && pending.channel == channel) pending.unwanted = true;
  }
  end_own_stream(std::string(channel), out);
  return out;
}

void Session::end_own_stream(const std::string& channel, Effects& out) {
  const auto stream = own_streams_.find(channel);
  if (stream == own_streams_.end()) return;
  send(StopStream{stream->second, channel}, {}, out);
  own_streams_.erase(stream);
}

Effects Session::close(int code, std::string reason) {
  Effects out;
  if (state_ == State::closing || state_ == State::closed) return out;
  while (!own_streams_.empty()) end_own_stream(std::string(own_streams_.begin()->first), out);
  state_ = State::closing;
  out.emplace_back(CloseTransport{code, std::move(reason)});
  refuse_awaited({}, {"", ErrorCode::unrecognized, "the session is closing"}, out);
  return out;
}

bool Session::encode_audio(std::string_view channel, std::span<const std::uint8_t> opus,
                           std::vector<std::uint8_t>& out) const {
  const auto stream = own_streams_.find(channel);
  if (stream == own_streams_.end()) return false;
  encode_binary(AudioPacket{stream->second, 0, opus}, out);
  return true;
}

// ---- what the transport reports -------------------------------------------------------------------------------------

Effects Session::on_open(TimePoint now) {
  Effects out;
  if (state_ != State::connecting) return out;
  state_ = State::logging_on;
  send(settings_.logon, {Pending::Kind::logon, "", now + settings_.reply_timeout, false}, out);
  return out;
}

Effects Session::on_closed(const TransportClosed& why) {
  Effects out;
  if (state_ == State::closed) return out;
  state_ = State::closed;
  refuse_awaited({}, {"", ErrorCode::unrecognized, "the connection was lost"}, out);
  pending_.clear();
  for (const auto& [channel, id] : std::exchange(own_streams_, {})) out.emplace_back(StreamEnded{channel});
  while (!incoming_.empty()) forget_incoming(incoming_.begin(), out);
  online_.clear();
  out.emplace_back(SessionClosed{why});
  return out;
}

base::Expected<AudioPacket> Session::on_binary(std::span<const std::uint8_t> message) {
  const auto parsed = parse_binary(message);
  if (!parsed) return base::failure(parsed.error().message);
  const auto* packet = std::get_if<AudioPacket>(&*parsed);
  if (packet == nullptr) return base::failure("an image packet; this version takes no images");
  if (incoming_.count(packet->stream_id) == 0) {
    return base::failure("an audio packet of a stream that does not run");
  }
  return *packet;
}

// ---- time -----------------------------------------------------------------------------------------------------------

Effects Session::on_time(TimePoint now) {
  Effects out;
  if (state_ == State::closing || state_ == State::closed) return out;
  for (auto& [seq, pending] : pending_) {
    if (!pending.deadline || now < *pending.deadline) continue;
    pending.deadline.reset();
    if (pending.kind == Pending::Kind::logon) {
      out.emplace_back(LogonRefused{ErrorCode::unrecognized, "the service did not answer the logon", false});
      state_ = State::closing;
      out.emplace_back(CloseTransport{close_policy, "no answer to logon"});
    } else if (!pending.unwanted) {
      pending.unwanted = true;
      out.emplace_back(
          StreamRefused{pending.channel, ErrorCode::unrecognized, "the service did not answer start_stream"});
    }
  }
  return out;
}

std::optional<TimePoint> Session::next_deadline() const {
  std::optional<TimePoint> next;
  if (state_ == State::closing || state_ == State::closed) return next;
  for (const auto& [seq, pending] : pending_) {
    if (pending.deadline) next = next ? std::min(*next, *pending.deadline) : *pending.deadline;
  }
  return next;
}

}  // namespace zgw::zello
