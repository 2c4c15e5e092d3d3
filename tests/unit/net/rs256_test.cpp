#include "net/rs256.hpp"

#include <memory>

#include <doctest/doctest.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "net/make_keys.hpp"

using namespace zgw::net;

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

std::string written(const Bio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

// `traditional`: "BEGIN RSA PRIVATE KEY", PKCS#1.
std::string pem_of(const Key& key, bool traditional = false, const char* passphrase = nullptr) {
  const Bio bio(BIO_new(BIO_s_mem()), BIO_free_all);
  if (traditional) {
    REQUIRE(PEM_write_bio_PrivateKey_traditional(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  } else {
    REQUIRE(PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), passphrase ? EVP_aes_128_cbc() : nullptr, passphrase,
                                          passphrase ? static_cast<int>(std::string(passphrase).size()) : 0, nullptr,
                                          nullptr) == 1);
  }
  return written(bio);
}

std::string error_of(std::string_view pem) {
  const auto signature = rs256_sign(pem, "data");
  return signature ? "signed" : signature.error().message;
}

}  // namespace

TEST_CASE("a signature is that of its data and of no other") {
  const KeyPair pair = make_rsa_key();
  const auto signature = rs256_sign(pair.private_pem, "header.payload");
  REQUIRE(signature);
  CHECK(signature->size() == 256);
  CHECK(rs256_verify(pair.public_pem, "header.payload", *signature));
  CHECK_FALSE(rs256_verify(pair.public_pem, "header.payloae", *signature));
  auto changed = *signature;
  changed[17] ^= 1;
  CHECK_FALSE(rs256_verify(pair.public_pem, "header.payload", changed));
  CHECK_FALSE(rs256_verify(pair.public_pem, "header.payload", {}));
  CHECK_FALSE(rs256_verify(make_rsa_key().public_pem, "header.payload", *signature));
}

TEST_CASE("the same data and key give the same signature, so that it can be held against another implementation's") {
  const KeyPair pair = make_rsa_key();  // RSASSA-PKCS1-v1_5 has no salt; PSS, which RS256 is not, has
  CHECK(rs256_sign(pair.private_pem, "x").value() == rs256_sign(pair.private_pem, "x").value());
}

TEST_CASE("a PKCS#1 key signs as its PKCS#8 form does") {
  const Key key(EVP_RSA_gen(2048), EVP_PKEY_free);
  const std::string traditional = pem_of(key, true);
  REQUIRE(traditional.find("BEGIN RSA PRIVATE KEY") != std::string::npos);
  CHECK(rs256_sign(traditional, "x").value() == rs256_sign(pem_of(key), "x").value());
}

TEST_CASE("a key that is no RSA key of 2048 bits without a passphrase is refused by what is wrong with it") {
  CHECK(error_of("") == "the private key is not a PEM key without a passphrase");
  CHECK(error_of("not a key") == "the private key is not a PEM key without a passphrase");
  CHECK(error_of(std::string(1 << 20, '-')) == "the private key is not a PEM key without a passphrase");
  CHECK(error_of(make_rsa_key().public_pem) == "the private key is not a PEM key without a passphrase");
  CHECK(error_of(pem_of(Key(EVP_EC_gen("P-256"), EVP_PKEY_free))) == "the private key is not an RSA key");
  CHECK(error_of(pem_of(Key(EVP_RSA_gen(1024), EVP_PKEY_free))) == "the private key has less than 2048 bits");
  CHECK(error_of(pem_of(Key(EVP_RSA_gen(2048), EVP_PKEY_free), false, "secret")) ==
        "the private key is not a PEM key without a passphrase");
}

TEST_CASE("a bad key leaves nothing behind in OpenSSL's list of errors") {
  ERR_clear_error();
  CHECK(error_of("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n") != "signed");
  CHECK_FALSE(rs256_verify("nonsense", "data", {}));
  CHECK(ERR_peek_error() == 0);
}

TEST_CASE("what is no public key verifies nothing") {
  const KeyPair pair = make_rsa_key();
  const auto signature = rs256_sign(pair.private_pem, "data").value();
  CHECK_FALSE(rs256_verify("", "data", signature));
  CHECK_FALSE(rs256_verify(pair.private_pem, "data", signature));
  CHECK_FALSE(rs256_verify("-----BEGIN PUBLIC KEY-----\n", "data", signature));
  CHECK(is_public_key(pair.public_pem));
  for (const std::string& none : {std::string(), pair.private_pem, std::string("-----BEGIN PUBLIC KEY-----\n")}) {
    CHECK_FALSE(is_public_key(none));
  }
}

TEST_CASE("a certificate without a host is refused") {
  CHECK_THROWS_AS(make_certificate({}), std::runtime_error);
}
