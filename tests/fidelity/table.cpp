// Prints the table of docs/audio.md, section "Nothing is lost, either way": `./run vox`. Nothing where a promise is
// broken.
#define DOCTEST_CONFIG_IMPLEMENT
#include <cstdio>
#include <exception>
#include <stdexcept>

#include <doctest/doctest.h>

#include "fidelity/judge.hpp"

namespace {

using namespace zgw;

void table() {
  std::puts(
      "| way | opened by | packets lost | overs | head | tail | gaps | silence | never came | counted | "
      "corrected | guessed | at an end |");
  std::puts("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
  const auto corpus = vox::every_voice();
  for (const fidelity::Case& one : fidelity::cases()) {
    const fidelity::Verdict verdict = fidelity::judge(one, corpus);
    const std::string name = fidelity::row_name(one);
    std::printf("%s%s\n", name.c_str(), fidelity::cells_of(one, verdict).c_str());
    std::fflush(stdout);
    if (const std::string broken = fidelity::broken_promise(one, verdict); !broken.empty())
      throw std::runtime_error(name + ' ' + broken);
  }
}

}  // namespace

int main() {
  doctest::Context context;  // the fakes of the ports check with doctest, and there is no test here
  context.setAsDefaultForAssertsOutOfTestCases();
  context.setAssertHandler([](const doctest::AssertData& failed) { throw std::runtime_error(failed.m_expr); });
  try {
    table();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fidelity: %s\n", error.what());
    return 1;
  }
}
