// The token command: what it says, and that it keeps secrets to itself.
#include "link/token.hpp"

#include <sys/wait.h>

#include "e2e/stage_fixture.hpp"
#include "net/make_keys.hpp"

using namespace zgw;
using e2e::Finished;

namespace {

// A folder with a key, and a configuration that uses it.
struct Keys {
  Keys() {
    std::ofstream(folder.path() / "key.pem") << pair.private_pem;
    std::ofstream(folder.path() / "gateway.yaml")
        << "accounts: {a: {username: u, password: {value: hush-hush}, token: {issuer: someone, private_key: {file: "
        << key() << "}}}}\n"
        << "radios: {r: {sound: {device: x}, cos: {source: none}, ptt: {method: none}}}\n"
        << "bridges: [{name: b, account: a, radio: r, channel: c}]\n";
  }
  [[nodiscard]] std::string key() const { return (folder.path() / "key.pem").string(); }
  [[nodiscard]] std::string config() const { return (folder.path() / "gateway.yaml").string(); }
  [[nodiscard]] std::string token(std::int64_t expires) const {
    const auto path = folder.path() / "token.jwt";
    std::ofstream(path) << link::mint_token("someone", expires, pair.private_pem).value() << "\n";
    return path.string();
  }

  e2e::Folder folder;
  net::KeyPair pair = net::make_rsa_key();
};

constexpr std::int64_t far_away = 32503680000;  // the year 3000

}  // namespace

TEST_CASE("token mint says what it would make, and prints it only when asked") {
  const Keys keys;
  const Finished quiet({"token", "mint", "--config", keys.config()});
  CHECK(quiet.status == 0);
  CHECK(quiet.says("a token of issuer \"someone\" that ends in "));
  CHECK_FALSE(quiet.says("eyJ"));
  const Finished loud({"token", "mint", "--issuer", "someone", "--key", keys.key(), "--lifetime", "1h", "--print"});
  CHECK(loud.status == 0);
  CHECK(loud.output.rfind("eyJ", 0) == 0);
  std::ofstream(keys.folder.path() / "minted.jwt") << loud.output;
  const Finished back({"token", "inspect", (keys.folder.path() / "minted.jwt").string(), "--key", keys.key()});
  CHECK(back.status == 0);
  CHECK(back.says("issuer:    \"someone\""));
  CHECK(back.says("signature: made with this key"));
  CHECK_FALSE(back.says("eyJ"));
}

TEST_CASE("token inspect tells an expired, a foreign and a broken token, with status 1") {
  const Keys keys;
  const Keys others;
  const Finished good({"token", "inspect", keys.token(far_away)});
  CHECK(good.status == 0);
  CHECK(good.says("ends:      3000-01-01 00:00:00 UTC"));
  const Finished old({"token", "inspect", keys.token(1000)});
  CHECK(WEXITSTATUS(old.status) == 1);
  CHECK(old.says("1970-01-01 00:16:40 UTC, it ended "));
  const Finished foreign({"token", "inspect", keys.token(far_away), "--key", others.key()});
  CHECK(WEXITSTATUS(foreign.status) == 1);
  CHECK(foreign.says("NOT made with this key"));
  const Finished broken({"token", "inspect", keys.key()});
  CHECK(WEXITSTATUS(broken.status) == 1);
  CHECK(broken.says("the token does not have three parts"));
}

TEST_CASE("check tells of a private key that cannot sign, as far as this user can read it, with status 78") {
  const Keys keys;
  const auto checked = [&] { return Finished({"check", keys.config()}); };
  const auto written = [&](const std::string& key) { std::ofstream(keys.key()) << key; };
  CHECK(checked().status == 0);
  written("hush-hush");
  const Finished none = checked();
  CHECK(WEXITSTATUS(none.status) == 78);
  CHECK(none.says("accounts.a.token.private_key: in \"" + keys.key() +
                  "\": the private key is not a PEM key without a passphrase"));
  CHECK_FALSE(none.says("hush-hush"));
  CHECK_FALSE(none.says("no errors"));
  written("");
  const Finished empty = checked();
  CHECK(empty.status == 0);  // as one that is not there yet
  CHECK(empty.says("is empty: nobody can log on with it yet"));
  std::filesystem::remove(keys.key());
  const Finished away = checked();
  CHECK(away.status == 0);
  CHECK(away.says("does not exist"));
}

TEST_CASE("token mint without what it needs is a mistake on the command line, with status 64") {
  const Keys keys;
  const auto status = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"token", "mint"});
    return WEXITSTATUS(Finished(arguments).status);
  };
  CHECK(status({}) == 64);
  CHECK(status({"--issuer", "someone"}) == 64);
  CHECK(status({"--issuer", "someone", "--key", keys.key(), "--lifetime", "soon"}) == 64);
  CHECK(status({"--config", keys.config(), "--account", "b"}) == 64);
  CHECK(status({"--config", keys.config(), "--account", "a"}) == 0);
}

TEST_CASE("token check-key tells a good key from what is none, and shows only its public half") {
  const Keys keys;
  const Finished good({"token", "check-key", keys.key(), "--public"});
  CHECK(good.status == 0);
  CHECK(good.says("an RSA private key of 2048 bits"));
  CHECK(good.says(keys.pair.public_pem));
  CHECK_FALSE(good.says("PRIVATE KEY"));
  const Finished bad({"token", "check-key", keys.config()});
  CHECK(WEXITSTATUS(bad.status) == 69);
  CHECK(bad.says("not a PEM key without a passphrase"));
  CHECK_FALSE(bad.says("hush-hush"));
}
