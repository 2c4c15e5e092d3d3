// What stands around the PTT line of one radio and is optional: the read-back line, and the heartbeat.
// Thread: control. Errors: construction throws StartFailed; afterwards log and journal, and the radio's snapshot.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <asio/io_context.hpp>

#include "config/config.hpp"
#include "daemon/radio_unit.hpp"
#include "net/timer.hpp"
#include "observe/journal.hpp"
#include "observe/log.hpp"
#include "radio/gpiod_lines.hpp"
#include "radio/ptt_evidence.hpp"

namespace zgw::daemon {

class PttWatch {
 public:
  PttWatch(asio::io_context& io, std::string name, const config::Ptt& ptt, RadioUnit& radio, observe::Log& log,
           observe::Journal& journal);

  void start();

 private:
  void look();
  void beat();

  std::string name_;
  RadioUnit& radio_;
  observe::Log& log_;
  observe::Journal& journal_;
  base::Duration half_period_;
  std::unique_ptr<gateway::Cos> sense_;
  std::unique_ptr<radio::OutputLine> heart_;
  radio::ReadBack read_back_;
  radio::Heartbeat heartbeat_;
  bool shown_alarm_ = false;
  net::Timer look_timer_;
  net::Timer beat_timer_;
};

}  // namespace zgw::daemon
