/**
 * Subnetworks from what is known of a model: from an update that was made (extracted), from the weights alone (a priori),
 * or at random. Set operations are methods of `Subnetwork`.
 */
import { f32ToBf16 } from '@tessera/data';
import { type FlatParameters, type Optimizer, Subnetwork } from '@tessera/optim';
import { type Generator, rand, Tensor, tensor, zeros } from '@tessera/tensor';
import { maskChanged } from '@tessera/tensor/kernels';
import { RlError } from '../errors.js';
import { Patch } from '../patch/patch.js';
import { toF32 } from '../sparsity/compare.js';
import { namedAs, renaming, type WeightSource } from '../weights.js';

export type Extraction =
  /** Parameters whose bits differ: the paper's subnetwork. */
  | { readonly mode: 'bitwise' }
  /** By more than an absolute tolerance (arXiv 2505.11711: 1e-5). */
  | { readonly mode: 'tolerance'; readonly tolerance: number }
  /** By more than a share of their size (arXiv 2511.08567: 1e-3). */
  | { readonly mode: 'relative'; readonly tolerance: number }
  /** Parameters that ever changed, also those that came back: a rerun on these is the dense run, bit for bit. */
  | { readonly mode: 'touched'; readonly optimizer: Optimizer };

/**
 * The subnetwork of an update: what differs between `before` (a flat tensor, or weights by name) and the parameters as
 * they are; for `touched`, what the optimizer changed on the way (it needs `trackTouched`).
 */
export async function extractSubnetwork(
  flat: FlatParameters,
  before: Tensor | WeightSource,
  extraction: Extraction = { mode: 'bitwise' },
): Promise<Subnetwork> {
  if (extraction.mode === 'touched') {
    // Another buffer over the same parameters is a window on the same memory.
    const { storage, offset, numel } = flat.data;
    const place = extraction.optimizer.places.find(
      ({ flat: { data } }) => data.storage === storage && data.offset === offset && data.numel === numel,
    );
    if (place === undefined) throw new RlError('SUBNETWORK_FLAT', 'the optimizer does not step these parameters.');
    const bits = place.touched;
    if (bits === undefined) throw new RlError('SUBNETWORK_TOUCHED', 'the optimizer needs the option trackTouched.');
    return Subnetwork.fromMask(flat, bits.clone());
  }
  if (before instanceof Tensor) return Subnetwork.changed(flat, before, extraction);
  using dense = await flatFrom(flat, before);
  return Subnetwork.changed(flat, dense, extraction);
}

/** The subnetwork of an update that lies in a patch. */
export async function subnetworkOfPatch(flat: FlatParameters, path: string): Promise<Subnetwork> {
  await using patch = await Patch.open(path);
  const indices = new Int32Array(patch.counts.changed);
  const entries = new Map(flat.entries.map((entry) => [entry.name, entry]));
  const names = Object.keys(patch.header.tensors);
  const rename = renaming(names, [...entries.keys()]);
  let at = 0;
  for (const name of names) {
    const entry = entries.get(rename(name));
    if (entry === undefined) {
      if (patch.header.tensors[name]!.changed === 0) continue;
      throw new RlError('SUBNETWORK_PATCH', `${path} changes ${name}, which these parameters do not have.`);
    }
    for (const i of (await patch.read(name)).indices) indices[at++] = entry.offset + i;
  }
  return Subnetwork.fromIndices(flat, indices);
}

/** The subnetwork of an update between two sets of weights of this model, both on disk. */
export async function subnetworkBetween(
  flat: FlatParameters,
  base: WeightSource,
  tuned: WeightSource,
  extraction: Exclude<Extraction, { mode: 'touched' }> = { mode: 'bitwise' },
): Promise<Subnetwork> {
  using before = await flatFrom(flat, base);
  using after = await flatFrom(flat, tuned);
  const n = flat.data.numel;
  const mask = zeros([Math.ceil(n / 32)], { dtype: 'i32', device: flat.data.device }).keep();
  const mode = { bitwise: 0, tolerance: 1, relative: 2 }[extraction.mode];
  maskChanged({ before, after, mask, n, mode, tolerance: 'tolerance' in extraction ? extraction.tolerance : 0 });
  return Subnetwork.fromMask(flat, mask);
}

/** Which parameters steps of a learning rate can move in bf16, judged before any step is made. */
export interface AprioriOptions {
  /**
   * Parameters below lr * 2^8 * `steps` in size: half a unit in the last place of bf16 is 2^-9 of a number's power of two,
   * and one step of Adam is about `steps` learning rates at most. Default 1.
   */
  readonly lr?: number;
  readonly steps?: number;
  /** Or: this share of the parameters, the smallest ones ... */
  readonly density?: number;
  /** ... of all (default), or of each tensor. */
  readonly scope?: 'global' | 'tensor';
}

/** An a-priori subnetwork: the parameters that are small enough to move. Give `lr` or `density`. */
export async function aprioriSubnetwork(flat: FlatParameters, options: AprioriOptions): Promise<Subnetwork> {
  const { lr, steps = 1, density, scope: per = 'global' } = options;
  if ((lr === undefined) === (density === undefined))
    throw new RlError('SUBNETWORK_OPTION', 'give one of lr and density.');
  if (lr !== undefined) return Subnetwork.small(flat, lr * steps * 256);
  checkDensity(density!);
  const values = await flat.data.data();
  const sizes = Float32Array.from(values, Math.abs);
  const chosen = new Uint8Array(sizes.length);
  const parts = per === 'global' ? [{ offset: 0, length: sizes.length }] : flat.entries;
  for (const { offset, length } of parts)
    smallest(sizes.subarray(offset, offset + length), density!, chosen.subarray(offset, offset + length));
  return fromBytes(flat, chosen);
}

export interface RandomOptions {
  readonly generator?: Generator;
  /** Exactly this share of every tensor, or of all parameters; each parameter by itself where absent. */
  readonly scope?: 'global' | 'tensor';
}

/** A random subnetwork. */
export async function randomSubnetwork(
  flat: FlatParameters,
  density: number,
  options: RandomOptions = {},
): Promise<Subnetwork> {
  checkDensity(density);
  const { generator, scope: per } = options;
  if (per === undefined) return Subnetwork.random(flat, density, generator === undefined ? {} : { generator });
  const n = flat.data.numel;
  using noise = rand([n], generator === undefined ? {} : { generator });
  const order = Float32Array.from(await noise.data());
  const chosen = new Uint8Array(n);
  const parts = per === 'global' ? [{ offset: 0, length: n }] : flat.entries;
  for (const { offset, length } of parts)
    smallest(order.subarray(offset, offset + length), density, chosen.subarray(offset, offset + length));
  return fromBytes(flat, chosen);
}

/** Marks the `density` share of smallest values; of equal ones the first. */
function smallest(values: Float32Array, density: number, chosen: Uint8Array): void {
  const count = Math.round(density * values.length);
  if (count === 0) return;
  const limit = Float32Array.from(values).sort()[count - 1]!;
  let room = count;
  for (let i = 0; i < values.length; i++) if (values[i]! < limit) chosen[i] = 1;
  for (let i = 0; i < values.length; i++) room -= chosen[i]!;
  for (let i = 0; i < values.length && room > 0; i++) {
    if (values[i] !== limit) continue;
    chosen[i] = 1;
    room--;
  }
}

async function fromBytes(flat: FlatParameters, chosen: Uint8Array<ArrayBuffer>): Promise<Subnetwork> {
  using bytes = tensor(chosen, { dtype: 'u8', device: flat.data.device });
  return Subnetwork.fromBytes(flat, bytes);
}

/** Weights by name in the order, dtype and device of a flat buffer. */
async function flatFrom(flat: FlatParameters, weights: WeightSource): Promise<Tensor> {
  const { dtype, numel, device } = flat.data;
  const all = dtype === 'f32' ? new Float32Array(numel) : new Uint16Array(numel);
  const named = namedAs(
    weights,
    flat.entries.map(({ name }) => name),
  );
  for (const { name, offset, shape } of flat.entries) {
    const stored = await named.read(name);
    if (stored.shape.join() !== shape.join()) {
      throw new RlError('SUBNETWORK_SHAPE', `${name} has the shape [${stored.shape}]; the model's is [${shape}].`);
    }
    if (stored.dtype === dtype) all.set(stored.data as never, offset);
    else if (dtype === 'f32') all.set(toF32(stored), offset);
    else if (dtype === 'bf16') all.set(f32ToBf16(toF32(stored)), offset);
    else throw new RlError('SUBNETWORK_DTYPE', `${name} is ${stored.dtype}; the model's parameters are ${dtype}.`);
  }
  return tensor(all, { dtype, device }).keep();
}

function checkDensity(density: number): void {
  if (density >= 0 && density <= 1) return;
  throw new RlError('SUBNETWORK_OPTION', `density is a share from 0 to 1; got ${density}.`);
}
