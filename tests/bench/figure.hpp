// What the bench is asked to do and what it says: one Row for each figure.
#pragma once

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace zgw::bench {

struct Options {
  bool quick = false;  ///< shorter, so that it can be looked at while one works; its figures are coarser
  std::filesystem::path gateway = {};
  std::filesystem::path alsa_plugin = {};
  std::filesystem::path allocation_counter = {};  ///< a library to preload
  std::filesystem::path self = {};                ///< this program
  std::filesystem::path folder = {};              ///< for what the measurements leave behind

  template <class Value>
  [[nodiscard]] Value pick(Value whole, Value short_one) const {
    return quick ? short_one : whole;
  }
};

struct Row {
  std::string key;     ///< the same in every run, so that runs can be compared
  std::string figure;  ///< in words
  double value = 0;
  std::string unit = {};             ///< empty: a ratio
  std::optional<double> bound = {};  ///< to be reached: at most this
  std::string note = {};             ///< what it was made of
};

using Rows = std::vector<Row>;

/// A family measures some figures that one arrangement gives.
struct Family {
  std::string name;
  std::function<void(const Options&, Rows&)> measure;
};
const std::vector<Family>& families();

void measure_cost(const Options& options, Rows& rows);
void measure_cpu(const Options& options, Rows& rows);
void measure_idle(const Options& options, Rows& rows);
void measure_memory(const Options& options, Rows& rows);
void measure_scale(const Options& options, Rows& rows);
void measure_onset(const Options& options, Rows& rows);
void measure_latency(const Options& options, Rows& rows);
void measure_allocation(const Options& options, Rows& rows);
void measure_start(const Options& options, Rows& rows);

/// printf into a string, for notes.
template <class... Values>
std::string text(const char* format, Values... values) {
  const int size = std::snprintf(nullptr, 0, format, values...);
  std::string result(static_cast<std::size_t>(size), ' ');
  std::snprintf(result.data(), result.size() + 1, format, values...);
  return result;
}

/// The value below which `share` of them lie.
double quantile(std::vector<double> values, double share);

}  // namespace zgw::bench
