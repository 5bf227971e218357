/**
 * Many tuned models in the memory of one: patches over one base in a flat buffer, swapped by writing the elements that
 * differ. What a patch displaces is kept (its number of changed elements, compact), so going back is exact. Swapping
 * costs two passes over the changed elements, on the device.
 */
import { type FlatParameters, Subnetwork } from '@tessera/optim';
import { type Tensor, tensor } from '@tessera/tensor';
import { PatchError } from '../errors.js';
import { flatWeights, renaming } from '../weights.js';
import { stateDigest, tensorDigests } from './digest.js';
import { Patch, thatDiffer } from './patch.js';

interface Loaded {
  readonly where: Subnetwork;
  readonly values: Tensor;
  /** The base's elements at the same places. */
  readonly displaced: Tensor;
}

export class PatchedWeights {
  readonly #flat: FlatParameters;
  readonly #patches = new Map<string, Loaded>();
  /** Digest of each of the base's tensors. */
  readonly #digests: Readonly<Record<string, string>>;
  #active: string | null = null;

  private constructor(flat: FlatParameters, digests: Readonly<Record<string, string>>) {
    this.#flat = flat;
    this.#digests = digests;
  }

  /** Takes the parameters as they are now as the base. */
  static async over(flat: FlatParameters): Promise<PatchedWeights> {
    return new PatchedWeights(flat, await tensorDigests(flatWeights(flat)));
  }

  /** Digest of the base. */
  get base(): string {
    return stateDigest(this.#digests);
  }

  /** Names of the patches at hand. */
  get names(): readonly string[] {
    return [...this.#patches.keys()];
  }

  /** The patch that the parameters have now; null for the base. */
  get active(): string | null {
    return this.#active;
  }

  /**
   * Reads a patch and keeps it under a name. It must be one of this base. Tensors that are not in the flat buffer, such as
   * frozen ones, may be in the patch as long as it leaves them as they are.
   */
  async add(name: string, path: string): Promise<void> {
    if (this.#patches.has(name)) throw new PatchError('PATCH_NAME', `there is a patch '${name}' already.`);
    await using patch = await Patch.open(path);
    const storedNames = this.#match(patch);
    const { data, entries } = this.#flat;
    const indices = new Int32Array(patch.counts.changed);
    const bits = data.dtype === 'f32' ? new Float32Array(indices.length) : new Uint16Array(indices.length);
    let at = 0;
    for (const entry of entries) {
      const change = await patch.read(storedNames.get(entry.name)!);
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

  /** The patch's name of each parameter. Throws where the patch is not one of the base. */
  #match({ path, header }: Patch): ReadonlyMap<string, string> {
    const rename = renaming(Object.keys(header.tensors), Object.keys(this.#digests));
    const storedNames = new Map(Object.keys(header.tensors).map((stored) => [rename(stored), stored]));
    const differing = Object.keys(this.#digests).filter(
      (name) => header.tensors[storedNames.get(name) ?? '']?.base !== this.#digests[name],
    );
    if (differing.length > 0) {
      throw new PatchError(
        'PATCH_BASE',
        `${path}: made for the weights ${header.base.slice(0, 16)}, not for these: ${thatDiffer(differing)}.`,
      );
    }
    for (const [name, stored] of storedNames) {
      if (name in this.#digests || header.tensors[stored]!.changed === 0) continue;
      throw new PatchError('PATCH_LAYOUT', `${path}: it changes ${stored}, which is not in this flat buffer.`);
    }
    return storedNames;
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
