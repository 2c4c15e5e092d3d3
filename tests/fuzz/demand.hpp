// What a fuzz target demands of the code, checked in every kind of build.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace zgw::fuzz {

/// Ends the process, so that the input is kept, when `holds` is false.
inline void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "demanded: %s\n", what);
  std::abort();
}

}  // namespace zgw::fuzz
