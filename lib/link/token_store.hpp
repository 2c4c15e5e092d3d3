// A TokenFile that is written without anybody waiting for the disk.
//
// Theory of operation: a memory card can take seconds to flush, and the control thread renews the leases that keep
// transmitters keyed. So save() leaves the token with a thread of its own, which ends when nothing is left to write; of
// several tokens that wait, the latest is written. Nobody waits for the thread, at the end of the process neither: what
// is not written then is not kept, and the file is whole in any case.
//
// Thread: control; the writing thread touches the file alone. Errors: trouble().
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "link/token_file.hpp"

namespace zgw::link {

class TokenStore {
 public:
  explicit TokenStore(TokenFile file);

  /// Blocks; before the first save().
  [[nodiscard]] base::Expected<std::optional<std::string>> load() const;
  void save(std::optional<std::string> token);
  /// What went wrong with the last write, told once.
  std::optional<base::Error> trouble();
  /// Waits until nothing is left to write.
  void flush();

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace zgw::link
