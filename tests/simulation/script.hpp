// What happens in a simulated world, at random from its seed: traffic as a channel has it (long silence, then a burst
// of overs both ways; a few per cent of the time) and something that goes wrong every ten minutes or so.
// Thread: one.
#pragma once

#include <string>
#include <vector>

#include "simulation/world.hpp"

namespace zgw::simulation {

class Script {
 public:
  explicit Script(World& world);

  /// Begins nothing any more; what has begun ends by itself.
  void stop() { stopped_ = true; }
  /// The kinds of faults, for whoever wants to know that each was there.
  [[nodiscard]] static std::size_t kinds();
  /// Makes one fault of a kind.
  void strike(std::size_t kind);

 private:
  struct Kind {
    const char* name;
    void (Script::*make)(const char* name);
  };
  static const std::vector<Kind>& all();

  // Traffic.
  void next_burst();
  void burst(int overs_left);
  void radio_over(base::Duration length);
  void person_over();

  // Faults.
  void next_fault();
  void at_a_step(const char* name);
  void cut_at_rest(const char* name);
  void silent_link(const char* name);
  void refused_stream(const char* name);
  void woodpecker(const char* name);
  void forbidden(const char* name);
  void lost_command(const char* name);
  void kicked(const char* name);
  void too_many(const char* name);
  void unreachable(const char* name);
  void web_page(const char* name);
  void certificate(const char* name);
  void unable_to_verify(const char* name);
  void not_authorized(const char* name);
  void logon_refused(const char* name);
  void server_closed(const char* name);
  void channel_offline(const char* name);
  void channel_refused(const char* name);
  void stream_ended(const char* name);
  void garbage_text(const char* name);
  void garbage_binary(const char* name);
  void packets_lost(const char* name);
  void queue_full(const char* name);
  void card_lost(const char* name);
  void ptt_broken(const char* name);
  void cos_stuck(const char* name);
  void cos_chatter(const char* name);
  void control_hangs(const char* name);
  void clock_steps(const char* name);
  void endless_talker(const char* name);
  void talker_pauses(const char* name);
  void talker_lost(const char* name);
  void broken_packets(const char* name);
  void crowd(const char* name);

  void chatter(int edges_left);
  void then(base::Duration after, std::function<void()> what) { world_.at(after, std::move(what)); }
  base::Duration between(base::Duration least, base::Duration most);
  base::Duration about(base::Duration mean);
  bool one_in(unsigned n) { return random_() % n == 0; }
  /// Has something to say soon, so that a fault of the protocol meets an over.
  void soon_an_over();

  World& world_;
  std::mt19937_64& random_;
  bool stopped_ = false;
  bool carrier_taken_ = false;
};

}  // namespace zgw::simulation
