#include "simulation/network.hpp"

#include <utility>
#include <variant>

#include "base/overloaded.hpp"

namespace zgw::simulation {

using base::Duration;
using base::TimePoint;
using zello::TransportClosed;
using namespace std::chrono_literals;

namespace {

constexpr Duration ping_finds_out = 40s;  // idle_ping and the time for an answer
constexpr Duration crossing = 10s;        // a round trip, and the longest hang of the control thread
constexpr Duration upgrade_takes = 10s;   // at most

std::optional<Step> step_of(const std::string& message) {
  if (message.find("\"refresh_token\"") != std::string::npos) return Step::logon_reply;
  if (message.find("on_channel_status") != std::string::npos) return Step::channel_status;
  if (message.find("\"seq\"") != std::string::npos && message.find("\"stream_id\"") != std::string::npos) {
    return Step::start_reply;
  }
  return std::nullopt;
}

}  // namespace

void Agenda::run_due() {
  while (!due_.empty() && due_.begin()->first <= now_) {
    const auto what = std::move(due_.begin()->second);
    due_.erase(due_.begin());
    what();
  }
}

Network::Network(TimePoint& now, Agenda& agenda, Watch& watch, Hooks hooks)
    : service({.accounts = {{"gateway", "g"}, {"alice", "g"}, {"bob", "g"}, {"carol", "g"}}, .channels = {"Rescue"}}),
      now_(now),
      agenda_(agenda),
      watch_(watch),
      hooks_(std::move(hooks)) {}

NodePtr Network::make(const std::string& user, const std::optional<std::string>& token, Duration latency) {
  zello::SessionSettings settings;
  settings.logon.username = user;
  settings.logon.password = std::string("g");
  settings.logon.refresh_token = token;
  settings.logon.channels = {"Rescue"};
  auto node = std::make_shared<Node>(settings);
  node->id = next_id_++;
  node->latency = latency;
  return node;
}

void Network::open(const NodePtr& node, std::optional<TransportClosed> failure) {
  agenda_.at(2 * node->latency, [this, node, failure] {
    if (node->closed) return;
    if (failure) return closed_for(node, *failure);
    if (node->is_gateway && !hooks_.at_step(Step::upgrade)) {
      agenda_.at(upgrade_takes, [this, node] {
        closed_for(node, {TransportClosed::Stage::upgrade, 0, 0, "no answer"});
      });
      return;
    }
    if (node->closed) return;
    node->known = true;
    nodes_[node->id] = node;
    deliver(service.on_connected(node->id, now_));
    hooks_.in_process(*node, [this, node] { perform(node, node->session.on_open(now_)); });
  });
}

void Network::closed_for(const NodePtr& node, const TransportClosed& why) {
  if (std::exchange(node->closed, true)) return;
  hooks_.in_process(*node, [this, node, why] { perform(node, node->session.on_closed(why)); });
}

void Network::gone_from_service(const NodePtr& node) {
  if (!std::exchange(node->known, false)) return;
  nodes_.erase(node->id);
  deliver(service.on_disconnected(node->id));
}

void Network::cut(const NodePtr& node, int code) {
  gone_from_service(node);
  closed_for(node, {TransportClosed::Stage::open, code, 0, "cut"});
}

void Network::silence(const NodePtr& node) {
  node->silent = true;
  agenda_.at(ping_finds_out, [this, node] { cut(node); });
}

void Network::to_service(const NodePtr& node, std::function<simulator::Actions()> what) {
  agenda_.at(node->latency, [this, node, call = std::move(what)] {
    if (node->known && !node->silent) deliver(call());
  });
}

void Network::to_node(simulator::ClientId id, std::function<void(const NodePtr&)> what) {
  const auto found = nodes_.find(id);
  if (found == nodes_.end()) return;
  agenda_.at(found->second->latency, [this, node = found->second, call = std::move(what)] {
    if (node->silent) return;
    hooks_.in_process(*node, [node, call] {
      if (!node->closed) call(node);
    });
  });
}

void Network::send_audio(const NodePtr& node, const std::vector<std::uint8_t>& message) {
  ++node->on_the_way;
  to_service(node, [this, node, message] {
    --node->on_the_way;
    if (node->is_gateway) hooks_.at_service(message);
    return service.on_binary(node->id, message);
  });
}

void Network::perform(const NodePtr& node, const zello::Effects& effects) {
  for (const zello::Effect& effect : effects) {
    if (const auto* text = std::get_if<zello::SendText>(&effect)) {
      to_service(node, [this, node, message = text->message] { return service.on_text(node->id, message); });
    } else if (const auto* close = std::get_if<zello::CloseTransport>(&effect)) {
      // A service that is not there does not answer the goodbye; the transport ends by itself.
      agenda_.at(node->silent ? 5s : 2 * node->latency, [this, node, code = close->code] {
        closed_for(node, {TransportClosed::Stage::requested, code, 0, "closed"});
        if (!node->silent) gone_from_service(node);
      });
    } else {
      node->on_notice(effect);
    }
  }
}

void Network::text_arrives(const NodePtr& node, const std::string& message) {
  if (node->is_gateway) {
    const auto step = step_of(message);
    if (step && !hooks_.at_step(*step)) return;
  }
  if (!node->closed) perform(node, node->session.on_text(message, now_));
}

void Network::binary_arrives(const NodePtr& node, const std::vector<std::uint8_t>& message) {
  const auto heard = node->session.on_binary(message, now_);
  if (const auto* packet = std::get_if<zello::AudioPacket>(&heard)) {
    node->on_audio(*packet);
  } else {
    perform(node, std::get<zello::Effects>(heard));
  }
}

void Network::deliver(const simulator::Actions& actions) {
  const base::Overloaded handlers{
      [&](const simulator::SendText& a) {
        to_node(a.client, [this, message = a.message](const NodePtr& node) { text_arrives(node, message); });
      },
      [&](const simulator::SendBinary& a) {
        to_node(a.client, [this, message = a.message](const NodePtr& node) {
          if (node->is_gateway && !hooks_.at_step(Step::over_in)) return;
          if (node->closed) return;
          binary_arrives(node, message);
        });
      },
      [&](const simulator::Ping& a) {
        const auto found = nodes_.find(a.client);
        if (found != nodes_.end() && !found->second->silent) service.on_pong(a.client);
      },
      [&](const simulator::Close& a) {
        to_node(a.client, [this, code = a.code](const NodePtr& node) { cut(node, code); });
      },
      [&](const simulator::Abort& a) {
        const auto found = nodes_.find(a.client);
        if (found != nodes_.end()) gone_from_service(NodePtr(found->second));
      },
      [&](const simulator::Report& a) {
        if (a.what != simulator::Report::What::violation || a.user != "gateway") return;
        const bool crossed =
            a.text == "a packet of a stream that does not run" && now_ < service_ended_a_stream + crossing;
        if (!crossed) watch_.violation(a.text + ": against the specification");
      },
  };
  for (const simulator::Action& action : actions) std::visit(handlers, action);
}

}  // namespace zgw::simulation
