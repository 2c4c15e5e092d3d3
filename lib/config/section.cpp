#include "config/section.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "config/values.hpp"

namespace zgw::config {
namespace {

// More than any configuration has, and little enough that aliases cannot multiply the work without bound.
constexpr std::size_t most_keys = 200;
constexpr std::size_t most_entries = 256;
constexpr std::size_t longest_text = 4096;
constexpr std::size_t longest_secret = std::size_t{64} * 1024;

// Of "password:secret", a key without a space behind its colon, only the key is shown.
std::string shown_key(const std::string& key) {
  const std::size_t colon = key.find(':');
  return colon == std::string::npos ? base::printable(key, 60) : base::printable(key.substr(0, colon), 60) + "…";
}

std::string join(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

std::string shown(std::chrono::milliseconds duration) {
  const auto count = duration.count();
  if (count % 60000 == 0 && count > 0) return std::to_string(count / 60000) + "m";
  if (count % 1000 == 0 && count > 0) return std::to_string(count / 1000) + "s";
  return std::to_string(count) + "ms";
}

std::string shown_size(int bytes) {
  return bytes % 1'000'000 == 0 ? std::to_string(bytes / 1'000'000) + "MB" : std::to_string(bytes / 1000) + "kB";
}

// Whether one changed, added or missing letter (or two swapped) makes one word of the other.
bool close_to(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  std::size_t i = 0;
  while (i < a.size() && a[i] == b[i]) ++i;
  if (a.size() != b.size()) return a.substr(i) == b.substr(i + 1);
  if (i == a.size() || a.substr(i + 1) == b.substr(i + 1)) return true;
  return i + 1 < a.size() && a[i] == b[i + 1] && a[i + 1] == b[i] && a.substr(i + 2) == b.substr(i + 2);
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

void Section::error(const std::string& key, const std::string& what) {
  if (!broken_) note(mark_of(key), key, what);
}

void Section::warning(const std::string& key, const std::string& what) {
  notes_->warnings.emplace_back(mark_of(key), join(path_, key) + ": " + what);
}

void Section::require(const std::string& key) {
  if (!has(key)) error(key, "is missing");
}

void Section::not_among(const std::string& key, const YAML::Node& node, const std::string& allowed) {
  note(node.Mark(), key, base::quoted(node.Scalar(), 60) + " is not known here; allowed: " + allowed);
}

void Section::out_of_range(const std::string& key, const std::string& allowed) {
  const auto node = find(key);
  error(key, (node ? base::quoted(node->Scalar(), 60) : "it") + " is out of range; allowed: " + allowed);
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
  }
}

void Section::text(const std::string& key, std::optional<std::string>& target) {
  std::string value;
  text(key, value);
  if (!value.empty()) target = value;
}

template <class T>
std::optional<T> Section::parsed(const std::string& key, base::Expected<T> (*parse)(std::string_view)) {
  const auto node = word(key);
  if (!node) return std::nullopt;
  auto value = parse(node->Scalar());
  if (!value) {
    note(node->Mark(), key, value.error().message);
    return std::nullopt;
  }
  return *value;
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
  }
}

void Section::duration(const std::string& key, Milliseconds& target, Milliseconds least, Milliseconds most) {
  const auto value = parsed(key, parse_duration);
  if (!value) return;
  if (*value < least || *value > most)
    return error(key, shown(*value) + " is out of range; allowed: " + shown(least) + " to " + shown(most));
  target = *value;
}

void Section::duration_or(const std::string& key, std::string_view word, std::optional<Milliseconds>& target,
                          Milliseconds least, Milliseconds most) {
  const auto node = find(key);
  if (node && node->IsScalar() && node->Scalar() == word) {
    target.reset();
    return;
  }
  constexpr Milliseconds none = Milliseconds::min();
  Milliseconds value = none;
  duration(key, value, least, most);
  if (value != none) target = value;
}

void Section::level(const std::string& key, base::Decibels& target, double least, double most) {
  const auto value = parsed(key, parse_level);
  if (!value) return;
  if (value->value < least || value->value > most) {
    return out_of_range(
        key, std::to_string(static_cast<int>(least)) + "dB to " + std::to_string(static_cast<int>(most)) + "dB");
  }
  target = *value;
}

void Section::rate(const std::string& key, base::SampleRate& target, std::initializer_list<int> allowed) {
  const auto value = parsed(key, parse_rate);
  if (!value) return;
  std::string list;
  for (const int hz : allowed) {
    if (value->hz == hz) {
      target = *value;
      return;
    }
    list += (list.empty() ? "" : ", ") + std::to_string(hz) + "Hz";
  }
  error(key, std::to_string(value->hz) + "Hz is not possible; allowed: " + list);
}

void Section::integer(const std::string& key, int& target, int least, int most) {
  const auto value = parsed(key, parse_number);
  if (!value) return;
  if (*value < least || *value > most || *value != static_cast<int>(*value)) {
    return out_of_range(key, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  target = static_cast<int>(*value);
}

void Section::bitrate(const std::string& key, int& target, int least, int most) {
  const auto value = parsed(key, parse_bitrate);
  if (!value) return;
  if (*value < least || *value > most) {
    return out_of_range(key, std::to_string(least / 1000) + "kbps to " + std::to_string(most / 1000) + "kbps");
  }
  target = *value;
}

void Section::size(const std::string& key, int& target, int least, int most) {
  const auto value = parsed(key, parse_size);
  if (!value) return;
  if (*value < least || *value > most) return out_of_range(key, shown_size(least) + " to " + shown_size(most));
  target = *value;
}

void Section::distance(const std::string& key, std::optional<double>& target, double least, double most) {
  const auto value = parsed(key, parse_distance);
  if (!value) return;
  if (*value < least || *value > most) {
    return out_of_range(
        key, std::to_string(static_cast<int>(least)) + "m to " + std::to_string(static_cast<int>(most / 1000)) + "km");
  }
  target = *value;
}

void Section::degrees(const std::string& key, double& target, double most) {
  const auto value = parsed(key, parse_number);
  if (!value) return;
  if (*value < -most || *value > most) {
    const std::string limit = std::to_string(static_cast<int>(most));
    return out_of_range(key, "degrees from -" + limit + " to " + limit);
  }
  target = *value;
}

void Section::percent(const std::string& key, int& target) {
  const auto value = parsed(key, parse_percent);
  if (!value) return;
  if (*value < 0 || *value > 100) return out_of_range(key, "0% to 100%");
  target = *value;
}

void Section::fraction(const std::string& key, double& target) {
  const auto value = parsed(key, parse_number);
  if (!value) return;
  if (*value < 0 || *value > 1) return out_of_range(key, "a number from 0 to 1");
  target = *value;
}

void Section::flag(const std::string& key, bool& target) {
  if (const auto value = parsed(key, parse_switch)) target = *value;
}

void Section::address_or_off(const std::string& key, std::optional<Address>& target) {
  const auto node = scalar(key);
  if (!node) return;
  if (node->Scalar() == "off") return target.reset();
  auto value = parse_address(node->Scalar());
  if (!value) return note(node->Mark(), key, value.error().message);
  target = std::move(*value);
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
      note(entry.first.Mark(), name, near == asked_.end() ? "unknown key" : "unknown key; did you mean " + *near + "?");
    }
  }
}

}  // namespace zgw::config
