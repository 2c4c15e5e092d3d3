// Prints the table of docs/audio.md, section "Jitter, loss and clocks": hours of one over between two clocks.
#include <cstdio>
#include <exception>

#include "drift/hour.hpp"

namespace {

using namespace zgw;

double ms(base::Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

int table() {
  std::puts(
      "| sender's clock | mean jitter | packets that never come | reserve | card without samples | gaps heard | "
      "lost, as counted | largest step |");
  std::puts("|---|---|---|---|---|---|---|---|");
  for (const drift::Case& one : drift::cases()) {
    const drift::Result r = drift::play(one);
    std::printf("%s %.0f to %.0f ms | %.0f ms | %.0f ms | %llu of %llu | %.2f |\n", drift::row_name(one).c_str(),
                ms(r.least), ms(r.most), ms(r.dry), ms(r.quiet), static_cast<unsigned long long>(r.lost),
                static_cast<unsigned long long>(r.not_sent), r.step);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace

int main() {
  try {
    return table();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "drift: %s\n", error.what());
    return 1;
  }
}
