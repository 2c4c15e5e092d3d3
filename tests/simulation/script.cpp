#include "simulation/script.hpp"

#include <cmath>

namespace zgw::simulation {

using base::Duration;
using namespace std::chrono_literals;

Script::Script(World& world) : world_(world), random_(world.random()) {
  next_burst();
  next_fault();
}

Duration Script::between(Duration least, Duration most) {
  return Duration(std::uniform_int_distribution<Duration::rep>(least.count(), most.count())(random_));
}

Duration Script::about(Duration mean) {
  const double share = std::exponential_distribution<double>(1.0)(random_);
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(mean) * share) + 1ms;
}

// ---- traffic --------------------------------------------------------------------------------------------------------

void Script::next_burst() {
  then(about(20min), [this] {
    if (stopped_) return;
    burst(static_cast<int>(1 + random_() % 10));
    next_burst();
  });
}

void Script::burst(int overs_left) {
  if (overs_left == 0 || stopped_) return;
  const Duration length = one_in(12) ? between(15s, 60s) : between(300ms, 9s);
  if (one_in(2)) {
    radio_over(length);
  } else {
    person_over();
  }
  then(one_in(5) ? between(50ms, 1s) : length + between(200ms, 6s), [this, overs_left] { burst(overs_left - 1); });
}

void Script::radio_over(Duration length) {
  if (std::exchange(carrier_taken_, true)) return;
  world_.cos(true);
  if (one_in(6)) {  // he fades for a moment
    const Duration gap = length / 2;
    then(gap, [this] { world_.cos(false); });
    then(gap + between(5ms, 400ms), [this] { world_.cos(true); });
    length += 500ms;
  }
  then(length, [this] {
    world_.cos(false);
    carrier_taken_ = false;
  });
}

void Script::person_over() {
  const int packets = static_cast<int>(one_in(12) ? 200 + random_() % 800 : 1 + random_() % 150);
  world_.person(random_() % world_.people()).talk(packets);
}

void Script::soon_an_over() {
  then(between(100ms, 5s), [this] {
    if (one_in(3)) person_over();
    radio_over(between(500ms, 8s));
  });
}

// ---- faults ---------------------------------------------------------------------------------------------------------

const std::vector<Script::Kind>& Script::all() {
  static const std::vector<Kind> kinds = {
      {"at a step of the protocol", &Script::at_a_step},
      {"at a step of the protocol", &Script::at_a_step},
      {"at a step of the protocol", &Script::at_a_step},
      {"at a step of the protocol", &Script::at_a_step},
      {"link cut", &Script::cut_at_rest},
      {"link silent", &Script::silent_link},
      {"stream refused", &Script::refused_stream},
      {"woodpecker prohibited", &Script::woodpecker},
      {"stream forbidden", &Script::forbidden},
      {"command unanswered", &Script::lost_command},
      {"kicked", &Script::kicked},
      {"HTTP 429", &Script::too_many},
      {"service unreachable", &Script::unreachable},
      {"captive portal", &Script::web_page},
      {"certificate does not verify", &Script::certificate},
      {"close code 3001", &Script::unable_to_verify},
      {"close code 3002", &Script::not_authorized},
      {"logon refused", &Script::logon_refused},
      {"server closed connection", &Script::server_closed},
      {"channel offline", &Script::channel_offline},
      {"channel refused", &Script::channel_refused},
      {"stream ended by the service", &Script::stream_ended},
      {"garbage text", &Script::garbage_text},
      {"garbage binary", &Script::garbage_binary},
      {"packets lost", &Script::packets_lost},
      {"send queue full", &Script::queue_full},
      {"sound card lost", &Script::card_lost},
      {"PTT line broken", &Script::ptt_broken},
      {"COS stuck", &Script::cos_stuck},
      {"COS chatter", &Script::cos_chatter},
      {"control thread hangs", &Script::control_hangs},
      {"wall clock steps", &Script::clock_steps},
      {"talker never stops", &Script::endless_talker},
      {"talker's packets stay away", &Script::talker_pauses},
      {"talker's link lost", &Script::talker_lost},
      {"broken packets", &Script::broken_packets},
      {"several talkers at once", &Script::crowd},
  };
  return kinds;
}

std::size_t Script::kinds() {
  return all().size();
}

void Script::strike(std::size_t kind) {
  const Kind& chosen = all().at(kind);
  (this->*chosen.make)(chosen.name);
}

void Script::next_fault() {
  then(about(10min), [this] {
    if (stopped_) return;
    strike(random_() % kinds());
    next_fault();
  });
}

void Script::card_lost(const char* name) {
  soon_an_over();
  then(between(0ms, 10s), [this, name] {
    world_.count(name);
    // Nobody need be told: without samples the bridge finds out by itself, after a lease.
    const bool brief = one_in(4);
    world_.set_card(false, brief || one_in(2));
    then(brief ? between(10ms, 400ms) : between(400ms, 1min), [this] { world_.set_card(true, true); });
  });
}

void Script::ptt_broken(const char* name) {
  person_over();
  then(between(0ms, 10s), [this, name] {
    world_.count(name);
    world_.break_ptt(true);
    then(between(100ms, 1min), [this] { world_.break_ptt(false); });
  });
}

void Script::cos_stuck(const char* name) {
  if (std::exchange(carrier_taken_, true)) return;
  world_.count(name);
  world_.cos(true);
  then(between(1min, 8min), [this] {
    world_.cos(false);
    carrier_taken_ = false;
  });
  then(between(1s, 1min), [this] { person_over(); });
}

void Script::cos_chatter(const char* name) {
  if (std::exchange(carrier_taken_, true)) return;
  world_.count(name);
  chatter(static_cast<int>(2 * (1 + random_() % 60)));
}

void Script::chatter(int edges_left) {
  world_.cos(edges_left % 2 == 1);
  if (edges_left == 0) {
    carrier_taken_ = false;
    return;
  }
  then(between(1ms, 600ms), [this, edges_left] { chatter(edges_left - 1); });
}

void Script::control_hangs(const char* name) {
  soon_an_over();
  if (one_in(2)) person_over();
  then(between(0ms, 10s), [this, name] {
    world_.count(name);
    world_.hang_control(between(50ms, 8s));
  });
}

void Script::clock_steps(const char* name) {
  world_.count(name);
  world_.step_clock(std::chrono::seconds(static_cast<std::int64_t>(random_() % 200000) - 100000));
}

void Script::endless_talker(const char* name) {
  world_.count(name);
  world_.person(random_() % world_.people()).talk(5000);  // 5 minutes
  for (int i = 1; i < 5; ++i) then(i * 1min, [this] { person_over(); });
}

void Script::talker_pauses(const char* name) {
  world_.count(name);
  world_.person(random_() % world_.people()).talk(80, static_cast<int>(1 + random_() % 70), between(200ms, 6s));
}

void Script::talker_lost(const char* name) {
  world_.count(name);
  Person& person = world_.person(1 + random_() % (world_.people() - 1));
  person.talk(100);
  then(between(200ms, 5s), [&person] { person.lose_link(); });
}

void Script::broken_packets(const char* name) {
  world_.count(name);
  world_.person(random_() % world_.people()).talk(60, -1, {}, static_cast<int>(random_() % 50));
}

void Script::crowd(const char* name) {
  world_.count(name);
  for (std::size_t i = 0; i < world_.people(); ++i) {
    world_.person(i).talk(static_cast<int>(10 + random_() % 80));
    then(between(1s, 20s), [this, i] { world_.person(i).talk(static_cast<int>(10 + random_() % 80)); });
  }
  soon_an_over();
}

}  // namespace zgw::simulation
