// Whose certificates are believed where the configuration names none: those that the system trusts.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "net/rig.hpp"

using namespace zgw::net;
using namespace zgw::net::test;

namespace {

/// What the system says of its trust anchors; as it was at the end.
class SystemTrust {
 public:
  SystemTrust(const std::filesystem::path& bundle, const std::filesystem::path& folder) {
    set(X509_get_default_cert_file_env(), bundle);
    set(X509_get_default_cert_dir_env(), folder);
  }
  ~SystemTrust() {
    ::unsetenv(X509_get_default_cert_file_env());
    ::unsetenv(X509_get_default_cert_dir_env());
  }
  SystemTrust(const SystemTrust&) = delete;
  SystemTrust& operator=(const SystemTrust&) = delete;

 private:
  static void set(const char* name, const std::filesystem::path& value) {
    if (!value.empty()) ::setenv(name, value.c_str(), 1);
  }
};

// As `openssl rehash` does.
void hash_certificate(const CertificateFiles& files) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(files.certificate().c_str(), "r"), std::fclose);
  REQUIRE(file);
  const std::unique_ptr<X509, void (*)(X509*)> read(PEM_read_X509(file.get(), nullptr, nullptr, nullptr), X509_free);
  REQUIRE(read);
  std::array<char, 16> name{};
  std::snprintf(name.data(), name.size(), "%08lx.0", X509_subject_name_hash(read.get()));
  std::filesystem::create_symlink(files.certificate(), files.folder() / name.data());
}

bool believed(const CertificateFiles& served) {
  asio::io_context io;
  RawServer server(io, served);
  Bytes client;
  TlsConnection connection(io, {{"127.0.0.1", server.port(), "/"}, {}}, {}, client);
  connection.open();
  REQUIRE(run_until(io, [&] { return client.connected || !client.closed.empty(); }));
  return client.connected;
}

}  // namespace

TEST_CASE("without a ca_file it is the system's trust anchors that count: its hashed folder, or the file it names") {
  const CertificateFiles files;
  const CertificateFiles others;
  CHECK_FALSE(believed(files));
  {
    const SystemTrust bundle(files.certificate(), {});
    CHECK(believed(files));
    CHECK_FALSE(believed(others));
  }
  {
    const SystemTrust not_hashed({}, files.folder());
    CHECK_FALSE(believed(files));
  }
  hash_certificate(files);
  {
    const SystemTrust hashed({}, files.folder());
    CHECK(believed(files));
    CHECK_FALSE(believed(others));
  }
  {
    const SystemTrust both(others.certificate(), files.folder());  // the file is not forgotten for the folder
    CHECK(believed(others));
  }
  CHECK_FALSE(believed(files));
}
