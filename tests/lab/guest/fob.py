"""A USB sound fob with the pins of a CM108, as far as HID goes: the kernel's uhid makes a true hidraw device of it, and every report
that is written to that arrives here, byte by byte, with its time. GPIO3 keys and VOL_DN, pulled low, is the squelch, unless it is
wired in another way.

The sound is the card's, snd-aloop: there is no USB sound in a machine without isochronous transfers.
"""

import os
import pathlib
import select
import struct
import threading
import time

from machine import SHARE, sh, wait_until
from radio import History, Radio, sound_cards

# linux/uhid.h
DESTROY, OUTPUT, GET_REPORT, GET_REPORT_REPLY, CREATE2, INPUT2, SIZE = 1, 6, 9, 10, 11, 12, 4380
USB = 3
# Four bytes each way, without a report's number.
DESCRIPTOR = bytes.fromhex("0600ff0901a101150026ff00750895040901810209019102c0")
VOL_UP, VOL_DN = 1 << 0, 1 << 1


class Fob:
    """`vendor` and `product` as the device tells them. Reports: (time, bytes) of each that came, in all its lives."""

    def __init__(self, vendor=0x0D8C, product=0x000C, name="USB Audio Device", serial=""):
        self.ids, self.name, self.serial = (vendor, product), name, serial
        self.reports, self.asked = [], 0
        self.buttons = 0
        self.fd = self.listener = None
        self.log = SHARE / f"reports-{vendor:04x}-{product:04x}{serial and '-' + serial}.txt"
        self.plug_in()

    def plug_in(self):
        self.fd = os.open("/dev/uhid", os.O_RDWR | os.O_NONBLOCK)
        self.send(struct.pack("<I128s64s64sHHIIII", CREATE2, self.name.encode(), b"lab", self.serial.encode(),
                              len(DESCRIPTOR), USB, *self.ids, 0, 0) + DESCRIPTOR)
        self.listener = threading.Thread(target=self.listen, args=(self.fd,), daemon=True)
        self.listener.start()
        wait_until(self.node, "the fob is plugged in")
        sh("udevadm settle")

    def unplug(self):
        """Pulled out: its pins are what their resistors make of them, as soon as it has no power."""
        fd, self.fd = self.fd, None
        os.write(fd, struct.pack("<I", DESTROY))
        self.note(None)
        self.listener.join()
        os.close(fd)

    def send(self, event):
        os.write(self.fd, event.ljust(SIZE, b"\0"))

    def node(self):
        """/dev/hidrawN, as long as it is plugged in."""
        wanted = f"{self.ids[0]:08X}:{self.ids[1]:08X}", f"HID_UNIQ={self.serial}\n"
        for path in pathlib.Path("/sys/class/hidraw").glob("hidraw*"):
            text = (path / "device/uevent").read_text(encoding="ascii")
            if all(word in text for word in wanted):
                return pathlib.Path("/dev") / path.name
        return None

    def note(self, data):
        self.reports.append((time.monotonic(), data))
        with open(self.log, "a", encoding="ascii") as file:
            file.write(f"{self.reports[-1][0]:.6f} {data.hex(' ') if data is not None else '-'}\n")

    def listen(self, fd):
        while self.fd == fd:
            try:
                event = os.read(fd, SIZE) if select.select([fd], [], [], 0.2)[0] else bytes(4)
            except OSError:
                return
            [kind] = struct.unpack_from("<I", event)
            if kind == OUTPUT:
                [size] = struct.unpack_from("<H", event, 4 + 4096)
                self.note(event[4:4 + size])
            elif kind == GET_REPORT:
                self.asked += 1
                [number] = struct.unpack_from("<I", event, 4)
                self.send(struct.pack("<IIHH", GET_REPORT_REPLY, number, 0, 4) + self.input())

    def input(self):
        return bytes([self.buttons, 0, 0, 0])

    def press(self, button, down):
        """What pulls a button's pin low; the device tells of it when it is plugged in."""
        self.buttons = self.buttons | button if down else self.buttons & ~button
        if self.fd is not None:
            self.send(struct.pack("<IH", INPUT2, 4) + self.input())


class UsbFob(Fob):
    """The same as a USB device, at a host controller (dummy_hcd) that is wired to a gadget: the kernel's usbhid is in between, and
    the port has a name. The reports are as they went over the bus, with the number put in front again that they do not have."""

    GADGET = pathlib.Path("/sys/kernel/config/usb_gadget/fob")

    def build(self):
        for folder in ("strings/0x409", "configs/c.1", "functions/hid.0"):
            (self.GADGET / folder).mkdir(parents=True)
        for name, text in (("idVendor", hex(self.ids[0])), ("idProduct", hex(self.ids[1])),
                           ("strings/0x409/manufacturer", "C-Media"), ("strings/0x409/product", self.name),
                           ("strings/0x409/serialnumber", self.serial), ("functions/hid.0/report_length", "4")):
            (self.GADGET / name).write_text(text, encoding="ascii")
        (self.GADGET / "functions/hid.0/report_desc").write_bytes(DESCRIPTOR)
        (self.GADGET / "configs/c.1/hid.0").symlink_to(self.GADGET / "functions/hid.0")

    def plug_in(self):
        if not self.GADGET.exists():
            self.build()
        [controller] = pathlib.Path("/sys/class/udc").iterdir()
        (self.GADGET / "UDC").write_text(controller.name, encoding="ascii")
        wait_until(self.node, "the fob is plugged in")
        sh("udevadm settle")
        self.fd = os.open("/dev/hidg0", os.O_RDWR | os.O_NONBLOCK)
        self.listener = threading.Thread(target=self.listen, args=(self.fd,), daemon=True)
        self.listener.start()

    def unplug(self):
        fd, self.fd = self.fd, None
        self.listener.join()
        os.close(fd)
        (self.GADGET / "UDC").write_text("\n", encoding="ascii")
        self.note(None)

    def port(self):
        """As the configuration names it: usb:1-1."""
        return "usb:" + pathlib.Path(f"/sys/class/hidraw/{self.node().name}/device").resolve().parents[1].name

    def listen(self, fd):
        while self.fd == fd:
            if select.select([fd], [], [], 0.05)[0]:
                self.note(b"\0" + os.read(fd, 4))

    def press(self, button, down):
        self.buttons = self.buttons | button if down else self.buttons & ~button
        os.write(self.fd, self.input())


class Pin(History):
    """The electrical history of the pin that keys: by the reports that the fob was sent. An input is where its resistor pulls it."""

    def __init__(self, fob, number, pulled_up):  # pylint: disable=super-init-not-called
        self.fob, self.lines, self.pulled_up = fob, ("PTT",), int(pulled_up)
        self.mask = 1 << (number - 1)

    def changes(self, line="PTT"):
        changes = [(0.0, self.pulled_up)]
        for at, data in list(self.fob.reports):
            driven = data is not None and len(data) == 5 and data[0] == 0 and data[1] == 0 and data[3] & self.mask
            level = int(data[2] & self.mask != 0) if driven else self.pulled_up
            if level != changes[-1][1]:
                changes.append((at, level))
        return changes


class FobRadio(Radio):
    """A radio that is wired to a fob instead of a GPIO chip: to the pin GPIO`pin`, which keys by `active`, and to a button's."""

    def __init__(self, fob, active="high", pin=3, button=VOL_DN, card="Loopback"):  # pylint: disable=super-init-not-called
        self.fob, self.button, self.card, self.recorder = fob, button, card, None
        self.active, self.keyed_level = active, 1 if active == "high" else 0
        self.history = Pin(fob, pin, pulled_up=active == "low")
        sound_cards(card)

    def squelch(self, is_open):
        self.fob.press(self.button, is_open)

    def driven(self):
        return len(self.keyings())  # each report arrives, however soon the next one follows
