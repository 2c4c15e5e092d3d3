// What has become of a sound card since it was last looked at.
//
// A card that was gone and is back between two looks has lost what it was given to play, so that its going is told all
// the same. One that stays away may do so for another reason than it went for, which is told, too. Thread: control.
// Errors: none.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "radio/sound_card.hpp"

namespace zgw::radio {

class CardWatch {
 public:
  enum class News { none, gone, other_reason, back, gone_and_back };

  News look(const CardStatus& status) {
    const bool came_back = std::exchange(reopened_, status.reopened) != status.reopened;
    const bool was_up = std::exchange(up_, status.up);
    if (was_up && status.up) return came_back ? News::gone_and_back : News::none;
    if (status.up) return News::back;
    const bool other = std::exchange(why_, status.last_error) != status.last_error;
    if (was_up) return News::gone;
    return other ? News::other_reason : News::none;
  }

  [[nodiscard]] bool up() const { return up_; }

 private:
  bool up_ = true;  // as it is at the start
  std::uint64_t reopened_ = 0;
  std::string why_;  // it is down
};

}  // namespace zgw::radio
