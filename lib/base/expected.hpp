// Results of anything that came from network, file or radio: a value, or an error that says what was wrong.
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace zgw::base {

/// What was wrong, for a log line or an operator. Never contains a secret.
struct Error {
  std::string message;
};

template <class T>
using Expected = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(std::string message) {
  return tl::unexpected<Error>(Error{std::move(message)});
}

}  // namespace zgw::base
