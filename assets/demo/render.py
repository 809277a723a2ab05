#!/usr/bin/env python3
"""Renders the demo multitrack: `assets/demo/render.py [FOLDER]`, by default into its own folder.

Needs fluidsynth, sox, flac and FluidR3_GM.sf2 (Debian: fluidsynth fluid-soundfont-gm sox flac). The same versions
give the same bytes. What is played stands in song.py; licences and thanks stand in LICENCE.md.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import song  # noqa: E402

SOUNDFONT = os.environ.get("SOUNDFONT", "/usr/share/sounds/sf2/FluidR3_GM.sf2")
TICKS = 480
# The bars, and four seconds for the last chord to ring.
SECONDS = song.BARS * 4 * 60 / song.BEATS_PER_MINUTE + 4
# Peaks of every input, as an engineer would set the interface.
PEAK_DBFS = -12



class Part:
    """One player: the name of the file, MIDI bank and program, the notes, and how it is miked."""

    def __init__(self, name, program, notes, mono, effects="", drums=False, voice=False):
        self.name, self.program, self.notes, self.mono = name, program, notes, mono
        self.effects, self.drums, self.voice = effects.split(), drums, voice


def parts():
    # The number is the first input that the file is plugged into.
    return [
        Part("01 guitar", 25, song.guitar(), mono=False),
        Part("03 double bass", 32, song.bass(), mono=True, effects="highpass 35"),
        Part("04 brushes", 40, song.brushes(), mono=False, effects="highpass 30", drums=True),
        Part("06 piano", 0, song.piano(), mono=False),
        Part("08 lead voice", 85, song.lead_voice(), mono=True, effects="equalizer 2800 1q +3", voice=True),
        Part("09 backing voice", 53, song.backing_voice(), mono=True, effects="highpass 90", voice=True),
        Part("10 shaker", 0, song.shaker(), mono=True, effects="highpass 200", drums=True),
    ]


def quantity(value):
    """A MIDI variable-length number."""
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(value & 0x7F | 0x80)
    return bytes(reversed(out))


def ticks(beats):
    return round(beats * TICKS)


def shape(note, channel, random):
    """What a singer does within a note: scoops into it, swells, and lets long ones tremble late."""
    beats_per_second = song.BEATS_PER_MINUTE / 60
    scoop = 1200 + random.random() * 1600
    for step in range(6):
        bend = 8192 - round(scoop * (1 - step / 5) ** 2)
        at = ticks(note.start + step * 0.018 * beats_per_second)
        yield at, 1, bytes([0xE0 | channel, bend & 0x7F, bend >> 7])
    long = note.length > 1.2
    for step in range(24):
        along = step / 23
        swell = 78 + 46 * min(1.0, along * 4) - 34 * max(0.0, along - 0.6) / 0.4
        tremble = round(46 * max(0.0, along - 0.35)) if long else 0
        at = ticks(note.start + along * note.length)
        yield at, 1, bytes([0xB0 | channel, 11, round(swell)])
        yield at, 1, bytes([0xB0 | channel, 1, tremble])


def midi(part):
    """A Standard MIDI File, format 0."""
    channel = 9 if part.drums else 0
    random = song.random.Random(part.name)
    events = [(0, 0, bytes([0xC0 | channel, part.program]))]
    for note in part.notes:
        if part.voice:
            events += shape(note, channel, random)
        events.append((ticks(note.start), 3, bytes([0x90 | channel, note.pitch, note.velocity])))
        events.append((ticks(note.start + note.length), 2, bytes([0x80 | channel, note.pitch, 0])))
    events.sort(key=lambda event: event[:2])
    track = bytes([0, 0xFF, 0x51, 3]) + round(60_000_000 / song.BEATS_PER_MINUTE).to_bytes(3, "big")
    now = 0
    for at, _, message in events:
        track += quantity(at - now) + message
        now = at
    # The end comes late, so that the last notes ring out.
    track += quantity(8 * TICKS) + bytes([0xFF, 0x2F, 0])
    head = b"MThd" + (6).to_bytes(4, "big") + b"".join(n.to_bytes(2, "big") for n in (0, 1, TICKS))
    return head + b"MTrk" + len(track).to_bytes(4, "big") + track


def run(*command):
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)


def sox(*words):
    # Repeatable, no dither: silence stays silence.
    run("sox", "-V1", "-R", "-D", *words)


def render(part, folder, scratch):
    score, raw, miked = (scratch / f"{part.name}.{kind}" for kind in ("mid", "wav", "miked.wav"))
    score.write_bytes(midi(part))
    room = "0.25" if part.drums and not part.mono else "0"
    run(
        "fluidsynth", "-ni", "-q", "-g", "0.6", "-r", "48000", "-o", "synth.chorus.active=0",
        "-o", f"synth.reverb.active={int(room != '0')}", "-o", "synth.reverb.room-size=0.3",
        "-o", f"synth.reverb.level={room}", "-T", "wav", "-O", "float", "-F", raw, SOUNDFONT, score,
    )
    source = raw
    if part.name == "01 guitar":
        source = two_microphones(raw, scratch)
    channels = ["remix", "1,2"] if part.mono else []
    sox(source, "-b", "24", miked, *channels, *part.effects, "pad", "0", "8", "trim", "0", f"{SECONDS}", "norm", PEAK_DBFS)
    plain = scratch / f"{part.name}.wav"
    sox(miked, "-b", "16", plain)
    out = folder / f"{part.name}.flac"
    run("flac", "--silent", "--force", "--best", "--no-padding", "--output-name", out, plain)
    return out


def two_microphones(raw, scratch):
    """One at the neck, thin and near; one at the body, warm and 0.6 ms further away."""
    neck, body, both = (scratch / f"{name}.wav" for name in ("neck", "body", "both"))
    sox(raw, neck, "remix", "1,2", "bass", "-4", "200", "treble", "+3", "5000")
    sox(raw, body, "remix", "1,2", "bass", "+2", "180", "treble", "-3", "4000", "delay", "0.0006")
    sox("-M", neck, body, both)
    return both


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for part in parts():
            out = render(part, folder, Path(scratch))
            print(f"{out.name}: {out.stat().st_size / 1048576:.1f} MiB")


if __name__ == "__main__":
    main()
