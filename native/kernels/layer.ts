/**
 * What optimizers need that give each tensor (a segment) a rate of its own: two sums over each segment, taken in double over
 * pieces that do not depend on where a segment lies, and rates made from them on the device. A step of optimizer.ts then
 * takes the rates as its `segmentLr`, `segmentDecay` or `gradScale`: nothing waits for the host.
 *
 * Terms look at parameters, gradients and states before the step (s0, s1, ...) and change nothing. sums[2s] and sums[2s+1]
 * belong to segment s. Rates read the table of the step (lr, decay and gradient scale of each segment) and keep two numbers
 * of each segment in `state` where they remember something.
 */
import { family, group } from '../lib/schema.js';
import { gradientScaleCounts, gradientScales } from './optimizer.js';

const terms = {
  gradientTerms: 'p^2; (g + decay p)^2',
  adamTerms:
    'p^2; (momentWeight m/(rootScale sqrt(v) + eps) + decay p)^2 with the m and v of the step to come; states m, v',
  normalizedTerms: 'g^2/max(v, eps^2) with v = beta2 v + (1-beta2)g^2; 0; state v',
  prodigyPlusTerms: 'The squared update of prodigyPlusStep before `updateScale`; 0; states z or m, v',
  prodigyPlusMask:
    '1 where the update of prodigyPlusStep with `updateScale` and decay has the sign of its move of y; 0; states z, v',
} as const;

const rates = {
  lambRates: 'rate = segment lr |p|/|u|, and 1 for a norm of zero; decay = segment decay',
  normalizedRates: 'rate = segment lr/max(1, root mean square); decay = segment decay',
  larsRates:
    'With r = lr (segment lr) factor |p|/|g|, and lr (segment lr) where a norm is zero: rate = r gradScale, decay = r (segment decay)',
  fromageRates: 'rate = segment lr gradScale max(|p|, eps)/max(|g|, eps); decay = segment decay',
  novogradRates:
    'v = beta v + (1-beta)|g|^2, at first |g|^2; rate = gradScale/(sqrt(v) + eps); decay = segment decay; state v',
  amosRates:
    'v = beta v + (1-beta) mean g^2; h = correction/(v + eps); c = 1/sqrt(1 + factor sqrt(lr) D), a = 1/(1 + coefficient sqrt(lr size) D); ' +
    'q = c lr^2 h mean g^2; rate = a lr size sqrt(h) gradScale, decay = a (q - segment decay)/2; D = D (1 + q) + q; states v, D',
  rmsScale: 'rate = 1/sqrt(max(1, root mean square)); decay = segment decay',
  maskScale: 'rate = 1/max(mean, 1e-3); decay = segment decay',
} as const;

const table = {
  segmentStarts: 'i64[segments+1]',
  segmentLr: 'f32[segments]',
  segmentDecay: 'f32[segments]',
  skip: 'u32[1]?',
};

export default family('layer', {
  ...group('LayerTerms', terms, {
    types: { P: ['f32', 'bf16'], G: ['f32', 'bf16'] },
    in: {
      grad: 'G[n]',
      param: 'P[n]',
      master: 'f32[n]?',
      s0: 'f32[n]?',
      s1: 'f32[n]?',
      estimate: 'f32[8]?',
      updateScale: 'f32[segments]?',
      ...table,
      ...gradientScales,
    },
    out: { sums: 'f32[2*segments]' },
    params: {
      n: 'u64',
      beta1: 'f64',
      beta2: 'f64',
      eps: 'f64',
      momentWeight: 'f64',
      rootScale: 'f64',
      rate: 'f64',
      lr: 'f64',
      weightDecay: 'f64',
      gradFactor: 'f32',
      variant: 'u32',
      decoupled: 'u32',
      segments: 'u32',
      ...gradientScaleCounts,
    },
    live: ['beta1', 'beta2', 'eps', 'momentWeight', 'rootScale', 'rate', 'lr', 'weightDecay', 'gradFactor'],
  }),
  ...group('LayerRates', rates, {
    in: { sums: 'f32[2*segments]', size: 'f32[segments]?', ...table, gradScale: 'f32[1]?' },
    inout: { state: 'f32[2*segments]?' },
    out: { rate: 'f32[segments]', decay: 'f32[segments]' },
    params: {
      lr: 'f64',
      beta: 'f64',
      eps: 'f64',
      factor: 'f64',
      coefficient: 'f64',
      correction: 'f64',
      first: 'f64',
      segments: 'u32',
    },
    live: ['lr', 'correction', 'first'],
  }),
  prodigyPlusSlices: {
    doc:
      'Over every `slice`-th element of segment s, with x from z or the parameter: slices[3s..] = the sums of g (p0 - x) and of |s| after ' +
      's = beta3 s + d^2/sqrt(d0) g; without s the sums of g (p0 - x), |p0 - x| and (p0 - x)^2. p0 and s are compact, from sliceStarts[s] on',
    types: { P: ['f32', 'bf16'], G: ['f32', 'bf16'] },
    in: {
      grad: 'G[n]',
      param: 'P[n]',
      master: 'f32[n]?',
      z: 'f32[n]?',
      p0: 'bf16[count]',
      estimate: 'f32[8]',
      sliceStarts: 'i64[segments+1]',
      ...table,
      ...gradientScales,
    },
    inout: { s: 'bf16[count]?' },
    out: { slices: 'f32[3*segments]' },
    params: {
      n: 'u64',
      count: 'u64',
      slice: 'u32',
      beta3: 'f64',
      d0: 'f64',
      gradFactor: 'f32',
      segments: 'u32',
      ...gradientScaleCounts,
    },
    live: ['gradFactor'],
  },
  prodigyPlusGather: {
    doc:
      'Folds the sums of slices into sums[numerator, denominator] (`more` 1 adds to what is there). With `speed` 1 they are those of SPEED, and ' +
      'history[3s..] holds an average of <g, p0 - x> and the largest |p0 - x|_1 and |p0 - x| of segment s',
    in: { slices: 'f32[3*segments]', estimate: 'f32[8]', skip: 'u32[1]?' },
    inout: { history: 'f32[3*segments]?', sums: 'f32[4]' },
    params: { d0: 'f64', speed: 'u32', segments: 'u32', more: 'u32' },
  },
  prodigyPlusEstimate: {
    doc:
      'The next d of ProdigyPlus from the sums; estimate [d, numerator, largest numerator, last numerator, denominator, k, sum of weights, 0]; ' +
      'a step of rate d lr rate weighs its square',
    in: { sums: 'f32[4]', skip: 'u32[1]?' },
    inout: { estimate: 'f32[8]' },
    params: { lr: 'f64', rate: 'f64', decay: 'f64', d0: 'f64', coefficient: 'f64', growth: 'f64', speed: 'u32' },
    live: ['lr', 'rate'],
  },
});
