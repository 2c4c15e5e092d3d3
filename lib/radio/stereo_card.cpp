#include "radio/stereo_card.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace zgw::radio {
namespace {

using base::SampleCount;

constexpr std::chrono::seconds most_kept{2};  // of captured audio that nobody reads

}  // namespace

class StereoCard::Half final : public SoundCard {
 public:
  Half(StereoCard& owner, const Gains& gains)
      : owner_(owner),
        rx_gain_(static_cast<float>(gains.rx.amplitude())),
        tx_gain_(static_cast<float>(gains.tx.amplitude())) {}

  [[nodiscard]] base::SampleRate rate() const override { return owner_.card_->rate(); }
  void start(AudioThreadHook hook) override {
    hook_ = std::move(hook);
    owner_.start_if_complete();
  }
  void stop() noexcept override { owner_.card_->stop(); }
  [[nodiscard]] int descriptor() const override { return announced_.descriptor(); }
  [[nodiscard]] CardStatus status() const override;
  [[nodiscard]] bool up() const noexcept override { return owner_.card_->up(); }
  [[nodiscard]] std::uint64_t faults() const noexcept override { return owner_.card_->faults(); }
  [[nodiscard]] SampleCount captured() const override { return owner_.card_->captured() / 2; }
  std::size_t read(std::span<float> out) override;
  [[nodiscard]] std::size_t wanted() const override;
  [[nodiscard]] std::size_t unplayed() const override { return waiting_.size() + static_cast<std::size_t>(in_card()); }
  [[nodiscard]] int periods_ahead() const override { return 5; }  // it is waited for with 3 1/4 left: frames_to_write()
  std::size_t write(std::span<const float> samples) override;
  [[nodiscard]] bool drained() const override { return unplayed() == 0; }
  void discard() override;

  // For the owner.
  [[nodiscard]] bool started() const { return hook_.has_value(); }
  /// Audio thread.
  void call_hook() const noexcept {
    if (*hook_) (*hook_)();
  }
  void announce() const noexcept { announced_.notify(); }
  void hear(std::span<const float> interleaved, std::size_t lane);
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  /// Puts what waits, as far as it goes, into every other sample.
  void take_into(std::span<float> interleaved, std::size_t lane, SampleCount from);
  void forget() { waiting_.clear(); }
  void end_by(SampleCount position) { end_ = std::min(end_, position); }
  /// Whether it had samples when frames were last written.
  [[nodiscard]] bool talks() const { return talks_; }

 private:
  [[nodiscard]] SampleCount in_card() const { return std::max<SampleCount>(0, end_ - owner_.played()); }

  StereoCard& owner_;
  float rx_gain_;
  float tx_gain_;
  std::optional<AudioThreadHook> hook_;
  Event announced_;
  std::vector<float> heard_;
  std::vector<float> waiting_;
  SampleCount end_ = 0;      // where its last sample lies among the frames given to the card
  SampleCount given_ = 0;    // samples of its own given to the card
  SampleCount dropped_ = 0;  // captured, and not read in time
  bool talks_ = false;
};

CardStatus StereoCard::Half::status() const {
  CardStatus status = owner_.card_->status();
  status.captured /= 2;
  status.played = given_ - in_card();
  status.ring_overflow = status.ring_overflow / 2 + dropped_;
  return status;
}

std::size_t StereoCard::Half::read(std::span<float> out) {
  announced_.clear();
  if (heard_.empty()) owner_.exchange();
  const std::size_t count = std::min(out.size(), heard_.size());
  std::copy_n(heard_.begin(), count, out.begin());
  heard_.erase(heard_.begin(), heard_.begin() + static_cast<std::ptrdiff_t>(count));
  return count;
}

void StereoCard::Half::hear(std::span<const float> interleaved, std::size_t lane) {
  const auto most = static_cast<std::size_t>(rate().samples(most_kept));
  for (std::size_t i = lane; i < interleaved.size(); i += 2) heard_.push_back(interleaved[i] * rx_gain_);
  if (heard_.size() <= most) return;
  dropped_ += static_cast<SampleCount>(heard_.size() - most);
  heard_.erase(heard_.begin(), heard_.end() - static_cast<std::ptrdiff_t>(most));
}

std::size_t StereoCard::Half::wanted() const {
  if (!owner_.card_->up()) return 0;
  // What the card wants and what it has are its working level; this side may hold less of it.
  const std::size_t level = (owner_.card_->wanted() + owner_.card_->unplayed()) / 2;
  return level - std::min(level, unplayed());
}

std::size_t StereoCard::Half::write(std::span<const float> samples) {
  if (!owner_.card_->up()) return 0;
  for (const float sample : samples) waiting_.push_back(sample * tx_gain_);
  return samples.size();
}

void StereoCard::Half::discard() {
  waiting_.clear();
  end_ = std::min(end_, owner_.played());
  talks_ = false;
  const auto& halves = owner_.halves_;
  const bool alone = std::all_of(halves.begin(), halves.end(), [](const auto& half) { return half->drained(); });
  if (!alone) return;
  owner_.card_->discard();
}

void StereoCard::Half::take_into(std::span<float> interleaved, std::size_t lane, SampleCount from) {
  const std::size_t count = std::min(interleaved.size() / 2, waiting_.size());
  for (std::size_t i = 0; i < count; ++i) interleaved[2 * i + lane] = waiting_[i];
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
  talks_ = count > 0;
  if (count > 0) end_ = from + static_cast<SampleCount>(count);
  given_ += static_cast<SampleCount>(count);
}

StereoCard::StereoCard(std::unique_ptr<SoundCard> card, SampleCount period, const std::array<Gains, 2>& gains)
    : card_(std::move(card)),
      period_(period),
      halves_{std::make_unique<Half>(*this, gains[left]), std::make_unique<Half>(*this, gains[right])} {}

StereoCard::~StereoCard() {
  card_->stop();  // its thread uses the halves
}

SoundCard& StereoCard::side(Side which) {
  return *halves_[which];
}

void StereoCard::start_if_complete() {
  if (!halves_[left]->started() || !halves_[right]->started()) return;
  card_->start([this] {
    for (const auto& half : halves_) half->call_hook();
    announce();
  });
}

// The card's thread goes round more often than it has something to say.
void StereoCard::announce() noexcept {
  const SampleCount captured = card_->captured();
  const bool up = card_->up();
  const std::uint64_t faults = card_->faults();
  if (captured == seen_ && up == seen_up_ && faults == seen_faults_) return;
  seen_ = captured;
  seen_faults_ = faults;
  seen_up_ = up;
  for (const auto& half : halves_) half->announce();
}

// Whoever has just been given what was heard answers before its answer is looked for.
void StereoCard::exchange() {
  if (!take_apart()) put_together();
}

bool StereoCard::take_apart() {
  bool any = false;
  interleaved_.resize(static_cast<std::size_t>(2 * period_));
  while (const std::size_t count = card_->read(interleaved_)) {
    for (const Side which : {left, right}) halves_[which]->hear(std::span(interleaved_).first(count), which);
    any = true;
  }
  return any;
}

void StereoCard::put_together() {
  if (!card_->up()) {
    for (const auto& half : halves_) half->forget();  // too old when the card is back
    return;
  }
  if (const std::size_t frames = frames_to_write(); frames > 0) write(frames);
}

// A side that is late is waited for while the card has three periods and a little: a period less than it says, because
// its word may be so old; a period that is played until the next look; and one that must be left then, or it pads.
std::size_t StereoCard::frames_to_write() const {
  const std::size_t room = card_->wanted() / 2;
  const std::size_t least = std::min(halves_[left]->waiting(), halves_[right]->waiting());
  if (least > 0) return std::min(room, least);
  for (const Side which : {left, right}) {
    const bool late = halves_[which]->waiting() == 0 && halves_[which]->talks();
    if (late && unplayed() > period_ * 13 / 4) return 0;
  }
  return std::min(room, std::max(halves_[left]->waiting(), halves_[right]->waiting()));
}

void StereoCard::write(std::size_t frames) {
  interleaved_.assign(2 * frames, 0);
  for (const Side which : {left, right}) halves_[which]->take_into(interleaved_, which, written_);
  written_ += static_cast<SampleCount>(card_->write(interleaved_)) / 2;
  for (const auto& half : halves_) half->end_by(written_);  // it may have gone at this moment
}

}  // namespace zgw::radio
