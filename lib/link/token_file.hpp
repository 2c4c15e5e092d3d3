// A refresh token in a file, so that a restart of the gateway logs on as quickly as a reconnect.
//
// Theory of operation: the file holds whose token it is (entry point and user name) and the token. It is written beside
// its place, flushed to the disk and renamed, so that a power cut leaves the old one or the new one. It is believed
// only where nobody else can have written it or read it: a plain file of this user's, closed to everybody else, small,
// and made of what a token can be made of. A token of another account or another service counts as none: the
// configuration may change. A token is a secret: no message shows it.
//
// Thread: any one at a time; blocks, see TokenStore. Errors: in words for an operator.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.hpp"

namespace zgw::link {

class TokenFile {
 public:
  /// `owner`: whose token it is; any text.
  TokenFile(std::filesystem::path path, std::string_view owner);

  /// Nothing where there is no file or it is another owner's; an error where it cannot be believed.
  [[nodiscard]] base::Expected<std::optional<std::string>> read() const;
  /// Replaces the file; nothing removes it. Mode 0600.
  [[nodiscard]] base::Expected<void> write(const std::optional<std::string>& token) const;

  /// The name of an account's file: safe in a directory, whatever the account is called.
  static std::string name_for(std::string_view account);

  static constexpr std::size_t largest = std::size_t{32} * 1024;  ///< bytes of the file

 private:
  std::filesystem::path path_;
  std::string owner_;  // as in the file
};

}  // namespace zgw::link
