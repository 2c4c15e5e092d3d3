#include "config/steady_names.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace zgw::config;

namespace {

Config with(const std::string& card, const std::string& interface = "usb:1-1.2") {
  Config config;
  config.radios["a"].sound.device = "hw:CARD=RadioA";
  config.radios["b"].sound.device = card;
  config.radios["b"].ptt.device = interface;
  return config;
}

}  // namespace

TEST_CASE("a sound card is named by its own id, or by a number that another one has when it is missing") {
  for (const std::string steady :
       {"hw:CARD=RadioB", "plughw:CARD=Device,DEV=0", "hw:Device,0", "card_b", "hw:CARD=usb_fob", "radio_1",
        "plug:hw:RadioB", "plug:SLAVE='hw:RadioB,1'", "hw:DEV=1,CARD=RadioB", "file:/srv/radio_1"}) {
    CAPTURE(steady);
    CHECK(names_are_steady(with(steady)));
  }
  for (const std::string counted :
       {"hw:1", "hw:1,0", "plughw:CARD=1,DEV=0", "hw:CARD=Device_1", "hw:Device_1,0", "default",
        "sysdefault:CARD=RadioB", "plug:hw:1", "plug:'hw:1'", "plug:SLAVE='hw:Device_1,0'", "dsnoop:1",
        "hw:DEV=0,CARD=1", "hw:CARD='1'", "plug:default"}) {
    CAPTURE(counted);
    CHECK_FALSE(names_are_steady(with(counted)));
  }
}

TEST_CASE(
    "an interface is named by its port or serial number, or by a number that another one has when it is missing") {
  for (const std::string steady : {"usb:1-1.3", "A1B2", "/dev/serial/by-id/usb-FTDI_1", "/dev/radio_b"}) {
    CAPTURE(steady);
    CHECK(names_are_steady(with("hw:CARD=RadioB", steady)));
  }
  for (const std::string counted : {"/dev/hidraw0", "/dev/ttyUSB1", "/dev/ttyACM12", "0d8c:000C"}) {
    CAPTURE(counted);
    Config config = with("hw:CARD=RadioB", counted);
    CHECK_FALSE(names_are_steady(config));
    std::swap(config.radios["b"].ptt.device, config.radios["b"].cos.device);
    CHECK_FALSE(names_are_steady(config));
  }
}

TEST_CASE("where a card's name may be another's, all cards and their interfaces stay at their USB ports") {
  Config config = with("hw:CARD=Device_1", "usb:1-1.2");
  keep_ports(config);
  for (const char* name : {"a", "b"}) {
    CHECK(config.radios[name].sound.keep_port);
    CHECK(config.radios[name].cos.keep_port);  // the card's own
  }
  CHECK(config.radios["a"].ptt.keep_port);
  CHECK_FALSE(config.radios["b"].ptt.keep_port);  // has a steady name of its own
}

TEST_CASE("where cards have steady names, only an interface that is counted stays at its USB port") {
  Config config = with("hw:CARD=RadioB", "/dev/ttyUSB0");
  keep_ports(config);
  for (const char* name : {"a", "b"}) {
    CHECK_FALSE(config.radios[name].sound.keep_port);
    CHECK_FALSE(config.radios[name].cos.keep_port);
  }
  CHECK_FALSE(config.radios["a"].ptt.keep_port);
  CHECK(config.radios["b"].ptt.keep_port);
}

TEST_CASE("a radio that is alone, or a sound card that is, may be plugged in anywhere") {
  Config one;
  one.radios["a"].sound.device = "hw:1";
  one.radios["a"].ptt.device = "/dev/ttyUSB0";
  keep_ports(one);
  CHECK_FALSE(one.radios["a"].sound.keep_port);
  CHECK_FALSE(one.radios["a"].ptt.keep_port);
  Config stereo = with("hw:1", "/dev/serial/by-id/usb-FTDI_1");
  stereo.radios["a"].sound.device = "hw:1";
  stereo.radios["c"].sound.device = "file:/srv/c";
  keep_ports(stereo);
  CHECK_FALSE(stereo.radios["a"].sound.keep_port);
  CHECK_FALSE(stereo.radios["a"].ptt.keep_port);
  CHECK_FALSE(stereo.radios["b"].ptt.keep_port);
}
