#include "net/make_keys.hpp"

#include <memory>
#include <stdexcept>

#include <asio/ip/address.hpp>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

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
using X509Pointer = std::unique_ptr<X509, With<X509_free>>;

void demand(bool done) {
  if (!done) throw std::runtime_error("OpenSSL cannot make a key or certificate");
}

template <class Write>
std::string to_pem(Write&& write) {
  const Bio bio(BIO_new(BIO_s_mem()));
  demand(write(bio.get()) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string private_pem(EVP_PKEY* key) {
  return to_pem(
      [&](BIO* bio) { return PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr); });
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  const std::unique_ptr<X509_EXTENSION, With<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
  demand(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

std::string alternative_names(const std::vector<std::string>& hosts) {
  std::string names;
  for (const std::string& host : hosts) {
    asio::error_code error;
    asio::ip::make_address(host, error);
    names += (names.empty() ? "" : ",") + std::string(error ? "DNS:" : "IP:") + host;
  }
  return names;
}

}  // namespace

KeyPair make_rsa_key() {
  const Key key(EVP_RSA_gen(2048));
  demand(key != nullptr);
  return {private_pem(key.get()), to_pem([&](BIO* bio) { return PEM_write_bio_PUBKEY(bio, key.get()); })};
}

Certificate make_certificate(const std::vector<std::string>& hosts, std::chrono::hours begins,
                             std::chrono::hours ends) {
  if (hosts.empty()) throw std::runtime_error("a certificate needs a host name or an address");
  const Key key(EVP_EC_gen("P-256"));
  const X509Pointer certificate(X509_new());
  demand(key && certificate);
  X509* x509 = certificate.get();
  std::int32_t serial = 0;
  demand(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  demand(ASN1_INTEGER_set(X509_get_serialNumber(x509), serial & 0x7FFFFFFF) == 1);
  demand(X509_set_version(x509, X509_VERSION_3) == 1);
  demand(X509_gmtime_adj(X509_getm_notBefore(x509), std::chrono::seconds(begins).count()) != nullptr);
  demand(X509_gmtime_adj(X509_getm_notAfter(x509), std::chrono::seconds(ends).count()) != nullptr);
  X509_NAME* name = X509_get_subject_name(x509);
  const auto* common = reinterpret_cast<const unsigned char*>(hosts.front().c_str());
  demand(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, common, -1, -1, 0) == 1);
  demand(X509_set_issuer_name(x509, name) == 1 && X509_set_pubkey(x509, key.get()) == 1);
  add_extension(x509, NID_subject_alt_name, alternative_names(hosts));
  add_extension(x509, NID_basic_constraints, "critical,CA:TRUE");
  demand(X509_sign(x509, key.get(), EVP_sha256()) > 0);
  return {to_pem([&](BIO* bio) { return PEM_write_bio_X509(bio, x509); }), private_pem(key.get())};
}

}  // namespace zgw::net
