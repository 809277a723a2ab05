import type { Sink } from "./world";

/**
 * Plays through a media element: no WebAudio in the path (it would add 15-20 ms), and a phone's lock screen keeps it
 * alive.
 */
export class ElementSink implements Sink {
  readonly #element: HTMLAudioElement;
  /** Told when the system paused the sound, such as when headphones are pulled out. */
  onPaused: () => void = () => undefined;

  constructor(element: HTMLAudioElement) {
    this.#element = element;
    element.addEventListener("pause", () => {
      const stream = element.srcObject;
      // A stream that ended pauses its element too; that is a lost connection, not the listener's wish.
      if (stream instanceof MediaStream && stream.active) this.onPaused();
    });
  }

  prime(): void {
    // Safari lets an element play later only when it was asked inside a click; the answer does not matter yet.
    this.#element.play().catch(() => undefined);
  }

  async play(stream: MediaStream): Promise<boolean> {
    if (this.#element.srcObject !== stream) this.#element.srcObject = stream;
    try {
      await this.#element.play();
      return true;
    } catch (error) {
      // Everything but a refusal means that a newer stream or a stop came in between.
      return !(error instanceof DOMException && error.name === "NotAllowedError");
    }
  }

  release(): void {
    this.#element.srcObject = null;
  }

  /** Loudness from 0 to 1; squared, because the ear hears halves of power as small steps. */
  setVolume(share: number): void {
    this.#element.volume = share * share;
  }

  /** Whether the page may set the loudness at all; iPhones keep that to their own keys. */
  volumeWorks(): boolean {
    const before = this.#element.volume;
    this.#element.volume = 0.5;
    const works = this.#element.volume === 0.5;
    this.#element.volume = before;
    return works;
  }
}
