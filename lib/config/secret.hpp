// A secret: where it is, and only on demand what it is. It is never part of a message.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"

namespace zgw::config {

class Secret {
 public:
  enum class Source { file, env, credential, value };

  Secret(Source source, std::string where) : source_(source), where_(std::move(where)) {}

  [[nodiscard]] Source source() const { return source_; }

  /// Reads it: a file of at most 64 KiB without its last line break, an environment variable, a credential
  /// (systemd.exec(5): `NAME` or `zello-gateway_NAME` in $CREDENTIALS_DIRECTORY), or the value itself. The error says
  /// what to do and not what was read.
  [[nodiscard]] base::Expected<std::string> read() const;

  /// Where it is kept, for messages: `"/etc/key.pem"`, `the credential "key"`.
  [[nodiscard]] std::string place() const;

  /// What an operator should change about where it is kept; empty when nothing.
  [[nodiscard]] std::string concern() const;

 private:
  Source source_;
  std::string where_;
};

}  // namespace zgw::config
