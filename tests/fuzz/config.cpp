// Configuration files, the gateway's and the channel server's: any text gives a sound configuration or errors with
// their place, and what is said stays one line.
#include <algorithm>
#include <string>
#include <string_view>

#include "config/load.hpp"
#include "config/server.hpp"
#include "fuzz/demand.hpp"

namespace {

bool is_message(const std::string& text) {
  const bool one_line = std::none_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < ' '; });
  return one_line && text.rfind("fuzz.yaml:", 0) == 0;
}

void try_server(std::string_view text) {
  using namespace zgw;
  const config::LoadedServer loaded = config::load_server(text, "fuzz.yaml");
  fuzz::demand(std::all_of(loaded.errors.begin(), loaded.errors.end(), is_message),
               "an error is a line with its place");
  fuzz::demand(std::all_of(loaded.warnings.begin(), loaded.warnings.end(), is_message), "so is a warning");
  if (!loaded.errors.empty()) return;
  fuzz::demand(loaded.server.listen.has_value(), "a server listens somewhere");
  for (const auto& [name, account] : loaded.server.accounts) {
    fuzz::demand(account.password.has_value(), "an account has its password");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zgw;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try_server(text);
  const config::Loaded loaded = config::load(text, "fuzz.yaml");
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
