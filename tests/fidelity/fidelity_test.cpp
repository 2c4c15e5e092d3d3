// A part of the corpus through the bridge, both ways, and the table of all of it in docs/audio.md.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "fidelity/judge.hpp"
#include "kept_table.hpp"

using namespace zgw;
using fidelity::Case;
using fidelity::Verdict;

namespace {

std::vector<vox::Speech> few() {
  auto corpus = vox::every_voice(4);
  std::vector<vox::Speech> some;
  for (const std::size_t i : {std::size_t{5}, std::size_t{14}}) some.push_back(std::move(corpus.at(i)));
  return some;
}

}  // namespace

TEST_CASE("with no packet lost every opener brings the whole over, to the sample, either way") {
  const auto corpus = few();
  for (const Case& one : fidelity::cases()) {
    if (one.loss_percent > 0) continue;
    CAPTURE(fidelity::row_name(one));
    const Verdict verdict = fidelity::judge(one, corpus);
    CHECK(fidelity::broken_promise(one, verdict).empty());
    CHECK(verdict.head.count() == 0);
    CHECK(verdict.tail.count() == 0);
    CHECK(verdict.gaps.count() == 0);
    CHECK(verdict.exact == verdict.overs);
    CHECK(verdict.correlation > 0.4);
    CHECK(verdict.counted == 0);
  }
}

TEST_CASE("of 5 % of the packets each one that is missing is counted and made up in full, either way") {
  const auto corpus = few();
  for (Case one : fidelity::cases()) {
    if (one.loss_percent == 0) continue;
    one.rounds = 3;
    CAPTURE(fidelity::row_name(one));
    const Verdict verdict = fidelity::judge(one, corpus);
    CHECK(fidelity::broken_promise(one, verdict).empty());
    CHECK(verdict.lost > 5);
    CHECK(verdict.counted == verdict.lost);
    CHECK(verdict.corrected > verdict.lost / 2);
    CHECK(verdict.dry.count() == 0);
  }
}

TEST_CASE("docs/audio.md has a row for each way of the corpus, and where no packet is lost nothing is missing") {
  const auto rows = testing::kept_rows("docs/audio.md", "fidelity");
  const std::vector<Case> cases = fidelity::cases();
  REQUIRE(rows.size() == 1 + cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::string whole = cases[i].loss_percent == 0 ? " 24 | 0 ms | 0 ms | 0 ms |" : "";
    CAPTURE(rows[i + 1]);
    CHECK(rows[i + 1].rfind(fidelity::row_name(cases[i]) + whole, 0) == 0);
  }
}
