/** Weights and images that the reference programs made by the same formula, so that no file has to hold them. */
import type { Module } from '@tessera/nn';
import { type Tensor, tensor } from '@tessera/tensor';
import { compareValues } from '../support/compare.js';

/** `scale * h + shift` for h in [-0.5, 0.5) from a hash of index and seed. */
function hashed(n: number, seed: number, scale: number, shift: number): Float32Array {
  const values = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    let h = (Math.imul(i, 2654435761) + seed * 40503 + 12345) >>> 0;
    h = Math.imul(h ^ (h >>> 15), 2246822519) >>> 0;
    h ^= h >>> 13;
    values[i] = ((h >>> 0) / 2 ** 32 - 0.5) * scale + shift;
  }
  return values;
}

/** An image in `[low, low + range)`. */
export function image(shape: readonly number[], seed: number, { low = -1, range = 2 } = {}): Tensor {
  const n = shape.reduce((a, b) => a * b, 1);
  return tensor(hashed(n, seed, range, low + range / 2), { shape });
}

/** Gives every tensor of a module values by its place among the sorted names. */
export function fillHashed(
  module: Module,
  place: (name: string, t: Tensor) => { scale: number; shift?: number },
): void {
  const own = module.stateDict();
  const names = [...own.keys()].filter((name) => !name.endsWith('num_batches_tracked')).sort();
  const filled = names.map((name, seed) => {
    const t = own.get(name)!;
    const { scale, shift = 0 } = place(name, t);
    return [name, tensor(hashed(t.numel, seed, scale, shift), { shape: t.shape })] as const;
  });
  module.loadStateDict(filled, { strict: false });
}

/** Elements of a result at a step, and the root of the mean square of all. */
export interface Sampled {
  readonly shape: readonly number[];
  readonly step: number;
  readonly values: readonly number[];
  readonly rms: number;
}

export async function compareSampled(what: string, actual: Tensor, expected: Sampled, rtol = 1e-4): Promise<void> {
  if (actual.shape.join() !== expected.shape.join())
    throw new Error(`${what}: shape [${actual.shape}], expected [${expected.shape}]`);
  const data = Float64Array.from(await actual.data());
  const sampled = data.filter((_, i) => i % expected.step === 0);
  const rms = Math.sqrt(data.reduce((a, b) => a + b * b, 0) / data.length);
  compareValues(what, sampled, expected.values, { rtol, atol: rtol * expected.rms });
  compareValues(`${what}: root mean square`, [rms], [expected.rms], { rtol, atol: 0 });
}
