// The USB port at which a device was when it was first opened, for one whose name may be another's later.
//
// Theory of operation: Linux gives a name that has become free to the next device that fits. One of two fobs that are
// alike is pulled out, the other one drops off USB for a moment and is "Device" from then on: whoever opens "Device"
// again has the wrong radio. What tells them apart is where they are plugged in. So the first look is remembered, and a
// later one somewhere else is refused. A device that was not on USB then is not told apart by this: whatever has its
// name is let in.
//
// Thread: any. Real-time safe: no; check() is called where a device is opened. Errors: check() throws
// std::runtime_error with words for the operator, which are kept for those who cannot log where they open.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace zgw::radio {

class KeptPort {
 public:
  /// `what`: the device, for messages: "sound card hw:CARD=Device".
  explicit KeptPort(std::string what) : what_(std::move(what)) {}

  /// `port`: where the device that has the name now is, "1-1.2"; empty where that is not on USB.
  void check(const std::string& port);

  /// Why a device was refused last; empty where none ever was.
  [[nodiscard]] std::string refusal() const;
  /// The same, once, and only while the device is away; empty where nothing is new.
  std::string take_refusal() noexcept;

 private:
  std::string what_;
  mutable std::mutex mutex_;
  std::optional<std::string> first_;
  std::string refusal_;
  bool refuses_ = false;
  std::string news_;
};

}  // namespace zgw::radio
