// A map of the YAML document while it is read: every key is asked for by name, what nobody asked for is unknown.
//
// Reading never stops at an error: it is noted with its place, and the target keeps its default. done() reports unknown
// and duplicate keys. An absent section reads as an empty one. Internal to lib/config. Thread: any one at a time.
// Errors: collected in Notes.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "base/expected.hpp"
#include "base/units.hpp"
#include "config/config.hpp"
#include "config/secret.hpp"

namespace zgw::config {

/// What was found wrong or doubtful, and every key that was ever asked for.
struct Notes {
  std::string file;
  std::vector<std::pair<YAML::Mark, std::string>> errors;
  std::vector<std::pair<YAML::Mark, std::string>> warnings;
  std::set<std::string> known_keys;           ///< paths, with * for the names users choose
  std::map<std::string, std::string> ranges;  ///< by such a path: "0ms to 5s"
};

class Section {
 public:
  using Milliseconds = std::chrono::milliseconds;

  /// `path`: as an error shows it; `pattern`: the same with * for names that users choose; `above`: the place that
  /// stands for a section that is absent or empty.
  Section(Notes& notes, const YAML::Node& node, std::string path, std::string pattern,
          const YAML::Mark& above = YAML::Mark::null_mark());

  [[nodiscard]] bool has(const std::string& key) { return find(key).has_value(); }
  Section section(const std::string& key);
  /// A section in whose place `off` may stand; `on`: whether it is there.
  Section section_or_off(const std::string& key, bool& on);
  /// Each entry of a map of named things.
  void each(const std::string& key, const std::function<void(const std::string& name, Section)>& read);
  /// Each element of a list of maps; the list must have one.
  void each_of_list(const std::string& key, const std::function<void(Section)>& read);

  void text(const std::string& key, std::string& target);
  void text(const std::string& key, std::optional<std::string>& target);
  /// A list of names.
  void names(const std::string& key, std::optional<std::set<std::string>>& target);
  void duration(const std::string& key, Milliseconds& target, Milliseconds least, Milliseconds most);
  /// As duration(), or the word that stands for nothing.
  void duration_or(const std::string& key, std::string_view word, std::optional<Milliseconds>& target,
                   Milliseconds least, Milliseconds most);
  /// One of a few.
  void duration_of(const std::string& key, Milliseconds& target, std::initializer_list<Milliseconds> allowed);
  void level(const std::string& key, base::Decibels& target, int least, int most);
  /// As level(), or a word; `is`: whether it stands there.
  void level_or(const std::string& key, std::string_view word, bool& is, base::Decibels& target, int least, int most);
  /// As level(), or the word off, which stands for nothing.
  void level_or_off(const std::string& key, std::optional<base::Decibels>& target, int least, int most);
  void rate(const std::string& key, base::SampleRate& target, std::initializer_list<int> allowed);
  /// A pitch, to the hertz.
  void pitch(const std::string& key, int& target, int least, int most);
  /// In hertz, or the word that stands for nothing.
  void frequency_or(const std::string& key, std::string_view word, std::optional<double>& target, double least,
                    double most);
  void speed(const std::string& key, int& target, int least, int most);
  void bitrate(const std::string& key, int& target, int least, int most);
  void size(const std::string& key, int& target, int least, int most);
  /// In metres.
  void distance(const std::string& key, std::optional<double>& target, int least, int most);
  void degrees(const std::string& key, double& target, int most);
  void percent(const std::string& key, int& target);
  void integer(const std::string& key, int& target, int least, int most);
  void fraction(const std::string& key, double& target);
  void flag(const std::string& key, bool& target);
  /// An IP address and a port, or the word off, which stands for nothing.
  void address_or_off(const std::string& key, std::optional<Address>& target);
  void secret(const std::string& key, std::optional<Secret>& target);

  /// Whether the key is absent or understood: what depends on it can be judged.
  template <class Enum, std::size_t N>
  bool choice(const std::string& key, Enum& target, const std::array<std::pair<std::string_view, Enum>, N>& words) {
    const auto node = word(key);
    if (!node) return !has(key);
    std::string allowed;
    for (const auto& [name, value] : words) {
      if (node->Scalar() == name) {
        target = value;
        return true;
      }
      allowed += (allowed.empty() ? "" : ", ") + std::string(name);
    }
    not_among(key, *node, allowed);
    return false;
  }

  /// Notes an error at the key, or at the section where the key is absent. Silent where the section is none.
  void error(const std::string& key, const std::string& what);
  void warning(const std::string& key, const std::string& what);
  /// A key that does nothing as things are is a warning where it is written; `why`: what it goes with.
  void unused(const std::string& key, const std::string& why);
  void require(const std::string& key);

  void done();

 private:
  std::optional<YAML::Node> find(const std::string& key);
  std::optional<YAML::Node> scalar(const std::string& key);
  /// A scalar of one word: more is not shown, it may be a neighbouring line, a password for instance.
  std::optional<YAML::Node> word(const std::string& key);
  [[nodiscard]] YAML::Mark mark_of(const std::string& key);
  void note(const YAML::Mark& mark, const std::string& key, const std::string& what);
  /// A range in words; `before`: what else is to be known of it.
  struct Range {
    std::string least;
    std::string most;
    std::string before = {};
  };
  void note_range(const std::string& key, const Range& range);
  void check_quotes(const std::string& key, const YAML::Node& node);
  void not_possible(const std::string& key, const std::string& allowed);
  /// What stands at the key, for a message.
  std::string found(const std::string& key);
  void not_among(const std::string& key, const YAML::Node& node, const std::string& allowed);
  template <class T>
  std::optional<T> parsed(const std::string& key, base::Expected<T> (*parse)(std::string_view),
                          const std::string& allowed);
  template <class T>
  std::optional<T> within(const std::string& key, base::Expected<T> (*parse)(std::string_view), const T& least,
                          const T& most, const Range& range);

  Notes* notes_;
  YAML::Node node_;
  std::string path_;
  std::string pattern_;
  YAML::Mark place_;
  bool broken_ = false;          ///< not a section: said once, and nothing about its keys
  bool has_secrets_ = false;     ///< keys that are no keys may be pieces of one
  bool secret_refused_ = false;  ///< even more so
  std::set<std::string> asked_;
  std::map<std::string, YAML::Mark> key_marks_;
};

}  // namespace zgw::config
