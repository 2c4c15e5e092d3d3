// A stranger's words told apart by their beginning, so that each kind is logged once: a bounded number of kinds, as he
// could make up ever new ones. Thread: any one at a time. Errors: none. Bounds: `most` kinds of 40 bytes.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace zgw::observe {

class Kinds {
 public:
  explicit Kinds(std::size_t most) : most_(most) {}

  /// The first 40 bytes; empty for whatever is of one kind more than there may be.
  std::string of(std::string_view words) {
    std::string kind(words.substr(0, 40));
    if (known_.size() < most_) known_.insert(kind);
    return known_.count(kind) > 0 ? kind : std::string();
  }

 private:
  std::size_t most_;
  std::set<std::string> known_;
};

}  // namespace zgw::observe
