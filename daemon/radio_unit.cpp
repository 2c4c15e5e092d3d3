#include "daemon/radio_unit.hpp"

#include <chrono>
#include <utility>

#include "daemon/cards.hpp"
#include "daemon/lines.hpp"
#include "radio/file_card.hpp"

namespace zgw::daemon {
namespace {

constexpr std::string_view file_radio = "file:";

std::unique_ptr<radio::FileCard> open_file_card(const config::Sound& sound) {
  if (sound.device.compare(0, file_radio.size(), file_radio) != 0) return nullptr;
  return std::make_unique<radio::FileCard>(radio::FileCardSettings{
      .directory = sound.device.substr(file_radio.size()), .rate = sound.rate, .period = sound.period});
}

}  // namespace

RadioUnit::RadioUnit(std::string name, const config::Radio& radio, radio::PttLine* guarded)
    : name_(std::move(name)),
      radio_(radio),
      file_card_(opened(name_, [&] { return open_file_card(radio.sound); })),
      line_(guarded == nullptr ? open_ptt(name_, radio, nullptr) : nullptr),
      ptt_(guarded != nullptr                                                             ? *guarded
           : file_card_ && radio.ptt.method == config::PttMethod::file && !radio.ptt.path ? file_card_->ptt_line()
                                                                                          : *line_) {}

RadioUnit::~RadioUnit() {
  if (card_) card_->stop();
}

void RadioUnit::open(Cards& cards, radio::IfMissing missing) {
  cos_port_ = kept_port(radio_.cos, radio_.sound);
  own_cos_ = open_cos(name_, radio_, missing, cos_port_.get());
  cos_ = own_cos_.get();
  if (!file_card_) {
    own_card_ = opened(name_, [&] { return cards.open(radio_.sound); });
    card_ = own_card_.get();
    return;
  }
  card_ = file_card_.get();
  if (radio_.cos.source == config::CosSource::file && cos_ == nullptr) cos_ = &file_card_->cos();
}

observe::RadioSnapshot RadioUnit::snapshot() const {
  const radio::CardStatus status = card_->status();
  observe::RadioSnapshot snapshot;
  snapshot.name = name_;
  snapshot.card_up = status.up;
  snapshot.realtime = status.realtime;
  snapshot.card_error = status.last_error;
  snapshot.captured = status.captured;
  snapshot.played = status.played;
  snapshot.ring_overflow = status.ring_overflow;
  snapshot.xruns = status.xruns;
  snapshot.rx_overruns = status.rx_overruns;
  snapshot.tx_underruns = status.tx_underruns;
  snapshot.reopened = status.reopened;
  snapshot.keyed = ptt_.maybe_keyed();
  snapshot.ptt_failing = ptt_.failing();
  snapshot.ptt_contradicted = ptt_contradicted_;
  snapshot.cos_readable = cos_readable_;
  snapshot.ptt_failures = ptt_.failures();
  snapshot.ptt_lapses = ptt_.lapses();
  return snapshot;
}

void RadioUnit::start() {
  card_->start([this] {
    loops_.fetch_add(1, std::memory_order_relaxed);
    ptt_.enforce(std::chrono::steady_clock::now());
  });
}

}  // namespace zgw::daemon
