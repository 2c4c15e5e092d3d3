// The world's link: the gateway's connection to the service, what comes of it, and the channel as the bridge's port.
#include <algorithm>
#include <utility>
#include <variant>

#include "base/overloaded.hpp"
#include "link/refusal.hpp"
#include "simulation/codec.hpp"
#include "simulation/world.hpp"

namespace zgw::simulation {

using namespace std::chrono_literals;

void World::keep_connected() {
  const auto due = reconnect_.next_deadline();
  if (!due || *due > now_) return;
  const base::WallTime wall{std::chrono::floor<std::chrono::seconds>(now_.time_since_epoch()) + wall_offset_};
  switch (reconnect_.on_time(now_, wall)) {
    case zello::Reconnect::Step::none:
      break;
    case zello::Reconnect::Step::hang_up:
      if (link_) network_.perform(link_, link_->session.close(1000, "connecting again"));
      break;
    case zello::Reconnect::Step::connect:
      connect(std::nullopt);
      break;
    case zello::Reconnect::Step::connect_with_refresh_token:
      connect(reconnect_.refresh_token());
      break;
  }
}

void World::connect(const std::optional<std::string>& token) {
  constexpr std::size_t budget = 6;  // max_connects_per_minute
  ++tally_.connects;
  watch_.note("connect", token ? 1 : 0);
  watch_.expect(!link_, "a connect while another connection is there");
  while (!connects_.empty() && connects_.front() + 1min <= now_) connects_.pop_front();
  connects_.push_back(now_);
  watch_.expect(connects_.size() <= budget, "connects within a minute", static_cast<std::int64_t>(connects_.size()), 6);
  link_ = network_.make("gateway", token, std::chrono::milliseconds(10 + random_() % 200));
  link_->is_gateway = true;
  link_->on_notice = [this](const zello::Effect& notice) { on_notice(notice); };
  link_->on_audio = [this](const zello::AudioPacket& packet) {
    wake();
    ++delivered_;
    bridge_->on_incoming_packet(packet.stream_id, packet.packet_id, packet.opus, now_);
  };
  std::optional<zello::TransportClosed> failure;
  if (!failures_.empty()) {
    failure = failures_.front();
    failures_.pop_front();
  }
  network_.open(link_, failure);
}

void World::on_notice(const zello::Effect& notice) {
  const base::Overloaded handlers{
      [&](const zello::LoggedOn& n) { reconnect_.on_logged_on(n.refresh_token, now_); },
      [&](const zello::LogonRefused& n) { reconnect_.on_logon_refused(n.code, n.answered); },
      [&](const zello::ChannelChanged& n) {
        const bool refused = n.status.error_type == "configuration";
        reconnect_.on_channel(n.status.channel, n.status.online, refused, now_);
        on_online(n.status.online);
      },
      [&](const zello::StreamOpened&) { bridge_->on_stream_opened(now_); },
      [&](const zello::StreamRefused& n) {
        watch_.note("stream refused");
        agenda_.at(0ms, [this, n] {
          in_control([this, n] { bridge_->on_stream_refused(link::refusal_of(n.code), n.text, now_); });
        });
      },
      [&](const zello::StreamEnded&) { bridge_->on_stream_ended(now_); },
      [&](const zello::StreamFailed& n) {
        watch_.expect(refused_ > 0, "a packet that was not refused is said to be");
        --refused_;
        --sent_;  // it comes again, or is reported
        bridge_->on_stream_failed(link::refusal_of(n.code), n.text, now_);
      },
      [&](const zello::IncomingStarted& n) {
        wake();
        bridge_->on_incoming_start(n.stream.stream_id, n.stream.from, now_);
      },
      [&](const zello::IncomingStopped& n) {
        n.cut ? bridge_->on_incoming_cut(n.stream_id, now_) : bridge_->on_incoming_stop(n.stream_id, now_);
      },
      [&](const zello::ErrorNotice& n) { reconnect_.on_server_error(n.code, now_); },
      [&](const zello::SessionClosed& n) {
        const std::size_t undelivered = std::exchange(link_, nullptr)->on_the_way;
        sent_ -= undelivered;
        untold_ += std::exchange(refused_, 0);
        if (undelivered > 0) bridge_->on_undelivered(undelivered, now_);
        on_online(false);
        const auto ended = reconnect_.on_closed(n.why, now_);
        watch_.note("closed", n.why.close_code, ended.rule->name.data());
      },
      [](const auto&) {},
  };
  std::visit(handlers, notice);
}

void World::on_online(bool online) {
  if (online && online_) bridge_->on_online(true, now_);
  if (online == online_) return;
  online_ = online;
  offline_since_ = now_;
  watch_.note("online", online ? 1 : 0);
  wake();
  bridge_->on_online(online, now_);
}

void World::start_stream(const gateway::StreamFormat& format) {
  zello::StartStream command;
  command.channel = "Rescue";
  command.codec_header = {format.rate, format.frames_per_packet, format.frame_ms};
  command.packet_duration = command.codec_header.packet_duration();
  watch_.expect(link_ != nullptr, "start_stream without a link");
  if (link_) network_.perform(link_, link_->session.start_stream(command, now_));
}

bool World::send_packet(std::span<const std::uint8_t> opus) {
  if (queue_full_ || !link_ || !link_->session.encode_audio("Rescue", opus, message_)) return false;
  network_.send_audio(link_, message_);
  ++sent_;
  at_step(Step::over_out);
  return true;
}

void World::at_service(const std::vector<std::uint8_t>& message) {
  const auto packet = zello::parse_binary(message);
  const auto* audio = packet ? std::get_if<zello::AudioPacket>(&*packet) : nullptr;
  const bool taken = audio == nullptr || network_.service.runs(audio->stream_id);
  ++(taken ? arrived_ : refused_);
  if (!taken) return;
  const std::uint32_t number = audio != nullptr ? number_of(audio->opus).value_or(0) : 0;
  if (number == 0) return;
  watch_.expect(number > last_arrived_, "arrived twice, or out of order", number, last_arrived_);
  last_arrived_ = number;
}

void World::stop_stream() {
  if (!link_) return;
  network_.perform(link_, link_->session.stop_stream("Rescue", now_));
  at_step(Step::stop);
}

}  // namespace zgw::simulation
