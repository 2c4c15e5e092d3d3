#include "config/section.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "config/wording.hpp"

namespace zgw::config {
namespace {

// More than any configuration has, and little enough that aliases cannot multiply the work without bound.
constexpr std::size_t most_keys = 200;
constexpr std::size_t most_entries = 256;
constexpr std::size_t longest_text = 4096;
constexpr std::size_t longest_secret = std::size_t{64} * 1024;

std::string join(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

}  // namespace

Section::Section(Notes& notes, const YAML::Node& node, std::string path, std::string pattern, const YAML::Mark& above)
    : notes_(&notes), node_(node), path_(std::move(path)), pattern_(std::move(pattern)), place_(above) {
  if (!node_.IsDefined() || node_.IsNull()) return;
  place_ = node_.Mark();
  broken_ = !node_.IsMap() || node_.size() > most_keys;
  if (!broken_) return;
  notes_->errors.emplace_back(place_, (path_.empty() ? "" : path_ + ": ") +
                                          (node_.IsMap() ? "has more keys than any configuration"
                                                         : "not a section; write its keys below it, indented"));
}

std::optional<YAML::Node> Section::find(const std::string& key) {
  asked_.insert(key);
  notes_->known_keys.insert(join(pattern_, key));
  if (broken_ || !node_.IsDefined() || !node_.IsMap()) return std::nullopt;
  for (const auto& entry : node_) {
    if (!entry.first.IsScalar() || entry.first.Scalar() != key) continue;
    key_marks_[key] = entry.first.Mark();
    return entry.second;
  }
  return std::nullopt;
}

std::optional<YAML::Node> Section::scalar(const std::string& key) {
  auto node = find(key);
  if (node && !node->IsScalar()) {
    note(mark_of(key), key, node->IsNull() ? "is empty" : "a single value belongs here");
    return std::nullopt;
  }
  return node;
}

std::optional<YAML::Node> Section::word(const std::string& key) {
  auto node = scalar(key);
  if (node && node->Scalar().find_first_of(" \t\r\n:") != std::string::npos) {
    note(node->Mark(), key, "has a space or a colon in it; write one word, and do not indent the next line further");
    return std::nullopt;
  }
  return node;
}

YAML::Mark Section::mark_of(const std::string& key) {
  const auto node = find(key);
  if (!node) return place_;
  return node->IsNull() ? key_marks_.at(key) : node->Mark();
}

void Section::note(const YAML::Mark& mark, const std::string& key, const std::string& what) {
  notes_->errors.emplace_back(mark, join(path_, key) + ": " + what);
}

void Section::note_range(const std::string& key, const Range& range) {
  notes_->ranges[join(pattern_, key)] = range.least + " to " + range.most;
}

void Section::error(const std::string& key, const std::string& what) {
  if (!broken_) note(mark_of(key), key, what);
}

void Section::warning(const std::string& key, const std::string& what) {
  notes_->warnings.emplace_back(mark_of(key), join(path_, key) + ": " + what);
}

void Section::unused(const std::string& key, const std::string& why) {
  if (has(key)) warning(key, "is not used; it goes with " + why);
}

void Section::require(const std::string& key) {
  if (!has(key)) error(key, "is missing");
}

void Section::not_among(const std::string& key, const YAML::Node& node, const std::string& allowed) {
  note(node.Mark(), key, base::quoted(node.Scalar(), 60) + " is not known here; allowed: " + allowed);
}

void Section::not_possible(const std::string& key, const std::string& allowed) {
  error(key, found(key) + " is not possible; allowed: " + allowed);
}

std::string Section::found(const std::string& key) {
  const auto node = find(key);
  return node && node->IsScalar() ? base::quoted(node->Scalar(), 60) : "it";
}

// To YAML they are letters. Who means them puts plain ones round them: then there is a tag.
void Section::check_quotes(const std::string& key, const YAML::Node& node) {
  if (node.Tag() == "!" || !has_typographic_quotes(node.Scalar())) return;
  warning(key, "has typographic quotes, which are part of the value; where they are meant, put plain quotes round it");
}

Section Section::section(const std::string& key) {
  const auto node = find(key).value_or(YAML::Node(YAML::NodeType::Undefined));
  return {*notes_, node, join(path_, key), join(pattern_, key), mark_of(key)};
}

Section Section::section_or_off(const std::string& key, bool& on) {
  const auto node = find(key);
  on = node && !node->IsNull() && !(node->IsScalar() && node->Scalar() == "off");
  if (on) return section(key);
  return {*notes_, YAML::Node(YAML::NodeType::Undefined), join(path_, key), join(pattern_, key), mark_of(key)};
}

void Section::each(const std::string& key, const std::function<void(const std::string&, Section)>& read) {
  const auto node = find(key);
  if (!node || node->IsNull()) return;
  if (!node->IsMap()) return note(node->Mark(), key, "give each entry a name and its keys below it");
  if (node->size() > most_entries) return note(node->Mark(), key, "has more than 256 entries");
  std::set<std::string> names;
  for (const auto& entry : *node) {
    const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : "";
    const std::string shown_name = shown_key(name);
    if (name.empty() || !names.insert(name).second) {
      note(entry.first.Mark(), join(key, shown_name), name.empty() ? "a name is missing" : "stands here twice");
      continue;
    }
    const std::string below = join(key, shown_name);
    read(name, {*notes_, entry.second, join(path_, below), join(pattern_, join(key, "*")), entry.first.Mark()});
  }
}

void Section::each_of_list(const std::string& key, const std::function<void(Section)>& read) {
  const auto node = find(key);
  if (!node) return;
  if (node->IsNull() || (node->IsSequence() && node->size() == 0)) return error(key, "is empty");
  if (!node->IsSequence()) return note(node->Mark(), key, "a list belongs here: begin each entry with a dash");
  if (node->size() > most_entries) return note(node->Mark(), key, "has more than 256 entries");
  int index = 0;
  for (const auto& entry : *node) {
    const std::string below = key + "[" + std::to_string(index++) + "]";
    read({*notes_, entry, join(path_, below), join(pattern_, key + "[]"), entry.Mark()});
  }
}

void Section::text(const std::string& key, std::string& target) {
  if (const auto node = scalar(key)) {
    if (node->Scalar().empty()) return note(node->Mark(), key, "is empty");
    if (node->Scalar().size() > longest_text) return note(node->Mark(), key, "is longer than 4096 bytes");
    if (node->Scalar().find('\0') != std::string::npos) return note(node->Mark(), key, "has a NUL byte in it");
    target = node->Scalar();
    check_quotes(key, *node);
  }
}

void Section::text(const std::string& key, std::optional<std::string>& target) {
  std::string value;
  text(key, value);
  if (!value.empty()) target = value;
}

void Section::names(const std::string& key, std::optional<std::set<std::string>>& target) {
  const auto node = find(key);
  if (!node) return;
  if (!node->IsSequence()) return note(mark_of(key), key, "a list of names belongs here: [alice, bob]");
  if (node->size() > most_entries) return note(node->Mark(), key, "has more than 256 entries");
  target.emplace();
  for (const auto& entry : *node) {
    if (!entry.IsScalar() || entry.Scalar().empty() || entry.Scalar().size() > longest_text) {
      note(entry.Mark(), key, "each entry is a name");
    } else if (!target->insert(entry.Scalar()).second) {
      note(entry.Mark(), key, base::quoted(entry.Scalar(), 60) + " stands here twice");
    }
    if (entry.IsScalar()) check_quotes(key, entry);
  }
}

void Section::secret(const std::string& key, std::optional<Secret>& target) {
  has_secrets_ = true;
  const auto node = find(key);
  if (!node) return;
  constexpr std::array<std::pair<const char*, Secret::Source>, 4> sources = {
      {{"file", Secret::Source::file},
       {"env", Secret::Source::env},
       {"credential", Secret::Source::credential},
       {"value", Secret::Source::value}}};
  if (node->IsMap() && node->size() == 1) {
    const auto entry = *node->begin();
    for (const auto& [name, source] : sources) {
      if (entry.first.IsScalar() && entry.first.Scalar() == name && entry.second.IsScalar() &&
          !entry.second.Scalar().empty() && entry.second.Scalar().size() <= longest_secret) {
        target = Secret(source, entry.second.Scalar());
        if (const std::string concern = target->concern(); !concern.empty()) warning(key, concern);
        if (source != Secret::Source::value) check_quotes(key, entry.second);  // else it tells of the secret
        return;
      }
    }
  }
  secret_refused_ = true;
  note(mark_of(key), key,
       "a secret is written {file: PATH}, {env: NAME} or {credential: NAME}");  // never what was found
}

void Section::done() {
  if (broken_ || !node_.IsDefined() || !node_.IsMap()) return;
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    const bool unknown = asked_.count(key) == 0;
    const auto near =
        std::find_if(asked_.begin(), asked_.end(), [&](const auto& known) { return close_to(known, key); });
    // `password: correct, horse` in braces makes a key of "horse".
    const bool shown =
        !unknown || near != asked_.end() || !(secret_refused_ || (has_secrets_ && entry.second.IsNull()));
    const std::string name = shown ? shown_key(key) : "…";
    if (!seen.insert(key).second) {
      note(entry.first.Mark(), name, "stands here twice");
    } else if (unknown) {
      note(
          entry.first.Mark(), name,
          "unknown key; " + (near == asked_.end() ? "known here: " + in_a_row(asked_) : "did you mean " + *near + "?"));
    }
  }
}

}  // namespace zgw::config
