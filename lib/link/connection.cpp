#include "link/connection.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <asio/post.hpp>

namespace zgw::link {
namespace {

constexpr std::chrono::milliseconds image_look{250};  // whether one has arrived
constexpr auto failed = zello::ErrorCode::failed_to_send_data;
constexpr const char* too_much = "too much is being sent already; try again later";

base::TimePoint now() {
  return std::chrono::steady_clock::now();
}

bool is_command_to_transport(const zello::Effect& effect) {
  return std::holds_alternative<zello::SendText>(effect) || std::holds_alternative<zello::SendBinary>(effect) ||
         std::holds_alternative<zello::CloseTransport>(effect);
}

}  // namespace

Connection::Connection(asio::io_context& io, const net::Endpoint& endpoint, const net::Deadlines& deadlines,
                       zello::SessionSettings settings, ConnectionEvents& owner)
    : io_(io),
      owner_(owner),
      session_(std::move(settings)),
      timer_(io, [this] { on_time(); }),
      client_(io, endpoint, deadlines, *this) {}

Connection::~Connection() {
  *alive_ = false;
}

void Connection::start_stream(const zello::StartStream& command) {
  perform_later(session_.start_stream(command, now()));
}

void Connection::stop_stream(std::string_view channel) {
  perform_later(session_.stop_stream(channel, now()));
}

void Connection::send_text(zello::Tag tag, const zello::SendTextMessage& command) {
  perform_later(session_.send_text(tag, command, now()));
}

void Connection::send_location(zello::Tag tag, const zello::SendLocation& command) {
  perform_later(session_.send_location(tag, command, now()));
}

void Connection::send_image(zello::Tag tag, zello::OutgoingImage image) {
  if (image_) return perform_later({zello::SendRefused{tag, image.channel, failed, too_much}});
  perform_later(session_.send_image(tag, std::move(image), now()));
}

bool Connection::send_audio(std::string_view channel, std::span<const std::uint8_t> opus) {
  if (!session_.encode_audio(channel, opus, packet_) || !client_.send_binary(packet_)) return false;
  note_sent(session_.configured(channel));
  return true;
}

void Connection::note_sent(const std::string* channel) {
  sent_.push_back(channel);
  if (image_) ++image_->behind;
  zello::Effects arrived = forget_sent(client_.unconfirmed());
  if (!arrived.empty()) perform_later(std::move(arrived));
}

zello::Effects Connection::forget_sent(std::size_t kept) {
  while (sent_.size() > kept) sent_.pop_front();
  zello::Effects arrived;
  if (image_ && kept <= image_->behind) arrived.emplace_back(std::exchange(image_, {})->delivered);
  return arrived;
}

void Connection::on_time() {
  zello::Effects effects = forget_sent(client_.unconfirmed());
  for (zello::Effect& effect : session_.on_time(now())) effects.push_back(std::move(effect));
  perform(effects);
}

std::size_t Connection::unconfirmed(std::string_view channel) const {
  // What was confirmed since the last message is still there, in front.
  const std::size_t kept = session_.state() == zello::Session::State::closed ? sent_.size() : client_.unconfirmed();
  const auto first = sent_.end() - static_cast<std::ptrdiff_t>(std::min(kept, sent_.size()));
  const std::string* name = session_.configured(channel);
  return name == nullptr ? 0 : static_cast<std::size_t>(std::count(first, sent_.end(), name));
}

void Connection::close(std::string reason) {
  perform_later(session_.close(1000, std::move(reason)));
}

void Connection::on_open() {
  perform(session_.on_open(now()));
}

void Connection::on_text(std::string_view message) {
  perform(session_.on_text(message, now()));
}

void Connection::on_binary(std::span<const std::uint8_t> message) {
  const auto heard = session_.on_binary(message, now());
  if (const auto* packet = std::get_if<zello::AudioPacket>(&heard)) {
    owner_.on_audio(*packet);
  } else {
    perform(std::get<zello::Effects>(heard));
  }
}

void Connection::on_closed(const zello::TransportClosed& closed) {
  timer_.cancel();
  zello::Effects effects = forget_sent(closed.undelivered);
  if (const auto image = std::exchange(image_, {})) {
    effects.emplace_back(zello::SendRefused{image->delivered.tag, image->delivered.channel, failed,
                                            "the link was lost before all of the image had arrived"});
  }
  for (zello::Effect& effect : session_.on_closed(closed)) effects.push_back(std::move(effect));
  perform(effects);
}

void Connection::perform(const zello::Effects& effects) {
  const std::shared_ptr<bool> alive = alive_;  // a notice may be answered by destroying this connection
  for (const zello::Effect& effect : effects) {
    const auto* delivered = std::get_if<zello::Delivered>(&effect);
    if (delivered != nullptr && std::holds_alternative<zello::SendBinary>(effects.front())) {
      image_ = Image{*delivered};
    } else if (!is_command_to_transport(effect)) {
      owner_.on_notice(effect);
    } else if (!carry_out(effect)) {
      const auto& part = std::get<zello::SendBinary>(effect);
      owner_.on_notice(zello::SendRefused{part.tag, part.channel, failed, too_much});
      break;  // what follows belongs to the same image
    }
    if (!*alive) return;
  }
  if (*alive) arm();
}

void Connection::perform_later(zello::Effects effects) {
  for (zello::Effect& effect : effects) {
    if (is_command_to_transport(effect)) {
      carry_out(effect);
      continue;
    }
    asio::post(io_, [this, alive = alive_, notice = std::move(effect)] {
      if (*alive) owner_.on_notice(notice);
    });
  }
  arm();
}

bool Connection::carry_out(const zello::Effect& effect) {
  if (const auto* text = std::get_if<zello::SendText>(&effect)) {
    // A full queue means that nothing has left for long: the connection is dead, whatever TCP thinks.
    if (!client_.send_text(text->message)) client_.close(1001, "send queue full");
  } else if (const auto* binary = std::get_if<zello::SendBinary>(&effect)) {
    if (!client_.send_binary(binary->message)) return false;  // not worth the connection, over which people talk
    note_sent(nullptr);
  } else if (const auto* close = std::get_if<zello::CloseTransport>(&effect)) {
    client_.close(close->code, close->reason);
  }
  return true;
}

void Connection::arm() {
  auto next = session_.next_deadline();
  if (image_) next = std::min(next.value_or(base::TimePoint::max()), now() + image_look);
  timer_.at(next);
}

}  // namespace zgw::link
