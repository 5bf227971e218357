/**
 * Gradient norms and what is made of them on the device, so that clipping never waits for the host. Sums are taken in
 * double over fixed chunks, and combined in chunk order: the same bits for any number of threads.
 *
 * A NaN or infinite gradient gives a NaN or infinite norm. `clipScale` then gives NaN or 0, as PyTorch's
 * `clip_grad_norm_` does: the step that multiplies by it spreads NaN; `nonFiniteFlag` is what a step takes as `skip`.
 */
import { family } from '../lib/schema.js';
import { gradientScaleCounts, gradientScales } from './optimizer.js';

const types = { G: ['f32', 'bf16'] } as const;

export default family('clipping', {
  gradNorm: {
    doc: 'norm = sqrt(prior^2 + sum of x^2), over the elements whose bit in `mask` is set; `prior` chains several buffers',
    types,
    in: { x: 'G[n]', mask: 'u32[(n+31)/32]?', prior: 'f32[1]?' },
    out: { norm: 'f32[1]' },
    params: { n: 'u64' },
  },
  absoluteNorm: {
    doc: 'norm = prior + sum of |x|, or with `largest` 1 the maximum of prior and all |x|, NaN where there is one',
    types,
    in: { x: 'G[n]', prior: 'f32[1]?' },
    out: { norm: 'f32[1]' },
    params: { n: 'u64', largest: 'u32' },
  },
  unitScales: {
    doc:
      'scale[u] = the largest factor up to 1 that brings unit u of the gradient to its limit. A unit is a row or, byColumn 1, a column of a ' +
      'tensor; tensor t has unitTable[5t .. 5t+4] = first element, rows, columns, byColumn, first unit. rule 0: min(1, limit/(N + eps)) for a ' +
      'unit of norm N, 1: root mean square <= limit, 2: N <= limit max(|p|, eps) with the same unit of `param`. Masked like gradNorm',
    types: { G: ['f32', 'bf16'], P: ['f32', 'bf16'] },
    in: { x: 'G[n]', param: 'P[n]', mask: 'u32[(n+31)/32]?', unitTable: 'i64[5*unitTensors]' },
    out: { unitScale: 'f32[units]' },
    params: { n: 'u64', units: 'u32', unitTensors: 'u32', rule: 'u32', limit: 'f64', eps: 'f64' },
    live: ['limit', 'eps'],
  },
  scaleUnits: {
    doc: 'Multiplies each unit of x by its scale',
    types,
    in: { unitScale: 'f32[units]', unitTable: 'i64[5*unitTensors]' },
    inout: { x: 'G[n]' },
    params: { n: 'u64', units: 'u32', unitTensors: 'u32' },
  },
  distanceNorms: {
    doc: 'Over segment s, in one pass: distance[s] = |x - origin|, or |x| without an origin; gradient[s] = |g + segmentDecay[s] x| of the gradient g that a step takes',
    types: { P: ['f32', 'bf16'], G: ['f32', 'bf16'] },
    in: {
      x: 'P[n]',
      origin: 'f32[n]?',
      grad: 'G[n]',
      ...gradientScales,
      segmentStarts: 'i64[segments+1]',
      segmentDecay: 'f32[segments]?',
    },
    out: { distance: 'f32[segments]', gradient: 'f32[segments]' },
    params: { n: 'u64', gradFactor: 'f32', segments: 'u32', ...gradientScaleCounts },
    live: ['gradFactor'],
  },
  distanceStep: {
    doc:
      'Distance over gradients, elementwise over `count` groups: furthest = max(furthest, distance); total += gradient^2 ' +
      '(weighted 1: times furthest^2); rate = lr segmentLr furthest/(sqrt(total + inside) + outside), squared numerator when weighted; ' +
      'firstRate while furthest is 0, where that is not negative and segmentLr is not 0',
    in: { distance: 'f32[count]', gradient: 'f32[count]', segmentLr: 'f32[count]?', skip: 'u32[1]?' },
    inout: { furthest: 'f32[count]', total: 'f32[count]' },
    out: { rate: 'f32[count]' },
    params: { inside: 'f64', outside: 'f64', lr: 'f64', firstRate: 'f64', weighted: 'u32', count: 'u32' },
    live: ['lr', 'firstRate'],
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
