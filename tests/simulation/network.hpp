// The network between the gateway, people and the service: connections with a delay, in order, that end, hang or lose
// what a script says. The service is the real ChannelService, each end a real Session.
// Thread: one. No clock: the agenda's.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "simulation/watch.hpp"
#include "simulator/channel_service.hpp"
#include "zello/session.hpp"

namespace zgw::simulation {

/// What is to happen, in order of time; at the same time in order of asking.
class Agenda {
 public:
  explicit Agenda(base::TimePoint& now) : now_(now) {}
  void at(base::Duration after, std::function<void()> what) { due_.emplace(now_ + after, std::move(what)); }
  [[nodiscard]] std::optional<base::TimePoint> next() const {
    return due_.empty() ? std::nullopt : std::optional(due_.begin()->first);
  }
  void run_due();

 private:
  base::TimePoint& now_;
  std::multimap<base::TimePoint, std::function<void()>> due_;
};

/// Where in the protocol a fault can strike the gateway's connection.
enum class Step { upgrade, logon_reply, channel_status, start_reply, over_out, over_in, stop };

/// One end of a connection.
struct Node {
  explicit Node(zello::SessionSettings settings) : session(std::move(settings)) {}

  zello::Session session;
  simulator::ClientId id = 0;
  base::Duration latency{0};
  bool is_gateway = false;
  bool known = false;          ///< the service has it
  bool silent = false;         ///< nothing comes through any more, either way
  bool closed = false;         ///< this end knows that it is over
  std::size_t on_the_way = 0;  ///< packets of audio sent to the service and not yet there
  std::function<void(const zello::Effect&)> on_notice;
  std::function<void(const zello::AudioPacket&)> on_audio;
};
using NodePtr = std::shared_ptr<Node>;

class Network {
 public:
  struct Hooks {
    /// The gateway's connection is at this point; false: what was on its way is lost.
    std::function<bool(Step)> at_step;
    /// The gateway's packet has reached the service.
    std::function<void(const std::vector<std::uint8_t>&)> at_service;
    /// Does it when the node's process runs.
    std::function<void(const Node&, std::function<void()>)> in_process;
  };

  Network(base::TimePoint& now, Agenda& agenda, Watch& watch, Hooks hooks);

  NodePtr make(const std::string& user, const std::optional<std::string>& token, base::Duration latency);
  /// Connects; or fails the way `failure` says, after a while.
  void open(const NodePtr& node, std::optional<zello::TransportClosed> failure = {});
  void perform(const NodePtr& node, const zello::Effects& effects);
  void send_audio(const NodePtr& node, const std::vector<std::uint8_t>& message);
  void deliver(const simulator::Actions& actions);

  /// The connection breaks now, both ends notice.
  void cut(const NodePtr& node, int code = 1006);
  /// … breaks and nobody is told: the ends find out by their pings.
  void silence(const NodePtr& node);

  void binary_arrives(const NodePtr& node, const std::vector<std::uint8_t>& message);

  simulator::ChannelService service;
  /// A packet for a stream that the service has just ended is no fault of the gateway's.
  base::TimePoint service_ended_a_stream;

 private:
  void closed_for(const NodePtr& node, const zello::TransportClosed& why);
  void gone_from_service(const NodePtr& node);
  void text_arrives(const NodePtr& node, const std::string& message);
  void to_service(const NodePtr& node, std::function<simulator::Actions()> what);
  void to_node(simulator::ClientId id, std::function<void(const NodePtr&)> what);

  base::TimePoint& now_;
  Agenda& agenda_;
  Watch& watch_;
  Hooks hooks_;
  std::map<simulator::ClientId, NodePtr> nodes_;
  simulator::ClientId next_id_ = 1;
};

}  // namespace zgw::simulation
