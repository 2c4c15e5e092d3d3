// What the radio's tests ask of an error.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

namespace zgw::radio {

/// What `what` throws says.
inline std::string error_of(const std::function<void()>& what) {
  try {
    what();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "no error";
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace zgw::radio
