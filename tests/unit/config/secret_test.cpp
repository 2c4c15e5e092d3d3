// Where a secret is kept, what is wrong with the place, and what is read there.
#include "config/secret.hpp"

#include <cstdlib>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): setenv is POSIX
#include <sys/stat.h>
#include <unistd.h>

#include "temporary_folder.hpp"
#include "unit/config/good.hpp"

using namespace zgw;
using config::check_only;
using config::Secret;
using testing::TemporaryFolder;

namespace {

constexpr std::size_t largest = std::size_t{64} * 1024;

constexpr uid_t nobody = 65534;

/// Root may read everything: as one who may not, for a while. Whoever is not root stays who he is.
class Unprivileged {
 public:
  Unprivileged() { REQUIRE((!root_ || ::setresuid(nobody, nobody, 0) == 0)); }
  ~Unprivileged() { CHECK((!root_ || ::setresuid(0, 0, 0) == 0)); }
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;

 private:
  bool root_ = ::geteuid() == 0;
};

// A good configuration whose password is in the file.
std::vector<std::string> warnings_with(const std::string& path) {
  std::string text = config::good_and_quiet;
  const std::string home = "{env: HOME}";
  const auto loaded = config::load(text.replace(text.find(home), home.size(), "{file: " + path + "}"), "f");
  CHECK(loaded.errors.empty());
  return loaded.warnings;
}

std::string read(Secret::Source source, const std::string& where) {
  const auto text = Secret(source, where).read();
  return text ? *text : "error: " + text.error().message;
}

}  // namespace

TEST_CASE("a secret's file is read without its last line break") {
  const TemporaryFolder folder;
  const std::string path = folder / "secret";
  CHECK(read(Secret::Source::file, path) ==
        "error: the secret in \"" + path + "\" cannot be read; does the file exist, and may this user read it?");
  folder.write("secret", "two words\r\n");
  CHECK(read(Secret::Source::file, path) == "two words");
  folder.write("secret", "two\nlines\n\n");
  CHECK(read(Secret::Source::file, path) == "two\nlines\n");
  folder.write("secret", "\n");
  CHECK(read(Secret::Source::file, path) == "error: the secret in \"" + path + "\" is empty");
  folder.write("secret", std::string(largest, 'x'));
  CHECK(read(Secret::Source::file, path).size() == largest);
  folder.write("secret", std::string(largest + 1, 'x'));
  CHECK(read(Secret::Source::file, path) == "error: the secret in \"" + path + "\" is longer than 64 KiB");
}

TEST_CASE("a pipe that nobody writes to is no secret, and holds nobody up") {
  const TemporaryFolder folder;
  const std::string path = folder / "secret";
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  CHECK(read(Secret::Source::file, path) == "error: the secret in \"" + path + "\" is no plain file");
  CHECK(read(Secret::Source::file, "/dev/null") == "error: the secret in \"/dev/null\" is no plain file");
}

TEST_CASE("where a secret is kept can be said, and what it is cannot") {
  CHECK(Secret(Secret::Source::file, "/etc/key.pem").place() == "\"/etc/key.pem\"");
  CHECK(Secret(Secret::Source::env, "KEY").place() == "the environment variable \"KEY\"");
  CHECK(Secret(Secret::Source::credential, "key").place() == "the credential \"key\"");
  CHECK(Secret(Secret::Source::value, "hush").place() == "the configuration");
}

TEST_CASE("a credential is what systemd hands over, by its own name, or by that of its folder and its own") {
  const TemporaryFolder folder;
  ::unsetenv("CREDENTIALS_DIRECTORY");
  CHECK(read(Secret::Source::credential, "key") ==
        "error: the credential \"key\" is handed over by systemd, to the service alone; elsewhere use {file: …} or "
        "{env: …}");
  ::setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1);
  CHECK(read(Secret::Source::credential, "key") ==
        "error: systemd has not handed over the credential \"key\": put it into a file of this name in "
        "/etc/zello-gateway/credentials, and start the service again");
  folder.write("zello-gateway_key", "of the folder\n");
  CHECK(read(Secret::Source::credential, "key") == "of the folder");
  folder.write("key", "the operator's own\n");
  CHECK(read(Secret::Source::credential, "key") == "the operator's own");
  ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST_CASE("a secret's file that is not there, empty, or open to everybody, is a warning") {
  const TemporaryFolder folder;
  const std::string path = folder / "secret";
  const std::string where = "f:1:69: accounts.a.password: ";
  check_only(warnings_with(path), where + '"' + path + "\" does not exist: nobody can log on with it yet");
  folder.write("secret", "");
  check_only(warnings_with(path), where + '"' + path + "\" is empty: nobody can log on with it yet");
  folder.write("secret", "x");
  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  check_only(warnings_with(path), where + "everybody may read \"" + path + "\"; chmod o-r it");
  REQUIRE(::chmod(path.c_str(), 0640) == 0);
  CHECK(warnings_with(path).empty());
}

TEST_CASE("a secret's file that this user may not read is a warning") {
  const TemporaryFolder folder;
  REQUIRE(::chmod(folder.path().c_str(), 0755) == 0);
  const std::string path = folder / "secret";
  folder.write("secret", "x");
  REQUIRE(::chmod(path.c_str(), 0) == 0);
  const Unprivileged here;
  check_only(warnings_with(path), "f:1:69: accounts.a.password: this user may not read \"" + path +
                                      "\"; the one that the gateway runs as must");
}
