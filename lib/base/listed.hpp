// The names that there are, for messages about one that is not among them.
// Thread: any. Real-time safe: no. Errors: none.
#pragma once

#include <string>
#include <vector>

namespace zgw::base {

/// Each of `names` quoted, with commas between; after the twelfth an ellipsis. Of none: "none".
std::string listed(const std::vector<std::string>& names);

}  // namespace zgw::base
