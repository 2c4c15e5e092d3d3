// Which auth tokens a server takes: signed by the key of their issuer, and not out of date, as with the service.
// Thread: any. Reads the wall clock. Errors: none; what is no token is not good.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace zgw::simulator {

/// `public_keys`: PEM by issuer.
std::function<bool(std::string_view)> tokens_of(std::map<std::string, std::string> public_keys);

}  // namespace zgw::simulator
