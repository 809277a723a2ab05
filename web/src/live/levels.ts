/** Sample peak and RMS of one channel since the last look, linear, 1 = full scale. */
export interface Level {
  peak: number;
  rms: number;
}

/** Longest time between looks that misses nothing: 4096 frames are 85 ms at 48 kHz. */
const WINDOW = 4096;

/** Listens beside the sound for the meters; what is heard does not pass through here. */
export class LevelTap {
  readonly #context: AudioContext;
  readonly #source: MediaStreamAudioSourceNode;
  readonly #channels: AnalyserNode[];
  readonly #block = new Float32Array(WINDOW);
  #lookedAt = 0;

  constructor(stream: MediaStream) {
    this.#context = new AudioContext();
    this.#source = this.#context.createMediaStreamSource(stream);
    const splitter = this.#context.createChannelSplitter(2);
    this.#source.connect(splitter);
    this.#channels = [0, 1].map((channel) => {
      const analyser = this.#context.createAnalyser();
      analyser.fftSize = WINDOW;
      splitter.connect(analyser, channel);
      return analyser;
    });
    void this.#context.resume();
  }

  /** Left and right since the last look; null where no sound came since: some devices hand it over in larger blocks. */
  look(): [Level, Level] | null {
    const now = this.#context.currentTime;
    const frames = Math.round((now - this.#lookedAt) * this.#context.sampleRate);
    if (frames <= 0) return null;
    this.#lookedAt = now;
    const [left, right] = this.#channels;
    return [this.#measure(left, frames), this.#measure(right, frames)];
  }

  close(): void {
    this.#source.disconnect();
    void this.#context.close();
  }

  #measure(analyser: AnalyserNode | undefined, frames: number): Level {
    if (analyser === undefined) return { peak: 0, rms: 0 };
    analyser.getFloatTimeDomainData(this.#block);
    const newest = this.#block.subarray(WINDOW - Math.min(frames, WINDOW));
    let peak = 0;
    let power = 0;
    for (const sample of newest) {
      peak = Math.max(peak, Math.abs(sample));
      power += sample * sample;
    }
    return { peak, rms: Math.sqrt(power / newest.length) };
  }
}
