/**
 * Learning rates from distances, with nothing to tune:
 *
 * - `DoG` (Ivgi, Hinder & Carmon 2023, Algorithm 1): eta_t = max_{i<=t} |x_i - x_0| / sqrt(sum_{i<=t} |g_i|^2) for all
 *   parameters of a group together, `LDoG` for each tensor by itself. As formll/dog: weight decay is added to the
 *   gradient before norms are taken. `form: 'optax'` adds eps inside the root at every step instead of starting from it.
 * - `DoWG` (Khaled, Mishchenko & Jin 2023): r_t^2 = max(r_{t-1}^2, |x_t - x_0|^2), v_t = v_{t-1} + r_t^2 |g_t|^2,
 *   eta_t = r_t^2 / (sqrt(v_t) + eps), as optax.
 *
 * Evaluate with `WeightAverage(params, polynomialDecay(8))`, as the authors of DoG do. A group whose parameters have
 * two dtypes counts as two. Learning rates of groups and `lrFactor` are factors of the rates that were found. What differs:
 * `initEta` holds until something has moved, where the authors' code stays at x_0 for ever after a first gradient of zero.
 *
 * Memory: 4 bytes per parameter (x_0) and a few numbers per group. Passes: one over x, x_0 and g for both norms (12 bytes
 * read per f32 parameter), one for the step (8 read, 4 written); nothing waits for the host.
 */
import { ArgumentError, Tensor, tensor, zeros } from '@tessera/tensor';
import { distanceNorms, distanceStep, sgdStep } from '@tessera/tensor/kernels';
import { checkNonNegative, checkOneOf, checkPositive } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import { isFrozen } from '../frozen.js';
import type { ClipArguments } from '../gradient-clip.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';
import type { Place, Rule } from '../rule.js';
import { type GroupValues, int64Tensor, type SegmentTable } from '../segments.js';
import { noUnits } from '../units.js';

export interface DoGOptions extends OptimizerOptions {
  /** The first distance is repsRel * (1 + |x_0|). Default 1e-6; 1e-4 with batch normalisation. */
  readonly repsRel?: number;
  /**
   * Learning rate of the steps until something has moved, in place of a first distance. `lr` and schedule have no part in it.
   * With `form: 'optax'` it is that of the first step, times `lr`.
   */
  readonly initEta?: number;
  /** The first distance itself. */
  readonly initDistance?: number;
  /** Default 1e-8. */
  readonly eps?: number;
  /** Whether eps is where the sum of squares starts (`original`, default) or is added at each step (`optax`). */
  readonly form?: 'original' | 'optax';
}

export interface DoWGOptions extends OptimizerOptions {
  /** Default 1e-4. */
  readonly eps?: number;
  /** The first squared distance. Default eps. */
  readonly initSquaredDistance?: number;
}

interface Distances {
  /** Whether each tensor has a rate of its own. */
  readonly perTensor: boolean;
  readonly weighted: boolean;
  readonly inside: number;
  readonly outside: number;
  /** What the sum of squares starts from. */
  readonly total: number;
  /** The first distance, as a function of |x_0|: factor * (1 + |x_0|) + offset. */
  readonly factor: number;
  readonly offset: number;
  /** The learning rate until something has moved, at step t. */
  readonly firstRate?: (t: number, lr: number) => number | undefined;
}

/** Learning rates and weight decays of ranges, and what they were made from. */
interface Hyperparameters {
  readonly segmentLr: Tensor;
  readonly segmentDecay: Tensor;
  readonly from: SegmentTable;
}

/** Rates of the ranges of one flat buffer. */
interface Rates {
  hyperparameters: Hyperparameters;
  readonly count: number;
  /** The first entry of each range. */
  readonly first: readonly number[];
  readonly segmentStarts: Tensor;
  readonly furthest: Tensor;
  readonly total: Tensor;
  readonly rate: Tensor;
  readonly distance: Tensor;
  readonly gradient: Tensor;
}

function hyperparametersOf(op: string, place: Place, first: readonly number[]): Hyperparameters {
  const values = place.entryValues();
  const { entries } = place.flat;
  // A frozen parameter says nothing of its range.
  const speaker = first.map((start, r) => {
    const end = first[r + 1] ?? entries.length;
    const thawed = entries.findIndex((entry, i) => i >= start && i < end && !isFrozen(entry));
    return thawed < 0 ? start : thawed;
  });
  values.forEach((value, i) => {
    const own = values[speaker[first.findLastIndex((start) => start <= i)]!]!;
    if (isFrozen(entries[i]!) || (value.lr === own.lr && value.weightDecay === own.weightDecay)) return;
    throw new ArgumentError('decays and lrFactor must not differ within a group, which has one rate; use groups.', {
      op,
    });
  });
  const { device } = place.flat.data;
  const column = (read: (v: GroupValues) => number) =>
    tensor(
      Float32Array.from(speaker, (i) => read(values[i]!)),
      { device },
    ).keep();
  return { segmentLr: column((v) => v.lr), segmentDecay: column((v) => v.weightDecay), from: place.segments };
}

function disposeRates({ hyperparameters, ...rates }: Rates): void {
  for (const t of [...Object.values(rates), ...Object.values(hyperparameters)]) if (t instanceof Tensor) t.dispose();
}

function makeRates(op: string, place: Place, d: Distances): Rates {
  const { data, entries } = place.flat;
  const { device } = data;
  const first = entries.flatMap((_, i) =>
    i === 0 || d.perTensor || place.groupOf[i] !== place.groupOf[i - 1] ? [i] : [],
  );
  const count = first.length;
  const segmentStarts = int64Tensor(device, [...first.map((i) => entries[i]!.offset), data.numel]);
  const vector = () => zeros([count], { device }).keep();
  const rates: Rates = {
    hyperparameters: hyperparametersOf(op, place, first),
    count,
    first,
    segmentStarts,
    furthest: vector(),
    total: vector(),
    rate: vector(),
    distance: vector(),
    gradient: vector(),
  };
  const { furthest, gradient } = rates;
  distanceNorms({
    x: data,
    grad: data,
    distance: furthest,
    gradient,
    segmentStarts,
    n: data.numel,
    segments: count,
    gradFactor: 1,
    gradScales: 1,
    ...noUnits,
  });
  rates.furthest.add_(1).mul_(d.factor).add_(d.offset);
  rates.total.fill_(d.total);
  return rates;
}

function distanceRule(op: string, d: Distances): Rule {
  const ratesOf = new Map<Place, Rates>();
  return {
    states: [{ name: 'x0', argument: 'x0', initial: 'parameters' }],
    decoupled: false,
    attach: (places) => {
      for (const place of places) ratesOf.set(place, makeRates(op, place, d));
    },
    fixed: { nesterov: 0 },
    step: sgdStep,
    scalars: (t, lr) => ({ lr, momentum: 0, gradGain: 1, firstRate: d.firstRate?.(t, lr) ?? -1 }),
    before: (place, { lr, firstRate, gradFactor, ...clip }, begin) => {
      const r = ratesOf.get(place)!;
      const { data, grad } = place.flat;
      const { skip, ...scales } = clip as unknown as ClipArguments;
      if (r.hyperparameters.from !== place.segments) {
        const { segmentLr, segmentDecay } = r.hyperparameters;
        for (const t of [segmentLr, segmentDecay]) t.dispose();
        r.hyperparameters = hyperparametersOf(op, place, r.first);
      }
      const { segmentLr, segmentDecay } = r.hyperparameters;
      distanceNorms({
        ...scales,
        x: data,
        origin: place.states.get('x0')!,
        grad,
        distance: r.distance,
        gradient: r.gradient,
        segmentStarts: r.segmentStarts,
        segmentDecay,
        n: data.numel,
        segments: r.count,
        gradFactor: gradFactor as () => number,
      });
      distanceStep({
        distance: r.distance,
        gradient: r.gradient,
        segmentLr,
        furthest: r.furthest,
        total: r.total,
        rate: r.rate,
        skip,
        inside: d.inside,
        outside: d.outside,
        lr: begin(lr as () => number),
        firstRate: firstRate as () => number,
        weighted: d.weighted ? 1 : 0,
        count: r.count,
      });
      const { segmentStarts, rate, count } = r;
      return { segmentStarts, segments: count, segmentLr: rate, segmentDecay, lr: 1 };
    },
    dispose: () => {
      for (const rates of ratesOf.values()) disposeRates(rates);
    },
    telemetry: () =>
      Object.fromEntries(
        [...ratesOf.values()].flatMap(({ furthest, rate }, i) => [
          [`distance.${i}`, furthest],
          [`eta.${i}`, rate],
        ]),
      ),
    memory: {
      save: () =>
        Object.fromEntries(
          [...ratesOf.values()].flatMap((r, i) => [
            [`furthest.${i}`, r.furthest],
            [`total.${i}`, r.total],
          ]),
        ),
      load: (saved) => {
        for (const [i, { furthest, total }] of [...ratesOf.values()].entries()) {
          for (const [name, target] of Object.entries({ furthest, total })) {
            const value = saved[`${name}.${i}`];
            if (!(value instanceof Tensor) || value.numel !== target.numel) {
              throw new ArgumentError(`the memory has no ${name}.${i} of ${target.numel} numbers.`, { op });
            }
            target.copy_(value);
          }
        }
      },
    },
  };
}

function dogDistances(op: string, options: DoGOptions, perTensor: boolean): Distances {
  const { repsRel = 1e-6, initEta, initDistance, eps = 1e-8, form = 'original' } = options;
  checkNonNegative(op, 'repsRel', repsRel);
  checkNonNegative(op, 'eps', eps);
  checkOneOf(op, 'form', form, ['original', 'optax']);
  if (initEta !== undefined) checkPositive(op, 'initEta', initEta);
  if (initDistance !== undefined) checkPositive(op, 'initDistance', initDistance);
  const original = form === 'original';
  return {
    perTensor,
    weighted: false,
    inside: original ? 0 : eps,
    outside: 0,
    total: original ? eps : 0,
    factor: initEta !== undefined || initDistance !== undefined ? 0 : repsRel,
    offset: initDistance ?? 0,
    ...(initEta !== undefined && {
      firstRate: (t, lr) => (original ? initEta : t === 1 ? initEta * lr : undefined),
    }),
  };
}

const dogOptions = { repsRel: 1e-6, initEta: undefined, initDistance: undefined, eps: 1e-8, form: 'original' };

/** One rate per group. Default learning rate (a factor of the rate) 1, no weight decay. */
export class DoG extends FlatOptimizer {
  constructor(params: ParametersArgument, options: DoGOptions = {}) {
    const rule = distanceRule('DoG', dogDistances('DoG', options, false));
    super(params, options, { lr: 1, weightDecay: 0 }, rule, dogOptions);
  }
}

/** One rate per tensor. Default learning rate (a factor of the rates) 1, no weight decay. */
export class LDoG extends FlatOptimizer {
  constructor(params: ParametersArgument, options: DoGOptions = {}) {
    const rule = distanceRule('LDoG', dogDistances('LDoG', options, true));
    super(params, options, { lr: 1, weightDecay: 0 }, rule, dogOptions);
  }
}

/** One rate per group. Default learning rate (a factor of the rate) 1, no weight decay. */
export class DoWG extends FlatOptimizer {
  constructor(params: ParametersArgument, options: DoWGOptions = {}) {
    const { eps = 1e-4 } = options;
    const { initSquaredDistance = eps } = options;
    checkPositive('DoWG', 'eps', eps);
    checkPositive('DoWG', 'initSquaredDistance', initSquaredDistance);
    const rule = distanceRule('DoWG', {
      perTensor: false,
      weighted: true,
      inside: 0,
      outside: eps,
      total: 0,
      factor: 0,
      offset: Math.sqrt(initSquaredDistance),
    });
    super(params, options, { lr: 1, weightDecay: 0 }, rule, { eps, initSquaredDistance });
  }
}
