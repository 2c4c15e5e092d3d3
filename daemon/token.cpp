// token: makes, reads and checks what an account shows to the service. Prints no secret unless it is asked for one.
#include "link/token.hpp"

#include <array>
#include <chrono>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>

#include "base/text.hpp"
#include "config/secret.hpp"
#include "config/values.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_status.hpp"
#include "daemon/load_config.hpp"
#include "net/rs256.hpp"
#include "zello/jwt.hpp"

namespace zgw::daemon {
namespace {

using Clock = std::chrono::system_clock;

std::string read(const std::filesystem::path& path) {
  if (path != "-") {
    auto text = config::Secret(config::Secret::Source::file, path.string()).read();
    if (!text) throw StartFailed(text.error().message);
    return *text;
  }
  std::string text(std::istreambuf_iterator<char>(std::cin), {});
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

std::string written(const config::Secret& secret, const char* what) {
  auto text = secret.read();
  if (!text) throw StartFailed(std::string(what) + ": " + text.error().message);
  return *text;
}

std::string date(std::int64_t unix_time) {
  const auto seconds = static_cast<std::time_t>(unix_time);
  std::tm utc{};
  std::array<char, 32> text{};
  if (gmtime_r(&seconds, &utc) == nullptr) return "a date out of range";
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &utc);
  return text.data();
}

std::int64_t unix_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(Clock::now().time_since_epoch()).count();
}

std::string in_words(std::int64_t seconds) {
  const std::int64_t size = seconds < 0 ? -seconds : seconds;
  const std::string text = size < 120      ? std::to_string(size) + " seconds"
                           : size < 7200   ? std::to_string(size / 60) + " minutes"
                           : size < 172800 ? std::to_string(size / 3600) + " hours"
                                           : std::to_string(size / 86400) + " days";
  return seconds < 0 ? text + " ago" : "in " + text;
}

// What the token is made of, from the command line or from an account of the configuration.
struct Ingredients {
  std::string issuer;
  std::string key;
  std::chrono::milliseconds lifetime;
};

Ingredients from_configuration(const TokenOptions& options) {
  const config::Config config = load_config(options.config).config;
  if (options.account.empty() && config.accounts.size() != 1) throw UsageError("say which account: --account NAME");
  const auto account = options.account.empty() ? config.accounts.begin() : config.accounts.find(options.account);
  if (account == config.accounts.end()) throw UsageError("no account is called " + base::quoted(options.account));
  const auto& token = account->second.token;
  if (!token || !token->private_key) throw StartFailed("this account has no issuer and private_key to make a token of");
  return {*token->issuer, written(*token->private_key, "private_key"), token->lifetime};
}

Ingredients ingredients(const TokenOptions& options) {
  if (!options.config.empty()) return from_configuration(options);
  if (options.issuer.empty() || options.key.empty()) throw UsageError("give --issuer and --key, or --config");
  const auto lifetime = config::parse_duration(options.lifetime);
  if (!lifetime || lifetime->count() < 1000) throw UsageError("--lifetime is written 2m or 1h, at least 1s");
  return {options.issuer, read(options.key), *lifetime};
}

}  // namespace

int mint_token_command(const TokenOptions& options) {
  const Ingredients of = ingredients(options);
  const std::int64_t expires = unix_now() + std::chrono::duration_cast<std::chrono::seconds>(of.lifetime).count();
  const auto token = link::mint_token(of.issuer, expires, of.key);
  if (!token) throw StartFailed(token.error().message);
  if (options.print) {
    std::cout << *token << '\n';
    return exit_ok;
  }
  std::cout << "a token of issuer " << base::quoted(of.issuer) << " that ends " << in_words(expires - unix_now())
            << " can be made; --print prints it\n";
  return exit_ok;
}

int inspect_token_command(const TokenOptions& options) {
  const auto jwt = zello::parse_jwt(read(options.token));
  if (!jwt) {
    std::cerr << jwt.error().message << '\n';
    return exit_failed;
  }
  const std::int64_t left = jwt->expires.value_or(0) - unix_now();
  std::cout << "algorithm: " << base::printable(jwt->algorithm)
            << (jwt->algorithm == "RS256" ? "" : "; Zello takes RS256")
            << "\nissuer:    " << (jwt->issuer ? base::quoted(*jwt->issuer) : "none; Zello wants one")
            << "\nends:      "
            << (jwt->expires ? date(*jwt->expires) + (left < 0 ? ", it ended " : ", ") + in_words(left)
                             : "never; Zello wants an end")
            << '\n';
  if (jwt->party == "dev") std::cout << "a development token: it lives 30 days; a gateway wants an issuer and a key\n";
  bool good = jwt->algorithm == "RS256" && jwt->issuer && jwt->expires && left > 0;
  if (!options.key.empty()) {
    const auto key = net::inspect_private_key(read(options.key));
    if (!key) throw StartFailed(key.error().message);
    const bool ours = net::rs256_verify(key->public_pem, jwt->signing_input, jwt->signature);
    std::cout << "signature: " << (ours ? "made with this key" : "NOT made with this key") << '\n';
    good = good && ours;
  }
  return good ? exit_ok : exit_failed;
}

int check_key_command(const TokenOptions& options) {
  const auto key = net::inspect_private_key(read(options.key));
  if (!key) throw StartFailed(key.error().message);
  std::cout << "an RSA private key of " << key->bits << " bits, without a passphrase: it can sign tokens\n";
  if (options.print) std::cout << key->public_pem;
  return exit_ok;
}

}  // namespace zgw::daemon
