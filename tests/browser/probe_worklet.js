// Runs in the audio thread of the listening browser: measures tones per channel, finds clicks, notes silence and late calls.
// Kept free of imports, because it is loaded as one text.

/** Tones: one second at a time, so that every whole frequency is its own bin. */
const BLOCK = 48000;
const TONES = [1000, 1500];
/** A click stands out after this much quiet, and is found by its first sample of at least half its peak. */
const QUIET_FRAMES = 4800;
const CLICK_LEVEL = 0.05;
/** The peak of a click lies within this many frames of its first loud sample (a codec smears it a little). */
const CLICK_FRAMES = 240;
/** Quieter than this (−60 dBFS) for this long is told as silence. */
const SILENCE_LEVEL = 0.001;
const SILENCE_MS = 150;
/** A call this late is a stall of the machine. */
const STALL_MS = 20;

class Probe extends AudioWorkletProcessor {
  constructor({ processorOptions }) {
    super();
    // Clicks come on the left alone, and a tone that never ends on the right alone.
    this.apart = processorOptions?.apart === true;
    this.lastCall = 0;
    this.quiet = 0;
    this.click = null;
    this.silentSince = 0;
    this.clearTones();
  }

  clearTones() {
    this.counted = 0;
    // For each channel and tone the real and imaginary part of one bin of the Fourier transform.
    this.bins = [0, 1].map(() => TONES.map(() => [0, 0]));
    this.power = [0, 0];
  }

  process(inputs) {
    const now = Date.now();
    if (this.lastCall > 0 && now - this.lastCall > STALL_MS) this.port.postMessage({ stall_ms: now - this.lastCall, utc_ms: now });
    this.lastCall = now;
    const input = inputs[0];
    const left = input[0];
    if (left) {
      const right = input[1] ?? left;
      this.findClicks(left, this.apart ? left : right, now);
      if (!this.apart) this.countTones(left, right);
      this.noteSilence(this.apart ? right : left, right, now);
    }
    return true;
  }

  countTones(left, right) {
    for (let i = 0; i < left.length; i += 1) {
      const at = this.counted;
      const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / BLOCK);
      TONES.forEach((hertz, tone) => {
        const angle = (2 * Math.PI * ((hertz * at) % BLOCK)) / BLOCK;
        const [cos, sin] = [Math.cos(angle) * window, Math.sin(angle) * window];
        this.add(0, tone, left[i] * cos, left[i] * sin);
        this.add(1, tone, right[i] * cos, right[i] * sin);
      });
      this.power[0] += left[i] * left[i];
      this.power[1] += right[i] * right[i];
      this.counted += 1;
      if (this.counted === BLOCK) this.tellTones();
    }
  }

  add(channel, tone, real, imaginary) {
    const bin = this.bins[channel][tone];
    bin[0] += real;
    bin[1] += imaginary;
  }

  tellTones() {
    // The window halves the sum, a sine gives half its amplitude: 4 / BLOCK makes it the amplitude.
    const tones = this.bins.map((bins) => bins.map(([real, imaginary]) => (Math.hypot(real, imaginary) * 4) / BLOCK));
    this.port.postMessage({ tones, rms: this.power.map((power) => Math.sqrt(power / BLOCK)) });
    this.clearTones();
  }

  findClicks(left, right, now) {
    for (let i = 0; i < left.length; i += 1) {
      const loud = Math.max(Math.abs(left[i]), Math.abs(right[i]));
      if (this.click === null) {
        if (loud >= CLICK_LEVEL && this.quiet >= QUIET_FRAMES) this.click = { frames: [], calls: [], first: currentFrame + i };
        this.quiet = loud >= CLICK_LEVEL ? 0 : this.quiet + 1;
      }
      if (this.click !== null) {
        this.click.frames.push(loud);
        this.click.calls.push(now);
        if (this.click.frames.length === CLICK_FRAMES) this.tellClick();
      }
    }
  }

  tellClick() {
    const { frames, calls, first } = this.click;
    const peak = Math.max(...frames);
    const onset = frames.findIndex((level) => level >= peak / 2);
    const top = frames.indexOf(peak);
    this.port.postMessage({ click: { utc_ms: calls[onset] + 0.5, peak_utc_ms: calls[top] + 0.5, frame: first + onset, peak } });
    this.click = null;
    this.quiet = 0;
  }

  noteSilence(left, right, now) {
    let loudest = 0;
    for (let i = 0; i < left.length; i += 1) loudest = Math.max(loudest, Math.abs(left[i]), Math.abs(right[i]));
    if (loudest < SILENCE_LEVEL) {
      if (this.silentSince === 0) this.silentSince = now;
    } else {
      if (this.silentSince > 0 && now - this.silentSince >= SILENCE_MS) {
        this.port.postMessage({ silence: { from_utc_ms: this.silentSince, to_utc_ms: now } });
      }
      this.silentSince = 0;
    }
  }
}

registerProcessor("korero-probe", Probe);
