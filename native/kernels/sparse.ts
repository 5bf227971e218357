/**
 * Optimizer steps on a subnetwork (see `subnetwork`): the states exist for active parameters only, in ascending order of
 * their index ("compact"). On active parameters a sparse step computes exactly what the dense step of `optimizer`
 * computes, bit for bit; the others are not written. The gradient is dense (`gradCount` = n) or compact already
 * (`gradCount` = active).
 */
import { family, type KernelSpec } from '../lib/schema.js';
import { gradientScaleCounts, gradientScales } from './optimizer.js';

const words = 'u32[(n+31)/32]';
const compact = 'f32[active]';

type Buffers = Readonly<Record<string, string>>;
type Params = NonNullable<KernelSpec['params']>;

/** The sparse form of a dense step; `master` is compact, the rest of the shared arguments mean what they mean there. */
function sparseStep(doc: string, states: Buffers, params: Params): KernelSpec {
  return {
    doc,
    types: { P: ['f32', 'bf16'], G: ['f32', 'bf16'] },
    in: {
      mask: words,
      offsets: 'u32[(n+1023)/1024+1]',
      grad: 'G[gradCount]',
      ...gradientScales,
      skip: 'u32[1]?',
      segmentStarts: 'i64[segments+1]?',
      segmentLr: 'f32[segments]?',
      segmentDecay: 'f32[segments]?',
    },
    inout: { param: 'P[n]', master: 'f32[active]?', compensation: 'bf16[active]?', touched: `${words}?`, ...states },
    params: {
      n: 'u64',
      active: 'u64',
      gradCount: 'u64',
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

export default family('sparse', {
  sparseAdamStep: sparseStep(
    'adamStep on active parameters: sparse Adam, AdamW, NadamW',
    { expAvg: compact, expAvgSq: compact, maxExpAvgSq: `${compact}?` },
    { beta1: 'f64', beta2: 'f64', eps: 'f64', momentWeight: 'f64', gradWeight: 'f64', rootScale: 'f64' },
  ),
  sparseSgdStep: sparseStep(
    'sgdStep on active parameters',
    { momentumBuffer: `${compact}?` },
    { momentum: 'f64', gradGain: 'f64', nesterov: 'u32' },
  ),
  sparseLionStep: sparseStep('lionStep on active parameters', { expAvg: compact }, { beta1: 'f64', beta2: 'f64' }),
});
