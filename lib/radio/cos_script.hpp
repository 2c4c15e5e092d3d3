// The carrier of the file radio: a text of lines "<seconds> open" or "<seconds> closed", in order of time, where #
// begins a comment. Before the first line the carrier is closed. Thread: any. Real-time safe: open_at(). Errors:
// std::runtime_error with file:line.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.hpp"

namespace zgw::radio {

class CosScript {
 public:
  CosScript() = default;

  /// `name` is what messages call the text.
  CosScript(std::string_view text, const std::string& name, base::SampleRate rate);

  /// A missing file is an empty script: the carrier stays closed.
  static CosScript from_file(const std::filesystem::path& path, base::SampleRate rate);

  [[nodiscard]] bool open_at(base::SampleCount position) const noexcept;

 private:
  struct Change {
    base::SampleCount at;
    bool open;
  };
  std::vector<Change> changes_;
};

}  // namespace zgw::radio
