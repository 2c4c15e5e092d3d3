// What a session sends for its owner, and how each of it ends.
#include <algorithm>
#include <array>
#include <utility>

#include "zello/json.hpp"
#include "zello/session.hpp"

namespace zgw::zello {
namespace {

using base::TimePoint;

std::optional<std::string> fault_of_image(const OutgoingImage& image) {
  const auto is_jpeg = [](const std::vector<std::uint8_t>& bytes) {
    constexpr std::array<std::uint8_t, 3> begin = {0xFF, 0xD8, 0xFF};  // start of image, and the next marker
    return bytes.size() > begin.size() && std::equal(begin.begin(), begin.end(), bytes.begin());
  };
  if (!is_jpeg(image.full)) return "the image is not a JPEG";
  if (!is_jpeg(image.thumbnail)) return "the thumbnail is not a JPEG";
  for (const auto* part : {&image.full, &image.thumbnail}) {
    if (part->size() <= default_image_bytes) continue;
    return "an image of " + std::to_string(part->size()) + " bytes; at most " + std::to_string(default_image_bytes) +
           " are sent";
  }
  return std::nullopt;
}

// A message that is not UTF-8 could not be sent at all, and the transport would take that for its own end.
std::optional<std::string> fault_of_recipient(const std::optional<std::string>& recipient) {
  if (recipient && recipient->empty()) return "an empty recipient";
  if (recipient && !json::is_utf8(*recipient)) return "a recipient that is not UTF-8";
  return std::nullopt;
}

std::optional<std::string> first_of(std::optional<std::string> one, std::optional<std::string> other) {
  return one ? std::move(one) : std::move(other);
}

}  // namespace

void Session::send(const Command& command, Pending pending, Effects& out) {
  const Sequence seq = next_seq_++;
  pending_[seq] = std::move(pending);
  out.emplace_back(SendText{encode(command, seq)});
  if (pending_.size() <= max_pending_commands) return;
  // The service need not answer stop_stream: what waits without a deadline must not pile up over the days.
  const auto settled = std::find_if(pending_.begin(), pending_.end(), [](const auto& p) { return !p.second.deadline; });
  if (settled != pending_.end()) pending_.erase(settled);
}

// ---- streams --------------------------------------------------------------------------------------------------------

Effects Session::start_stream(const StartStream& command, TimePoint now) {
  Effects out;
  const auto refuse = [&](ErrorCode code, std::string text) {
    out.emplace_back(StreamRefused{command.channel, code, std::move(text)});
  };
  const bool asked = std::any_of(pending_.begin(), pending_.end(), [&](const auto& p) {
    return p.second.kind == Pending::Kind::start_stream && p.second.channel == command.channel && p.second.deadline;
  });
  if (listen_only()) {
    refuse(ErrorCode::listen_only_connection, "listen only connection");
  } else if (state_ != State::online || !channel_online(command.channel)) {
    refuse(ErrorCode::channel_is_not_ready, "the channel is not online");
  } else if (auto fault = fault_of_recipient(command.recipient)) {
    refuse(ErrorCode::invalid_request, std::move(*fault));
  } else if (asked || own_streams_.count(command.channel) > 0) {
    refuse(ErrorCode::failed_to_start_stream, "the channel has a stream already");
  } else {
    send(command, {Pending::Kind::start_stream, command.channel, now + settings_.reply_timeout}, out);
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

bool Session::encode_audio(std::string_view channel, std::span<const std::uint8_t> opus,
                           std::vector<std::uint8_t>& out) const {
  const auto stream = own_streams_.find(channel);
  if (stream == own_streams_.end()) return false;
  encode_binary(AudioPacket{stream->second, 0, opus}, out);
  return true;
}

// ---- texts, locations, images ---------------------------------------------------------------------------------------

Effects Session::send_text(Tag tag, const SendTextMessage& command, TimePoint now) {
  Effects out;
  send_message(tag, command, command.channel, Feature::texting,
               first_of(fault_of_text(command.text), fault_of_recipient(command.recipient)), {}, now, out);
  return out;
}

Effects Session::send_location(Tag tag, const SendLocation& command, TimePoint now) {
  Effects out;
  send_message(tag, command, command.channel, Feature::locations,
               first_of(fault_of(command.location), fault_of_recipient(command.recipient)), {}, now, out);
  return out;
}

Effects Session::send_image(Tag tag, OutgoingImage image, TimePoint now) {
  Effects out;
  SendImage command;
  command.channel = image.channel;
  command.thumbnail_bytes = static_cast<std::uint32_t>(image.thumbnail.size());
  command.image_bytes = static_cast<std::uint32_t>(image.full.size());
  command.width = image.width;
  command.height = image.height;
  command.source = image.source == "camera" ? "camera" : "library";
  command.recipient = image.recipient;
  const auto fault = first_of(fault_of_image(image), fault_of_recipient(image.recipient));
  send_message(tag, command, command.channel, Feature::images, fault, std::move(image), now, out);
  return out;
}

void Session::send_message(Tag tag, const Command& command, const std::string& channel, Feature feature,
                           const std::optional<std::string>& fault, std::optional<OutgoingImage> image, TimePoint now,
                           Effects& out) {
  auto refusal = obstacle(channel, feature, image.has_value());
  if (!refusal && fault) refusal = Refusal{ErrorCode::invalid_request, *fault};
  if (refusal) {
    out.emplace_back(SendRefused{tag, channel, refusal->code, refusal->text});
    return;
  }
  Pending pending{Pending::Kind::sending, channel, now + settings_.reply_timeout, false, tag, std::move(image)};
  send(command, std::move(pending), out);
}

std::optional<Session::Refusal> Session::obstacle(const std::string& channel, Feature feature, bool is_image) const {
  if (listen_only()) return Refusal{ErrorCode::listen_only_connection, "listen only connection"};
  const auto status = online_.find(channel);
  if (state_ != State::online || status == online_.end()) {
    return Refusal{ErrorCode::channel_is_not_ready, "the channel is not online"};
  }
  const auto count = [&](auto matches) { return std::count_if(pending_.begin(), pending_.end(), matches); };
  const auto waits = [](const auto& p) { return p.second.kind == Pending::Kind::sending && !p.second.unwanted; };
  if (count(waits) >= static_cast<long>(max_sending) || (is_image && count([](const auto& p) {
                                                                       return p.second.image.has_value();
                                                                     }) >= static_cast<long>(max_images_sending))) {
    return Refusal{ErrorCode::failed_to_send_data, "too much is being sent already; try again later"};
  }
  switch (feature) {
    case Feature::images:
      if (!status->second.images_supported) return Refusal{ErrorCode::no_permission, "the channel takes no images"};
      break;
    case Feature::texting:
      if (!status->second.texting_supported) return Refusal{ErrorCode::no_permission, "the channel takes no texts"};
      break;
    case Feature::locations:
      if (!status->second.locations_supported)
        return Refusal{ErrorCode::no_permission, "the channel takes no locations"};
      break;
  }
  return std::nullopt;
}

void Session::on_send_reply(const Reply& reply, Pending pending, Effects& out) {
  if (pending.unwanted) return;  // told already; an image whose id comes too late is not sent after all
  const bool no_id = pending.image && !reply.image_id;
  if (reply.error || no_id) {
    const std::string text = reply.error.value_or("a reply without an image_id");
    give_up(pending, {error_code_of(text), text, true}, out);
    return;
  }
  if (pending.image) {
    for (const bool thumbnail : {true, false}) {
      const auto part = thumbnail ? ImagePacket::Part::thumbnail : ImagePacket::Part::full;
      SendBinary effect{pending.tag, pending.channel, {}};
      encode_binary(ImagePacket{*reply.image_id, part, thumbnail ? pending.image->thumbnail : pending.image->full},
                    effect.message);
      out.emplace_back(std::move(effect));
    }
  }
  out.emplace_back(Delivered{pending.tag, pending.channel});
}

// ---- ends -----------------------------------------------------------------------------------------------------------

Effects Session::close(int code, std::string reason) {
  Effects out;
  if (state_ == State::closing || state_ == State::closed) return out;
  while (!own_streams_.empty()) end_own_stream(std::string(own_streams_.begin()->first), out);
  state_ = State::closing;
  out.emplace_back(CloseTransport{code, std::move(reason)});
  give_up_all({}, {ErrorCode::unrecognized, "the session is closing"}, out);
  return out;
}

void Session::give_up(Pending& pending, const Refusal& refusal, Effects& out) {
  pending.deadline.reset();
  pending.image.reset();
  if (std::exchange(pending.unwanted, true)) return;
  if (pending.kind == Pending::Kind::start_stream) {
    out.emplace_back(StreamRefused{pending.channel, refusal.code, refusal.text});
  } else if (pending.kind == Pending::Kind::sending) {
    const char* perhaps = refusal.answered ? "" : "; it may have been sent all the same";
    out.emplace_back(SendRefused{pending.tag, pending.channel, refusal.code, refusal.text + perhaps});
  }
}

void Session::give_up_all(std::optional<std::string_view> channel, const Refusal& refusal, Effects& out) {
  for (auto& [seq, pending] : pending_) {
    const bool ours = pending.kind == Pending::Kind::start_stream || pending.kind == Pending::Kind::sending;
    if (ours && (!channel || pending.channel == *channel)) give_up(pending, refusal, out);
  }
}

}  // namespace zgw::zello
