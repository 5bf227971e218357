/**
 * Gradient norms and what is made of them on the device, so that clipping never waits for the host. Sums are taken in
 * double over fixed chunks, and combined in chunk order: the same bits for any number of threads.
 *
 * A NaN or infinite gradient gives a NaN or infinite norm. `clipScale` then gives NaN or 0, as PyTorch's
 * `clip_grad_norm_` does: the step that multiplies by it spreads NaN; `nonFiniteFlag` is what a step takes as `skip`.
 */
import { family } from '../lib/schema.js';

const types = { G: ['f32', 'bf16'] } as const;

export default family('clipping', {
  gradNorm: {
    doc: 'norm = sqrt(prior^2 + sum of x^2), over the elements whose bit in `mask` is set; `prior` chains several buffers',
    types,
    in: { x: 'G[n]', mask: 'u32[(n+31)/32]?', prior: 'f32[1]?' },
    out: { norm: 'f32[1]' },
    params: { n: 'u64' },
  },
  segmentNorms: {
    doc: 'norms[s] = sqrt(sum of x^2) over segment s, masked like gradNorm',
    types,
    in: { x: 'G[n]', mask: 'u32[(n+31)/32]?', segmentStarts: 'i64[segments+1]' },
    out: { norms: 'f32[segments]' },
    params: { n: 'u64', segments: 'u32' },
  },
  sumNorms: {
    doc: 'norms[s] = sqrt(prior[s]^2 + sum of (x + factor y)^2) over segment s: distances (factor -1), decayed gradients',
    types: { G: ['f32', 'bf16'], P: ['f32', 'bf16'] },
    in: { x: 'G[n]', y: 'P[n]', prior: 'f32[segments]?', segmentStarts: 'i64[segments+1]' },
    out: { norms: 'f32[segments]' },
    params: { n: 'u64', factor: 'f32', segments: 'u32' },
  },
  distanceStep: {
    doc:
      'Distance over gradients, elementwise over `count` groups: furthest = max(furthest, distance); total += gradient^2 ' +
      '(weighted 1: times furthest^2); rate = furthest/(sqrt(total + inside) + outside), squared numerator when weighted; ' +
      'at the first step the given rate where it is not negative',
    in: { distance: 'f32[count]', gradient: 'f32[count]' },
    inout: { furthest: 'f32[count]', total: 'f32[count]' },
    out: { rate: 'f32[count]' },
    params: { inside: 'f64', outside: 'f64', firstRate: 'f64', weighted: 'u32', count: 'u32' },
    live: ['firstRate'],
  },
  clipScale: {
    doc: 'scale = min(1, maxNorm/(norm + eps)), elementwise over `count` norms',
    in: { norm: 'f32[count]' },
    out: { scale: 'f32[count]' },
    params: { maxNorm: 'f64', eps: 'f64', count: 'u32' },
    live: ['maxNorm'],
  },
  scaleBy: {
    doc: 'x *= scale[0], a number on the device',
    types,
    in: { scale: 'f32[1]' },
    inout: { x: 'G[n]' },
    params: { n: 'u64' },
  },
  nonFiniteFlag: {
    doc: 'found = 1 where x has a NaN or an infinity or `prior` is not zero, else 0',
    types,
    in: { x: 'G[n]', prior: 'u32[1]?' },
    out: { found: 'u32[1]' },
    params: { n: 'u64' },
  },
});
