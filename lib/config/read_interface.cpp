// PTT and squelch on an interface with lines of its own: a CM108, a serial port.
#include <array>

#include "config/pi_lines.hpp"
#include "config/readers.hpp"
#include "config/steady_names.hpp"

namespace zgw::config {
namespace {

constexpr std::array<std::pair<std::string_view, CosPin>, 6> cm108_inputs = {{{"vol_dn", CosPin::vol_dn},
                                                                              {"vol_up", CosPin::vol_up},
                                                                              {"gpio1", CosPin::gpio1},
                                                                              {"gpio2", CosPin::gpio2},
                                                                              {"gpio3", CosPin::gpio3},
                                                                              {"gpio4", CosPin::gpio4}}};
constexpr std::array<std::pair<std::string_view, CosPin>, 4> serial_inputs = {
    {{"cts", CosPin::cts}, {"dsr", CosPin::dsr}, {"dcd", CosPin::dcd}, {"ri", CosPin::ri}}};
constexpr std::array<std::pair<std::string_view, int>, 8> cm108_outputs = {
    {{"gpio1", 1}, {"gpio2", 2}, {"gpio3", 3}, {"gpio4", 4}, {"gpio5", 5}, {"gpio6", 6}, {"gpio7", 7}, {"gpio8", 8}}};

constexpr const char* which_device = R"(is missing; with a file radio write which: "0d8c:000c", "/dev/hidraw0" …)";

void check_port(Section& s, const std::optional<std::string>& device) {
  if (!device) return s.error("device", "is missing: the serial port, best by its name in /dev/serial/by-id");
  if (device->rfind("/dev/", 0) != 0) s.error("device", "must be the path of the serial port, beginning with /dev/");
}

void check_name(Section& s, const std::optional<std::string>& device) {
  if (device && device_is_numbered(*device)) s.warning("device", numbered_name);
}

}  // namespace

void read_cos_interface(Section& s, bool known, bool file_radio, Cos& out) {
  s.text("device", out.device);
  CosPin pin = CosPin::vol_dn;
  [[maybe_unused]] const bool asked = s.has("pin");  // a key, whatever source turns out to be
  if (!known) return;
  if (out.source == CosSource::cm108) {
    s.choice("pin", pin, cm108_inputs);
    out.pin = pin;
    if (file_radio && !out.device) s.error("device", which_device);
  } else if (out.source == CosSource::serial) {
    s.choice("pin", pin, serial_inputs);
    if (!s.has("pin")) s.error("pin", "is missing: cts, dsr, dcd or ri");
    out.pin = pin;
    check_port(s, out.device);
  } else {
    s.unused("device", "source: cm108 or serial");
    s.unused("pin", "source: cm108 or serial");
  }
  if (out.pin) check_name(s, out.device);
  if (out.source != CosSource::gpio) {
    s.unused("chip", "source: gpio");
    s.unused("bias", "source: gpio");
  }
}

void read_ptt_interface(Section& s, bool known, bool file_radio, Ptt& out) {
  s.text("device", out.device);
  s.choice("pin", out.pin, cm108_outputs);
  if (!known) return;
  const bool cm108 = out.method == PttMethod::cm108;
  const bool serial = out.method == PttMethod::serial_rts || out.method == PttMethod::serial_dtr;
  if (cm108 && file_radio && !out.device) s.error("device", which_device);
  if (serial) check_port(s, out.device);
  if (cm108 || serial) check_name(s, out.device);
  if (serial && out.active == Level::low) {
    s.error("active", "cannot be low on a serial port: whoever does not have it open would key the radio");
  }
  if (cm108 && out.active == Level::low) {
    s.warning("active",
              "low: a radio that is wired so transmits when the interface is reset; nothing here can help it");
  }
  if (out.method == PttMethod::gpio && out.active == Level::low) {
    s.warning("active",
              "low: a radio that is wired so transmits while the machine boots, and whenever it has no power");
  }
  if (out.method == PttMethod::gpio && out.active == Level::high && out.line) {
    const std::string concern = concern_of_key_line(out.chip, *out.line);
    if (!concern.empty()) s.warning("line", concern);
  }
  if (!cm108 && !serial) s.unused("device", "method: cm108, serial_rts or serial_dtr");
  if (!cm108) s.unused("pin", "method: cm108");
  if (out.method != PttMethod::gpio) s.unused("chip", "method: gpio");
}

}  // namespace zgw::config
