/**
 * The commands of one step, kept so that they can be run again. While a recording lives, the storage slots that its
 * commands name stay its own: replaying allocates, fills and frees the same handles.
 */
import type { LivePatch } from './backend.js';
import { DisposedError } from './errors.js';

export interface RecordingHost {
  replay(words: Uint32Array, count: number): void;
  /** `handles` are given back; those in `allocated` hold memory that nobody else will free. */
  dispose(handles: Iterable<number>, allocated: Iterable<number>): void;
}

export class Recording {
  #words = new Uint32Array(1024);
  #floats = new Float32Array(this.#words.buffer);
  #length = 0;
  readonly #patches: LivePatch[] = [];
  readonly #handles = new Set<number>();
  /** Handles that a replay leaves allocated although their tensor was released after recording. */
  readonly #orphans = new Set<number>();
  readonly #released = new Set<number>();
  #disposed = false;
  readonly #host: RecordingHost;

  /** @internal Made by `device.record`. */
  constructor(host: RecordingHost) {
    this.#host = host;
  }

  /** Runs the commands again, in order with everything else asked of the device. Live parameters are read now. */
  replay(): void {
    if (this.#disposed) throw new DisposedError('the recording was disposed.', { op: 'replay' });
    for (const patch of this.#patches) this.#patch(patch);
    this.#host.replay(this.#words, this.#length);
    for (const handle of this.#released) this.#orphans.add(handle);
  }

  /** Frees the memory that only the recording holds. Tensors that the recorded step returned stay valid. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    const done = [...this.#handles].filter((handle) => !this.#alive.has(handle));
    this.#host.dispose(done, this.#orphans);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Handles whose tensors are still alive; they are released by their tensors. */
  readonly #alive = new Set<number>();

  /** @internal */
  append(words: Uint32Array, patches: LivePatch[]): void {
    while (this.#length + words.length > this.#words.length) {
      const larger = new Uint32Array(this.#words.length * 2);
      larger.set(this.#words);
      this.#words = larger;
      this.#floats = new Float32Array(larger.buffer);
    }
    this.#words.set(words, this.#length);
    for (const patch of patches.splice(0)) this.#patches.push({ ...patch, word: patch.word + this.#length });
    this.#length += words.length;
  }

  /** @internal */
  allocated(handle: number): void {
    this.#handles.add(handle);
    this.#alive.add(handle);
  }

  /** @internal `recorded`: the release is one of the recorded commands, so each replay repeats it. */
  released(handle: number, recorded: boolean): void {
    this.#alive.delete(handle);
    if (this.#disposed) return this.#host.dispose([handle], []);
    if (recorded) return;
    this.#released.add(handle);
    this.#orphans.delete(handle);
  }

  #patch(patch: LivePatch): void {
    const value = patch.value();
    const at = patch.word;
    switch (patch.type) {
      case 'u32':
      case 'i32':
        this.#words[at] = value;
        return;
      case 'f32':
        this.#floats[at] = value;
        return;
      case 'f64': {
        const [low, high] = new Uint32Array(new Float64Array([value]).buffer);
        this.#words[at] = low!;
        this.#words[at + 1] = high!;
        return;
      }
      default:
        this.#words[at] = value;
        this.#words[at + 1] = Math.floor(value / 2 ** 32);
    }
  }
}
