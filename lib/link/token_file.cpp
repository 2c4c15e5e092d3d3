#include "link/token_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/descriptor.hpp"
#include "base/text.hpp"
#include "zello/base64.hpp"

namespace zgw::link {
namespace {

constexpr std::string_view heading = "zello-gateway refresh token 1";

std::string reason(int error) {
  return std::strerror(error);
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

// What keeps a file from being believed, or nothing.
std::optional<std::string> concern(const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return "is no plain file";
  if (status.st_uid != ::geteuid()) return "belongs to another user";
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) return "is open to other users";
  if (static_cast<std::size_t>(status.st_size) > TokenFile::largest) return "is too large";
  return std::nullopt;
}

std::optional<std::string> read_all(int file) {
  std::string text(TokenFile::largest + 1, '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const ssize_t count = ::read(file, text.data() + have, text.size() - have);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    have += static_cast<std::size_t>(count);
  }
  text.resize(have);
  return text;
}

// The first line of `text`, which goes on after it; nothing where no line ends.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

}  // namespace

TokenFile::TokenFile(std::filesystem::path path, std::string_view owner)
    : path_(std::move(path)),
      owner_(zello::base64url_encode({reinterpret_cast<const std::uint8_t*>(owner.data()), owner.size()})) {}

std::string TokenFile::name_for(std::string_view account) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string name = "refresh-token-";
  for (const char c : account) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    if (plain) {
      name += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      name += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return name;
}

base::Expected<std::optional<std::string>> TokenFile::read() const {
  const std::string what = "the refresh token in " + base::quoted(path_.string());
  // Neither through a link nor waiting for a pipe's other end.
  const base::Descriptor file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  if (!file && errno == ENOENT) return std::nullopt;
  if (!file) return base::failure(what + " is not used: " + (errno == ELOOP ? "it is a link" : reason(errno)));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return base::failure(what + " is not used: " + reason(errno));
  if (const auto wrong = concern(status)) return base::failure(what + " is not used: the file " + *wrong);
  const auto text = read_all(file.get());
  if (!text) return base::failure(what + " is not used: " + reason(errno));
  std::string_view rest = *text;
  const auto first = take_line(rest);
  const auto owner = take_line(rest);
  const auto token = take_line(rest);
  if (first != heading || !owner || !token || !rest.empty() || !is_token(*token)) {
    return base::failure(what + " is not used: the file is damaged");
  }
  if (*owner != owner_) return std::nullopt;
  return std::string(*token);
}

base::Expected<void> TokenFile::write(const std::optional<std::string>& token) const {
  const std::string what = "the refresh token cannot be kept in " + base::quoted(path_.string()) + ": ";
  if (!token) {
    if (::unlink(path_.c_str()) == 0 || errno == ENOENT) return {};
    return base::failure(what + reason(errno));
  }
  const std::string text = std::string(heading) + '\n' + owner_ + '\n' + *token + '\n';
  if (!is_token(*token) || text.size() > largest) return base::failure(what + "it does not look like one");
  const std::string beside = path_.string() + ".new";
  ::unlink(beside.c_str());  // what a power cut has left
  {
    const base::Descriptor file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) return base::failure(what + reason(errno));
    if (!base::write_all(file.get(), text) || ::fsync(file.get()) != 0) {
      const int error = errno;
      ::unlink(beside.c_str());
      return base::failure(what + reason(error));
    }
  }
  if (::rename(beside.c_str(), path_.c_str()) != 0) {
    const int error = errno;
    ::unlink(beside.c_str());
    return base::failure(what + reason(error));
  }
  const base::Descriptor folder(::open(path_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder) ::fsync(folder.get());  // else the name may be lost in a power cut, and a fresh token does as well
  return {};
}

}  // namespace zgw::link
