// Configuration files: any text gives a sound configuration or errors with their place, and what is said stays one
// line.
#include <algorithm>
#include <string>

#include "config/load.hpp"
#include "fuzz/demand.hpp"

namespace {

bool is_message(const std::string& text) {
  const bool one_line = std::none_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < ' '; });
  return one_line && text.rfind("fuzz.yaml:", 0) == 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zgw;
  const config::Loaded loaded = config::load({reinterpret_cast<const char*>(data), size}, "fuzz.yaml");
  fuzz::demand(std::all_of(loaded.errors.begin(), loaded.errors.end(), is_message),
               "an error is a line with its place");
  fuzz::demand(std::all_of(loaded.warnings.begin(), loaded.warnings.end(), is_message), "so is a warning");
  if (!loaded.errors.empty()) return 0;
  for (const config::Bridge& bridge : loaded.config.bridges) {
    fuzz::demand(loaded.config.accounts.count(bridge.account) == 1, "a bridge has its account");
    fuzz::demand(loaded.config.radios.count(bridge.radio) == 1, "a bridge has its radio");
  }
  return 0;
}
