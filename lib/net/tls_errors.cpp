#include "net/tls_errors.hpp"

#include <asio/error.hpp>
#include <asio/ssl/error.hpp>
#include <openssl/x509_vfy.h>

#include "base/text.hpp"

namespace zgw::net {

std::string describe_resolve(const std::string& host, const asio::error_code& error) {
  return base::printable(host) + ": the host name cannot be resolved (" + error.message() +
         "); check the name and this machine's DNS";
}

std::string describe_connect(const std::string& where, const asio::error_code& error) {
  if (error == asio::error::connection_refused) return where + ": connection refused; is the server running there?";
  return where + ": cannot connect (" + error.message() + "); check the network";
}

std::string describe_handshake(const std::string& where, const asio::error_code& error, long verdict) {
  switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return where +
             ": the server's certificate has expired; check this machine's clock, then tell the server's operator";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return where + ": the server's certificate is not valid yet; check this machine's clock";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return where + ": the server's certificate is not signed by an authority known here (" +
             X509_verify_cert_error_string(verdict) + "); for a server of your own name its authority in ca_file";
    case X509_V_ERR_UNSPECIFIED:  // what OpenSSL makes of a refusal by Asio's host name check
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return where + ": the server's certificate is for another host name";
    case X509_V_OK:
      break;
    default:
      return where + ": the server's certificate is refused (" + X509_verify_cert_error_string(verdict) + ")";
  }
  return where + ": the TLS handshake failed (" + error.message() + "); is this a TLS port?";
}

std::string describe_end(const std::string& where, const asio::error_code& error) {
  if (error == asio::error::eof || error == asio::ssl::error::stream_truncated) return where + " closed the connection";
  return "the connection to " + where + " was lost (" + error.message() + ")";
}

std::string describe_deadline(zello::TransportClosed::Stage stage, const std::string& where) {
  using Stage = zello::TransportClosed::Stage;
  switch (stage) {
    case Stage::resolve:
      return where + ": the name server does not answer; check this machine's DNS";
    case Stage::connect:
      return where + ": no answer; check the network and the firewall";
    case Stage::tls:
      return where + ": accepts connections but does not speak TLS";
    default:
      return where + ": no answer in time";
  }
}

}  // namespace zgw::net
