#include "audio/iir_filter.hpp"

#include <algorithm>
#include <cmath>

namespace zgw::audio {
namespace {

constexpr float forgotten = 1e-15F;

// Each lane's value moves to the next one; the last one's comes first.
Four moved_on(Four four) noexcept {
  return __builtin_shufflevector(four, four, 3, 0, 1, 2);
}

}  // namespace

IirFilter::IirFilter(std::span<const Biquad> sections) : groups_((sections.size() + lanes - 1) / lanes) {
  for (std::size_t i = 0; i < sections.size(); ++i) {
    Group& group = groups_[i / lanes];
    const std::size_t lane = i % lanes;
    group.b0[lane] = static_cast<float>(sections[i].b0);
    group.b1[lane] = static_cast<float>(sections[i].b1);
    group.b2[lane] = static_cast<float>(sections[i].b2);
    group.a1[lane] = static_cast<float>(sections[i].a1);
    group.a2[lane] = static_cast<float>(sections[i].a2);
  }
}

inline Four IirFilter::Group::step(Four in) noexcept {
  const Four out = b0 * in + first;
  first = b1 * in - a1 * out + second;
  second = b2 * in - a2 * out;
  return out;
}

inline Four IirFilter::Group::step(Four in, FourFlags active) noexcept {
  const Four first_before = first;
  const Four second_before = second;
  const Four out = step(in);
  first = active ? first : first_before;
  second = active ? second : second_before;
  return out;
}

void IirFilter::Group::run(std::span<float> pcm) noexcept {
  Group group = *this;  // in registers
  const std::size_t count = pcm.size();
  constexpr std::size_t behind = lanes - 1;  // the last lane is so many samples behind the first
  Four in{};
  const auto at_an_edge = [&](std::size_t step) {
    if (step < count) in[0] = pcm[step];
    FourFlags active{};
    for (std::size_t lane = 0; lane < lanes; ++lane) active[lane] = step >= lane && step - lane < count ? -1 : 0;
    in = moved_on(group.step(in, active));
    if (step >= behind) pcm[step - behind] = in[0];
  };
  for (std::size_t step = 0; step < behind; ++step) at_an_edge(step);
  for (std::size_t step = behind; step < count; ++step) {
    in[0] = pcm[step];
    in = moved_on(group.step(in));
    pcm[step - behind] = in[0];
  }
  for (std::size_t step = std::max(count, behind); step < count + behind; ++step) at_an_edge(step);
  first = group.first;
  second = group.second;
}

bool IirFilter::Group::tidy() noexcept {
  for (Four* state : {&first, &second}) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      if (!std::isfinite((*state)[lane])) return false;
      if (std::fabs((*state)[lane]) < forgotten) (*state)[lane] = 0;
    }
  }
  return true;
}

void IirFilter::process(std::span<float> pcm) noexcept {
  if (pcm.empty()) return;
  bool sound = true;
  for (Group& group : groups_) {
    group.run(pcm);
    sound = group.tidy() && sound;
  }
  if (sound) return;
  std::fill(pcm.begin(), pcm.end(), 0.0F);
  reset();
}

void IirFilter::reset() noexcept {
  for (Group& group : groups_) group.first = group.second = Four{};
}

}  // namespace zgw::audio
