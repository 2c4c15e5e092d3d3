#include "zello/session.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace zgw::zello {
namespace {

using base::TimePoint;

constexpr int close_policy = 1008;

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

Session::Session(SessionSettings settings) : settings_(std::move(settings)), images_(settings_.largest_image) {}

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

// ---- what the transport reports -------------------------------------------------------------------------------------

Effects Session::on_open(TimePoint now) {
  Effects out;
  if (state_ != State::connecting) return out;
  if (const std::size_t channels = settings_.logon.channels.size(); channels > max_channels) {
    state_ = State::closing;
    out.emplace_back(
        LogonRefused{ErrorCode::channels_limit_exceeded,
                     std::to_string(channels) + " channels; a session has at most " + std::to_string(max_channels)});
    out.emplace_back(CloseTransport{1000, "too many channels"});
    return out;
  }
  state_ = State::logging_on;
  send(settings_.logon, {Pending::Kind::logon, "", now + settings_.reply_timeout}, out);
  return out;
}

Effects Session::on_closed(const TransportClosed& why) {
  Effects out;
  if (state_ == State::closed) return out;
  state_ = State::closed;
  give_up_all({}, {ErrorCode::unrecognized, "the connection was lost"}, out);
  pending_.clear();
  for (const auto& [channel, id] : std::exchange(own_streams_, {})) out.emplace_back(StreamEnded{channel});
  while (!incoming_.empty()) forget_incoming(incoming_.begin(), out, true);
  images_.clear();  // the service sends again what it could not deliver
  online_.clear();
  out.emplace_back(SessionClosed{why});
  return out;
}

Session::Binary Session::on_binary(std::span<const std::uint8_t> message, TimePoint now) {
  const auto parsed = parse_binary(message);
  if (!parsed) return Effects{Violation{parsed.error().message}};
  if (const auto* audio = std::get_if<AudioPacket>(&*parsed)) {
    const auto stream = incoming_.find(audio->stream_id);
    if (stream == incoming_.end()) return Effects{Violation{"an audio packet of a stream that does not run"}};
    stream->second.heard = now;
    return *audio;
  }
  auto image = images_.on_packet(std::get<ImagePacket>(*parsed));
  if (!image) return Effects{Violation{image.error().message}};
  return *image ? Effects{ImageReceived{std::move(**image)}} : Effects{};
}

// ---- time -----------------------------------------------------------------------------------------------------------

Effects Session::on_time(TimePoint now) {
  Effects out;
  if (state_ == State::closing || state_ == State::closed) return out;
  for (auto& [seq, pending] : pending_) {
    if (!pending.deadline || now < *pending.deadline) continue;
    if (pending.kind == Pending::Kind::logon) {
      pending.deadline.reset();
      out.emplace_back(LogonRefused{ErrorCode::unrecognized, "the service did not answer the logon", false});
      state_ = State::closing;
      out.emplace_back(CloseTransport{close_policy, "no answer to logon"});
    } else {
      const bool stream = pending.kind == Pending::Kind::start_stream;
      give_up(
          pending,
          {ErrorCode::unrecognized, stream ? "the service did not answer start_stream" : "the service did not answer"},
          out);
    }
  }
  for (auto stream = incoming_.begin(); stream != incoming_.end();) {
    const auto next = std::next(stream);
    if (now >= stream->second.heard + stream_silence) {
      out.emplace_back(Violation{"a stream without packets that was never stopped"});
      forget_incoming(stream, out);
    }
    stream = next;
  }
  for (Image& image : images_.on_time(now)) out.emplace_back(ImageReceived{std::move(image)});
  return out;
}

std::optional<TimePoint> Session::next_deadline() const {
  if (state_ == State::closing || state_ == State::closed) return std::nullopt;
  std::optional<TimePoint> next = images_.next_deadline();
  const auto consider = [&](TimePoint due) { next = next ? std::min(*next, due) : due; };
  for (const auto& [seq, pending] : pending_) {
    if (pending.deadline) consider(*pending.deadline);
  }
  for (const auto& [id, stream] : incoming_) consider(stream.heard + stream_silence);
  return next;
}

}  // namespace zgw::zello
