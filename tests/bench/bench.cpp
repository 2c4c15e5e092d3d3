// What the gateway costs and how fast it is: the real process, measured from outside.
//
//   bench [--quick] [--json FILE] [--folder FOLDER] [FAMILY…]
//   bench bare rx|tx FILE [paced]     the loop that it is measured against
//
// `./run bench` builds, runs and compares; docs/performance.md says what each figure means.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <exception>
#include <fstream>
#include <stdexcept>

#include <json/json.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp is POSIX

#include "bench/bare.hpp"
#include "bench/figure.hpp"

namespace zgw::bench {

const std::vector<Family>& families() {
  static const std::vector<Family> all{{"cost", measure_cost},       {"cpu", measure_cpu},
                                       {"idle", measure_idle},       {"memory", measure_memory},
                                       {"scale", measure_scale},     {"onset", measure_onset},
                                       {"latency", measure_latency}, {"allocation", measure_allocation},
                                       {"start", measure_start}};
  return all;
}

double quantile(std::vector<double> values, double share) {
  if (values.empty()) throw std::runtime_error("nothing was measured");
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(std::lround(share * static_cast<double>(values.size() - 1)))];
}

namespace {

struct Arguments {
  Options options;
  std::string json;
  std::vector<std::string> wanted;
};

Arguments read(const std::vector<std::string>& words) {
  Arguments arguments;
  Options& options = arguments.options;
  options.gateway = ZGW_GATEWAY;
  options.alsa_plugin = ZGW_ALSA_PLUGIN;
  options.allocation_counter = ZGW_ALLOCATION_COUNTER;
  options.self = std::filesystem::read_symlink("/proc/self/exe");
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto value = [&] {
      return i + 1 < words.size() ? words[++i] : throw std::runtime_error(words[i] + " what?");
    };
    if (words[i] == "--quick") {
      options.quick = true;
    } else if (words[i] == "--json") {
      arguments.json = value();
    } else if (words[i] == "--folder") {
      options.folder = value();
    } else {
      const auto named = [&](const Family& family) { return family.name == words[i]; };
      if (std::none_of(families().begin(), families().end(), named)) throw std::runtime_error("no family " + words[i]);
      arguments.wanted.push_back(words[i]);
    }
  }
  return arguments;
}

void print(const Row& row) {
  const std::string bound = row.bound ? text("  (at most %g)", *row.bound) : "";
  std::printf("%-78s %9.3f %s%s%s\n", row.figure.c_str(), row.value, row.unit.c_str(), bound.c_str(),
              row.bound && row.value > *row.bound ? "  NOT REACHED" : "");
  if (!row.note.empty()) std::printf("    %s\n", row.note.c_str());
  std::fflush(stdout);
}

void write(const std::string& path, const Rows& rows, bool quick, bool whole) {
  Json::Value root;
  root["quick"] = quick;
  root["whole"] = whole;
  root["rows"] = Json::arrayValue;
  for (const Row& row : rows) {
    Json::Value entry;
    entry["key"] = row.key;
    entry["figure"] = row.figure;
    entry["value"] = row.value;
    entry["unit"] = row.unit;
    if (row.bound) entry["bound"] = *row.bound;
    entry["note"] = row.note;
    root["rows"].append(entry);
  }
  std::ofstream file(path);
  file << root << '\n';
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

// What a measurement leaves behind is of use only where it failed.
class Scratch {
 public:
  explicit Scratch(std::filesystem::path& folder) : own_(folder.empty()) {
    if (own_) {
      std::string pattern = std::filesystem::temp_directory_path() / "zgw-bench-XXXXXX";
      if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a folder");
      folder = pattern;
    }
    std::filesystem::create_directories(folder);
    folder_ = folder;
  }
  ~Scratch() {
    std::error_code ignored;
    if (own_) std::filesystem::remove_all(folder_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

 private:
  bool own_;
  std::filesystem::path folder_;
};

int run(const std::vector<std::string>& words) {
  if (!words.empty() && words[0] == "bare") return bare_command({words.begin() + 1, words.end()});
  Arguments arguments = read(words);
  ::unsetenv("SSL_CERT_FILE");  // a service has none, and the gateway reads the whole bundle where it is told to
  const Scratch scratch(arguments.options.folder);
  Rows rows;
  for (const Family& family : families()) {
    const auto& wanted = arguments.wanted;
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), family.name) == wanted.end()) continue;
    const std::size_t before = rows.size();
    family.measure(arguments.options, rows);
    std::for_each(rows.begin() + static_cast<std::ptrdiff_t>(before), rows.end(), print);
  }
  if (!arguments.json.empty()) write(arguments.json, rows, arguments.options.quick, arguments.wanted.empty());
  return 0;
}

}  // namespace
}  // namespace zgw::bench

int main(int argc, char** argv) {
  try {
    return zgw::bench::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 1;
  }
}
