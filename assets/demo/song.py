"""The demo song, "Harbour Light": every note that its players play.

An original song of this project, 32 bars at 96 beats a minute in G major: intro 4, verse 8, chorus 8, interlude 2,
chorus 8, outro 2. Each part is a list of `Note`; times are beats from the start, humanised with a seeded generator.
"""

import random
from dataclasses import dataclass

BEATS_PER_MINUTE = 96
BARS = 32
VERSE, CHORUS, INTERLUDE, LAST_CHORUS, OUTRO = 4, 12, 20, 22, 30

# Bass root, guitar strings from low to high (0: not played), notes in the middle of the piano.
CHORDS = {
    "G": (43, (43, 47, 50, 55, 59, 67), (55, 59, 62, 67)),
    "Em": (40, (40, 47, 52, 55, 59, 64), (55, 59, 64, 67)),
    "C": (36, (0, 48, 52, 55, 60, 64), (55, 60, 64, 67)),
    "Cadd9": (36, (0, 48, 52, 55, 62, 67), (55, 60, 62, 67)),
    "D": (38, (0, 0, 50, 57, 62, 66), (57, 62, 66, 69)),
    "Am7": (45, (0, 45, 52, 55, 60, 64), (55, 57, 60, 64)),
    "Dsus": (38, (0, 0, 50, 57, 62, 67), (57, 62, 67, 69)),
}
VERSE_CHORDS = ["G", "Em", "C", "D", "G", "Em", "Am7", "D"]
CHORUS_CHORDS = ["C", "G", "D", "Em", "C", "G", "Am7", "Dsus"]
HARMONY = (
    ["G", "Cadd9", "G", "Cadd9"] + VERSE_CHORDS + CHORUS_CHORDS + ["Em", "D"] + CHORUS_CHORDS + ["Cadd9", "G"]
)

# Melodies by bar: (beat, length in beats, MIDI pitch). Sung without words.
VERSE_MELODY = [
    [(0.5, 0.5, 62), (1, 1, 67), (2, 0.5, 69), (2.5, 1.4, 71)],
    [(0.5, 0.5, 71), (1, 0.5, 69), (1.5, 0.5, 67), (2, 1.7, 64)],
    [(0.5, 0.5, 64), (1, 1, 67), (2, 0.5, 69), (2.5, 1.3, 67)],
    [(0, 0.5, 66), (0.5, 2.6, 69)],
    [(0.5, 0.5, 62), (1, 1, 67), (2, 0.5, 69), (2.5, 0.5, 71), (3, 1, 74)],
    [(0, 1.5, 71), (1.5, 0.5, 69), (2, 1.6, 67)],
    [(0.5, 0.5, 64), (1, 0.5, 67), (1.5, 0.5, 69), (2, 1, 72), (3, 0.5, 71), (3.5, 0.5, 69)],
    [(0, 2.7, 69)],
]
CHORUS_MELODY = [
    [(0, 1, 72), (1, 0.5, 74), (1.5, 1.5, 76), (3, 0.5, 74), (3.5, 0.5, 72)],
    [(0, 1, 71), (1, 2.5, 74)],
    [(0, 1, 69), (1, 0.5, 71), (1.5, 1, 69), (2.5, 0.5, 66), (3, 1, 69)],
    [(0, 0.5, 71), (0.5, 2.8, 67)],
    [(0, 1, 72), (1, 0.5, 74), (1.5, 1.5, 76), (3, 1, 79)],
    [(0, 1.5, 74), (1.5, 0.5, 71), (2, 1.7, 74)],
    [(0, 0.5, 72), (0.5, 0.5, 71), (1, 1, 69), (2, 0.5, 72), (2.5, 0.5, 71), (3, 0.5, 69), (3.5, 0.5, 67)],
    [(0, 1, 69), (1, 2.6, 67)],
]
# The second voice answers with long notes below the first.
CHORUS_SECOND = [
    [(0, 3.7, 67)], [(0, 1, 67), (1, 2.6, 71)], [(0, 3.7, 66)], [(0.5, 2.8, 64)],
    [(0, 3, 67), (3, 1, 72)], [(0, 3.7, 71)], [(0, 2, 64), (2, 1.8, 67)], [(0, 1, 66), (1, 2.6, 62)],
]
CHORUS_THIRDS = [
    [(0, 1, 69), (1, 0.5, 71), (1.5, 1.5, 72), (3, 1, 69)],
    [(0, 1, 67), (1, 2.5, 71)],
    [(0, 1, 66), (1, 0.5, 67), (1.5, 1, 66), (2.5, 0.5, 62), (3, 1, 66)],
    [(0, 0.5, 67), (0.5, 2.8, 64)],
    [(0, 1, 69), (1, 0.5, 71), (1.5, 1.5, 72), (3, 1, 76)],
    [(0, 1.5, 71), (1.5, 0.5, 67), (2, 1.7, 71)],
    [(0, 0.5, 69), (0.5, 0.5, 67), (1, 1, 64), (2, 1, 69), (3, 0.5, 66), (3.5, 0.5, 64)],
    [(0, 1, 66), (1, 2.6, 62)],
]
INTERLUDE_PIANO = [
    [(0, 0.5, 76), (0.5, 0.5, 79), (1, 1, 83), (2, 0.5, 81), (2.5, 0.5, 79), (3, 1, 76)],
    [(0, 0.5, 74), (0.5, 0.5, 78), (1, 1.5, 81), (2.5, 0.5, 79), (3, 1, 78)],
]


@dataclass
class Note:
    """One note: start and length in beats, MIDI pitch, velocity 1-127."""

    start: float
    length: float
    pitch: int
    velocity: int


class Player:
    """Collects notes with a player's small errors; the same seed plays the same."""

    def __init__(self, seed, early_ms=0.0, spread_ms=9.0, touch=7):
        self.notes = []
        self.random = random.Random(seed)
        self.early, self.spread, self.touch = early_ms, spread_ms, touch

    def error(self):
        """Between -1 and 1, mostly near 0; built on `random()` alone, which Python keeps the same for ever."""
        return self.random.random() + self.random.random() - 1.0

    def play(self, bar, beat, length, pitch, velocity, late_ms=0.0):
        """Plays at a place of a bar, not quite there and not quite as loud."""
        late = late_ms - self.early + self.error() * self.spread
        start = max(0.0, bar * 4 + beat + late / 1000 * BEATS_PER_MINUTE / 60)
        loud = round(velocity + self.error() * self.touch)
        self.notes.append(Note(start, length, pitch, max(1, min(127, loud))))


def energy(bar):
    """How hard the band plays, 0 to 1."""
    for start, level in [(OUTRO, 0.35), (LAST_CHORUS, 1.0), (INTERLUDE, 0.55), (CHORUS, 0.85), (VERSE, 0.5), (0, 0.4)]:
        if bar >= start:
            return level
    return 0.0


def is_chorus(bar):
    return CHORUS <= bar < INTERLUDE or LAST_CHORUS <= bar < OUTRO


def guitar():
    """Picked in the verse, strummed in the chorus."""
    player = Player(11, spread_ms=7)
    for bar, name in enumerate(HARMONY):
        strings = [pitch for pitch in CHORDS[name][1] if pitch]
        if bar == BARS - 1:
            for nth, pitch in enumerate(strings):
                player.play(bar, 0, 6, pitch, 72, late_ms=nth * 38)
        elif is_chorus(bar):
            strum(player, bar, strings)
        else:
            pick(player, bar, strings)
    return player.notes


def pick(player, bar, strings):
    """Thumb on every beat, fingers between; each string rings on."""
    low, high = [strings[0], strings[1]], strings[-3:]
    pattern = [high[1], high[2], high[0], high[1], high[2], high[0], high[1], high[0]]
    for eighth in range(8):
        beat = eighth / 2
        if eighth % 2 == 0:
            player.play(bar, beat, 1.6, low[eighth // 2 % 2], 78 + (6 if eighth == 0 else 0))
        if eighth != 0 or bar % 2 == 1:
            player.play(bar, beat, 1.2, pattern[eighth], 74 + (6 if eighth == 3 else 0))


def strum(player, bar, strings):
    """Down, down-up, up-down-up; a hand takes 10 to 20 ms across the strings."""
    for beat, down, velocity in [(0, 1, 84), (1, 1, 66), (1.5, 0, 56), (2.5, 0, 62), (3, 1, 72), (3.5, 0, 54)]:
        order = strings if down else strings[:1:-1]
        width = 4 + player.random.random() * 2
        for nth, pitch in enumerate(order):
            # The low strings of this instrument are the loud ones: a player holds them back.
            held = 20 if pitch < 45 else 8 if pitch < 50 else 0
            player.play(bar, beat, 0.9 if beat < 1 else 0.55, pitch, velocity - held, late_ms=nth * width)


def bass():
    """Two in a bar in the verse, walking into each chord of the chorus."""
    player = Player(12, spread_ms=8)
    for bar, name in enumerate(HARMONY):
        if bar < 2:
            continue
        root = CHORDS[name][0]
        after = CHORDS[HARMONY[min(bar + 1, BARS - 1)]][0]
        if bar == BARS - 1:
            player.play(bar, 0, 5, root - 12 if root > 42 else root, 78)
            continue
        loud = 70 + energy(bar) * 22
        fifth = root + 7 if root < 40 else root - 5
        player.play(bar, 0, 1.8, root, loud)
        if is_chorus(bar):
            player.play(bar, 1.5, 0.5, root, loud - 14)
            player.play(bar, 2, 0.95, fifth, loud - 5)
            player.play(bar, 3, 0.9, after + (2 if after < root else -1), loud - 8)
        else:
            player.play(bar, 2, 1.7, fifth if bar % 2 else root, loud - 8)
            if bar % 4 == 3:
                player.play(bar, 3.5, 0.45, after - 1, loud - 16)
    return player.notes


KICK, TAP, SLAP, SWIRL, PEDAL, CRASH, RIDE, LOW_TOM, HIGH_TOM = 36, 38, 39, 40, 44, 49, 51, 45, 50


def brushes():
    """A kit with brushes: nothing in the intro, swirls in the verse, the ride in the chorus."""
    player = Player(13, spread_ms=6, touch=9)
    for bar in range(VERSE, BARS):
        loud = 58 + energy(bar) * 26
        if bar == BARS - 1:
            player.play(bar, 0, 4, CRASH, 44)
            player.play(bar, 0, 1, KICK, 60)
            continue
        player.play(bar, 0, 1, KICK, loud + 4)
        player.play(bar, 2.5 if is_chorus(bar) else 2, 1, KICK, loud - 8)
        for beat in (1, 3):
            player.play(bar, beat, 0.5, SLAP if is_chorus(bar) else TAP, loud)
            player.play(bar, beat, 0.5, PEDAL, loud - 14)
        if is_chorus(bar):
            for eighth in range(8):
                player.play(bar, eighth / 2, 0.4, RIDE, loud - 18 + (10 if eighth % 2 == 0 else 0))
        else:
            for beat in (0, 2):
                player.play(bar, beat, 1.8, SWIRL, loud - 6)
        if bar + 1 in (CHORUS, INTERLUDE, LAST_CHORUS, OUTRO):
            for nth, drum in enumerate((TAP, TAP, HIGH_TOM, LOW_TOM)):
                player.play(bar, 3 + nth / 4, 0.25, drum, loud - 6 + nth * 5)
        if bar in (CHORUS, LAST_CHORUS):
            player.play(bar, 0, 4, CRASH, loud - 10)
    return player.notes


def piano():
    """Bells in the intro, held chords under the verse, a tune of its own in the interlude."""
    player = Player(14, spread_ms=8, touch=6)
    for bar, name in enumerate(HARMONY):
        root, _, middle = CHORDS[name]
        loud = 44 + energy(bar) * 26
        if bar == BARS - 1:
            for nth, pitch in enumerate((root,) + middle + (79,)):
                player.play(bar, 0, 6, pitch, 50, late_ms=nth * 45)
        elif bar < VERSE:
            for nth, pitch in enumerate((middle[1] + 12, middle[3] + 12, middle[2] + 12, middle[3] + 12)):
                player.play(bar, nth + 0.5 * (nth % 2), 1.5, pitch, 50)
        elif is_chorus(bar):
            player.play(bar, 0, 3.8, root + 12, loud)
            for beat in (0, 1, 2, 3):
                for pitch in middle:
                    player.play(bar, beat, 0.9, pitch, loud - (0 if beat == 0 else 9))
        else:
            for nth, pitch in enumerate(middle):
                player.play(bar, 0, 3.8, pitch, loud - 6, late_ms=nth * 16)
        if INTERLUDE <= bar < LAST_CHORUS:
            for beat, length, pitch in INTERLUDE_PIANO[bar - INTERLUDE]:
                player.play(bar, beat, length, pitch, 78)
    return player.notes


def sing(player, first_bar, melody, velocity):
    for nth, bar in enumerate(melody):
        for beat, length, pitch in bar:
            player.play(first_bar + nth, beat, length * 0.96, pitch, velocity)


def lead_voice():
    # A voice swells into its note: it begins before the beat.
    player = Player(15, early_ms=45, spread_ms=14, touch=5)
    sing(player, VERSE, VERSE_MELODY, 84)
    sing(player, CHORUS, CHORUS_MELODY, 98)
    sing(player, LAST_CHORUS, CHORUS_MELODY, 104)
    sing(player, OUTRO, [[(0, 1.5, 71), (1.5, 0.5, 69), (2, 2, 67)], [(0, 3.5, 67)]], 80)
    return player.notes


def backing_voice():
    player = Player(16, early_ms=40, spread_ms=16, touch=5)
    sing(player, CHORUS, CHORUS_SECOND, 82)
    sing(player, LAST_CHORUS, CHORUS_THIRDS, 88)
    sing(player, OUTRO, [[(0, 4, 64)], [(0, 3.5, 62)]], 70)
    return player.notes


def shaker():
    """Eighths from the second half of the verse on, sixteenths in the last chorus."""
    player = Player(17, spread_ms=7, touch=10)
    for bar in range(VERSE + 4, OUTRO):
        steps = 16 if bar >= LAST_CHORUS else 8
        for step in range(steps):
            on_beat = step % (steps // 4) == 0
            player.play(bar, step * 4 / steps, 0.2, 70, 62 + energy(bar) * 26 - (0 if on_beat else 22))
    return player.notes
