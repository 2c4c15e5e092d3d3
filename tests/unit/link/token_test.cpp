// The refresh token in its file: what is believed, what is not, and that it comes back after a restart.
#include <fstream>
#include <sstream>

#include <sys/stat.h>

#include "temporary_folder.hpp"
#include "unit/link/rig.hpp"

using namespace zgw;
using namespace zgw::link;
using namespace zgw::link::test;
namespace fs = std::filesystem;

namespace {

struct Kept {
  testing::TemporaryFolder folder;
  fs::path path = folder / TokenFile::name_for("main");
  TokenFile file{path, "wss://zello.io/ws gateway"};

  void put(const std::string& text) const {
    std::ofstream(path, std::ios::binary) << text;
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  }
  [[nodiscard]] std::string text() const {
    std::ostringstream all;
    all << std::ifstream(path).rdbuf();
    return all.str();
  }
  /// Whether the file is refused with a message that names it and not what is in it.
  [[nodiscard]] bool refused(const std::string& why) const {
    const auto token = file.read();
    if (token) return false;
    CAPTURE(token.error().message);
    CHECK(token.error().message.find(path.string()) != std::string::npos);
    CHECK(token.error().message.find("s3cret") == std::string::npos);
    return token.error().message.find(why) != std::string::npos;
  }
};

}  // namespace

TEST_CASE("a token is read back as it was written, for its owner alone") {
  const Kept kept;
  CHECK(kept.file.read().value() == std::nullopt);
  REQUIRE(kept.file.write("s3cret.token.x"));
  CHECK(kept.file.read().value() == "s3cret.token.x");
  struct stat status {};
  REQUIRE(::stat(kept.path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
  CHECK(TokenFile(kept.path, "wss://zello.io/ws somebody").read().value() == std::nullopt);
  CHECK(TokenFile(kept.path, "wss://zello.io/ws gateway\n").read().value() == std::nullopt);
  REQUIRE(kept.file.write("another"));
  CHECK(kept.file.read().value() == "another");
  REQUIRE(kept.file.write(std::nullopt));
  CHECK_FALSE(fs::exists(kept.path));
  CHECK(kept.file.write(std::nullopt));
}

TEST_CASE("a token is written whatever the umask lets through, and over what a power cut has left") {
  const Kept kept;
  std::ofstream(kept.path.string() + ".new") << "half a to";
  const mode_t before = ::umask(0);
  const auto written = kept.file.write("s3cret");
  ::umask(before);
  REQUIRE(written);
  struct stat status {};
  REQUIRE(::stat(kept.path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0600);
  CHECK_FALSE(fs::exists(kept.path.string() + ".new"));
}

TEST_CASE("a new token replaces the file in one piece, and does not write through a link") {
  const Kept kept;
  const fs::path victim = kept.folder / "victim";
  std::ofstream(victim) << "untouched";
  fs::create_symlink(victim, kept.path.string() + ".new");
  fs::create_symlink(victim, kept.path);
  CHECK(kept.refused("it is a link"));
  REQUIRE(kept.file.write("s3cret"));
  CHECK(kept.file.read().value() == "s3cret");
  CHECK(fs::file_size(victim) == 9);
  struct stat before {};
  struct stat after {};
  REQUIRE(::stat(kept.path.c_str(), &before) == 0);
  const std::ifstream open(kept.path);  // so that the number is not used again
  REQUIRE(kept.file.write("s3cret2"));
  REQUIRE(::stat(kept.path.c_str(), &after) == 0);
  CHECK(before.st_ino != after.st_ino);
}

TEST_CASE("a file that others can reach, that is no file, or that is too large is not believed") {
  const Kept kept;
  REQUIRE(kept.file.write("s3cret"));
  for (const auto wide : {fs::perms::group_read, fs::perms::group_write, fs::perms::others_read}) {
    fs::permissions(kept.path, fs::perms::owner_read | fs::perms::owner_write | wide);
    CHECK(kept.refused("is open to other users"));
  }
  if (::geteuid() == 0) {
    fs::permissions(kept.path, fs::perms::owner_read | fs::perms::owner_write);
    REQUIRE(::chown(kept.path.c_str(), 12345, 12345) == 0);
    CHECK(kept.refused("belongs to another user"));
  }
  fs::remove(kept.path);
  fs::create_directory(kept.path);
  CHECK(kept.refused("is no plain file"));
  fs::remove(kept.path);
  REQUIRE(::mkfifo(kept.path.c_str(), 0600) == 0);
  CHECK(kept.refused("is no plain file"));  // and does not wait for somebody to write
  fs::remove(kept.path);
  kept.put(std::string(TokenFile::largest + 1, 'x'));
  CHECK(kept.refused("is too large"));
}

TEST_CASE("a damaged file is not believed, wherever the damage is") {
  const Kept kept;
  REQUIRE(kept.file.write("s3cret.s3cret"));
  const std::string good = kept.text();
  for (std::size_t size = 0; size < good.size(); ++size) {
    kept.put(good.substr(0, size));
    CHECK(kept.refused("damaged"));
  }
  for (const std::string& bad : {good + "more", good + "\n", "\n" + good, std::string(3, '\0'), std::string("\n\n\n"),
                                 good.substr(0, good.size() - 1) + " \n", std::string("\xff\xfe") + good}) {
    kept.put(bad);
    CHECK(kept.refused("damaged"));
  }
  kept.put(good);
  CHECK(kept.file.read().value() == "s3cret.s3cret");
}

TEST_CASE("what is no token is not written, and the token before it stays") {
  const Kept kept;
  REQUIRE(kept.file.write("s3cret"));
  for (const std::string& bad : {std::string(), std::string("two\nlines"), std::string("\x1b[2J"), std::string("a b"),
                                 std::string(TokenFile::largest, 'x')}) {
    const auto written = kept.file.write(bad);
    REQUIRE_FALSE(written);
    if (!bad.empty()) CHECK(written.error().message.find(bad) == std::string::npos);
  }
  CHECK(kept.file.read().value() == "s3cret");
}

TEST_CASE("an account's name cannot lead out of the directory, nor two names to one file") {
  CHECK(TokenFile::name_for("main") == "refresh-token-main");
  CHECK(TokenFile::name_for("../../etc/passwd") == "refresh-token-%2e%2e%2f%2e%2e%2fetc%2fpasswd");
  CHECK(TokenFile::name_for("a/b") != TokenFile::name_for("a%2fb"));
}

TEST_CASE("the store writes the last of what it was given, and says what went wrong once") {
  Kept kept;
  TokenStore store(kept.file);
  for (int i = 0; i < 100; ++i) store.save("s3cret" + std::to_string(i));
  store.flush();
  CHECK(store.load().value() == "s3cret99");
  CHECK_FALSE(store.trouble());
  store.save(std::nullopt);
  store.flush();
  CHECK(store.load().value() == std::nullopt);
  TokenStore nowhere(TokenFile(kept.folder / "missing" / "token", "x"));
  nowhere.save("s3cret");
  nowhere.flush();
  const auto trouble = nowhere.trouble();
  REQUIRE(trouble);
  CHECK(trouble->message.find("cannot be kept") != std::string::npos);
  CHECK(trouble->message.find("s3cret") == std::string::npos);
  CHECK_FALSE(nowhere.trouble());
}

TEST_CASE("after a restart the first logon is with the token that was kept, and another user's is not touched") {
  asio::io_context io;
  Service service(io);
  Kept kept;
  const auto with_file = [&](AccountLink::Settings& settings) { settings.token_file = kept.file; };
  {
    Linked linked(service, with_file);
    REQUIRE(run_until(io, [&] { return linked.online(); }));
  }
  CHECK(service.fresh_tokens.size() == 1);
  REQUIRE(run_until(io, [&] { return fs::exists(kept.path); }));  // its thread is not waited for
  {
    Linked linked(service, with_file);
    REQUIRE(run_until(io, [&] { return linked.online(); }));
    CHECK(linked.heard.oddities.empty());
  }
  CHECK(service.fresh_tokens.size() == 1);
  Linked other(service, [&](AccountLink::Settings& settings) {
    settings.token_file.emplace(kept.path, "wss://zello.io/ws somebody");
  });
  REQUIRE(run_until(io, [&] { return other.online(); }));
  CHECK(service.fresh_tokens.size() == 2);
}

TEST_CASE("a refused token leaves the file, and one that cannot be believed costs one warning and nothing else") {
  asio::io_context io;
  Service service(io);
  Kept kept;
  REQUIRE(kept.file.write("stale"));
  {
    Linked linked(service, [&](AccountLink::Settings& settings) {
      settings.token_file = kept.file;
      settings.session.logon.password = "wrong";
    });
    REQUIRE(run_until(io, [&] { return linked.heard.lost.size() == 2; }));
    CHECK(linked.heard.lost[0].cause == Cause::refresh_refused);
    CHECK(run_until(io, [&] { return !fs::exists(kept.path); }));
  }
  kept.put("garbage");
  Linked linked(service, [&](AccountLink::Settings& settings) { settings.token_file = kept.file; });
  REQUIRE(run_until(io, [&] { return linked.online(); }));
  REQUIRE(linked.heard.oddities.size() == 1);
  CHECK(linked.heard.oddities[0].find("damaged") != std::string::npos);
  CHECK(run_until(io, [&] { return kept.file.read().has_value(); }));  // a good one has taken its place
}
