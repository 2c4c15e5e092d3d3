#!/usr/bin/env python3
"""Draws the wiring of docs/hardware.md: wiring.py FOLDER; with --check it compares what is there."""

import pathlib
import sys


class Drawing:
    """A circuit as SVG. Coordinates are pixels, y grows downwards; lines of a circuit are on a grid of 10."""

    def __init__(self, width, height, title):
        self.size = (width, height)
        self.parts = [f'<rect width="{width}" height="{height}" fill="white"/>']
        self.text(width / 2, 22, title, "middle", 'font-size="15" font-weight="bold"')

    def svg(self):
        width, height = self.size
        head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
                'font-size="12" stroke-linecap="round" stroke-linejoin="round">')
        return "\n".join([head, *self.parts, "</svg>"]) + "\n"

    def text(self, x, y, words, anchor="start", more=""):
        words = words.replace("&", "&amp;").replace("<", "&lt;")
        self.parts.append(f'<text x="{x}" y="{y}" text-anchor="{anchor}" {more}>{words}</text>')

    def path(self, d, fill="none", width=1.5):
        self.parts.append(f'<path d="{d}" fill="{fill}" stroke="black" stroke-width="{width}"/>')

    def wire(self, *points):
        self.path("M" + " L".join(f"{x},{y}" for x, y in points))

    def dot(self, x, y):
        self.parts.append(f'<circle cx="{x}" cy="{y}" r="3.5"/>')

    def box(self, x, y, width, height, name, fill="#eef3fa"):
        self.parts.append(f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="4" fill="{fill}" stroke="black" '
                          'stroke-width="1.5"/>')
        self.text(x + width / 2, y + 18, name, "middle", 'font-weight="bold"')

    def note(self, x, y, *lines):
        for number, line in enumerate(lines):
            self.text(x, y + 16 * number, line, more='fill="#444"')

    def resistor(self, x, y, name, upright=False):
        """20 by 60: from (x, y) to the right, or down."""
        if upright:
            self.wire((x, y), (x, y + 10))
            self.path(f"M{x - 6},{y + 10} h12 v40 h-12 z", "white")
            self.wire((x, y + 50), (x, y + 60))
            self.text(x + 12, y + 34, name)
        else:
            self.wire((x, y), (x + 10, y))
            self.path(f"M{x + 10},{y - 6} h40 v12 h-40 z", "white")
            self.wire((x + 50, y), (x + 60, y))
            self.text(x + 30, y - 12, name, "middle")

    def trimmer(self, x, y, name):
        """Upright, from (x, y) down 60; the slider's line begins at (x + 20, y + 30)."""
        self.resistor(x, y, "", True)
        self.path(f"M{x + 20},{y + 30} h-12 m5,-4 l-5,4 l5,4")
        self.text(x - 12, y + 34, name, "end")

    def capacitor(self, x, y, name):
        """40 wide."""
        self.wire((x, y), (x + 17, y))
        self.path(f"M{x + 17},{y - 10} v20 M{x + 23},{y - 10} v20", width=2.5)
        self.wire((x + 23, y), (x + 40, y))
        self.text(x + 20, y - 16, name, "middle")

    def diode(self, x, y, name):
        """Upright, 40 high; the current flows down."""
        self.wire((x, y), (x, y + 12))
        self.path(f"M{x - 8},{y + 12} h16 l-8,14 z", "white")
        self.path(f"M{x - 8},{y + 26} h16", width=2.5)
        self.wire((x, y + 26), (x, y + 40))
        self.text(x + 14, y + 24, name)

    def ground(self, x, y):
        self.wire((x, y), (x, y + 8))
        self.path(f"M{x - 10},{y + 8} h20 M{x - 6},{y + 12} h12 M{x - 2},{y + 16} h4", width=2)

    def npn(self, x, y, name):
        """Base at (x, y), collector at (x + 30, y - 30), emitter at (x + 30, y + 30)."""
        self.parts.append(f'<circle cx="{x + 22}" cy="{y}" r="20" fill="white" stroke="black" stroke-width="1.5"/>')
        self.wire((x, y), (x + 14, y))
        self.path(f"M{x + 14},{y - 12} v24", width=3)
        self.wire((x + 14, y - 6), (x + 30, y - 16), (x + 30, y - 30))
        self.wire((x + 14, y + 6), (x + 30, y + 16), (x + 30, y + 30))
        self.path(f"M{x + 29},{y + 15} l-8,-1 l4,-6 z", "black")
        self.text(x + 48, y + 4, name)

    def opto(self, x, y, name, mirrored=False):
        """100 by 60. Its diode's pins are at (x, y + 10) and (x, y + 50), the transistor's at (x + 100, …); or mirrored."""
        self.parts.append(f'<rect x="{x}" y="{y}" width="100" height="60" fill="#f6f6e8" stroke="black" '
                          'stroke-width="1.5"/>')
        self.text(x + 50, y + 78, name, "middle")
        sign = -1 if mirrored else 1
        left = x + 100 if mirrored else x

        def at(dx):
            return left + sign * dx

        self.wire((at(0), y + 10), (at(25), y + 10), (at(25), y + 22))
        self.path(f"M{at(17)},{y + 22} L{at(33)},{y + 22} L{at(25)},{y + 36} z", "white")
        self.path(f"M{at(17)},{y + 37} L{at(33)},{y + 37}", width=2.5)
        self.wire((at(25), y + 37), (at(25), y + 50), (at(0), y + 50))
        for dy in (24, 32):
            self.path(f"M{at(38)},{y + dy} L{at(52)},{y + dy} M{at(48)},{y + dy - 3} L{at(52)},{y + dy} L{at(48)},{y + dy + 3}",
                      width=1)
        self.path(f"M{at(62)},{y + 18} v24", width=3)
        self.wire((at(62), y + 25), (at(78), y + 17), (at(78), y + 10), (at(100), y + 10))
        self.wire((at(62), y + 35), (at(78), y + 43), (at(78), y + 50), (at(100), y + 50))
        self.path(f"M{at(77)},{y + 43} L{at(68)},{y + 42} L{at(72)},{y + 36} z", "black")

    def transformer(self, x, y, name):
        """60 by 60: windings' ends at (x, y), (x, y + 60), (x + 60, y), (x + 60, y + 60)."""
        for side, turn in ((0, 1), (60, -1)):
            inner = x + side + turn * 18
            self.wire((x + side, y), (inner, y), (inner, y + 6))
            bows = "".join(f" a6,6 0 0 {1 if turn > 0 else 0} 0,12" for _ in range(4))
            self.path(f"M{inner},{y + 6}{bows}")
            self.wire((inner, y + 54), (inner, y + 60), (x + side, y + 60))
        self.path(f"M{x + 28},{y + 4} v52 M{x + 32},{y + 4} v52")
        self.text(x + 30, y + 78, name, "middle")

    def pin(self, x, y, name, side):
        """A pin on the edge of a box; `side`: where the box is."""
        self.parts.append(f'<circle cx="{x}" cy="{y}" r="3.5" fill="white" stroke="black" stroke-width="1.5"/>')
        self.text(x - 8 if side == "left" else x + 8, y + 4, name, "end" if side == "left" else "start")


TRANSISTOR = "Flat side towards you, pins down: 2N3904 is E-B-C, BC547 is C-B-E. Up to 30 V and 20 mA; a relay needs a diode."


def gpio():
    d = Drawing(780, 456, "PTT and squelch on GPIO, common ground")
    d.box(20, 40, 160, 340, "Raspberry Pi")
    d.box(600, 40, 160, 340, "radio")
    d.pin(180, 120, "GPIO27 (pin 13)", "left")
    d.wire((184, 120), (230, 120))
    d.dot(230, 120)
    d.resistor(230, 120, "10 kΩ", True)
    d.ground(230, 180)
    d.wire((230, 120), (270, 120))
    d.resistor(270, 120, "1 kΩ")
    d.wire((330, 120), (350, 120))
    d.npn(350, 120, "2N3904, BC547")
    d.wire((380, 150), (380, 180))
    d.ground(380, 180)
    d.wire((380, 90), (380, 70), (596, 70))
    d.pin(600, 70, "PTT, keyed by ground", "right")
    d.pin(180, 230, "3.3 V (pin 1)", "left")
    d.wire((184, 230), (300, 230), (300, 240))
    d.resistor(300, 240, "10 kΩ", True)
    d.pin(180, 300, "GPIO17 (pin 11)", "left")
    d.wire((184, 300), (400, 300))
    d.dot(300, 300)
    d.resistor(400, 300, "1 kΩ")
    d.wire((460, 300), (596, 300))
    d.pin(600, 300, "squelch, open collector", "right")
    d.pin(180, 350, "GND (pin 9)", "left")
    d.wire((184, 350), (596, 350))
    d.pin(600, 350, "GND", "right")
    d.dot(390, 350)
    d.wire((390, 350), (390, 356))
    d.ground(390, 356)
    d.note(20, 402, "10 kΩ at the base keeps the radio unkeyed while the Pi boots and its pins are inputs.",
           "The squelch output must only sink: a voltage (5 V, 12 V) destroys the Pi. For such an output use the opto-coupler.",
           TRANSISTOR)
    return d


def opto():
    d = Drawing(780, 440, "PTT and squelch through opto-couplers: no common ground")
    d.box(20, 40, 160, 340, "Raspberry Pi")
    d.box(600, 40, 160, 340, "radio")
    d.pin(180, 90, "GPIO27 (pin 13)", "left")
    d.wire((184, 90), (220, 90))
    d.dot(220, 90)
    d.resistor(220, 90, "10 kΩ", True)
    d.ground(220, 150)
    d.wire((220, 90), (260, 90))
    d.resistor(260, 90, "330 Ω")
    d.wire((320, 90), (350, 90))
    d.opto(350, 80, "PC817")
    d.wire((350, 130), (330, 130), (330, 150))
    d.ground(330, 150)
    d.wire((450, 90), (596, 90))
    d.pin(600, 90, "PTT, keyed by ground", "right")
    d.wire((450, 130), (570, 130), (570, 180), (596, 180))
    d.dot(570, 180)
    d.pin(600, 180, "GND of the radio", "right")
    d.pin(180, 210, "3.3 V (pin 1)", "left")
    d.wire((184, 210), (280, 210))
    d.resistor(280, 210, "10 kΩ", True)
    d.pin(180, 270, "GPIO17 (pin 11)", "left")
    d.wire((184, 270), (350, 270))
    d.dot(280, 270)
    d.opto(350, 260, "PC817", mirrored=True)
    d.wire((350, 310), (320, 310), (320, 330))
    d.ground(320, 330)
    d.wire((450, 270), (480, 270))
    d.resistor(480, 270, "1 kΩ")
    d.wire((540, 270), (596, 270))
    d.pin(600, 270, "squelch, a voltage", "right")
    d.wire((450, 310), (570, 310), (570, 180))
    d.pin(180, 350, "GND (pin 9)", "left")
    d.wire((184, 350), (240, 350))
    d.ground(240, 350)
    d.note(20, 402, "The Pi sees a low level while there is a carrier (active: low). 1 kΩ is for 5 V; for 12 V take 2.2 kΩ.",
           "For a squelch output that only sinks: LED and resistor between the radio's supply and the output.")
    return d


def cm108():
    d = Drawing(780, 486, "A USB sound fob with a CM108 or CM119")
    d.box(20, 40, 160, 350, "CM108")
    d.box(600, 40, 160, 350, "radio")
    d.pin(180, 120, "GPIO3", "left")
    d.wire((184, 120), (230, 120))
    d.dot(230, 120)
    d.resistor(230, 120, "10 kΩ", True)
    d.ground(230, 180)
    d.wire((230, 120), (270, 120))
    d.resistor(270, 120, "1 kΩ")
    d.wire((330, 120), (350, 120))
    d.npn(350, 120, "2N3904, BC547")
    d.wire((380, 150), (380, 180))
    d.ground(380, 180)
    d.wire((380, 90), (380, 70), (596, 70))
    d.pin(600, 70, "PTT, keyed by ground", "right")
    d.pin(180, 230, "VOL_DN", "left")
    d.wire((184, 230), (400, 230))
    d.resistor(400, 230, "1 kΩ")
    d.wire((460, 230), (596, 230))
    d.pin(600, 230, "squelch, open collector", "right")
    d.pin(180, 280, "MIC in", "left")
    d.wire((184, 280), (220, 280))
    d.capacitor(220, 280, "1 µF")
    d.wire((260, 280), (330, 280))
    d.dot(300, 280)
    d.resistor(300, 280, "1 kΩ", True)
    d.ground(300, 340)
    d.resistor(400, 280, "20 kΩ")
    d.wire((330, 280), (400, 280))
    d.wire((460, 280), (596, 280))
    d.pin(600, 280, "speaker, line out", "right")
    d.pin(180, 370, "L out", "left")
    d.wire((184, 370), (380, 370), (380, 320), (400, 320))
    d.trimmer(400, 320, "")
    d.text(432, 372, "10 kΩ")
    d.ground(400, 380)
    d.wire((420, 350), (500, 350))
    d.capacitor(500, 350, "1 µF")
    d.wire((540, 350), (596, 350))
    d.pin(600, 350, "microphone", "right")
    d.note(20, 420, "VOL_DN is pulled up in the chip and read as \"carrier\" while it is low. Ground of fob and radio: connected (not drawn).",
           "GPIO3 is an input until the gateway sets it: the 10 kΩ keep the radio unkeyed. Most bought fobs have all of this inside.",
           "RF in the ground loop drops USB when the radio keys: transformers for the sound (next drawing) and ferrites help.",
           TRANSISTOR)
    return d


def audio():
    d = Drawing(780, 346, "Levels and isolation of the sound")
    d.box(20, 40, 140, 250, "sound interface")
    d.box(620, 40, 140, 250, "radio")
    d.pin(160, 90, "microphone", "left")
    d.wire((164, 90), (190, 90))
    d.capacitor(190, 90, "1 µF")
    d.wire((230, 90), (330, 90))
    d.dot(270, 90)
    d.resistor(270, 90, "1 kΩ", True)
    d.dot(270, 150)
    d.pin(160, 150, "GND", "left")
    d.wire((164, 150), (420, 150))
    d.resistor(330, 90, "20 kΩ")
    d.wire((390, 90), (420, 90))
    d.transformer(420, 90, "600 Ω : 600 Ω")
    d.wire((480, 90), (616, 90))
    d.pin(620, 90, "speaker", "right")
    d.wire((480, 150), (616, 150))
    d.pin(620, 150, "GND", "right")
    d.pin(160, 210, "line out", "left")
    d.wire((164, 210), (270, 210))
    d.trimmer(270, 210, "10 kΩ")
    d.wire((290, 240), (330, 240), (330, 210), (420, 210))
    d.pin(160, 270, "GND", "left")
    d.wire((164, 270), (420, 270))
    d.dot(270, 270)
    d.transformer(420, 210, "600 Ω : 600 Ω")
    d.wire((480, 210), (530, 210))
    d.capacitor(530, 210, "1 µF")
    d.wire((570, 210), (616, 210))
    d.pin(620, 210, "microphone", "right")
    d.wire((480, 270), (616, 270))
    d.pin(620, 270, "GND", "right")
    d.note(20, 314, "A data jack's 0.3 V become 15 mV, for a microphone input; a speaker's volts want 100 kΩ instead of 20 kΩ. A line input",
           "needs neither 20 kΩ nor 1 kΩ. The capacitors keep microphones' supply voltages out.")
    return d


def blocks(title, left, right, name, inside, below):
    """A bought interface: what is wired to its left and right, and what is in it, line by line."""
    rows = max(len(left), len(right), len(inside))
    height = 80 + 36 * rows
    d = Drawing(780, height + 10 + 16 * len(below), title)
    d.box(20, 40, 150, height - 50, "computer")
    d.box(270, 40, 240, height - 50, name, "#f6f6e8")
    d.box(610, 40, 150, height - 50, "radio")
    for number, (words, pin) in enumerate(left):
        y = 90 + 36 * number
        d.pin(170, y, pin, "left")
        d.wire((174, y), (266, y))
        d.pin(270, y, "", "right")
        d.text(220, y - 6, words, "middle")
    for number, words in enumerate(inside):
        d.text(390, 84 + 36 * number, words[0], "middle")
        d.text(390, 98 + 36 * number, words[1], "middle", 'fill="#444"')
    for number, (words, pin) in enumerate(right):
        y = 90 + 36 * number
        d.pin(510, y, "", "left")
        d.wire((514, y), (606, y))
        d.pin(610, y, pin, "right")
        d.text(560, y - 6, words, "middle")
    d.note(20, height + 16, *below)
    return d


def aioc():
    return blocks(
        "AIOC, the All-in-one-Cable, in a hand-held radio", [("USB-C", "USB")],
        [("K1 plugs", "speaker"), ("K1 plugs", "microphone"), ("K1 plugs", "PTT")], "AIOC",
        [("sound card", "48 kHz, mono"), ("HID as a CM108", "GPIO3 keys, VOL_DN is squelch"),
         ("serial port", "DTR without RTS keys, too")],
        ["The plugs are those of the radio (\"K1\"): no other wiring. Firmware 1.2 or newer has the HID interface.",
         "While the machine boots and after a reset nothing is driven: the radio is not keyed."])


def digirig():
    return blocks(
        "Digirig Mobile", [("USB-C", "USB")],
        [("audio jack", "speaker, line out"), ("audio jack", "microphone"), ("audio jack", "PTT")], "Digirig Mobile",
        [("hub, CM108 sound card", "its GPIO3 is on a test pad only"), ("CP2102N serial port", "RTS"),
         ("transistor on RTS", "pulls PTT to ground")],
        ["While the machine boots nobody has opened the port: RTS is off, and the radio is not keyed. Linux raises RTS for about",
         "a millisecond at the first open() after plugging in; see docs/configuration.md.",
         "Digirig Lite has no serial port: it keys with GPIO3 of its CM108 (method: cm108)."])


def rim():
    return blocks(
        "RIM, DRA, RA, URI: interfaces with a CM108 or CM119 and a plug", [("USB", "USB")],
        [("PTT", "PTT, keyed by ground"), ("COR", "squelch (COS)"), ("RX", "discriminator, line out"),
         ("TX", "modulator, mic"), ("GND", "GND")], "interface",
        [("GPIO3 and a transistor", "open collector, pulls to ground"), ("VOL_DN and a transistor", "level and sense: its manual"),
         ("jumper or trimmer for RX", "speech peaks at -6 to -3 dBFS"), ("jumper or trimmer for TX", "so that the deviation is right"),
         ("common ground", "short, thick, ferrites on USB")],
        ["The pin numbers of the plug are in the maker's manual: they differ. So does what COR wants: most want a line that sinks,",
         "a RIM is an exception. Where a carrier reads the wrong way round, write active: high.",
         "While the machine boots the chip's pins are inputs, and the transistor's own pull-down keeps the radio unkeyed."])


def hat():
    return blocks(
        "A HAT for the Pi with an I2S sound chip", [("header", "I2S, 18-21"), ("header", "a GPIO, out"), ("header", "a GPIO, in")],
        [("plug", "line out, line in"), ("plug", "PTT, keyed by ground"), ("plug", "squelch")], "HAT",
        [("sound chip", "a device tree overlay"), ("transistor", "needs a pull-down at its base"),
         ("pull-up, protection", "3.3 V at most at the Pi")],
        ["GPIO18 to 21 are the I2S bus: no line for PTT or squelch. Which GPIO the HAT uses is in its manual;",
         "\"zello-gateway devices\" shows who uses a line already. While the Pi boots its GPIO is an input: one of 9 to 27 is pulled",
         "down, so that the radio is not keyed; a HAT that uses 2 to 8 for PTT keys until the gateway runs."])


DRAWINGS = {"gpio": gpio, "opto": opto, "cm108": cm108, "audio": audio, "aioc": aioc, "digirig": digirig, "rim": rim,
            "hat": hat}


def main():
    check = sys.argv[1] == "--check"
    folder = pathlib.Path(sys.argv[-1])
    wrong = []
    for name, draw in DRAWINGS.items():
        path = folder / f"wiring-{name}.svg"
        text = draw().svg()
        if not check:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            wrong.append(f"{path.name} is not what tests/plots/wiring.py draws: ./run plots")
    sys.exit("\n".join(wrong) if wrong else 0)


if __name__ == "__main__":
    main()
