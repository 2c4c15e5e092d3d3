// What anybody sends to the status page: a request, a refusal or a wish for more, the same however the bytes are cut.
#include <optional>
#include <string_view>

#include "fuzz/demand.hpp"
#include "net/http.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace zgw;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = net::HttpRequestReader().receive(bytes);
  std::optional<net::HttpRequest> pieces;
  net::HttpRequestReader reader;
  for (std::size_t i = 0; i < size && !pieces; ++i) pieces = reader.receive(bytes.substr(i, 1));
  fuzz::demand(whole.has_value() == pieces.has_value(), "a cut changes whether a request is whole");
  if (!whole) {
    fuzz::demand(size <= net::HttpRequestReader::most_head, "a request without an end is refused");
    return 0;
  }
  fuzz::demand(whole->refusal == pieces->refusal && whole->path == pieces->path, "a cut changes what is read");
  fuzz::demand(whole->refusal == 0 || whole->refusal == 400 || whole->refusal == 405, "a refusal that is known");
  if (whole->refusal != 0) return 0;
  fuzz::demand(!whole->path.empty() && whole->path.front() == '/', "a path begins with a slash");
  for (const char c : whole->path) fuzz::demand(c > 0x20 && c < 0x7F && c != '?', "a path is visible ASCII");
  return 0;
}
