#include "link/account_link.hpp"

#include <chrono>
#include <utility>

#include <asio/post.hpp>

#include "base/text.hpp"
#include "link/refusal.hpp"

namespace zgw::link {
namespace {

base::TimePoint now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

std::string in_words(const LinkLost& lost) {
  std::string text = base::printable(lost.why, 400);
  if (text.find(lost.rule.words) == std::string::npos) text += "; " + std::string(lost.rule.words);
  return text;
}

std::string in_words_offline(const zello::ChannelStatus& status) {
  return base::printable(zello::explained(status.error.value_or("")), 400) +
         "; check the name (its case counts) and whether this account may use it";
}

// One overload per notice.
struct AccountLink::Notices {
  AccountLink& link;

  void operator()(const zello::LoggedOn& notice) const {
    link.reconnect_.on_logged_on(notice.refresh_token, now());
    link.observer_.on_logged_on();
  }

  void operator()(const zello::LogonRefused& notice) const {
    link.refusal_ = "logon refused: " + zello::explained(notice.text);
    link.reconnect_.on_logon_refused(notice.code, notice.answered);
  }

  void operator()(const zello::ChannelChanged& notice) const {
    const auto& status = notice.status;
    const auto found = link.channels_.find(status.channel);
    link.observer_.on_channel(status);
    link.reconnect_.on_channel(status.channel, status.online, status.error_type == "configuration", now());
    if (found == link.channels_.end()) return;
    if (status.online && found->second.online) found->second.events->on_still_online();
    set_online(found->second, status.online);
  }

  void operator()(const zello::StreamOpened& notice) const {
    if (ChannelEvents* events = link.events_of(notice.channel)) events->on_stream_opened(notice.stream_id);
  }

  void operator()(const zello::StreamRefused& notice) const {
    link.reconnect_.on_server_error(notice.code, now());
    if (ChannelEvents* events = link.events_of(notice.channel))
      events->on_stream_refused(refusal_of(notice.code), notice.text);
  }

  void operator()(const zello::StreamEnded& notice) const {
    if (ChannelEvents* events = link.events_of(notice.channel)) events->on_stream_ended();
  }

  void operator()(const zello::StreamFailed& notice) const {
    if (ChannelEvents* events = link.events_of(notice.channel))
      events->on_stream_failed(refusal_of(notice.code), notice.text);
  }

  void operator()(const zello::IncomingStarted& notice) const {
    ChannelEvents* events = link.events_of(notice.stream.channel);
    if (events == nullptr) return;
    link.incoming_[notice.stream.stream_id] = events;
    events->on_incoming_start(notice.stream);
  }

  void operator()(const zello::IncomingStopped& notice) const {
    link.incoming_.erase(notice.stream_id);
    ChannelEvents* events = link.events_of(notice.channel);
    if (events == nullptr) return;
    notice.cut ? events->on_incoming_cut(notice.stream_id) : events->on_incoming_stop(notice.stream_id);
  }

  void operator()(const zello::ErrorNotice& notice) const {
    link.reconnect_.on_server_error(notice.code, now());
    link.observer_.on_oddity("the service says: " + zello::explained(notice.text));
  }

  void operator()(const zello::Violation& notice) const { link.observer_.on_oddity(notice.what); }

  void operator()(const zello::SessionClosed& notice) const { link.lost(notice.why); }

  void operator()(const zello::TextReceived& notice) const {
    if (ChannelEvents* events = link.events_of(notice.message.channel)) events->on_text(notice.message);
  }

  void operator()(const zello::LocationReceived& notice) const {
    if (ChannelEvents* events = link.events_of(notice.message.channel)) events->on_location(notice.message);
  }

  void operator()(const zello::ImageReceived& notice) const {
    if (ChannelEvents* events = link.events_of(notice.image.info.channel)) events->on_image(notice.image);
  }

  void operator()(const zello::TranscriptReceived& notice) const {
    if (ChannelEvents* events = link.events_of(notice.channel)) events->on_transcription(notice.transcription);
  }

  void operator()(const zello::Delivered& notice) const {
    if (ChannelEvents* events = link.events_of(notice.channel)) events->on_sent(notice.tag, {});
  }

  void operator()(const zello::SendRefused& notice) const {
    link.reconnect_.on_server_error(notice.code, now());
    if (ChannelEvents* events = link.events_of(notice.channel)) events->on_sent(notice.tag, notice.text);
  }

  void operator()(const zello::DispatchNotice& /*unused*/) const {}
  void operator()(const zello::SendText& /*unused*/) const {}
  void operator()(const zello::SendBinary& /*unused*/) const {}
  void operator()(const zello::CloseTransport& /*unused*/) const {}
};

AccountLink::AccountLink(asio::io_context& io, Settings settings, LinkObserver& observer)
    : io_(io),
      settings_(std::move(settings)),
      observer_(observer),
      reconnect_(settings_.reconnect, settings_.random),
      timer_(io, [this] { on_time(); }) {
  if (settings_.token_file) store_.emplace(*settings_.token_file);
}

AccountLink::~AccountLink() = default;

base::WallTime AccountLink::system_wall_clock() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

void AccountLink::join(const std::string& channel, ChannelEvents& events) {
  channels_[channel] = Member{&events};
  settings_.session.logon.channels.push_back(channel);
}

void AccountLink::start() {
  load_token();
  on_time();
}

void AccountLink::load_token() {
  if (!store_) return;
  auto token = store_->load();
  if (!token) {
    observer_.on_oddity(token.error().message);
  } else if (*token) {
    kept_ = **token;
    reconnect_.remember(std::move(**token));
  }
}

void AccountLink::stop(std::function<void()> done) {
  stopping_ = true;
  timer_.cancel();
  if (!connection_) {
    asio::post(io_, std::move(done));
    return;
  }
  stopped_ = std::move(done);
  connection_->close("the gateway stops");
}

void AccountLink::hurry() {
  if (!stopping_ && reconnect_.hurry(now())) timer_.at(reconnect_.next_deadline());
}

void AccountLink::start_stream(const zello::StartStream& command) {
  if (connection_) {
    connection_->start_stream(command);
    return;
  }
  if (ChannelEvents* events = events_of(command.channel)) {
    asio::post(io_, [events] { events->on_stream_refused(gateway::Refusal::not_ready, "not connected"); });
  }
}

void AccountLink::stop_stream(std::string_view channel) {
  if (connection_) connection_->stop_stream(channel);
}

bool AccountLink::send_audio(std::string_view channel, std::span<const std::uint8_t> opus) {
  return connection_ && connection_->send_audio(channel, opus);
}

std::size_t AccountLink::unconfirmed(std::string_view channel) const {
  return connection_ ? connection_->unconfirmed(channel) : 0;
}

void AccountLink::send_text(zello::Tag tag, const zello::SendTextMessage& command) {
  if (!connection_) return refuse_unconnected(tag, command.channel);
  connection_->send_text(tag, command);
}

void AccountLink::send_location(zello::Tag tag, const zello::SendLocation& command) {
  if (!connection_) return refuse_unconnected(tag, command.channel);
  connection_->send_location(tag, command);
}

void AccountLink::send_image(zello::Tag tag, zello::OutgoingImage image) {
  if (!connection_) return refuse_unconnected(tag, image.channel);
  connection_->send_image(tag, std::move(image));
}

void AccountLink::refuse_unconnected(zello::Tag tag, std::string_view channel) {
  if (ChannelEvents* events = events_of(channel)) {
    asio::post(io_, [events, tag] { events->on_sent(tag, "not connected"); });
  }
}

void AccountLink::on_notice(const zello::Effect& notice) {
  std::visit(Notices{*this}, notice);
  look();
}

void AccountLink::on_audio(const zello::AudioPacket& packet) {
  const auto found = incoming_.find(packet.stream_id);
  if (found != incoming_.end()) found->second->on_incoming_packet(packet);
}

void AccountLink::on_time() {
  if (stopping_) return;
  switch (reconnect_.on_time(now(), settings_.wall_clock())) {
    case zello::Reconnect::Step::none:
      break;
    case zello::Reconnect::Step::connect:
      connect(false);
      break;
    case zello::Reconnect::Step::connect_with_refresh_token:
      connect(true);
      break;
    case zello::Reconnect::Step::hang_up:
      if (connection_) connection_->close("connecting again");
      break;
  }
  look();
}

void AccountLink::look() {
  keep_token();
  tell_alarms();
  if (!stopping_) timer_.at(reconnect_.next_deadline());
}

void AccountLink::keep_token() {
  if (!store_) return;
  if (auto token = reconnect_.refresh_token(); token != kept_) {
    kept_ = token;
    store_->save(std::move(token));
  }
  if (const auto trouble = store_->trouble()) observer_.on_oddity(trouble->message);
}

void AccountLink::tell_alarms() {
  const std::set<zello::Cause> before = std::exchange(told_, reconnect_.alarms());
  for (const zello::Cause cause : told_) {
    if (before.count(cause) == 0) observer_.on_alarm(zello::rule_of(cause), true);
  }
  for (const zello::Cause cause : before) {
    if (told_.count(cause) == 0) observer_.on_alarm(zello::rule_of(cause), false);
  }
}

void AccountLink::connect(bool with_refresh_token) {
  zello::SessionSettings session = settings_.session;
  if (with_refresh_token) {
    session.logon.refresh_token = reconnect_.refresh_token();
  } else if (settings_.fresh_token) {
    auto token = settings_.fresh_token();
    if (!token) {
      reconnect_.on_no_token();
      lost({zello::TransportClosed::Stage::requested, 0, 0, token.error().message});
      return;
    }
    session.logon.auth_token = std::move(*token);
  }
  ConnectionEvents& self = *this;
  connection_ = std::make_unique<Connection>(io_, settings_.endpoint, settings_.deadlines, std::move(session), self);
  connection_->open();
}

void AccountLink::lost(const zello::TransportClosed& why) {
  // The connection is still on the stack of this call.
  const auto old = std::shared_ptr<Connection>(std::move(connection_));
  asio::post(io_, [old] {});
  incoming_.clear();
  for (auto& [name, member] : channels_) {
    if (const std::size_t missing = old ? old->unconfirmed(name) : 0) member.events->on_undelivered(missing);
    set_online(member, false);
  }
  const std::string text = std::exchange(refusal_, std::nullopt).value_or(why.text);
  if (stopping_) {
    if (stopped_) asio::post(io_, std::exchange(stopped_, nullptr));  // it may be our end
    return;
  }
  const zello::Reconnect::Ended ended = reconnect_.on_closed(why, now());
  const bool refused = ended.rule->pause == zello::PauseKind::slow || why.stage == zello::TransportClosed::Stage::tls;
  observer_.on_lost({text, *ended.rule, ended.pause, refused});
}

void AccountLink::set_online(Member& member, bool online) {
  if (std::exchange(member.online, online) != online) member.events->on_online(online);
}

ChannelEvents* AccountLink::events_of(std::string_view channel) {
  const auto found = channels_.find(channel);
  return found == channels_.end() ? nullptr : found->second.events;
}

}  // namespace zgw::link
