#include "observe/spool_folder.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/descriptor.hpp"
#include "base/text.hpp"
#include "observe/utc.hpp"

namespace zgw::observe {
namespace {

constexpr std::uintmax_t block = 4096;
constexpr std::array<std::string_view, 5> endings = {".json", ".jpg", "-thumbnail.jpg", ".bin", "-thumbnail.bin"};
constexpr std::string_view unfinished = ".new";

std::uintmax_t in_blocks(std::uintmax_t bytes) {
  return (bytes + block - 1) / block * block;
}

bool take_digits(std::string_view& text, std::size_t least, std::size_t most) {
  std::size_t count = 0;
  while (count < text.size() && count < most && text[count] >= '0' && text[count] <= '9') ++count;
  text.remove_prefix(count);
  return count >= least;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

bool is_unfinished(std::string_view name) {
  return name.size() > unfinished.size() && name.substr(name.size() - unfinished.size()) == unfinished;
}

// The number in the name of a file of ours, whatever else lies in the folder.
std::optional<std::uint64_t> number_of(std::string_view name) {
  std::string_view rest = name;
  const bool time = take_digits(rest, 8, 8) && take(rest, 'T') && take_digits(rest, 6, 6) && take(rest, 'Z');
  if (!time || !take(rest, '-')) return std::nullopt;
  const std::string_view digits = rest;
  if (!take_digits(rest, 6, 18)) return std::nullopt;
  if (is_unfinished(rest)) rest.remove_suffix(unfinished.size());
  if (std::find(endings.begin(), endings.end(), rest) == endings.end()) return std::nullopt;
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

struct Message {
  std::vector<std::string> names;
  std::uintmax_t bytes = 0;  // in blocks
};

struct Listing {
  std::map<std::uint64_t, Message> messages;
  std::uintmax_t bytes = 0;
  std::size_t files = 0;
};

base::Expected<Listing> list(int folder) {
  // Opened anew, because what reads a folder moves and closes its descriptor.
  const int own = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(own < 0 ? nullptr : ::fdopendir(own), ::closedir);
  if (!entries) {
    const base::Descriptor closed(own);
    return base::failure(std::strerror(errno));
  }
  Listing listing;
  const auto next = [&] {
    errno = 0;
    return ::readdir(entries.get());
  };
  while (const dirent* entry = next()) {
    const std::string name = entry->d_name;
    const auto number = number_of(name);
    struct stat status {};
    if (!number || ::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (is_unfinished(name)) {  // a power cut has left it
      ::unlinkat(folder, name.c_str(), 0);
      continue;
    }
    if (!S_ISREG(status.st_mode)) continue;
    Message& message = listing.messages[*number];
    message.names.push_back(name);
    message.bytes += in_blocks(static_cast<std::uintmax_t>(status.st_size));
    listing.bytes += in_blocks(static_cast<std::uintmax_t>(status.st_size));
    ++listing.files;
  }
  if (errno != 0) return base::failure(std::strerror(errno));
  return listing;
}

// False: what is there cannot be removed, or would not do.
bool make_room(int folder, Listing& listing, const SpoolFolder::Limits& limits, std::uintmax_t bytes,
               std::size_t files) {
  while (listing.bytes + bytes > limits.bytes || listing.files + files > limits.files) {
    if (listing.messages.empty()) return false;
    const auto oldest = listing.messages.begin();
    for (const std::string& name : oldest->second.names) {
      if (::unlinkat(folder, name.c_str(), 0) != 0 && errno != ENOENT) return false;
    }
    listing.bytes -= oldest->second.bytes;
    listing.files -= oldest->second.names.size();
    listing.messages.erase(oldest);
  }
  return true;
}

// Sets errno on failure, and leaves nothing then.
bool put(int folder, const std::string& name, std::string_view bytes) {
  const std::string beside = name + std::string(unfinished);
  const base::Descriptor file(
      ::openat(folder, beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (!file) return false;
  if (base::write_all(file.get(), bytes) && ::fsync(file.get()) == 0 &&
      ::renameat(folder, beside.c_str(), folder, name.c_str()) == 0) {
    return true;
  }
  const int error = errno;
  ::unlinkat(folder, beside.c_str(), 0);
  errno = error;
  return false;
}

int open_folder(const std::filesystem::path& path) {
  std::error_code ignored;  // opening it says what is wrong
  std::filesystem::create_directories(path.parent_path(), ignored);
  ::mkdir(path.c_str(), 0750);
  return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

tl::unexpected<base::Error> trouble(const std::filesystem::path& path, const std::string& why) {
  return base::failure(base::printable(path.string(), 400) + ": " + why);
}

}  // namespace

std::string SpoolFolder::stem(std::chrono::system_clock::time_point time, std::uint64_t number) {
  std::string name;
  for (const char c : utc(time)) {  // 2026-01-31T23:59:59.042Z
    if (c == '.') break;
    if (c != '-' && c != ':') name += c;
  }
  std::array<char, 24> digits{};
  std::snprintf(digits.data(), digits.size(), "Z-%06llu", static_cast<unsigned long long>(number));
  return name + digits.data();
}

base::Expected<std::uint64_t> SpoolFolder::highest() const {
  const base::Descriptor folder(open_folder(path_));
  if (!folder) return trouble(path_, std::strerror(errno));
  const auto listing = list(folder.get());
  if (!listing) return trouble(path_, listing.error().message);
  // A file with a number that we never come to is somebody's joke: those behind it would have no room for theirs.
  constexpr std::uint64_t beyond = 1'000'000'000'000'000;
  const auto behind = listing->messages.lower_bound(beyond);
  return behind == listing->messages.begin() ? 0 : std::prev(behind)->first;
}

base::Expected<void> SpoolFolder::write(const std::string& stem, const std::vector<File>& files) const {
  const base::Descriptor folder(open_folder(path_));
  if (!folder) return trouble(path_, std::strerror(errno));
  auto listing = list(folder.get());
  if (!listing) return trouble(path_, listing.error().message);
  std::uintmax_t bytes = 0;
  for (const File& file : files) bytes += in_blocks(file.bytes.size());
  if (!make_room(folder.get(), *listing, limits_, bytes, files.size())) {
    return trouble(path_, "older messages cannot be removed to make room");
  }
  for (auto file = files.begin(); file != files.end(); ++file) {
    if (put(folder.get(), stem + file->ending, file->bytes)) continue;
    const std::string why = std::strerror(errno);
    for (auto whole = files.begin(); whole != file; ++whole) {
      ::unlinkat(folder.get(), (stem + whole->ending).c_str(), 0);
    }
    return trouble(path_, why);
  }
  ::fsync(folder.get());  // else a power cut may take the names; the files are whole in any case
  return {};
}

}  // namespace zgw::observe
