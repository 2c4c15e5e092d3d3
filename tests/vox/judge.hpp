// Runs the detector over the sounds as the bridge does, and counts what it did wrong.
//
// An opening covers the time from its pre-roll to its end. A word that is covered in part is chopped; an over whose
// first word begins before what is covered has a missed onset, which counts so and not as chopped; an opening that
// covers no word is false.
#pragma once

#include <string>
#include <vector>

#include "vox/sounds.hpp"

namespace zgw::vox {

struct Verdict {
  std::string kind;
  int sounds = 0;
  bool speech = false;
  int openings = 0;  ///< false ones
  int missed = 0;    ///< onsets
  int chopped = 0;   ///< words
  int words = 0;
  std::vector<double> latencies;  ///< from the onset to open, in milliseconds
};

/// Of one switch over the corpus, a verdict for each kind.
struct Judgement {
  std::vector<Verdict> fixed;
  std::vector<Verdict> automatic;
};

Judgement judge_all();

/// The table of the document.
std::string table_of(const Judgement& judgement);

}  // namespace zgw::vox
