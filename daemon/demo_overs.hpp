// The demo's overs: what is said at one end of the gateway and heard at the other, judged from outside.
//
// An over is said once. Where it is damaged and the kernel says that the gateway or the demo was ready to run and had
// to wait for a core (simulator/core_watch.hpp), nothing is known of the gateway: it is said again, five times at most,
// and each time is a row of the table. On a machine with time for it every over counts.
//
// Thread: the io_context's; what was heard is compared on another, while the server answers. Errors: what did not cross
// is a row that says so.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <asio/io_context.hpp>

#include "audio/wav.hpp"
#include "daemon/demo_show.hpp"
#include "simulator/core_watch.hpp"
#include "simulator/journal_reader.hpp"
#include "simulator/simulated_radio.hpp"
#include "simulator/stage.hpp"

namespace zgw::daemon {

class DemoOvers {
 public:
  static constexpr base::SampleRate app_rate{16000};
  static constexpr base::SampleRate radio_rate = simulator::SimulatedRadio::rate;

  /// Times in the table are since `began`; recordings go into `directory`; `say` hears what happens.
  DemoOvers(asio::io_context& io, simulator::Stage& stage, std::filesystem::path directory, base::TimePoint began,
            std::function<void(const std::string&)> say);

  void radio_to_channel(simulator::Stage::Corner& corner, const char* words, const audio::Recording& said);
  void channel_to_radio(simulator::Stage::Corner& corner, const char* words, const audio::Recording& said);

  [[nodiscard]] const std::vector<Crossing>& crossings() const { return crossings_; }

 private:
  struct Told {
    Crossing crossing;
    std::string what;  ///< happened
  };

  void until_judged(const simulator::Stage::Corner& corner, const std::function<Told()>& say_it);
  Told heard_in_channel(simulator::Stage::Corner& corner, const audio::Recording& said);
  Told heard_on_air(simulator::Stage::Corner& corner, const audio::Recording& said);
  void settle(const simulator::Stage::Corner& corner);
  simulator::Fidelity judge(const audio::Recording& said, const audio::Recording& heard);
  [[nodiscard]] std::vector<simulator::JournalEvent> overs_on_air(const simulator::Stage::Corner& corner) const;
  void take_from_journal(const simulator::Stage::Corner& corner, std::size_t before, Crossing& crossing);

  asio::io_context& io_;
  simulator::Stage& stage_;
  std::filesystem::path directory_;
  base::TimePoint began_;
  std::function<void(const std::string&)> say_;
  std::vector<Crossing> crossings_;
};

}  // namespace zgw::daemon
