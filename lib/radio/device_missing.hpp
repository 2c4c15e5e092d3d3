// A device that is not there and may be plugged in later, as against one that is named wrongly or refuses.
#pragma once

#include <stdexcept>

namespace zgw::radio {

class DeviceMissing : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What the first opening of a line does when its device is missing; later ones go on trying in any case.
enum class IfMissing { fail, wait };

}  // namespace zgw::radio
