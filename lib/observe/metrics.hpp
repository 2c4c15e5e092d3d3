// The state of the gateway for Prometheus: text exposition format 0.0.4
// (https://prometheus.io/docs/instrumenting/exposition_formats/).
//
// Every metric is one row of the table in docs/monitoring.md; a test holds the two together. Counters begin at zero
// with the process. Labels are names out of the configuration and words out of short lists, never a stranger's. Thread:
// any; a pure function. Errors: none.
#pragma once

#include <string>
#include <string_view>

#include "observe/snapshot.hpp"

namespace zgw::observe {

inline constexpr const char* metrics_type = "text/plain; version=0.0.4; charset=utf-8";

std::string metrics(const Snapshot& snapshot);

/// `text` between the quotes of a label's value: backslash, quote and what breaks a line are escaped, broken UTF-8
/// becomes an escape of its own.
std::string label_value(std::string_view text);

}  // namespace zgw::observe
