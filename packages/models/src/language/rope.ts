/**
 * Rotary position embedding: the angles of a `config.json`, and tables of their cosines and sines that grow with the
 * positions asked for. Angles are made as transformers makes them (inverse frequency and product in f32), so that long
 * positions turn alike; the cosines themselves are exact.
 */
import { type Device, type DType, type Tensor, tensor } from '@tessera/tensor';
import { ModelConfigError } from '../errors.js';
import type { Fields } from './fields.js';

/** Inverse frequencies of the pairs of dimensions, and the factor of cosines and sines (YaRN's attention factor). */
export interface Rope {
  readonly inverseFrequencies: Float32Array;
  readonly factor: number;
}

const { fround } = Math;

/**
 * The rotary embedding a config asks for: `rope_parameters` (transformers 5), or `rope_theta` with `rope_scaling`.
 * Types: default, dynamic, linear, llama3, yarn. Source: transformers' modeling_rope_utils.
 * @throws ModelConfigError that names a type or a value it does not have.
 */
export function parseRope(config: Fields, headDim: number, maxPositions: number): Rope {
  const given = config.object('rope_parameters') ?? config.object('rope_scaling');
  return ropeOf(config, given, config.number('rope_theta', 10000), headDim, maxPositions);
}

/** Gemma 3's two: of the layers that see everything, and of those with a sliding window. */
export function parseRopePair(config: Fields, headDim: number, maxPositions: number): [full: Rope, sliding: Rope] {
  const both = config.object('rope_parameters');
  const full = both === null ? config.object('rope_scaling') : both.object('full_attention');
  const sliding = both?.object('sliding_attention') ?? null;
  return [
    ropeOf(config, full, config.number('rope_theta', 1e6), headDim, maxPositions),
    ropeOf(config, sliding, config.number('rope_local_base_freq', 10000), headDim, maxPositions),
  ];
}

function ropeOf(config: Fields, given: Fields | null, base: number, headDim: number, maxPositions: number): Rope {
  const theta = given?.number('rope_theta', base) ?? base;
  const typeKey = given?.has('rope_type') ? 'rope_type' : 'type';
  const type = given?.string(typeKey, 'default') ?? 'default';
  for (const fields of [config, given])
    if (fields?.has('partial_rotary_factor') && fields.number('partial_rotary_factor') !== 1)
      fields.unsupported('partial_rotary_factor', '1');
  if (!(theta > 0)) throw new ModelConfigError(`${config.file}: rope_theta must be positive; got ${theta}.`);
  if (headDim % 2 !== 0)
    throw new ModelConfigError(`${config.file}: rotary embedding needs an even head_dim; got ${headDim}.`);

  const powers = Float32Array.from({ length: headDim / 2 }, (_, i) => theta ** fround((2 * i) / headDim));
  const plain = powers.map((power) => 1 / power);
  // `dynamic` differs from `default` beyond max_position_embeddings alone, where no sequence gets here.
  if (type === 'default' || type === 'dynamic' || given === null) return { inverseFrequencies: plain, factor: 1 };
  if (type === 'linear') {
    const factor = given.number('factor');
    return { inverseFrequencies: plain.map((f) => f / factor), factor: 1 };
  }
  if (type === 'llama3') return { inverseFrequencies: llama3(given, plain, maxPositions), factor: 1 };
  if (type === 'yarn') return yarn(given, powers, theta, headDim, maxPositions);
  return given.unsupported(typeKey, 'default, dynamic, linear, llama3, yarn');
}

/** Llama 3.1: long wavelengths are stretched by `factor`, short ones kept, those between interpolated. */
function llama3(given: Fields, plain: Float32Array, maxPositions: number): Float32Array {
  const factor = given.number('factor');
  const [low, high] = [given.number('low_freq_factor'), given.number('high_freq_factor')];
  const before = given.number('original_max_position_embeddings', maxPositions);
  return plain.map((f) => {
    const wavelength = (2 * Math.PI) / f;
    if (wavelength < before / high) return f;
    if (wavelength > before / low) return f / factor;
    const smooth = (before / wavelength - low) / (high - low);
    return ((1 - smooth) * f) / factor + smooth * f;
  });
}

/** YaRN, arXiv 2309.00071: dimensions are extrapolated, interpolated, or mixed by how often they turn. */
function yarn(given: Fields, powers: Float32Array, theta: number, dim: number, maxPositions: number): Rope {
  const before = given.number('original_max_position_embeddings', maxPositions);
  const stretch = given.number('factor', maxPositions / before);
  const scaleOf = (by: number): number => (stretch <= 1 ? 1 : 0.1 * by * Math.log(stretch) + 1);
  const [mscale, allDim] = [given.number('mscale', 0), given.number('mscale_all_dim', 0)];
  const factor = given.number('attention_factor', mscale && allDim ? scaleOf(mscale) / scaleOf(allDim) : scaleOf(1));

  const dimOf = (turns: number): number => (dim * Math.log(before / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  let low = dimOf(given.number('beta_fast', 32) || 32);
  let high = dimOf(given.number('beta_slow', 1) || 1);
  if (given.boolean('truncate', true)) [low, high] = [Math.floor(low), Math.ceil(high)];
  [low, high] = [Math.max(low, 0), Math.min(high, dim - 1)];
  if (low === high) high += 0.001;
  const inverseFrequencies = powers.map((power, i) => {
    const interpolated = Math.min(1, Math.max(0, (i - low) / (high - low)));
    return interpolated / (stretch * power) + (1 - interpolated) / power;
  });
  return { inverseFrequencies, factor };
}

/** Cosines and sines of positions, `[positions, headDim]`, in the model's dtype and on its device. */
export class RopeTable {
  readonly #rope: Rope;
  #cos: Tensor | null = null;
  #sin: Tensor | null = null;

  constructor(rope: Rope) {
    this.#rope = rope;
  }

  /** The rows of `positions` (`i32` `[rows]`, all below `end`): `[cos, sin]`, each `[rows, headDim]`. */
  rows(positions: Tensor, end: number, dtype: DType): [cos: Tensor, sin: Tensor] {
    this.#reserve(end, positions.device, dtype);
    return [this.#cos!.indexSelect(positions, { dim: 0 }), this.#sin!.indexSelect(positions, { dim: 0 })];
  }

  /** `[cos, sin]` of the first `end` positions. Views, which hold this memory however the tables grow. */
  views(end: number, device: Device, dtype: DType): [cos: Tensor, sin: Tensor] {
    this.#reserve(end, device, dtype);
    const first = { dim: 0, start: 0, length: end };
    return [this.#cos!.narrow(first), this.#sin!.narrow(first)];
  }

  #reserve(end: number, device: Device, dtype: DType): void {
    const cos = this.#cos;
    if (cos === null || cos.shape[0]! < end || cos.dtype !== dtype || cos.device !== device)
      this.#fill(end, device, dtype);
  }

  #fill(end: number, device: Device, dtype: DType): void {
    const { inverseFrequencies, factor } = this.#rope;
    const half = inverseFrequencies.length;
    const count = 2 ** Math.ceil(Math.log2(Math.max(end, 64)));
    const cos = new Float32Array(count * 2 * half);
    const sin = new Float32Array(count * 2 * half);
    for (let position = 0, at = 0; position < count; position++, at += 2 * half) {
      for (let i = 0; i < half; i++) {
        const angle = fround(position * inverseFrequencies[i]!);
        cos[at + i] = cos[at + half + i] = fround(Math.cos(angle)) * factor;
        sin[at + i] = sin[at + half + i] = fround(Math.sin(angle)) * factor;
      }
    }
    this.dispose();
    const make = (values: Float32Array): Tensor => {
      const exact = tensor(values, { shape: [count, 2 * half], device });
      const table = exact.to(dtype).keep();
      if (table !== exact) exact.dispose();
      return table;
    };
    this.#cos = make(cos);
    this.#sin = make(sin);
  }

  dispose(): void {
    this.#cos?.dispose();
    this.#sin?.dispose();
    this.#cos = this.#sin = null;
  }
}
