/**
 * Many tuned models in the memory of one: patches over one base in a flat buffer, swapped by writing the elements that
 * differ. What a patch displaces is kept (its number of changed elements, compact), so going back is exact. Swapping
 * costs two passes over the changed elements, on the device.
 */
import { type FlatParameters, Subnetwork } from '@tessera/optim';
import { type Tensor, tensor } from '@tessera/tensor';
import { PatchError } from '../errors.js';
import { flatWeights } from '../weights.js';
import { digestWeights } from './digest.js';
import { Patch } from './patch.js';

interface Loaded {
  readonly where: Subnetwork;
  readonly values: Tensor;
  /** The base's elements at the same places. */
  readonly displaced: Tensor;
}

export class PatchedWeights {
  readonly #flat: FlatParameters;
  readonly #patches = new Map<string, Loaded>();
  /** Digest of the base. */
  readonly base: string;
  #active: string | null = null;

  private constructor(flat: FlatParameters, base: string) {
    this.#flat = flat;
    this.base = base;
  }

  /** Takes the parameters as they are now as the base. */
  static async over(flat: FlatParameters): Promise<PatchedWeights> {
    return new PatchedWeights(flat, await digestWeights(flatWeights(flat)));
  }

  /** Names of the patches at hand. */
  get names(): readonly string[] {
    return [...this.#patches.keys()];
  }

  /** The patch that the parameters have now; null for the base. */
  get active(): string | null {
    return this.#active;
  }

  /** Reads a patch and keeps it under a name. It must be one of this base. */
  async add(name: string, path: string): Promise<void> {
    if (this.#patches.has(name)) throw new PatchError('PATCH_NAME', `there is a patch '${name}' already.`);
    await using patch = await Patch.open(path);
    if (patch.header.base !== this.base) {
      throw new PatchError(
        'PATCH_BASE',
        `${path}: made for the weights ${patch.header.base.slice(0, 16)}; these are ${this.base.slice(0, 16)}.`,
      );
    }
    const { data, entries } = this.#flat;
    const indices = new Int32Array(patch.counts.changed);
    const bits = data.dtype === 'f32' ? new Float32Array(indices.length) : new Uint16Array(indices.length);
    let at = 0;
    for (const entry of entries) {
      const change = await patch.read(entry.name);
      for (const [k, i] of change.indices.entries()) indices[at + k] = entry.offset + i;
      bits.set(change.values as never, at);
      at += change.indices.length;
    }
    const active = this.#active;
    this.use(null);
    const where = await Subnetwork.fromIndices(this.#flat, indices);
    const values = tensor(bits, { dtype: data.dtype, device: data.device }).keep();
    this.#patches.set(name, { where, values, displaced: where.gather(data).keep() });
    this.use(active);
  }

  /** Puts a patch into the parameters in place of the one that is there; null puts the base back. Returns at once. */
  use(name: string | null): void {
    if (name !== null && !this.#patches.has(name)) {
      throw new PatchError('PATCH_NAME', `there is no patch '${name}'; there are ${this.names.join(', ') || 'none'}.`);
    }
    if (name === this.#active) return;
    if (this.#active !== null) {
      const { where, displaced } = this.#patches.get(this.#active)!;
      where.scatter(displaced, this.#flat.data);
    }
    if (name !== null) {
      const { where, values } = this.#patches.get(name)!;
      where.scatter(values, this.#flat.data);
    }
    this.#active = name;
  }

  /** Puts the base back and frees the patches. */
  dispose(): void {
    this.use(null);
    for (const { where, values, displaced } of this.#patches.values()) {
      where.dispose();
      values.dispose();
      displaced.dispose();
    }
    this.#patches.clear();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
