#include "radio/gpiod_names.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "base/text.hpp"

namespace zgw::radio {
namespace {

constexpr std::string_view prefix = "gpiochip";

bool is_chip_file(const std::string& name) {
  if (name.size() <= prefix.size() || name.compare(0, prefix.size(), prefix) != 0) return false;
  return std::all_of(name.begin() + prefix.size(), name.end(),
                     [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
}

std::string list_of(const std::vector<std::string>& paths, const std::vector<GpioChip>& chips) {
  if (paths.empty()) return "none";
  std::string list;
  for (const std::string& path : paths) {
    const auto known =
        std::find_if(chips.begin(), chips.end(), [&](const GpioChip& chip) { return chip.path == path; });
    list += (list.empty() ? "" : ", ") + path;
    if (known != chips.end()) list += " (" + base::printable(known->label) + ")";
  }
  return list;
}

}  // namespace

std::string to_string(const LineName& name) {
  const auto* offset = std::get_if<unsigned>(&name.line);
  return base::printable(name.chip) + ":" +
         (offset != nullptr ? std::to_string(*offset) : base::printable(std::get<std::string>(name.line)));
}

std::vector<std::string> gpio_chip_paths(const std::filesystem::path& dev) {
  std::vector<std::string> paths;
  std::error_code error;
  for (auto at = std::filesystem::directory_iterator(dev, error); !error && at != std::filesystem::directory_iterator();
       at.increment(error)) {
    if (is_chip_file(at->path().filename())) paths.push_back(at->path());
  }
  std::sort(paths.begin(), paths.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  return paths;
}

std::string find_gpio_chip(const std::string& name, const std::vector<std::string>& paths,
                           const std::vector<GpioChip>& chips) {
  for (const std::string& path : paths) {
    const std::string file = std::filesystem::path(path).filename();
    if (path == name || file == name || file == std::string(prefix) + name) return path;
  }
  for (const GpioChip& chip : chips) {
    if (chip.label == name) return chip.path;
  }
  throw std::runtime_error("no GPIO chip " + base::quoted(name) + "; chips here: " + list_of(paths, chips));
}

std::string gpio_missing(const LineName& name, std::size_t count, const std::vector<GpioChip>& chips) {
  std::string text =
      "GPIO line " + to_string(name) + ": the chip has no such line; it has " + std::to_string(count) + " lines";
  const auto* called = std::get_if<std::string>(&name.line);
  for (const GpioChip& chip : chips) {
    const bool has = std::any_of(chip.lines.begin(), chip.lines.end(),
                                 [&](const GpioLine& line) { return called != nullptr && line.name == *called; });
    if (has) text += "; " + chip.path + " (" + base::printable(chip.label) + ") has one of this name";
  }
  return text;
}

std::string gpio_failure(const LineName& name, const char* what, int error, const std::string& consumer) {
  std::string text =
      "GPIO line " + to_string(name) + ": cannot " + what + ": " + std::generic_category().message(error);
  if (error == EBUSY) text += consumer.empty() ? "; it is in use" : "; it is in use by " + base::quoted(consumer);
  if (error == EACCES || error == EPERM) text += "; the user running the gateway must be in the group gpio";
  return text;
}

}  // namespace zgw::radio
