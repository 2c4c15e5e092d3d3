#include "sim/virtual_gateway.hpp"

#include "base/overloaded.hpp"
#include "link/refusal.hpp"

namespace zgw::sim {
std::shared_ptr<Node> VirtualGateway::connect(const std::string& user, const std::string& password,
                                              const std::optional<std::string>& token) {
  zello::SessionSettings settings;
  settings.logon.username = user;
  settings.logon.password = password;
  settings.logon.refresh_token = token;
  settings.logon.channels = {"Rescue"};
  auto node = std::make_shared<Node>(settings);
  node->id = next_id_++;
  nodes_[node->id] = node;
  node->on_notice = [this](const zello::Effect& notice) { on_person_notice(notice); };
  node->on_audio = [this](const zello::AudioPacket&) { ++heard_packets; };
  at(latency, [this, node] {
    deliver(service.on_connected(node->id, now));
    perform(node, node->session.on_open(now));
  });
  return node;
}

void VirtualGateway::keep_connected() {
  const base::WallTime wall{std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch())};
  switch (reconnect_.on_time(now, wall)) {
    case zello::Reconnect::Step::none:
      break;
    case zello::Reconnect::Step::hang_up:
      if (link) perform(link, link->session.close(1000, "the service is done with us"));
      break;
    case zello::Reconnect::Step::connect:
      connect_gateway(std::nullopt);
      break;
    case zello::Reconnect::Step::connect_with_refresh_token:
      connect_gateway(reconnect_.refresh_token());
      break;
  }
}

void VirtualGateway::connect_gateway(const std::optional<std::string>& token) {
  ++connects;
  REQUIRE_FALSE(link);
  link = connect("gateway", "g", token);
  link->on_notice = [this](const zello::Effect& notice) { on_gateway_notice(notice); };
  link->on_audio = [this](const zello::AudioPacket& packet) {
    bridge->on_incoming_packet(packet.stream_id, packet.packet_id, packet.opus, now);
  };
}

void VirtualGateway::drop(Node& node) {
  const auto alive = nodes_.at(node.id);
  nodes_.erase(node.id);
  node.connected = false;
  deliver(service.on_disconnected(node.id));
  perform(alive, node.session.on_closed({zello::TransportClosed::Stage::open, 1006, 0, "cut"}));
}

void VirtualGateway::to_service(const std::shared_ptr<Node>& node, std::function<simulator::Actions()> what) {
  at(latency, [this, node, call = std::move(what)] {
    if (node->connected) deliver(call());
  });
}

void VirtualGateway::perform(const std::shared_ptr<Node>& node, const zello::Effects& effects) {
  for (const zello::Effect& effect : effects) {
    if (const auto* text = std::get_if<zello::SendText>(&effect)) {
      to_service(node, [this, node, message = text->message] { return service.on_text(node->id, message); });
    } else if (const auto* part = std::get_if<zello::SendBinary>(&effect)) {
      to_service(node, [this, node, message = part->message] { return service.on_binary(node->id, message); });
    } else if (std::holds_alternative<zello::CloseTransport>(effect)) {
      at(latency, [this, node] {
        if (node->connected) drop(*node);
      });
    } else {
      node->on_notice(effect);
    }
  }
}

void VirtualGateway::deliver(const simulator::Actions& actions) {
  const auto to_node = [this](simulator::ClientId id, auto what) {
    at(latency, [this, id, what] {
      const auto found = nodes_.find(id);
      if (found != nodes_.end()) what(found->second);
    });
  };
  const base::Overloaded handlers{
      [&](const simulator::SendText& a) {
        to_node(a.client,
                [this, message = a.message](const auto& node) { perform(node, node->session.on_text(message, now)); });
      },
      [&](const simulator::SendBinary& a) {
        to_node(a.client, [this, message = a.message](const auto& node) {
          const auto heard = node->session.on_binary(message, now);
          if (const auto* packet = std::get_if<zello::AudioPacket>(&heard)) {
            node->on_audio(*packet);
          } else {
            perform(node, std::get<zello::Effects>(heard));
          }
        });
      },
      [&](const simulator::Ping& a) { to_node(a.client, [this](const auto& node) { service.on_pong(node->id); }); },
      [&](const simulator::Close& a) { to_node(a.client, [this](const auto& node) { drop(*node); }); },
      [&](const simulator::Abort& a) { to_node(a.client, [this](const auto& node) { drop(*node); }); },
      [&](const simulator::Report& a) {
        const bool ours = a.what == simulator::Report::What::violation && a.user == "gateway";
        CHECK_MESSAGE(!ours, "the gateway against the specification: " << a.text);
      },
  };
  for (const simulator::Action& action : actions) std::visit(handlers, action);
}

void VirtualGateway::on_gateway_notice(const zello::Effect& notice) {
  const base::Overloaded handlers{
      [&](const zello::LoggedOn& n) { reconnect_.on_logged_on(n.refresh_token, now); },
      [&](const zello::LogonRefused& n) { reconnect_.on_logon_refused(n.code, n.answered); },
      [&](const zello::ChannelChanged& n) {
        reconnect_.on_channel(n.status.channel, n.status.online, n.status.error_type == "configuration", now);
        bridge->on_online(n.status.online, now);
      },
      [&](const zello::StreamOpened& n) { bridge->on_stream_opened(now, n.stream_id); },
      [&](const zello::StreamRefused& n) {
        at(0ms, [this, n] { bridge->on_stream_refused(link::refusal_of(n.code), n.text, now); });
      },
      [&](const zello::StreamEnded&) { bridge->on_stream_ended(now); },
      [&](const zello::StreamFailed& n) { bridge->on_stream_failed(link::refusal_of(n.code), n.text, now); },
      [&](const zello::IncomingStarted& n) {
        ++announced;
        bridge->on_incoming_start(n.stream.stream_id, n.stream.from, now);
      },
      [&](const zello::IncomingStopped& n) {
        n.cut ? bridge->on_incoming_cut(n.stream_id, now) : bridge->on_incoming_stop(n.stream_id, now);
      },
      [&](const zello::SessionClosed& n) {
        bridge->on_online(false, now);
        link.reset();
        reconnect_.on_closed(n.why, now);
      },
      [](const auto&) {},
  };
  std::visit(handlers, notice);
}

void VirtualGateway::on_person_notice(const zello::Effect& notice) {
  if (std::holds_alternative<zello::IncomingStopped>(notice)) ++heard_streams;
}

void VirtualGateway::person_speaks(int packets, const Voice& voice) {
  zello::StartStream command;
  command.channel = "Rescue";
  command.codec_header = voice.header;
  command.packet_duration = voice.packet_duration;
  person->on_notice = [this, packets, voice](const zello::Effect& notice) {
    on_person_notice(notice);
    if (!std::holds_alternative<zello::StreamOpened>(notice)) return;
    say_next(packets, voice);
  };
  perform(person, person->session.start_stream(command, now));
}

void VirtualGateway::say_next(int left, const Voice& voice) {
  if (left == 0) return perform(person, person->session.stop_stream("Rescue", now));
  if (person->session.encode_audio("Rescue", voice.packet, spoken_)) {
    to_service(person, [this, message = spoken_] { return service.on_binary(person->id, message); });
  }
  at(voice.every, [this, left, voice] { say_next(left - 1, voice); });
}

void VirtualGateway::start_stream(const gateway::StreamFormat& format) {
  zello::StartStream command;
  command.channel = "Rescue";
  command.codec_header = {format.rate, format.frames_per_packet, format.frame_ms};
  command.packet_duration = command.codec_header.packet_duration();
  REQUIRE(link);
  perform(link, link->session.start_stream(command, now));
}

bool VirtualGateway::send_packet(std::span<const std::uint8_t> opus) {
  if (!link || !link->session.encode_audio("Rescue", opus, packet_)) return false;
  to_service(link, [this, node = link, message = packet_] { return service.on_binary(node->id, message); });
  return true;
}

void VirtualGateway::stop_stream() {
  REQUIRE(link);
  perform(link, link->session.stop_stream("Rescue", now));
}

void VirtualGateway::capture() {
  for (float& sample : period_) {
    sample = now < hears_until_ ? static_cast<float>(std::uniform_real_distribution<double>(-0.3, 0.3)(random_)) : 0.0F;
  }
  next_period_ = now + 20ms;
  bridge->on_audio(period_, now);
}

bool VirtualGateway::step(base::TimePoint end) {
  base::TimePoint next = end;
  const auto consider = [&](const std::optional<base::TimePoint>& due) {
    if (due) next = std::min(next, *due);
  };
  if (card_runs) consider(next_period_);
  if (!agenda_.empty()) consider(agenda_.begin()->first);
  consider(bridge->next_deadline());
  consider(service.next_deadline());
  consider(reconnect_.next_deadline());
  if (link) consider(link->session.next_deadline());
  now = std::max(now, next);
  if (now >= end) return false;

  keep_connected();
  if (link) perform(link, link->session.on_time(now));
  deliver(service.on_time(now));
  while (!agenda_.empty() && agenda_.begin()->first <= now) {
    const auto what = std::move(agenda_.begin()->second);
    agenda_.erase(agenda_.begin());
    what();
  }
  bridge->on_time(now);
  if (card_runs && now >= next_period_) capture();
  return true;
}

}  // namespace zgw::sim
