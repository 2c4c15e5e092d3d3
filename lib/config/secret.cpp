#include "config/secret.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/descriptor.hpp"
#include "base/text.hpp"

namespace zgw::config {
namespace {

constexpr std::size_t largest = std::size_t{64} * 1024;

// Also read while the gateway runs: a pipe, which may have nobody at its other end, must not hold it up.
base::Expected<std::string> read_file(const std::string& path) {
  const base::Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0)
    return base::failure("the secret in " + base::quoted(path) +
                         " cannot be read; does the file exist, and may this user read it?");
  if (!S_ISREG(status.st_mode)) return base::failure("the secret in " + base::quoted(path) + " is no plain file");
  std::string text(largest + 1, '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const ssize_t count = ::read(file.get(), text.data() + have, text.size() - have);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return base::failure("the secret in " + base::quoted(path) + ": " + std::strerror(errno));
    if (count == 0) break;
    have += static_cast<std::size_t>(count);
  }
  text.resize(have);
  if (text.size() > largest) return base::failure("the secret in " + base::quoted(path) + " is longer than 64 KiB");
  if (!text.empty() && text.back() == '\n') text.pop_back();
  if (!text.empty() && text.back() == '\r') text.pop_back();
  if (text.empty()) return base::failure("the secret in " + base::quoted(path) + " is empty");
  return text;
}

// systemd hands a file over by the name that LoadCredential= gives it; those of a folder, as the service's unit has it,
// by the folder's name and their own.
base::Expected<std::string> read_credential(const std::string& name) {
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (directory == nullptr) {
    return base::failure("the credential " + base::quoted(name) +
                         " is handed over by systemd, to the service alone; elsewhere use {file: …} or {env: …}");
  }
  for (const char* prefix : {"/", "/zello-gateway_"}) {
    const std::string path = directory + (prefix + name);
    if (::access(path.c_str(), F_OK) == 0) return read_file(path);
  }
  return base::failure(
      "systemd has not handed over the credential " + base::quoted(name) +
      ": put it into a file of this name in /etc/zello-gateway/credentials, and start the service again");
}

}  // namespace

base::Expected<std::string> Secret::read() const {
  switch (source_) {
    case Source::value:
      return where_;
    case Source::file:
      return read_file(where_);
    case Source::env: {
      const char* value = std::getenv(where_.c_str());
      if (value == nullptr || *value == '\0')
        return base::failure("the environment variable " + base::quoted(where_) + " is not set");
      return std::string(value);
    }
    case Source::credential:
      return read_credential(where_);
  }
  return base::failure("no secret");
}

std::string Secret::place() const {
  switch (source_) {
    case Source::value:
      break;
    case Source::file:
      return base::quoted(where_);
    case Source::env:
      return "the environment variable " + base::quoted(where_);
    case Source::credential:
      return "the credential " + base::quoted(where_);
  }
  return "the configuration";
}

std::string Secret::concern() const {
  if (source_ == Source::value)
    return "a secret stands in the configuration itself; {file: …} or {credential: …} is safer";
  if (source_ != Source::file) return "";
  struct stat status {};
  const bool there = ::stat(where_.c_str(), &status) == 0;
  if (!there && errno != EACCES) return base::quoted(where_) + " does not exist: nobody can log on with it yet";
  if (!there || ::access(where_.c_str(), R_OK) != 0) {
    return "this user may not read " + base::quoted(where_) + "; the one that the gateway runs as must";
  }
  if (S_ISREG(status.st_mode) && status.st_size == 0) {
    return base::quoted(where_) + " is empty: nobody can log on with it yet";
  }
  if ((status.st_mode & S_IROTH) != 0) return "everybody may read " + base::quoted(where_) + "; chmod o-r it";
  return "";
}

}  // namespace zgw::config
