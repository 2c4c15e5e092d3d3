#include "daemon/ptt_watch.hpp"

#include <chrono>
#include <utility>

#include "daemon/lines.hpp"

namespace zgw::daemon {
namespace {

constexpr std::chrono::milliseconds look_period{50};

base::Duration half_period(const config::Ptt& ptt) {
  return std::chrono::milliseconds(500) / (ptt.heartbeat ? ptt.heartbeat->rate : 1);
}

}  // namespace

PttWatch::PttWatch(asio::io_context& io, std::string name, const config::Ptt& ptt, RadioUnit& radio, observe::Log& log,
                   observe::Journal& journal)
    : name_(std::move(name)),
      radio_(radio),
      log_(log),
      journal_(journal),
      half_period_(half_period(ptt)),
      sense_(ptt.read_back ? open_read_back(name_, *ptt.read_back) : nullptr),
      heart_(ptt.heartbeat ? open_heartbeat(name_, *ptt.heartbeat) : nullptr),
      look_timer_(io, [this] { look(); }),
      beat_timer_(io, [this] { beat(); }) {}

void PttWatch::start() {
  if (sense_) look();
  if (heart_) beat();
}

void PttWatch::look() {
  look_timer_.after(look_period);
  read_back_.on_levels(radio_.ptt().maybe_keyed(), sense_->carrier(), std::chrono::steady_clock::now());
  if (read_back_.alarm() == shown_alarm_) return;
  shown_alarm_ = read_back_.alarm();
  radio_.note_read_back(shown_alarm_);
  constexpr const char* what = "the read-back line does not follow PTT";
  if (shown_alarm_) {
    log_.error("ALARM radio " + name_ + ": " + what);
  } else {
    log_.info("alarm over: radio " + name_ + ": " + what);
  }
  journal_.write(observe::Event("alarm").with("radio", name_).with("what", what).with("raised", shown_alarm_));
}

void PttWatch::beat() {
  beat_timer_.after(half_period_);
  const auto level = heartbeat_.tick(radio_.loops(), std::chrono::steady_clock::now());
  if (!level) return;
  const std::string key = name_ + "/heartbeat";
  if (heart_->set(*level)) {
    log_.forget(key);
  } else {
    log_.once(key, observe::Level::warning, "radio " + name_ + ": the heartbeat line cannot be set");
  }
}

}  // namespace zgw::daemon
