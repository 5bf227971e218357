import { family } from '../lib/schema.js';

const floats = { T: ['f32', 'bf16'] } as const;

/**
 * Philox 4x32-10: element i takes word i % 4 of the block at counter offset + i / 4 under key seed, so a fill uses
 * ceil(n / 4) counters and is the same on every device and for any number of threads.
 */
const stream = { n: 'u64', seed: 'u64', offset: 'u64' } as const;
const live = ['offset'] as const;

export default family('random', {
  uniform: {
    doc: 'y = uniform numbers in [low, high)',
    types: floats,
    out: { y: 'T[n]' },
    params: { ...stream, low: 'f32', high: 'f32' },
    live,
  },
  normal: {
    doc: 'y = mean + std * normal numbers (Box-Muller on word pairs)',
    types: floats,
    out: { y: 'T[n]' },
    params: { ...stream, mean: 'f32', std: 'f32' },
    live,
  },
  bernoulli: {
    doc: 'y = 1 with probability p, else 0',
    types: { T: ['f32', 'bf16', 'u8'] },
    out: { y: 'T[n]' },
    params: { ...stream, p: 'f32' },
    live,
  },
  randint: {
    doc: 'y = uniform integers in [low, high)',
    out: { y: 'i32[n]' },
    params: { ...stream, low: 'i32', high: 'i32' },
    live,
  },
  dropout: {
    doc: 'y = 0 with probability p, else x / (1 - p); the gradient is the same kernel on g with the same seed and offset',
    types: floats,
    in: { x: 'T[n]' },
    out: { y: 'T[n]' },
    params: { ...stream, p: 'f32' },
    live,
  },
});
