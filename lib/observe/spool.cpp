#include "observe/spool.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace zgw::observe {
namespace {

// What the bytes are, not what somebody called them.
std::string ending_of(const Spool::Bytes& bytes) {
  constexpr std::array<std::uint8_t, 3> jpeg = {0xFF, 0xD8, 0xFF};
  return bytes.size() > jpeg.size() && std::equal(jpeg.begin(), jpeg.end(), bytes.begin()) ? ".jpg" : ".bin";
}

}  // namespace

Spool::Spool(std::filesystem::path folder, Log& log, SpoolFolder::Limits limits)
    : folder_(std::move(folder), limits),
      backlog_({"messages are not kept", "the spool", "messages"}, &log, most_waiting) {
  if (const auto highest = folder_.highest()) {
    number_ = *highest;
  } else {
    // Younger than whatever may be there, so that it is not taken for the oldest.
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    number_ = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
    backlog_.tell_trouble(highest.error().message);
  }
}

Event Spool::add(Event event, const Bytes& image, const Bytes& thumbnail) {
  const auto now = std::chrono::system_clock::now();
  const std::string stem = SpoolFolder::stem(now, ++number_);
  std::vector<SpoolFolder::File> files;
  const auto keep = [&](const char* key, const char* size, const std::string& ending, const Bytes& bytes) {
    if (bytes.empty()) return;
    event.with(key, stem + ending).with(size, bytes.size());
    files.push_back({ending, std::string(bytes.begin(), bytes.end())});
  };
  keep("thumbnail", "thumbnail_bytes", "-thumbnail" + ending_of(thumbnail), thumbnail);
  keep("file", "bytes", ending_of(image), image);
  files.push_back({".json", line_of(event, now, std::chrono::steady_clock::now().time_since_epoch())});

  std::size_t bytes = 0;
  for (const SpoolFolder::File& file : files) bytes += file.bytes.size();
  backlog_.add(bytes, [folder = folder_, stem, files = std::move(files)] { return folder.write(stem, files); });
  return event;
}

}  // namespace zgw::observe
