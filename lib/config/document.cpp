#include "config/document.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "base/text.hpp"

namespace zgw::config {
namespace {

constexpr std::size_t largest_text = std::size_t{1} << 20;
constexpr int deepest = 32;

// yaml-cpp recurses; a hostile text must not run it out of stack before it is looked at.
// Comments do not count, and dashes only where a line begins.
bool too_deep(std::string_view text) {
  int depth = 0;
  int indents = 0;
  bool line_begins = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '#' && (i == 0 || std::string_view(" \t\n").find(text[i - 1]) != std::string_view::npos)) {
      i = std::min(text.find('\n', i), text.size()) - 1;
      continue;
    }
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (c == '-' || c == '?' || c == ':') {
      if (line_begins) ++indents;
    } else if (c == '\n') {
      line_begins = true;
      indents = 0;
    } else if (c != ' ') {
      line_begins = false;
    }
    if (depth > deepest || (indents > deepest && text.substr(i + 1, 1) == " ")) return true;
  }
  return false;
}

// A document of a text: whether it says anything, and where.
class Document : public YAML::EventHandler {
 public:
  [[nodiscard]] bool says_something() const { return something_; }
  [[nodiscard]] const YAML::Mark& mark() const { return mark_; }

 private:
  void OnDocumentStart(const YAML::Mark& mark) override { mark_ = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override { found(mark); }
  void OnScalar(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                const std::string& /*value*/) override {
    found(mark);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                       YAML::EmitterStyle::value /*style*/) override {
    found(mark);
  }
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {
    found(mark);
  }
  void OnMapEnd() override {}

  void found(const YAML::Mark& mark) {
    if (!something_) mark_ = mark;
    something_ = true;
  }

  YAML::Mark mark_;
  bool something_ = false;
};

// Where a second document says something; YAML::LoadAll would find documents without end in a text like ",".
std::optional<YAML::Mark> second_document(const std::string& text) {
  constexpr int most = 8;
  std::istringstream in(text);
  YAML::Parser parser(in);
  for (int i = 0; i < most; ++i) {
    Document document;
    if (!parser.HandleNextDocument(document)) return std::nullopt;
    if (i > 0 && document.says_something()) return document.mark();
  }
  return std::nullopt;
}

// Where a tab stands in the indentation of the line at `mark`.
std::optional<YAML::Mark> tab_at(std::string_view text, const YAML::Mark& mark) {
  std::size_t begin = 0;
  for (int line = 0; line < mark.line && begin != std::string_view::npos; ++line) {
    begin = text.find('\n', begin);
    if (begin != std::string_view::npos) ++begin;
  }
  if (mark.is_null() || begin >= text.size()) return std::nullopt;
  const std::size_t tab = text.find_first_not_of(' ', begin);
  if (tab == std::string_view::npos || text[tab] != '\t') return std::nullopt;
  YAML::Mark place = mark;
  place.pos = static_cast<int>(tab);
  place.column = static_cast<int>(tab - begin);
  return place;
}

// What the parser found, and what is behind it most of the time. Behind a colon yaml-cpp shows what it read: that may
// be a piece of a secret.
std::pair<YAML::Mark, std::string> explained(std::string_view text, const YAML::Exception& error) {
  const std::string what = error.msg.substr(0, error.msg.find(':'));
  const bool unfinished = what == "end of map not found" || what == "end of sequence not found";
  const bool indented = unfinished || what == "illegal map value" || what == "illegal block entry" ||
                        what == "illegal tab when looking for indentation";
  const auto tab = indented ? tab_at(text, error.mark) : std::nullopt;
  if (tab) return {*tab, "a tab; YAML wants spaces for indentation"};
  const char* hint = unfinished ? "; is it indented like the line before, with one key a line?" : "";
  return {error.mark, "not YAML: " + base::printable(what) + hint};
}

}  // namespace

std::vector<std::string> in_order(std::vector<std::pair<YAML::Mark, std::string>> notes, const std::string& file) {
  std::stable_sort(notes.begin(), notes.end(), [](const auto& a, const auto& b) { return a.first.pos < b.first.pos; });
  std::vector<std::string> lines;
  std::set<std::string> said;
  for (const auto& [mark, text] : notes) {
    std::string place = file;
    if (!mark.is_null()) place += ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
    place += ": " + text;
    if (said.insert(place).second) lines.push_back(std::move(place));
  }
  return lines;
}

void read_document(std::string_view text, Notes& notes, const std::function<void(Section)>& read) {
  const auto refuse = [&](const std::string& what) { notes.errors.emplace_back(YAML::Mark::null_mark(), what); };
  if (text.size() > largest_text) return refuse("larger than 1 MiB; this is not a configuration");
  if (text.find('\0') != std::string_view::npos) return refuse("has NUL bytes in it; this is not a configuration");
  if (too_deep(text)) return refuse("is nested too deeply; this is not a configuration");
  try {
    const YAML::Node root = YAML::Load(std::string(text));
    if (!root.IsMap()) return refuse("is empty or not a map of sections; see the annotated example");
    if (const auto second = second_document(std::string(text))) {
      notes.errors.emplace_back(*second, "a second document begins here, behind ---; leave only one");
    }
    read(Section(notes, root, "", ""));
  } catch (const YAML::Exception& error) {
    notes.errors.push_back(explained(text, error));
  } catch (const std::exception&) {
    refuse("cannot be understood as YAML");
  }
}

}  // namespace zgw::config
