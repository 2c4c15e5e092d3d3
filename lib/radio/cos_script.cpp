#include "radio/cos_script.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <locale>
#include <sstream>
#include <stdexcept>

#include "base/text.hpp"

namespace zgw::radio {
namespace {

/// A day: what comes later is a slip of the pen.
constexpr double longest_script = 86400;

}  // namespace

CosScript::CosScript(std::string_view text, const std::string& name, base::SampleRate rate) {
  std::istringstream lines{std::string(text)};
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const auto fail = [&](const std::string& why) {
      std::string message = name + ":" + std::to_string(number) + ": ";
      throw std::runtime_error(message.append(why).append(": ").append(base::quoted(line)));
    };
    std::istringstream words(line.substr(0, line.find('#')));
    words.imbue(std::locale::classic());
    std::string word;
    if (!(words >> std::ws) || words.peek() == std::istringstream::traits_type::eof()) continue;
    double seconds = 0;
    std::string rest;
    if (!(words >> seconds >> word) || (words >> rest) || (word != "open" && word != "closed"))
      fail(R"(expected "<seconds> open" or "<seconds> closed")");
    if (!(seconds >= 0) || seconds > longest_script) fail("the time must be between 0 and 86400 seconds");
    const auto at = static_cast<base::SampleCount>(std::llround(seconds * rate.hz));
    if (!changes_.empty() && at < changes_.back().at) fail("the times must not go back");
    changes_.push_back({at, word == "open"});
  }
}

CosScript CosScript::from_file(const std::filesystem::path& path, base::SampleRate rate) {
  if (!std::filesystem::exists(path)) return {};
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file || !text) throw std::runtime_error("cannot read " + path.string());
  return {text.str(), path.string(), rate};
}

bool CosScript::open_at(base::SampleCount position) const noexcept {
  const auto later = std::upper_bound(changes_.begin(), changes_.end(), position,
                                      [](base::SampleCount at, const Change& change) { return at < change.at; });
  return later != changes_.begin() && std::prev(later)->open;
}

}  // namespace zgw::radio
