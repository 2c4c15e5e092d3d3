#include "net/rs256.hpp"

#include <memory>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

namespace zgw::net {
namespace {

template <auto Free>
struct With {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, With<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, With<EVP_PKEY_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, With<EVP_MD_CTX_free>>;

constexpr int least_bits = 2048;
constexpr std::size_t largest_pem = std::size_t{64} * 1024;

// Nothing for a text that cannot be a key.
Bio over(std::string_view text) {
  if (text.empty() || text.size() > largest_pem) return nullptr;
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// OpenSSL keeps a list of what went wrong, per thread, that TLS on the same thread would find.
struct ForgetErrors {
  ForgetErrors() = default;
  ~ForgetErrors() { ERR_clear_error(); }
  ForgetErrors(const ForgetErrors&) = delete;
  ForgetErrors& operator=(const ForgetErrors&) = delete;
};

// Instead of OpenSSL's own, which asks on the terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) {
  return -1;
}

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

base::Expected<Key> signing_key(std::string_view pem) {
  const Bio bio = over(pem);
  Key key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
  if (!key) return base::failure("the private key is not a PEM key without a passphrase");
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) return base::failure("the private key is not an RSA key");
  if (EVP_PKEY_get_bits(key.get()) < least_bits) return base::failure("the private key has less than 2048 bits");
  return key;
}

// Null where it is none.
Key verifying_key(std::string_view pem) {
  const Bio bio = over(pem);
  Key key(bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
  if (key && EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) key.reset();
  return key;
}

}  // namespace

base::Expected<PrivateKey> inspect_private_key(std::string_view private_key_pem) {
  const ForgetErrors forget;
  const auto key = signing_key(private_key_pem);
  if (!key) return base::failure(key.error().message);
  const Bio out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio_PUBKEY(out.get(), key->get()) != 1) return base::failure("OpenSSL cannot read the key");
  char* text = nullptr;
  const auto size = static_cast<std::size_t>(BIO_get_mem_data(out.get(), &text));
  return PrivateKey{EVP_PKEY_get_bits(key->get()), std::string(text, size)};
}

base::Expected<std::vector<std::uint8_t>> rs256_sign(std::string_view private_key_pem, std::string_view data) {
  const ForgetErrors forget;
  const auto key = signing_key(private_key_pem);
  if (!key) return base::failure(key.error().message);
  const Digest digest(EVP_MD_CTX_new());
  std::size_t size = 0;
  if (EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key->get()) != 1 ||
      EVP_DigestSign(digest.get(), nullptr, &size, bytes(data), data.size()) != 1) {
    return base::failure("OpenSSL cannot sign with the private key");
  }
  std::vector<std::uint8_t> signature(size);
  if (EVP_DigestSign(digest.get(), signature.data(), &size, bytes(data), data.size()) != 1) {
    return base::failure("OpenSSL cannot sign with the private key");
  }
  signature.resize(size);
  return signature;
}

bool is_public_key(std::string_view public_key_pem) {
  const ForgetErrors forget;
  return verifying_key(public_key_pem) != nullptr;
}

bool rs256_verify(std::string_view public_key_pem, std::string_view data, std::span<const std::uint8_t> signature) {
  const ForgetErrors forget;
  const Key key = verifying_key(public_key_pem);
  if (!key) return false;
  const Digest digest(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(digest.get(), signature.data(), signature.size(), bytes(data), data.size()) == 1;
}

}  // namespace zgw::net
