#include "simulator/channel_user.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace zgw::simulator {
namespace {

constexpr std::chrono::milliseconds frame{60};

base::TimePoint now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

ChannelUser::ChannelUser(asio::io_context& io, const net::Endpoint& endpoint, zello::Logon logon)
    : channel_(logon.channels.front()), timer_(io, [this] { send_next(); }), encoder_(audio::OpusSettings{}) {
  link::ConnectionEvents& self = *this;
  connection_ = std::make_unique<link::Connection>(io, endpoint, net::Deadlines{},
                                                   zello::SessionSettings{std::move(logon)}, self);
}

void ChannelUser::write(const std::string& text) {
  connection_->send_text(next_tag_++, {.channel = channel_, .text = text});
}

void ChannelUser::share(const zello::Location& location) {
  connection_->send_location(next_tag_++, {.channel = channel_, .location = location});
}

void ChannelUser::show(std::vector<std::uint8_t> image, std::vector<std::uint8_t> thumbnail) {
  zello::OutgoingImage outgoing;
  outgoing.channel = channel_;
  outgoing.full = std::move(image);
  outgoing.thumbnail = std::move(thumbnail);
  connection_->send_image(next_tag_++, std::move(outgoing));
}

void ChannelUser::say(audio::Recording speech) {
  speech_ = std::move(speech);
  // The codec's delay is spoken out, and the last packet is a whole one.
  speech_.pcm.resize(speech_.pcm.size() + encoder_.lookahead());
  const std::size_t packet = encoder_.packet_samples();
  speech_.pcm.resize((speech_.pcm.size() + packet - 1) / packet * packet);
  said_ = 0;
  sent_ = 0;
  speaking_ = true;
  encoder_.reset();
  zello::StartStream command;
  command.channel = channel_;
  connection_->start_stream(command);
}

void ChannelUser::send_next() {
  const std::size_t packet = encoder_.packet_samples();
  if (said_ >= speech_.pcm.size()) {
    connection_->stop_stream(channel_);
    speaking_ = false;
    return;
  }
  const auto opus = encoder_.encode(std::span<const float>(speech_.pcm).subspan(said_, packet));
  if (!opus || !connection_->send_audio(channel_, *opus)) trouble_ = "a packet could not be sent";
  if (sent_++ == 0) first_sent_ = now();
  said_ += packet;
  next_send_ += frame;
  timer_.at(next_send_);
}

void ChannelUser::on_notice(const zello::Effect& notice) {
  if (const auto* status = std::get_if<zello::ChannelChanged>(&notice)) {
    users_online_ = status->status.online ? std::max(status->status.users_online, 1) : 0;
  } else if (std::holds_alternative<zello::StreamOpened>(notice)) {
    next_send_ = now();
    send_next();
  } else if (const auto* refused = std::get_if<zello::StreamRefused>(&notice)) {
    trouble_ = refused->text;
    speaking_ = false;
  } else if (const auto* started = std::get_if<zello::IncomingStarted>(&notice)) {
    Heard heard;
    heard.from = started->stream.from;
    heard.began = now();
    listening_.insert_or_assign(started->stream.stream_id, Listening{heard_.size()});
    heard_.push_back(std::move(heard));
  } else if (const auto* stopped = std::get_if<zello::IncomingStopped>(&notice)) {
    if (const auto found = listening_.find(stopped->stream_id); found != listening_.end()) {
      heard_[found->second.index].complete = true;
      heard_[found->second.index].ended = now();
      listening_.erase(found);
    }
  } else if (const auto* unsent = std::get_if<zello::SendRefused>(&notice)) {
    trouble_ = unsent->text;
  } else if (const auto* place = std::get_if<zello::LocationReceived>(&notice)) {
    places_.push_back(place->message);
  } else if (const auto* logon = std::get_if<zello::LogonRefused>(&notice)) {
    trouble_ = logon->text;
  } else if (const auto* closed = std::get_if<zello::SessionClosed>(&notice)) {
    users_online_ = 0;
    if (trouble_.empty()) trouble_ = closed->why.text;
  }
}

void ChannelUser::on_audio(const zello::AudioPacket& packet) {
  const auto found = listening_.find(packet.stream_id);
  if (found == listening_.end()) return;
  Listening& stream = found->second;
  Heard& heard = heard_[stream.index];
  if (heard.packets++ == 0) heard.first_packet = now();
  const auto info = audio::inspect_opus(packet.opus);
  if (!info) return;
  const auto samples = static_cast<std::size_t>(base::SampleRate{16000}.samples(info->duration));
  for (; stream.next_packet < packet.packet_id; ++stream.next_packet) {
    ++heard.lost;
    stream.decoder.recover(packet.opus, samples, heard.audio.pcm);
  }
  stream.next_packet = packet.packet_id + 1;
  if (!stream.decoder.decode(packet.opus, heard.audio.pcm)) ++heard.lost;
}

}  // namespace zgw::simulator
