/** Small models' weights for tests of patches and sparsity, and folders that hold them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bf16ToF32, CounterRandom, f32ToBf16, writeShardedSafetensors } from '@tessera/data';
import type { StoredWeights, WeightSource } from '@tessera/rl';
import { weightsInMemory } from '@tessera/rl';

export const names = [
  'model.embed_tokens.weight',
  'model.layers.0.self_attn.q_proj.weight',
  'model.layers.0.input_layernorm.weight',
  'model.layers.1.self_attn.q_proj.weight',
  'model.norm.weight',
];

const shapes: Readonly<Record<string, readonly number[]>> = {
  'model.embed_tokens.weight': [50, 16],
  'model.layers.0.self_attn.q_proj.weight': [16, 16],
  'model.layers.0.input_layernorm.weight': [16],
  'model.layers.1.self_attn.q_proj.weight': [16, 16],
  'model.norm.weight': [16],
};

/** Deterministic numbers around zero. */
export function noise(count: number, seed: number): Float32Array<ArrayBuffer> {
  const random = new CounterRandom(seed, 0);
  return Float32Array.from({ length: count }, () => random.uniform() - 0.5);
}

/** A model's weights; those of `seed` 1 are the base. */
export function model(dtype: 'bf16' | 'f32' = 'bf16', seed = 1): Map<string, StoredWeights> {
  const held = new Map<string, StoredWeights>();
  for (const [i, name] of names.entries()) {
    const shape = shapes[name]!;
    const values = noise(
      shape.reduce((a, b) => a * b, 1),
      100 * seed + i,
    );
    held.set(name, { dtype, shape, data: dtype === 'f32' ? values : f32ToBf16(values) });
  }
  return held;
}

/** The weights with one in `every` elements of the matrices moved a little. */
export function tuned(base: ReadonlyMap<string, StoredWeights>, every = 5, seed = 9): Map<string, StoredWeights> {
  const held = new Map<string, StoredWeights>();
  for (const [name, { dtype, shape, data }] of base) {
    const copy = data.slice() as Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
    if (shape.length === 2) {
      const values = dtype === 'f32' ? (copy as Float32Array) : bf16ToF32(copy as Uint16Array);
      const moved = values.map((v, i) =>
        (i * 7 + seed) % every === 0 ? v * 1.02 + 1e-3 : v,
      ) as Float32Array<ArrayBuffer>;
      copy.set(dtype === 'f32' ? moved : f32ToBf16(moved));
    }
    held.set(name, { dtype, shape, data: copy });
  }
  return held;
}

export function source(weights: ReadonlyMap<string, StoredWeights>): WeightSource {
  return weightsInMemory(weights);
}

/** A model folder; several shards where `maxShardBytes` is small. */
export async function writeModel(
  folder: string,
  weights: ReadonlyMap<string, StoredWeights>,
  maxShardBytes = 1e9,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), '{"model_type": "llama"}\n');
  const tensors = [...weights].map(([name, { dtype, shape, data }]) => ({ name, dtype, shape, data }));
  await writeShardedSafetensors(folder, tensors, { maxShardBytes });
  return folder;
}
