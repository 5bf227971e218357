/**
 * The commands of one step, kept by the native side so that one call runs them again. While a recording lives, the
 * storage slots that its commands name stay its own: replaying allocates, fills and frees the same handles.
 */
import type { LivePatch } from './backend.js';
import { DisposedError } from './errors.js';

export interface RecordingHost {
  /** Keeps the commands; the number names them. */
  capture(words: Uint32Array, count: number): number;
  launch(id: number, patches: Uint32Array): void;
  release(id: number): void;
  /** `handles` are given back; those in `allocated` hold memory that nobody else will free. */
  giveBack(handles: Iterable<number>, allocated: Iterable<number>): void;
}

export class Recording {
  readonly #host: RecordingHost;
  #words = new Uint32Array(4096);
  #length = 0;
  #id: number | null = null;
  readonly #live: LivePatch[] = [];
  #patches = new Uint32Array(0);
  readonly #handles = new Set<number>();
  /** Handles whose tensors are alive; the tensors release them. */
  readonly #held = new Set<number>();
  /** Handles whose tensors were released after recording: a replay leaves them allocated. */
  readonly #released = new Set<number>();
  #replayed = false;
  #disposed = false;

  /** @internal Made by `device.record`. */
  constructor(host: RecordingHost) {
    this.#host = host;
  }

  /** Runs the commands again, in order with everything else asked of the device. Live parameters are read now. */
  replay(): void {
    if (this.#disposed || this.#id === null) throw new DisposedError('the recording was disposed.', { op: 'replay' });
    this.#live.forEach((live, i) => {
      this.#writePatch(live, 4 * i);
    });
    this.#host.launch(this.#id, this.#patches);
    this.#replayed = true;
  }

  /** Frees the memory that only the recording holds. Tensors that the recorded step returned stay valid. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.#id !== null) this.#host.release(this.#id);
    const done = [...this.#handles].filter((handle) => !this.#held.has(handle));
    this.#host.giveBack(done, this.#replayed ? this.#released : []);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** @internal */
  append(words: Uint32Array, live: LivePatch[]): void {
    if (this.#length + words.length > this.#words.length) {
      const larger = new Uint32Array(2 * (this.#length + words.length));
      larger.set(this.#words);
      this.#words = larger;
    }
    this.#words.set(words, this.#length);
    for (const patch of live.splice(0)) this.#live.push({ ...patch, word: patch.word + this.#length });
    this.#length += words.length;
  }

  /** @internal The step is over. */
  finish(): void {
    this.#id = this.#host.capture(this.#words, this.#length);
    this.#words = new Uint32Array(0);
    this.#patches = new Uint32Array(4 * this.#live.length);
  }

  /** @internal */
  allocated(handle: number): void {
    this.#handles.add(handle);
    this.#held.add(handle);
  }

  /** @internal `recorded`: the release is one of the recorded commands, so each replay repeats it. */
  released(handle: number, recorded: boolean): void {
    this.#held.delete(handle);
    if (this.#disposed) {
      this.#host.giveBack([handle], []);
      return;
    }
    if (recorded) return;
    this.#released.add(handle);
    this.#replayed = false;
  }

  /** Two pairs of word index and value; a one-word parameter repeats its pair. */
  #writePatch({ word, type, value }: LivePatch, at: number): void {
    const current = value();
    const view = new DataView(this.#patches.buffer, 4 * at, 16);
    view.setUint32(0, word, true);
    view.setUint32(8, word, true);
    if (type === 'f32') view.setFloat32(4, current, true);
    else if (type === 'i32' || type === 'u32') view.setUint32(4, current >>> 0, true);
    else {
      const low = new DataView(new ArrayBuffer(8));
      if (type === 'f64') low.setFloat64(0, current, true);
      else low.setBigInt64(0, BigInt(current), true);
      view.setUint32(4, low.getUint32(0, true), true);
      view.setUint32(8, word + 1, true);
      view.setUint32(12, low.getUint32(4, true), true);
      return;
    }
    view.setUint32(12, view.getUint32(4, true), true);
  }
}
