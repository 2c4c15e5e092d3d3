#include "observe/journal.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/expected.hpp"
#include "observe/backlog.hpp"

namespace zgw::observe {
namespace {

constexpr std::chrono::seconds patience_with_disk{2};  // at the end

std::string line_of_now(const Event& event) {
  return line_of(event, std::chrono::system_clock::now(), std::chrono::steady_clock::now().time_since_epoch());
}

std::system_error failed(const std::string& what, const std::filesystem::path& path) {
  return {errno, std::generic_category(), what + ' ' + path.string()};
}

}  // namespace

// What the writing thread writes into; the backlog's threads have it one after the other.
class Journal::File {
 public:
  File(std::filesystem::path path, std::uintmax_t limit) : path_(std::move(path)), limit_(limit) {}
  ~File() { close(); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  base::Expected<void> look() {
    return in_words([this] { open(); });
  }
  base::Expected<void> write(const std::string& line) {
    return in_words([&] { append(line); });
  }

 private:
  template <class Work>
  static base::Expected<void> in_words(Work work) {
    try {
      work();
    } catch (const std::exception& error) {
      return base::failure(error.what());
    }
    return {};
  }

  void open() {
    std::error_code ignored;  // opening the file says what is wrong
    std::filesystem::create_directories(path_.parent_path(), ignored);
    // Non-blocking, because a named pipe in the file's place would hold the gateway up.
    fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640);
    if (fd_ < 0) throw failed("cannot open", path_);
    char last = '\n';
    const off_t size = ::lseek(fd_, 0, SEEK_END);
    torn_ = size > 0 && ::pread(fd_, &last, 1, size - 1) == 1 && last != '\n';
  }

  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

  void rotate() {
    close();
    std::filesystem::path old = path_;
    old += ".1";
    if (::rename(path_.c_str(), old.c_str()) != 0) throw failed("cannot rename", path_);
  }

  // Whether the file behind the descriptor still has its name.
  [[nodiscard]] bool is_in_place(const struct stat& opened) const {
    struct stat named {};
    return ::lstat(path_.c_str(), &named) == 0 && named.st_ino == opened.st_ino && named.st_dev == opened.st_dev;
  }

  // The file is asked for its size and its name each time: somebody may have moved it away.
  void append(const std::string& line) {
    if (fd_ < 0) open();
    struct stat status {};
    if (::fstat(fd_, &status) != 0) throw failed("cannot look at", path_);
    if (!is_in_place(status)) {
      close();
      open();
      if (::fstat(fd_, &status) != 0) throw failed("cannot look at", path_);
    }
    const auto size = static_cast<std::uintmax_t>(status.st_size);
    if (size > 0 && size + line.size() > limit_) rotate();
    if (fd_ < 0) open();
    // A line that was cut, by a full disk or a crash, must not spoil this one.
    write_all(torn_ ? '\n' + line : line);
  }

  void write_all(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) throw failed("cannot write", path_);
      bytes.remove_prefix(static_cast<std::size_t>(written));
      torn_ = !bytes.empty();
    }
  }

  std::filesystem::path path_;
  std::uintmax_t limit_;
  int fd_ = -1;
  bool torn_ = false;
};

struct Journal::Writer {
  Writer(std::filesystem::path path, Log* log, std::uintmax_t limit)
      : file(std::make_shared<File>(std::move(path), limit)),
        backlog({"events are lost", "the event journal", "events"}, log, most_waiting) {
    if (const auto opened = file->look(); !opened) backlog.tell_trouble(opened.error().message);
  }
  ~Writer() { backlog.flush(patience_with_disk); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  const std::shared_ptr<File> file;  // shared with the writing thread, which nobody waits for for long
  Backlog backlog;
};

Journal::Journal() = default;
Journal::Journal(std::filesystem::path file, Log* log, std::uintmax_t limit)
    : writer_(std::make_unique<Writer>(std::move(file), log, limit)) {}
Journal::~Journal() = default;
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;

void Journal::write(const Event& event) {
  if (!writer_) return;
  std::string line = line_of_now(event);
  const std::size_t bytes = line.size();
  writer_->backlog.add(bytes, [file = writer_->file, line = std::move(line)] { return file->write(line); });
}

void Journal::flush(std::chrono::milliseconds patience) {
  if (writer_) writer_->backlog.flush(patience);
}

std::uint64_t Journal::lost() const {
  return writer_ ? writer_->backlog.lost() : 0;
}

}  // namespace zgw::observe
