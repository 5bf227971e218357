/**
 * Prodigy with Schedule-Free averaging, neither a learning rate nor a schedule, as LoganBooker/prodigy-plus-schedule-free 2 computes
 * it: the model holds y; with u = d g/(sqrt(v) + d eps), divided in each tensor by the square root of its root mean square where that is
 * above 1 (`stable`), z -= d lr u, and y follows z and its average x, whose weights are (d lr)^2. The estimate
 * d = dCoef num/|s|_1, num = beta3 num + d^2/sqrt(d0) <g, p0 - z>, is made of every `slice`-th element, grows by at most `growthRate` in a step,
 * and is used from the next step on; num keeps no negative news before d has grown.
 *
 * - `speed`: SPEED, an estimate without s: d grows while its numerator, divided by the distance moved, does.
 * - `eps: 0`: Adam-atan2, u = 4/pi atan2(d g, sqrt(v)), which has no eps and bounds the update; not with `stable`.
 * - `cautious`: y moves only where the move has the sign of the update, and by as much in all.
 * - `biasCorrection`: RAdam's rectification; until the variance can be estimated steps wait.
 * - `scheduleFree: false`: Prodigy with the other differences; u is made of m = beta1 m + (1 - beta1) d g.
 *
 * What differs: groups share one d (`split_groups=False`), second moments are not factored, a zero gradient is not divided by.
 *
 * Memory: 8 bytes per parameter and 4/slice for p0 and s in bf16 (2/slice with `speed`). Passes: 8 bytes read for the root mean
 * squares (12 more for `cautious`), one over the slices, and 16 read and 12 written per f32 parameter. d stays on the device.
 */
import { ArgumentError, copy_, Tensor, zeros } from '@tessera/tensor';
import {
  maskScale,
  prodigyPlusEstimate,
  prodigyPlusGather,
  prodigyPlusMask,
  prodigyPlusSlices,
  prodigyPlusStep,
  prodigyPlusTerms,
  rmsScale,
} from '@tessera/tensor/kernels';
import { EvaluationWeights } from '../average.js';
import { checkBeta, checkBetas, checkGrowth, checkNonNegative, checkPositive, checkWhole } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import type { ParametersArgument } from '../parameters.js';
import type { Arguments, Place, Rule } from '../rule.js';
import { EntryTables, int64Tensor } from '../segments.js';
import { sliceStarts } from '../state.js';
import type { DAdaptOptions } from './dadapt.js';

export interface ProdigyPlusOptions extends DAdaptOptions {
  /** Interpolation between z and its average (or decay of the momentum), and decay of the second moment. Default 0.9 and 0.99. */
  readonly betas?: readonly [number, number];
  /** Decay of the numerator and of s. Default sqrt(beta2). */
  readonly beta3?: number;
  /** 0 takes the arc tangent. Default 1e-8. */
  readonly eps?: number;
  /** Factor of the estimate. Default 1. */
  readonly dCoef?: number;
  /** Scales the update of a tensor down where its root mean square is above 1. Default true, and false with `eps: 0`. */
  readonly stable?: boolean;
  /** Default true. */
  readonly scheduleFree?: boolean;
  /** Default false. */
  readonly speed?: boolean;
  /** Default false. */
  readonly cautious?: boolean;
  /** Default false. */
  readonly biasCorrection?: boolean;
  /** s and p0 hold every n-th element of each tensor. Default 11. */
  readonly slice?: number;
}

/** Default learning rate 1, no weight decay; d grows by at most 2^(1/4) in a step. */
export class ProdigyPlus extends FlatOptimizer {
  readonly #average: EvaluationWeights<Place> | null;

  constructor(params: ParametersArgument, options: ProdigyPlusOptions = {}) {
    const op = 'ProdigyPlus';
    const { betas = [0.9, 0.99], eps = 1e-8, d0 = 1e-6, dCoef = 1, growthRate = 2 ** 0.25, slice = 11 } = options;
    const { scheduleFree = true, speed = false, cautious = false, biasCorrection = false, stable = eps > 0 } = options;
    const [beta1, beta2] = checkBetas(op, betas);
    const { beta3 = Math.sqrt(beta2) } = options;
    checkWhole(op, 'slice', slice, 1);
    if (stable && eps === 0) throw new ArgumentError('stable and eps 0 exclude each other.', { op });
    if (cautious && !scheduleFree) throw new ArgumentError('cautious needs scheduleFree.', { op });
    const own = {
      betas,
      beta3: checkBeta(op, 'beta3', beta3),
      eps: checkNonNegative(op, 'eps', eps),
      d0: checkPositive(op, 'd0', d0),
      dCoef: checkPositive(op, 'dCoef', dCoef),
      growthRate: checkGrowth(op, growthRate),
      stable,
      scheduleFree,
      speed,
      cautious,
      biasCorrection,
      slice,
    };
    /** RAdam's factor of the rate, and the beta2 of a v that is always debiased. */
    const corrected = (t: number): { rate: number; beta2: number } => {
      if (!biasCorrection) return { rate: 1, beta2 };
      const bias = 1 - beta2 ** t;
      const most = 2 / (1 - beta2) - 1;
      const rho = most - (2 * t * beta2 ** t) / bias;
      const rate = rho > 4 ? Math.sqrt(((rho - 4) * (rho - 2) * most) / ((most - 4) * (most - 2) * rho)) : 0;
      return { rate, beta2: 1 - (1 - beta2) / bias };
    };
    const sliced = { slice, dtype: 'bf16' } as const;
    const rule: Rule = {
      states: [
        scheduleFree ? { name: 'z', argument: 'z', initial: 'parameters' } : { name: 'exp_avg', argument: 'expAvg' },
        { name: 'exp_avg_sq', argument: 'expAvgSq' },
        { name: 'p0', argument: 'p0', initial: 'parameters', ...sliced },
        ...(speed ? [] : [{ name: 's', argument: 's', ...sliced }]),
      ],
      decoupled: true,
      vectors: [
        {
          argument: 'estimate',
          initial: [d0, 0, 0, 0, 0, 0, 0, 0],
          names: { d: 0, numerator: 1, denominator: 4, weightSum: 6 },
        },
        { argument: 'sums', initial: [0, 0, 0, 0] },
      ],
      fixed: { decay: own.beta3, d0, coefficient: dCoef, growth: own.growthRate, speed: speed ? 1 : 0 },
      scalars: (t, lr) => ({ lr, beta1, eps, ...corrected(t) }),
      step: prodigyPlusStep,
      settle: prodigyPlusEstimate,
      ...looks(op, { slice, beta3: own.beta3, d0, stable, speed, cautious, scheduleFree }),
    };
    super(params, options, { lr: 1, weightDecay: 0 }, rule, own);
    this.#average = scheduleFree
      ? new EvaluationWeights(this.places, ({ flat: { data }, states }) =>
          copy_(zeros([data.numel], { device: data.device }), data).lerp_(states.get('z')!, 1 - 1 / beta1),
        )
      : null;
  }

  /** The average x with `scheduleFree`, as copies; else the parameters. */
  override evalParams(): ReadonlyMap<string, Tensor> {
    return this.#average?.copies() ?? super.evalParams();
  }

  /** Puts x in place of the parameters, until `train()`. */
  evaluate(): void {
    this.#average?.lend();
  }

  /** Takes the training weights back, exactly as they were. */
  train(): void {
    this.#average?.takeBack();
  }

  override dispose(): void {
    this.#average?.dispose();
    super.dispose();
  }
}

interface Looks {
  readonly slice: number;
  readonly beta3: number;
  readonly d0: number;
  readonly stable: boolean;
  readonly speed: boolean;
  readonly cautious: boolean;
  readonly scheduleFree: boolean;
}

/** What a step has to know of each tensor first: root mean squares, slices, and how much of a move is kept. */
function looks(op: string, look: Looks): Pick<Rule, 'attach' | 'before' | 'memory' | 'dispose'> {
  const { slice, beta3, d0, stable, speed, cautious, scheduleFree } = look;
  const tables = new EntryTables();
  const made = new Map<Place, Readonly<Record<string, Tensor>>>();
  const attach = (places: readonly Place[]): void => {
    for (const place of places) {
      const { data, entries } = place.flat;
      const vector = (n: number) => zeros([n * entries.length], { device: data.device }).keep();
      made.set(place, {
        starts: int64Tensor(data.device, sliceStarts(entries, slice)),
        slices: vector(3),
        sums: vector(2),
        decay: vector(1),
        ...(speed && { history: vector(3) }),
        ...(stable && { scale: vector(1) }),
        ...(cautious && { mask: vector(1) }),
      });
    }
  };
  const before: Rule['before'] = (place, args, begin) => {
    const { starts, slices, sums, decay, history, scale, mask } = made.get(place)!;
    const table = tables.of(place);
    const { states } = place;
    const live = args as Readonly<Record<string, () => number>>;
    const { z, p0, s, ...rest } = args as Arguments & { readonly z?: Tensor; readonly p0: Tensor; readonly s?: Tensor };
    const run = (kernel: (args: never) => void, own: Arguments) =>
      (kernel as (args: unknown) => void)({ ...rest, ...table, ...own });
    const v = states.get('exp_avg_sq')!;
    const first = states.get(scheduleFree ? 'z' : 'exp_avg')!;
    const seen = { s0: v, s1: first, variant: scheduleFree ? 0 : 1, momentWeight: 1, rootScale: 1, sums };
    const factors = {
      sums,
      decay,
      size: undefined,
      beta: 0,
      factor: 0,
      coefficient: 0,
      correction: 0,
      first: 0,
      eps: 0,
    };
    // Counts the step: what is read next are its numbers.
    run(prodigyPlusSlices, {
      ...(scheduleFree && { z }),
      ...(!speed && { s }),
      p0,
      slices,
      sliceStarts: starts,
      count: p0.numel,
      slice,
      beta3,
      d0,
      gradFactor: begin(live.gradFactor!),
    });
    if (stable) {
      run(prodigyPlusTerms, seen);
      run(rmsScale, { ...factors, rate: scale });
    }
    if (cautious) {
      run(prodigyPlusMask, { ...seen, ...(scale && { updateScale: scale }) });
      run(maskScale, { ...factors, rate: mask });
    }
    run(prodigyPlusGather, { slices, d0, speed: speed ? 1 : 0, ...(history && { history }) });
    return { ...table, p0: undefined, s: undefined, updateScale: scale, moveScale: mask };
  };
  const dispose = (): void => {
    tables.dispose();
    for (const tensors of made.values()) for (const t of Object.values(tensors)) t.dispose();
  };
  if (!speed) return { attach, before, dispose };
  const named = () => [...made.values()].map(({ history }, i) => [`history.${i}`, history!] as const);
  const memory: Rule['memory'] = {
    save: () => Object.fromEntries(named()),
    load: (saved) => {
      for (const [name, history] of named()) {
        const value = saved[name];
        if (!(value instanceof Tensor) || value.numel !== history.numel) {
          throw new ArgumentError(`the memory has no ${name} of ${history.numel} numbers.`, { op });
        }
        history.copy_(value);
      }
    },
  };
  return { attach, before, dispose, memory };
}
