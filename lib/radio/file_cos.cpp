#include "radio/file_cos.hpp"

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace zgw::radio {

FileCos::FileCos(std::filesystem::path path)
    : path_(std::move(path)), watch_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  const std::filesystem::path directory = path_.has_parent_path() ? path_.parent_path() : ".";
  constexpr std::uint32_t changes = IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE;
  if (!watch_ || ::inotify_add_watch(watch_.get(), directory.c_str(), changes) < 0) {
    throw std::system_error(errno, std::generic_category(), "cannot watch " + directory.string() + " for the carrier");
  }
}

std::optional<bool> FileCos::carrier() {
  // Which file changed does not matter: the level is read anew. The events go first, so that a later change is
  // announced.
  alignas(inotify_event) std::array<char, 4096> events{};
  while (::read(watch_.get(), events.data(), events.size()) > 0) continue;

  const base::Descriptor file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  std::array<char, 8> content{};
  const auto size = file ? ::read(file.get(), content.data(), content.size()) : -1;
  if (size <= 0) return std::nullopt;
  std::string_view text(content.data(), static_cast<std::size_t>(size));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
  if (text == "1") return true;
  if (text == "0") return false;
  return std::nullopt;
}

}  // namespace zgw::radio
