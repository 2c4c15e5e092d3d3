"""All words that a story is told in."""

import time

from city import CHANNEL, City, compare, joined
from machine import SHARE, Unexpected, expect, figure, quick, say, sh, times, wait_until
from radio import Chip, History, Radio, sound_cards
from service import CONFIG, ETC, TWO, UNIT, Service, configure, drop_in

SPEECH = SHARE / "speech.wav"  # four seconds and more
LONG = SHARE / "long.wav"
OTHER = SHARE / "other.wav"

__all__ = ["CHANNEL", "CONFIG", "ETC", "LONG", "OTHER", "SHARE", "SPEECH", "TWO", "UNIT", "Chip", "City", "History", "Radio", "Service",
           "Unexpected", "compare", "configure", "drop_in", "expect", "figure", "joined", "quick", "say", "sh",
           "sound_cards", "time", "times", "wait_until"]
