#!/usr/bin/env python3
"""Speech under noise, and how well it is understood: for the denoiser's test of speech.

    speech.py make FOLDER ROW…   writes VOICE.ROW.noisy and VOICE.clean (48 kHz, mono, raw 32-bit floats)
    speech.py rate FOLDER ROW…   reads VOICE.ROW.bare and VOICE.ROW.ours too, and prints for each: row voice noisy bare ours

The speech comes out of Debian's packages, which are unpacked and not installed; the noise is made here, the same every
time. Quality is PESQ-WB (ITU-T P.862.2) as the package pesq computes it. PESQ looks for the utterances itself and
sometimes splits them otherwise when a few samples change, which is worth up to a whole point: every figure is the mean
over several stretches, never one reading.
"""

import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
from scipy.signal import lfilter, resample_poly

RATE = 48_000
# The guard listens before it opens; what it then does is rated.
LEAD, LENGTH, STRETCH, STEP = 8, 26, 8, 3
PEAK = 0.3
# Debian package, and the recordings in it: one voice each.
VOICES = {
    "alsa": ("alsa-utils", "usr/share/sounds/alsa/*_*.wav"),
    "sc": ("supercollider-common", "usr/share/SuperCollider/sounds/a11wlk01.wav"),
}
# Rows: noise and signal-to-noise ratio in dB.
ROWS = {"rumble": 5, "pink": 10, "hiss": 15, "hum": 10}


def recording(path):
    with wave.open(str(path)) as file:
        assert file.getnchannels() == 1 and file.getsampwidth() == 2, path
        sound, rate = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32_768, file.getframerate()
    shared = np.gcd(rate, RATE)
    return sound if rate == RATE else resample_poly(sound, RATE // shared, rate // shared)


def voice(folder, package, pattern):
    """Its recordings one after another with pauses, again and again."""
    subprocess.run(["apt-get", "download", "-q", package], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    (archive,) = folder.glob(f"{package}_*.deb")
    subprocess.run(["dpkg-deb", "-x", archive, folder / package], check=True)
    parts = []
    for path in sorted((folder / package).glob(pattern)):
        parts += [recording(path), np.zeros(RATE // 2)]
    sound = np.concatenate(parts)
    return np.resize(sound * PEAK / np.abs(sound).max(), LENGTH * RATE)


def shaped(random, power):
    """Noise whose power falls with frequency to this power, from 30 Hz on."""
    frequency = np.fft.rfftfreq(LENGTH * RATE, 1 / RATE)
    bins = random.normal(size=len(frequency)) + 1j * random.normal(size=len(frequency))
    return np.fft.irfft(bins * np.maximum(frequency, 30.0) ** (-power / 2))


def noise(kind, random):
    if kind == "hum":
        time = np.arange(LENGTH * RATE) / RATE
        sound = sum(np.sin(2 * np.pi * 50 * n * time + n) / n for n in (1, 2, 3, 4, 5, 7, 9))
    elif kind == "hiss":
        # A worn record: pink, duller from 1.5 kHz on, with ticks.
        sound = lfilter([0.18], [1, -0.82], shaped(random, 1))
        sound = sound / sound.std()
        ticks = random.integers(0, len(sound), LENGTH * 6)
        sound[ticks] += random.normal(size=len(ticks)) * 20
    else:
        sound = shaped(random, {"pink": 1, "rumble": 2}[kind])
    return sound / np.sqrt(np.mean(sound**2))


def make(folder, rows):
    for name, (package, pattern) in VOICES.items():
        clean = voice(folder, package, pattern)
        clean.astype("<f4").tofile(folder / f"{name}.clean")
        for row in rows:
            level = np.sqrt(np.mean(clean**2)) * 10 ** (-ROWS[row] / 20)
            noisy = clean + noise(row, np.random.default_rng(862)) * level
            noisy.astype("<f4").tofile(folder / f"{name}.{row}.noisy")


def rate(folder, rows):
    from pesq import pesq

    def read(path):
        return resample_poly(np.fromfile(path, "<f4"), 1, 3)

    for row in rows:
        for name in VOICES:
            clean = read(folder / f"{name}.clean")
            scores = []
            for kind in ("noisy", "bare", "ours"):
                heard, readings = read(folder / f"{name}.{row}.{kind}"), []
                for begin in range(LEAD, LENGTH - STRETCH + 1, STEP):
                    part = slice(begin * 16_000, (begin + STRETCH) * 16_000)
                    readings.append(pesq(16_000, clean[part], heard[part], "wb"))
                scores.append(np.mean(readings))
            print(row, name, *(f"{score:.3f}" for score in scores))


if __name__ == "__main__":
    {"make": make, "rate": rate}[sys.argv[1]](Path(sys.argv[2]), sys.argv[3:])
