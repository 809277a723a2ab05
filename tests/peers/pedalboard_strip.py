"""Twenty strips, their sum and a limiter by pedalboard (JUCE), in blocks of 64 frames: the work of `cargo xtask bench dsp`.

Its high-pass is of first order (ours of second), its limiter looks at samples (ours at true peaks, between them).
Prints "cpu SECONDS audio SECONDS"; the processor time is that of the whole process, reading not counted.
"""

import sys
import time

import numpy as np
from pedalboard import (
    Compressor,
    HighpassFilter,
    HighShelfFilter,
    Limiter,
    LowShelfFilter,
    NoiseGate,
    Pedalboard,
    PeakFilter,
)
from pedalboard.io import AudioFile

RATE = 48_000
BLOCK = 64
STRIPS = 20


def strip() -> Pedalboard:
    return Pedalboard(
        [
            HighpassFilter(80),
            NoiseGate(-50, 10, 1, 100),
            LowShelfFilter(100, 3, 0.707),
            PeakFilter(400, -3, 1),
            PeakFilter(3000, 3, 1),
            HighShelfFilter(10000, 2, 0.707),
            Compressor(-20, 4, 10, 100),
        ]
    )


def read(path: str) -> np.ndarray:
    with AudioFile(path) as file:
        return file.read(int(file.frames)).astype(np.float32)


def main() -> None:
    folder = sys.argv[1]
    inputs = [read(f"{folder}/in{at:02}.wav") for at in range(STRIPS)]
    strips = [strip() for _ in inputs]
    limiter = Limiter(-1, 100)
    # As ours, the first second is heard once before the clock runs.
    for sound, board in zip(inputs, strips):
        board.process(sound[:, :RATE], RATE, buffer_size=BLOCK, reset=False)
    begun = time.process_time()
    mix = np.zeros((2, inputs[0].shape[1]), np.float32)
    for at, (sound, board) in enumerate(zip(inputs, strips)):
        heard = board.process(sound, RATE, buffer_size=BLOCK, reset=False)[0]
        angle = at / (STRIPS - 1) * np.pi / 2
        mix[0] += np.float32(np.cos(angle)) * heard
        mix[1] += np.float32(np.sin(angle)) * heard
    mix = limiter.process(mix, RATE, buffer_size=BLOCK, reset=False)
    used = time.process_time() - begun
    assert 0.05 < np.abs(mix).max() <= 1.0, "something was played"
    print(f"cpu {used:.4f} audio {inputs[0].shape[1] / RATE:.0f}")


main()
