// A carrier line read from a small text file, "1" or "0", for a simulated radio.
//
// The file's directory is watched rather than the file, so that a file replaced by rename is seen as well as one
// written in place. A missing, empty or strange file is an unreadable line: carrier() then says nothing.
//
// Thread: control. Real-time safe: no. Errors: construction throws std::system_error when the directory is missing.
#pragma once

#include <filesystem>
#include <optional>

#include "base/descriptor.hpp"
#include "gateway/ports.hpp"

namespace zgw::radio {

class FileCos final : public gateway::Cos {
 public:
  explicit FileCos(std::filesystem::path path);

  [[nodiscard]] int descriptor() const override { return watch_.get(); }
  std::optional<bool> carrier() override;

 private:
  std::filesystem::path path_;
  base::Descriptor watch_;
};

}  // namespace zgw::radio
