/**
 * Dense optimizer steps over a flat parameter buffer: one launch, one pass over memory, whatever the number of tensors
 * in it. The steps differ in their rule alone; what they share is declared once, in `step`:
 *
 * - `param` is written as the rounding of the new value. The value a step starts from is `master` where there is one
 *   (f32 copy), else `param + compensation` where there is one (what rounding a bf16 parameter lost, itself in bf16),
 *   else `param`. `rounding` 1 rounds stochastically, by Philox over (`seed`, `offset`,
 *   `firstIndex` + element).
 * - The gradient is multiplied by `gradFactor` (1/accumulation steps, -1 to maximise) and, on the device, by `gradScale`, one
 *   number for all (global-norm clipping) or one per segment, and by the `unitScale` of its unit, a tensor, row or column
 *   (clipping by tensor, adaptive clipping): see unitScales in clipping.ts.
 * - Segments are ranges of the buffer with hyperparameters of their own: range s is [segmentStarts[s],
 *   segmentStarts[s+1]); its learning rate is `lr * segmentLr[s]`, its weight decay `segmentDecay[s]`.
 * - `skip` holds a flag on the device: where it is not zero (a non-finite gradient), the step changes nothing.
 * - `touched` is a bit per parameter: set where the stored parameter changed, otherwise left as it was.
 *
 * `decoupled` 1 multiplies the parameter by 1 - lr*decay before the step; 0 adds decay*parameter to the gradient; 2 leaves
 * the decay to the rule.
 */
import { family, type KernelSpec } from '../lib/schema.js';

const types = { P: ['f32', 'bf16'], G: ['f32', 'bf16'] } as const;

type Buffers = Readonly<Record<string, string>>;
type Params = NonNullable<KernelSpec['params']>;

/** What gradients are multiplied by on the device. */
export const gradientScales = {
  gradScale: 'f32[gradScales]?',
  unitScale: 'f32[units]?',
  unitTable: 'i64[5*unitTensors]?',
} as const;

export const gradientScaleCounts = { gradScales: 'u32', units: 'u32', unitTensors: 'u32' } as const;

/** A dense step with the given f32 states and the parameters of its rule; `extra` buffers are read. */
export function step(doc: string, states: Buffers, params: Params, extra: Buffers = {}): KernelSpec {
  return {
    doc,
    types,
    in: {
      grad: 'G[n]',
      ...gradientScales,
      skip: 'u32[1]?',
      segmentStarts: 'i64[segments+1]?',
      segmentLr: 'f32[segments]?',
      segmentDecay: 'f32[segments]?',
      ...extra,
    },
    inout: { param: 'P[n]', master: 'f32[n]?', compensation: 'bf16[n]?', touched: 'u32[(n+31)/32]?', ...states },
    params: {
      n: 'u64',
      firstIndex: 'u64',
      seed: 'u64',
      offset: 'u64',
      ...params,
      lr: 'f64',
      weightDecay: 'f64',
      gradFactor: 'f32',
      decoupled: 'u32',
      rounding: 'u32',
      segments: 'u32',
      ...gradientScaleCounts,
    },
    live: [
      'offset',
      ...Object.keys(params).filter((name) => params[name] === 'f64'),
      'lr',
      'weightDecay',
      'gradFactor',
    ],
  };
}

export default family('optimizer', {
  adamStep: step(
    'm += (1-beta1)(g-m); v = beta2 v + (1-beta2)g^2; p -= lr (momentWeight m + gradWeight g)/(rootScale sqrt(v) + eps): ' +
      'Adam, AdamW, AMSGrad, RAdam, every NAdam and NadamW by their weights',
    { expAvg: 'f32[n]', expAvgSq: 'f32[n]', maxExpAvgSq: 'f32[n]?' },
    { beta1: 'f64', beta2: 'f64', eps: 'f64', momentWeight: 'f64', gradWeight: 'f64', rootScale: 'f64' },
  ),
  sgdStep: step(
    'b = momentum b + gradGain g; p -= lr b, with Nesterov p -= lr (g + momentum b), without a buffer p -= lr g',
    { momentumBuffer: 'f32[n]?' },
    { momentum: 'f64', gradGain: 'f64', nesterov: 'u32' },
  ),
  lionStep: step(
    'p -= lr sign(beta1 m + (1-beta1)g); m = beta2 m + (1-beta2)g',
    { expAvg: 'f32[n]' },
    { beta1: 'f64', beta2: 'f64' },
  ),
  adagradStep: step('s += g^2; p -= lr g/(sqrt(s) + eps)', { sum: 'f32[n]' }, { eps: 'f64' }),
  rmspropStep: step(
    'v = alpha v + (1-alpha)g^2; u = g/(sqrt(v - a^2) + eps) with a the average gradient where there is one; ' +
      'b = momentum b + u where there is a buffer; p -= lr u or lr b',
    { squareAvg: 'f32[n]', gradAvg: 'f32[n]?', momentumBuffer: 'f32[n]?' },
    { alpha: 'f64', momentum: 'f64', eps: 'f64' },
  ),
  adadeltaStep: step(
    'v = rho v + (1-rho)g^2; u = g sqrt(d + eps)/sqrt(v + eps); d = rho d + (1-rho)u^2; p -= lr u',
    { squareAvg: 'f32[n]', accDelta: 'f32[n]' },
    { rho: 'f64', eps: 'f64' },
  ),
  adamaxStep: step(
    'm += (1-beta1)(g-m); u = max(beta2 u, |g| + eps); p -= lr momentWeight m/u',
    { expAvg: 'f32[n]', expInf: 'f32[n]' },
    { beta1: 'f64', beta2: 'f64', eps: 'f64', momentWeight: 'f64' },
  ),
  scheduleFreeStep: step(
    'Schedule-Free: v = beta2 v + (1-beta2)g^2; u = g/(rootScale sqrt(v) + eps) + decay p, without v u = g + decay p; ' +
      'with m = inner m + (1-inner)g in the place of g, times momentWeight; ' +
      'p += average (z - p) + lr gradientShare u; z -= lr u; the parameters hold y',
    { z: 'f32[n]', expAvgSq: 'f32[n]?', expAvg: 'f32[n]?' },
    {
      beta2: 'f64',
      eps: 'f64',
      rootScale: 'f64',
      inner: 'f64',
      momentWeight: 'f64',
      average: 'f64',
      gradientShare: 'f64',
    },
  ),
  ademamixStep: step(
    'm and v as adamStep; s += (1-beta3)(g-s); p -= lr (momentWeight m + slowWeight s)/(rootScale sqrt(v) + eps)',
    { expAvg: 'f32[n]', expAvgSq: 'f32[n]', expAvgSlow: 'f32[n]' },
    {
      beta1: 'f64',
      beta2: 'f64',
      beta3: 'f64',
      eps: 'f64',
      momentWeight: 'f64',
      slowWeight: 'f64',
      rootScale: 'f64',
    },
  ),
  adoptStep: step(
    'u = g/max(sqrt(v), eps) clipped to +-clip; m += (1-beta1)(u-m); p -= lr (momentWeight m + gradWeight u); v = beta2 v + (1-beta2)g^2',
    { expAvg: 'f32[n]', expAvgSq: 'f32[n]' },
    { beta1: 'f64', beta2: 'f64', eps: 'f64', clip: 'f64', momentWeight: 'f64', gradWeight: 'f64' },
  ),
  sophiaStep: step(
    'm += (1-beta1)(g-m); p -= lr m momentWeight/max(gamma h, eps), clipped to +-clip before lr; h is an estimate of the Hessian diagonal',
    { expAvg: 'f32[n]', hessian: 'f32[n]' },
    { beta1: 'f64', gamma: 'f64', eps: 'f64', clip: 'f64', momentWeight: 'f64' },
  ),
  momentum: {
    doc: 'm += (1-beta)(g-m); u = momentWeight m + gradWeight g, with g times gradFactor and gradScale: what Muon orthogonalises',
    types: { G: ['f32', 'bf16'] },
    in: { grad: 'G[n]', gradScale: 'f32[1]?', skip: 'u32[1]?' },
    inout: { moment: 'f32[n]', update: 'f32[n]' },
    params: { n: 'u64', beta: 'f64', momentWeight: 'f64', gradWeight: 'f64', gradFactor: 'f32' },
    live: ['beta', 'momentWeight', 'gradWeight', 'gradFactor'],
  },
  mixPair: {
    doc:
      'param = paramOfParam param + paramOfOther other, other = otherOfParam param + otherOfOther other, both of the old ' +
      'values: exchanges and interpolations of two sets of weights; with `master` the parameter is read from it',
    types: { P: ['f32', 'bf16'] },
    inout: { param: 'P[n]', master: 'f32[n]?', other: 'f32[n]' },
    params: { n: 'u64', paramOfParam: 'f64', paramOfOther: 'f64', otherOfParam: 'f64', otherOfOther: 'f64' },
    live: ['paramOfParam', 'paramOfOther', 'otherOfParam', 'otherOfOther'],
  },
  averageStep: {
    doc: 'average += (1-decay)(p - average), with p from `master` where there is one: EMA and weight averaging',
    types: { P: ['f32', 'bf16'] },
    in: { param: 'P[n]', master: 'f32[n]?' },
    inout: { average: 'f32[n]' },
    params: { n: 'u64', decay: 'f64' },
    live: ['decay'],
  },
});
