// What goes wrong between the gateway and the service. The radio's side is in script.cpp.
#include <array>
#include <string>
#include <vector>

#include "simulation/script.hpp"

namespace zgw::simulation {

using base::Duration;
using namespace std::chrono_literals;

// Whatever can happen to the connection, at every place where it matters. A kind of its own for each pair.
void Script::at_a_step(const char* /*name*/) {
  struct Place {
    Step step;
    bool new_link;  // it is met while connecting
    std::array<const char*, 4> names;
  };
  static const std::array<Place, 7> places = {{
      {Step::upgrade,
       true,
       {"cut before the upgrade", "silent before the upgrade", "upgrade unanswered", "hang before the upgrade"}},
      {Step::logon_reply,
       true,
       {"cut before the logon reply", "silent before the logon reply", "logon reply lost",
        "hang before the logon reply"}},
      {Step::channel_status,
       true,
       {"cut before the channel status", "silent before the channel status", "channel status lost",
        "hang before the channel status"}},
      {Step::start_reply,
       false,
       {"cut before the stream's reply", "silent before the stream's reply", "stream's reply lost",
        "hang before the stream's reply"}},
      {Step::over_out,
       false,
       {"cut in an over from the radio", "silent in an over from the radio", "kicked in an over from the radio",
        "hang in an over from the radio"}},
      {Step::over_in,
       false,
       {"cut in an over from the channel", "silent in an over from the channel",
        "packet lost in an over from the channel", "hang in an over from the channel"}},
      {Step::stop,
       false,
       {"cut before the stop", "silent before the stop", "kicked before the stop", "hang before the stop"}},
  }};
  const Place& place = places.at(random_() % places.size());
  const std::size_t how = random_() % 4;
  const Duration delay = place.step == Step::over_out || place.step == Step::over_in ? between(0ms, 3s) : 0ms;
  const Step step = place.step;
  const Duration hang = between(50ms, 5s);
  const bool kick = step == Step::over_out || step == Step::stop;
  const auto blow = [this, how, kick, hang] {
    then(0ms, [this, how, kick, hang, link = world_.link()] {
      if (!link) return;
      if (how == 0) world_.network().cut(link);
      if (how == 1) world_.network().silence(link);
      if (how == 2 && kick) world_.act({simulator::Close{link->id, 3003, "kicked"}});
      if (how == 3) world_.hang_control(hang);
    });
    return how != 2 || kick;
  };
  then(delay, [this, step, name = place.names.at(how), blow] { world_.arm(step, name, blow); });
  if (place.new_link && world_.link()) world_.network().cut(world_.link());
  soon_an_over();
  if (step == Step::over_in) person_over();
}

void Script::cut_at_rest(const char* name) {
  if (!world_.link()) return;
  world_.count(name);
  world_.network().cut(world_.link());
  if (one_in(2)) soon_an_over();
}

void Script::silent_link(const char* name) {
  if (!world_.link()) return;
  world_.count(name);
  world_.network().silence(world_.link());
  soon_an_over();
}

void Script::refused_stream(const char* name) {
  world_.count(name);
  world_.network().service.refuse_next_stream(one_in(2) ? "channel busy" : "channel is not ready");
  soon_an_over();
}

void Script::woodpecker(const char* name) {
  world_.count(name);
  world_.network().service.refuse_next_stream("woodpecker prohibited");
  soon_an_over();
  if (one_in(2)) {
    then(20s, [this] { world_.network().service.refuse_next_stream("woodpecker prohibited"); });
    then(22s, [this] { soon_an_over(); });
  }
}

void Script::forbidden(const char* name) {
  world_.count(name);
  world_.network().service.refuse_next_stream("no permission");
  soon_an_over();
}

void Script::lost_command(const char* name) {
  world_.count(name);
  world_.network().service.ignore_next_command();
  soon_an_over();
}

// Another session of the same account comes, and goes.
void Script::kicked(const char* name) {
  world_.count(name);
  Network& network = world_.network();
  const NodePtr other = network.make("gateway", {}, 40ms);
  other->on_notice = [](const zello::Effect&) {};
  other->on_audio = [](const zello::AudioPacket&) {};
  network.open(other);
  then(between(1s, 90s), [&network, other] { network.cut(other); });
  if (one_in(3)) then(between(30s, 40s), [this, name] { kicked(name); });
  soon_an_over();
}

void Script::too_many(const char* name) {
  world_.count(name);
  world_.fail_connects(1, {zello::TransportClosed::Stage::upgrade, 0, 429, "too many"});
  if (world_.link()) world_.network().cut(world_.link());
}

void Script::unreachable(const char* name) {
  world_.count(name);
  const auto stage = one_in(2) ? zello::TransportClosed::Stage::resolve : zello::TransportClosed::Stage::connect;
  world_.fail_connects(static_cast<int>(1 + random_() % 10), {stage, 0, 0, "unreachable"});
  if (world_.link()) world_.network().cut(world_.link());
  soon_an_over();
}

void Script::web_page(const char* name) {
  world_.count(name);
  world_.fail_connects(static_cast<int>(1 + random_() % 5), {zello::TransportClosed::Stage::upgrade, 0, 302, "moved"});
  if (world_.link()) world_.network().cut(world_.link());
}

void Script::certificate(const char* name) {
  world_.count(name);
  world_.fail_connects(static_cast<int>(1 + random_() % 3),
                       {zello::TransportClosed::Stage::tls, 0, 0, "expired", true});
  if (world_.link()) world_.network().cut(world_.link());
  if (one_in(2)) then(between(10s, 3min), [this] { world_.step_clock(72h); });
}

void Script::unable_to_verify(const char* name) {
  if (!world_.link()) return;
  world_.count(name);
  world_.act({simulator::Close{world_.link()->id, 3001, "unable to verify"}});
}

void Script::not_authorized(const char* name) {
  if (!world_.link()) return;
  world_.count(name);
  world_.act({simulator::Close{world_.link()->id, 3002, "not authorized"}});
}

void Script::logon_refused(const char* name) {
  world_.count(name);
  static const std::array<const char*, 3> words = {"not authorized", "internal server error", "kicked"};
  world_.network().service.refuse_next_logon(words.at(random_() % words.size()));
  if (one_in(2)) world_.network().service.forget_refresh_tokens();
  if (world_.link()) world_.network().cut(world_.link());
}

void Script::server_closed(const char* name) {
  world_.count(name);
  world_.act(world_.network().service.complain_to_all("server closed connection"));
  soon_an_over();
}

void Script::channel_offline(const char* name) {
  world_.count(name);
  soon_an_over();
  then(between(0ms, 10s), [this] {
    world_.network().service_ended_a_stream = world_.now();
    world_.act(world_.network().service.set_online("Rescue", false));
    then(between(100ms, 12min), [this] {
      world_.excuse_outage();
      world_.act(world_.network().service.set_online("Rescue", true));
    });
  });
}

void Script::channel_refused(const char* name) {
  world_.count(name);
  world_.network().service.refuse_channel("Rescue", true);
  if (world_.link()) world_.network().cut(world_.link());
  then(between(10s, 12min), [this] {
    world_.excuse_outage();
    world_.network().service.refuse_channel("Rescue", false);
    // Those who were sent away at the door come again.
    for (std::size_t i = 0; i < world_.people(); ++i) world_.person(i).lose_link();
  });
}

void Script::stream_ended(const char* name) {
  soon_an_over();
  then(between(1s, 8s), [this, name] {
    world_.count(name);
    world_.network().service_ended_a_stream = world_.now();
    world_.act(world_.network().service.end_stream("Rescue"));
  });
}

void Script::garbage_text(const char* name) {
  world_.count(name);
  static const std::array<const char*, 10> seeds = {
      "",
      "{",
      "null",
      "[]",
      R"({"seq":99999,"success":true})",
      R"({"command":"on_stream_stop","stream_id":4294967295})",
      R"({"command":"on_channel_status","channel":"Nobody's","status":"online"})",
      R"({"command":"on_stream_start"})",
      R"({"command":7,"seq":-1})",
      R"({"command":"on_error"})"};
  for (std::uint64_t i = 0; i < 1 + random_() % 20; ++i) {
    std::string text = seeds.at(random_() % seeds.size());
    if (one_in(2)) {
      for (std::uint64_t n = random_() % 60; n > 0; --n) text += static_cast<char>(random_());
    }
    then(between(0ms, 5s), [this, text] { world_.text_to_gateway(text); });
  }
  soon_an_over();
}

void Script::garbage_binary(const char* name) {
  world_.count(name);
  for (std::uint64_t i = 0; i < 1 + random_() % 20; ++i) {
    std::vector<std::uint8_t> bytes(random_() % 40);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_());
    if (!bytes.empty() && one_in(2)) bytes[0] = 1;
    then(between(0ms, 5s), [this, bytes] { world_.binary_to_gateway(bytes); });
  }
  soon_an_over();
}

void Script::packets_lost(const char* name) {
  world_.count(name);
  const std::uint64_t every = 2 + random_() % 20;
  world_.network().service.lose([every](std::uint64_t n) { return n % every == 1; });
  soon_an_over();
  person_over();
  then(between(5s, 5min), [this] { world_.network().service.lose({}); });
}

void Script::queue_full(const char* name) {
  world_.count(name);
  soon_an_over();
  world_.fill_queue(true);
  then(between(500ms, 45s), [this] { world_.fill_queue(false); });
}

}  // namespace zgw::simulation
