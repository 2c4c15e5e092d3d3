// The spool: what lies in the folder after messages, outages, restarts and other people's files.
#include "observe/spool.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <set>
#include <sstream>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "unit/observe/desk.hpp"

using namespace zgw::observe;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

struct Desk : zgw::observe_test::LogDesk {
  fs::path folder = directory.path() / "spool";

  [[nodiscard]] std::set<std::string> names() const {
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder)) found.insert(entry.path().filename().string());
    return found;
  }
  /// What follows the time in the names.
  [[nodiscard]] std::set<std::string> numbers() const {
    std::set<std::string> found;
    for (const std::string& name : names()) found.insert(name.substr(std::string("20260131T235959Z-").size()));
    return found;
  }
  [[nodiscard]] std::string content(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder / name, std::ios::binary).rdbuf();
    return text.str();
  }
};

void wait(Spool& spool) {
  spool.flush(60s);
}

std::string value_of(const Event& event, const std::string& key) {
  for (const auto& [name, value] : event.fields()) {
    if (name == key) return std::get<std::string>(value);
  }
  return "";
}

Spool::Bytes jpeg(std::size_t size, std::uint8_t fill = 7) {
  Spool::Bytes bytes(size, fill);
  bytes.at(0) = 0xFF;
  bytes.at(1) = 0xD8;
  bytes.at(2) = 0xFF;
  return bytes;
}

std::string text_of(const Spool::Bytes& bytes) {
  return {bytes.begin(), bytes.end()};
}

// The process's file size limit stands in for the full disk.
class FullDisk {
 public:
  explicit FullDisk(rlim_t size) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &was_) == 0);
    const rlimit full{size, was_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &full) == 0);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &was_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit was_{};
  void (*handler_)(int);
};

}  // namespace

TEST_CASE("an image lies in the spool byte for byte, with its thumbnail and who sent it") {
  Desk desk;
  Spool spool(desk.folder, desk.log);
  const Event kept = spool.add(Event("image").with("from", "../../alice\n"), jpeg(5000), jpeg(100));
  wait(spool);
  const std::string image = value_of(kept, "file");
  const std::string thumbnail = value_of(kept, "thumbnail");
  CHECK(desk.numbers() == std::set<std::string>{"000001.json", "000001.jpg", "000001-thumbnail.jpg"});
  CHECK(desk.content(image) == text_of(jpeg(5000)));
  CHECK(desk.content(thumbnail) == text_of(jpeg(100)));
  const std::string sidecar = desk.content(image.substr(0, image.size() - 3) + "json");
  CHECK(sidecar.find(R"("event":"image","from":"../../alice\n","thumbnail":")" + thumbnail +
                     R"(","thumbnail_bytes":100,"file":")" + image + R"(","bytes":5000})") != std::string::npos);
  CHECK(spool.lost() == 0);
}

TEST_CASE("a thumbnail whose image never came is kept, and so is word of an image of which nothing came") {
  Desk desk;
  Spool spool(desk.folder, desk.log);
  spool.add(Event("image"), {}, jpeg(100));
  spool.add(Event("image"));
  wait(spool);
  CHECK(desk.numbers() == std::set<std::string>{"000001.json", "000001-thumbnail.jpg", "000002.json"});
}

TEST_CASE("what is no JPEG is not called one") {
  Desk desk;
  Spool spool(desk.folder, desk.log);
  spool.add(Event("image"), {'#', '!', '/', 'b', 'i', 'n'}, {0xFF, 0xD8});
  wait(spool);
  CHECK(desk.numbers() == std::set<std::string>{"000001.json", "000001.bin", "000001-thumbnail.bin"});
}

TEST_CASE("a name is the time in UTC and a number, and sorts by both") {
  using std::chrono::system_clock;
  CHECK(SpoolFolder::stem(system_clock::from_time_t(1769903999) + 42ms, 42) == "20260131T235959Z-000042");
  CHECK(SpoolFolder::stem(system_clock::from_time_t(0), 1234567) == "19700101T000000Z-1234567");
}

TEST_CASE("the numbers go on after a restart, whatever the clock says") {
  Desk desk;
  fs::create_directory(desk.folder);
  std::ofstream(desk.folder / "20990101T000000Z-000041.json") << "{}";
  Spool spool(desk.folder, desk.log);
  spool.add(Event("text"));
  wait(spool);
  CHECK(desk.numbers() == std::set<std::string>{"000041.json", "000042.json"});
}

TEST_CASE("a file with a number that nobody comes to does not take the place of ours") {
  Desk desk;
  fs::create_directory(desk.folder);
  std::ofstream(desk.folder / "20990101T000000Z-999999999999999999.json") << "{}";
  std::ofstream(desk.folder / "20260101T000000Z-000007.json") << "{}";
  Spool spool(desk.folder, desk.log);
  spool.add(Event("text"));
  wait(spool);
  CHECK(desk.numbers() == std::set<std::string>{"000007.json", "000008.json", "999999999999999999.json"});
}

TEST_CASE("the oldest messages go whole when the folder would pass its limit, also those of an earlier run") {
  Desk desk;
  const SpoolFolder::Limits limits{.bytes = 40960, .files = 100};  // ten blocks
  {
    Spool earlier(desk.folder, desk.log, limits);
    earlier.add(Event("image"), jpeg(8192), jpeg(10));  // four
    wait(earlier);
  }
  Spool spool(desk.folder, desk.log, limits);
  for (int i = 0; i < 6; ++i) spool.add(Event("text"));
  wait(spool);
  CHECK(desk.names().size() == 9);  // exactly full
  spool.add(Event("text"));
  wait(spool);
  CHECK(desk.numbers().count("000001.json") == 0);
  CHECK(desk.names().size() == 7);
  spool.add(Event("image"), jpeg(24576), {});  // seven blocks, three are free
  wait(spool);
  CHECK(desk.numbers() ==
        std::set<std::string>{"000006.json", "000007.json", "000008.json", "000009.json", "000009.jpg"});
  CHECK(spool.lost() == 0);
}

TEST_CASE("the number of files is limited, too, and other people's files neither count nor go") {
  Desk desk;
  fs::create_directory(desk.folder);
  const std::set<std::string> theirs = {"notes.txt", "20260131T235959Z-000001.txt", "20260131T235959Z-1.json",
                                        "x20260131T235959Z-000001.json"};
  for (const std::string& name : theirs) std::ofstream(desk.folder / name) << "theirs";
  fs::create_directory(desk.folder / "20260131T235959Z-000001.json");
  Spool spool(desk.folder, desk.log, {.bytes = 1'000'000, .files = 3});
  for (int i = 0; i < 10; ++i) spool.add(Event("text"));
  wait(spool);
  CHECK(desk.names().size() == theirs.size() + 1 + 3);
  for (const std::string& name : theirs) CHECK(desk.content(name) == "theirs");
}

TEST_CASE("what a power cut has left half written is removed, and never stands under a whole name") {
  Desk desk;
  fs::create_directory(desk.folder);
  std::ofstream(desk.folder / "20260131T235959Z-000007.jpg.new") << "half";
  Spool spool(desk.folder, desk.log);
  spool.add(Event("text"));
  wait(spool);
  CHECK(desk.numbers() == std::set<std::string>{"000001.json"});
}

TEST_CASE("a full disk costs messages whole, is told once, and removes nothing") {
  Desk desk;
  Spool spool(desk.folder, desk.log);
  spool.add(Event("text").with("text", "before"));
  wait(spool);
  {
    const FullDisk full(2000);
    spool.add(Event("image"), jpeg(5000), jpeg(100));  // the thumbnail fits
    spool.add(Event("text").with("text", std::string(5000, 'x')));
    wait(spool);
    CHECK(desk.numbers() == std::set<std::string>{"000001.json"});
  }
  CHECK(spool.lost() == 2);
  spool.add(Event("text").with("text", "after"));
  spool.add(Event("text").with("text", "after"));
  wait(spool);
  CHECK(desk.numbers() == std::set<std::string>{"000001.json", "000004.json", "000005.json"});
  CHECK(desk.said() == "<4>messages are not kept: " + desk.folder.string() +
                           ": File too large\n<6>the spool works again, 2 messages were lost\n");
}

TEST_CASE("a folder that nobody can write to is told at the start, once, and costs messages alone") {
  Desk desk;
  Spool spool("/sys/zgw/spool", desk.log);
  spool.add(Event("text"));
  spool.add(Event("text"));
  wait(spool);
  CHECK(spool.lost() == 2);
  const std::string said = desk.said();
  CHECK(said.find("<4>messages are not kept: /sys/zgw/spool: ") == 0);
  CHECK(said.find('\n') == said.size() - 1);
}

TEST_CASE("a folder that went away is made anew, and a link in its place is not followed") {
  Desk desk;
  Spool spool(desk.folder, desk.log);
  spool.add(Event("text"));
  wait(spool);
  fs::remove_all(desk.folder);
  spool.add(Event("text"));
  wait(spool);
  CHECK(desk.numbers() == std::set<std::string>{"000002.json"});
  fs::remove_all(desk.folder);
  const fs::path elsewhere = desk.directory.path() / "elsewhere";
  fs::create_directory(elsewhere);
  fs::create_directory_symlink(elsewhere, desk.folder);
  spool.add(Event("text"));
  wait(spool);
  CHECK(fs::is_empty(elsewhere));
  CHECK(spool.lost() == 1);
}

TEST_CASE("the files are the owner's and his group's") {
  Desk desk;
  const mode_t mask = ::umask(0);
  Spool spool(desk.folder, desk.log);
  spool.add(Event("text"));
  wait(spool);
  ::umask(mask);
  struct stat status {};
  REQUIRE(::stat(desk.folder.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0750);
  REQUIRE(::stat((desk.folder / *desk.names().begin()).c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0640);
}

TEST_CASE("more than may wait for the disk is lost instead of kept in memory, and told") {
  Desk desk;
  Spool spool(desk.folder, desk.log);
  spool.add(Event("image"), jpeg(Spool::most_waiting), {});
  CHECK(spool.lost() == 1);
  spool.add(Event("image"), jpeg(Spool::most_waiting - 1000), {});
  wait(spool);
  CHECK(desk.numbers() == std::set<std::string>{"000002.json", "000002.jpg"});
  CHECK(desk.said() ==
        "<4>messages are not kept: the disk does not keep up\n<6>the spool works again, 1 messages were lost\n");
}
