// Prints the table of docs/audio.md: `./run vox`.
#include <cstdio>
#include <exception>

#include "vox/judge.hpp"

int main() {
  try {
    std::fputs(zgw::vox::table_of(zgw::vox::judge_all()).c_str(), stdout);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "vox: %s\n", error.what());
    return 1;
  }
}
