// The voice switch on the whole corpus, and the table of it in docs/audio.md.
#include <algorithm>
#include <sstream>

#include <doctest/doctest.h>

#include "kept_table.hpp"
#include "vox/judge.hpp"

using namespace zgw;

namespace {

// A row without its latencies, which may differ by a period from one espeak-ng to the next.
std::string counts_of(const std::string& row) {
  std::istringstream cells(row);
  std::string counts;
  int column = 0;
  for (std::string cell; std::getline(cells, cell, '|'); ++column) {
    if (column != 6 && column != 10) counts += cell + "|";
  }
  return counts;
}

}  // namespace

TEST_CASE(
    "the automatic voice switch opens on every voice of the corpus in time, chops no word, and opens on nothing else") {
  const vox::Judgement judgement = vox::judge_all();
  REQUIRE(judgement.automatic.size() >= 15);
  for (const vox::Verdict& verdict : judgement.automatic) {
    CAPTURE(verdict.kind);
    CHECK(verdict.openings == 0);
    CHECK(verdict.missed == 0);
    CHECK(verdict.chopped == 0);
    if (!verdict.speech) continue;
    CHECK(verdict.latencies.size() == static_cast<std::size_t>(verdict.sounds));
    CHECK(*std::max_element(verdict.latencies.begin(), verdict.latencies.end()) <= 560);
  }
  for (const vox::Verdict& verdict : judgement.fixed) {
    CAPTURE(verdict.kind);
    CHECK(verdict.missed == 0);
    CHECK(verdict.chopped == 0);
    if (verdict.kind.find("CTCSS") != std::string::npos) CHECK(verdict.openings == 0);
    if (verdict.kind.find("offset") != std::string::npos) CHECK(verdict.openings == 0);
  }

  std::istringstream table(vox::table_of(judgement));
  const auto written = testing::kept_rows("docs/audio.md", "vox");
  const auto measured = testing::rows_of(table);
  REQUIRE(written.size() == measured.size());  // else: ./run vox
  for (std::size_t i = 0; i < written.size(); ++i) CHECK(counts_of(written[i]) == counts_of(measured[i]));
}
