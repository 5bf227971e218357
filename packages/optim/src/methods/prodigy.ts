/**
 * Prodigy (Mishchenko & Defazio 2024, Algorithm 4): Adam whose step size is an estimate d of the distance to the solution,
 * made from <g, x_0 - x>: num = beta3 num + d/d0 c<g, x_0 - x>, d = max(d, dCoef num/|s|_1) with c = d lr. As
 * konstmish/prodigy computes it, or optax (`form: 'optax'`, which always corrects the bias and has neither the largest
 * estimate so far nor the exemption of the first).
 *
 * What differs: a step without information (a zero gradient, a zero learning rate) leaves d as it was where optax divides
 * 0 by 0. A group whose learning rate is 0 stays as it is, where the authors' code decays it by the rate of the others; with
 * beta1 0 the gradient is multiplied by d, where that code takes the d that the step finds. `slice` keeps s and x_0 for every n-th element of each tensor only, in optax's form too.
 *
 * Memory: 16 bytes per parameter; 8 + 8/slice with `slice`. One pass: 24 bytes read and 16 written per f32 parameter (x_0 is
 * only read, s read and written); with `slice` 16 and 12, and one over the sliced elements before it. The references
 * multiply eps by the d that the step finds: a step that moved d takes a second pass for the difference (12 read, 4
 * written), one that did not is done. The sums are taken in the first pass, and d stays on the device.
 */
import type { Tensor } from '@tessera/tensor';
import { distanceEstimate, prodigyCorrection, prodigySlice, prodigyStep } from '@tessera/tensor/kernels';
import { checkBeta, checkBetas, checkGrowth, checkOneOf, checkPositive, checkWhole } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { ParametersArgument } from '../parameters.js';
import type { Arguments, Place, Rule } from '../rule.js';
import { EntryTables, int64Tensor } from '../segments.js';
import { sliceStarts } from '../state.js';
import { adamStates } from './adam.js';
import { type DAdaptOptions, distanceVectors, waitForGradients } from './dadapt.js';

export interface ProdigyOptions extends DAdaptOptions {
  /** Default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** Decay of the numerator and of s. Default sqrt(beta2). */
  readonly beta3?: number;
  /** Default 1e-8. */
  readonly eps?: number;
  /** Decays the parameters instead of adding to the gradient. Default true. */
  readonly decouple?: boolean;
  /** Multiplies d by sqrt(1 - beta2^t)/(1 - beta1^t). Default false; always with `form: 'optax'`. */
  readonly biasCorrection?: boolean;
  /** Takes lr out of the denominator, so that a warmup does not inflate d. Default false. */
  readonly safeguardWarmup?: boolean;
  /** Factor of the estimate: larger steps above 1. Default 1. */
  readonly dCoef?: number;
  /** s and x_0 hold every n-th element. Default 1. */
  readonly slice?: number;
  /** Default `original`. */
  readonly form?: 'original' | 'optax';
}

/** Default learning rate 1, no weight decay. */
export class Prodigy extends FlatOptimizer {
  constructor(params: ParametersArgument, options: ProdigyOptions = {}) {
    const op = 'Prodigy';
    const { betas = [0.9, 0.999], eps = 1e-8, decouple = true, biasCorrection = false } = options;
    const { safeguardWarmup = false, dCoef = 1, slice = 1, form = 'original' } = options;
    const { d0 = 1e-6, growthRate = Number.POSITIVE_INFINITY } = options;
    const [beta1, beta2] = checkBetas(op, betas);
    const { beta3 = Math.sqrt(beta2) } = options;
    checkWhole(op, 'slice', slice, 1);
    const own = {
      betas,
      beta3: checkBeta(op, 'beta3', beta3),
      eps: checkPositive(op, 'eps', eps),
      decouple,
      biasCorrection,
      safeguardWarmup,
      d0: checkPositive(op, 'd0', d0),
      dCoef: checkPositive(op, 'dCoef', dCoef),
      growthRate: checkGrowth(op, growthRate),
      slice,
      form: checkOneOf(op, 'form', form, ['original', 'optax']),
    };
    const optax = form === 'optax';
    const sliced = slice > 1 ? { slice } : {};
    const rule: Rule = {
      states: [
        ...adamStates,
        { name: 's', argument: 's', ...sliced },
        { name: 'p0', argument: 'p0', initial: 'parameters', ...sliced },
      ],
      decoupled: decouple,
      fixed: {
        corrected: biasCorrection || optax ? 1 : 0,
        safeguard: safeguardWarmup ? 1 : 0,
        form: optax ? 1 : 0,
        rule: 3,
        decay: beta3,
        d0,
        growth: growthRate,
        coefficient: dCoef,
      },
      vectors: distanceVectors(d0),
      scalars: (_t, lr) => ({ lr, beta1, beta2, beta3, eps, d0 }),
      ...(!optax && waitForGradients),
      step: prodigyStep,
      settle: distanceEstimate,
      move: prodigyCorrection,
      ...(slice > 1 && lookAtSlices(slice)),
    };
    super(params, options, { lr: 1, weightDecay: 0 }, rule, own);
  }
}

/** Makes the sums from the slices of each tensor, and leaves s and x_0 out of the step. */
function lookAtSlices(slice: number): Pick<Rule, 'before' | 'dispose'> {
  const tables = new EntryTables();
  const starts = new Map<Place, Tensor>();
  const startsOf = (place: Place): Tensor => {
    const { data, entries } = place.flat;
    const made = starts.get(place) ?? int64Tensor(data.device, sliceStarts(entries, slice));
    starts.set(place, made);
    return made;
  };
  const before: Rule['before'] = (place, args, begin) => {
    const { lr, beta1 } = args as { lr: () => number; beta1: () => number };
    const p0 = place.states.get('p0')!;
    const own: Arguments = {
      ...args,
      ...tables.of(place),
      sliceStarts: startsOf(place),
      beta1: begin(beta1),
      lr,
      count: p0.numel,
      slice,
    };
    (prodigySlice as (args: unknown) => void)(own);
    return { s: undefined, p0: undefined };
  };
  const dispose = () => {
    tables.dispose();
    for (const t of starts.values()) t.dispose();
  };
  return { before, dispose };
}
