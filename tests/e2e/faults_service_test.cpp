// Faults of the service: another one in its place, refusals, another session.
#include "e2e/fault.hpp"
#include "net/make_keys.hpp"
#include "simulator/web_page.hpp"

using namespace zgw;
using e2e::Fault;
using simulator::WebPage;
using namespace std::chrono_literals;

namespace {

simulator::Stage::Settings over_a_wire() {
  return {.more_sections = "supervisor: {after_kick: 5s}\n", .with_wire = true};
}

/// From now on the gateway meets `page` where the service was.
void meets(Fault& fault, const WebPage& page) {
  fault.happens();
  fault.stage.wire().lead_to(page.port());
  fault.stage.wire().cut();
}

void meets_the_service_again(Fault& fault) {
  fault.is_mended();
  fault.stage.wire().lead_to(fault.stage.server().port());
  fault.expect_back("logged_on");
  fault.expect_to_transmit();
  fault.expect_to_be_heard();
}

/// The service shows another certificate, one of an authority that the gateway trusts.
void shows(Fault& fault, const net::Certificate& certificate, const std::string& seen) {
  const auto folder = fault.folder.path();
  std::ofstream(folder / "other.pem") << certificate.certificate_pem;
  std::ofstream(folder / "other.key") << certificate.key_pem;
  std::ofstream(fault.stage.certificate(), std::ios::app) << certificate.certificate_pem;
  const WebPage impostor(fault.io, folder / "other.pem", folder / "other.key", "");
  meets(fault, impostor);
  fault.expect_seen(seen);
  REQUIRE(fault.until([&] { return fault.journal_has("alarm").has_value(); }));
  meets_the_service_again(fault);
  fault.expect_said("alarm over: account cos: the server cannot prove who it is");
}

/// The service is `answer`.
struct Page : WebPage {
  Page(Fault& fault, const std::string& answer)
      : WebPage(fault.io, fault.stage.certificate(), fault.stage.certificate().parent_path() / "server.key", answer) {}
};

}  // namespace

TEST_CASE("fault: the service is restarted while it transmits") {
  Fault fault;
  fault.transmit();
  fault.happens();
  fault.stage.restart_server();
  fault.expect_unkeyed();
  fault.lost("what the service did not send");
  fault.expect_seen("connecting again");
  fault.expect_back("logged_on");
  fault.expect_to_transmit();
  fault.expect_to_be_heard();
}

TEST_CASE("fault: the certificate has expired") {
  Fault fault(over_a_wire());
  shows(fault,
        net::make_certificate({"expired.example.org", "127.0.0.1"}, std::chrono::hours(-48), std::chrono::hours(-24)),
        "expired");
}

TEST_CASE("fault: the certificate is another host's") {
  Fault fault(over_a_wire());
  shows(fault, net::make_certificate({"elsewhere.example.org"}), "for another host name");
}

TEST_CASE("fault: another session uses the account while it transmits") {
  Fault fault(over_a_wire());
  auto impostor = fault.stage.impostor(fault.cos());
  fault.transmit();
  fault.happens();
  impostor->log_on();
  fault.expect_unkeyed();
  fault.expect_seen("another session uses this account");
  REQUIRE(fault.until([&] { return fault.journal_has("alarm").has_value(); }));
  impostor->leave();
  fault.expect_back("logged_on");
  REQUIRE(fault.until([&] { return !fault.cos().user->speaking(); }));
  fault.lost_on_air();
  fault.expect_to_transmit();
  fault.expect_to_be_heard();
}

TEST_CASE("fault: the service answers HTTP 429") {
  Fault fault(over_a_wire());
  const Page page(fault, "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 4\r\n\r\nslow");
  meets(fault, page);
  fault.expect_seen("too many connects from this address");
  fault.expect_said("next try in 15 min");
  REQUIRE(fault.until([&] { return fault.journal_has("alarm").has_value(); }));
  fault.back("tries again after 15 minutes");
  CHECK_FALSE(fault.stage.gateway().ended());
}

TEST_CASE("fault: a captive portal stands in the service's place") {
  Fault fault(over_a_wire());
  const Page page(fault,
                  "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 38\r\n\r\n"
                  "<html>Welcome to our hotel! Room?</html>");
  meets(fault, page);
  fault.expect_seen("the answer is a web page");
  CHECK(fault.stage.log().find("captive portal?; the answer") == std::string::npos);  // said once
  meets_the_service_again(fault);
}
