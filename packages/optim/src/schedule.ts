/**
 * Learning-rate schedules: functions from the step (0 for the first) to a factor of the learning rate. They hold no
 * state, so resuming at step t needs only t, and they compose by wrapping one another.
 */
import { ArgumentError, checkOptions } from '@tessera/tensor';
import { checkNonNegative, checkNumber, checkOneOf, checkPositive } from './check.js';

/** Factor of the learning rate at a step. */
export type Schedule = (step: number) => number;

export function constant(factor = 1): Schedule {
  checkNonNegative('constant', 'factor', factor);
  return () => factor;
}

/**
 * Rises linearly over the first `steps` steps, then goes on as `then` from its own step 0. At step t the factor is
 * t / steps, so the first step moves nothing, as in optax; `from` is the factor at step 0 when it should.
 */
export function warmup(steps: number, then: Schedule = constant(), from = 0): Schedule {
  checkNonNegative('warmup', 'steps', steps);
  checkNonNegative('warmup', 'from', from);
  return (t) => (t < steps ? (from + (1 - from) * (t / steps)) * then(0) : then(t - steps));
}

export interface CosineOptions {
  /** Power of the cosine's height. Default 1. */
  readonly exponent?: number;
  /** Waves in `steps` steps. Default 0.5: from top to bottom. */
  readonly cycles?: number;
  /** Whether the wave goes on after `steps` steps. Default false: it stays where it is then. */
  readonly goesOn?: boolean;
}

/** A cosine from 1 to `end` over `steps` steps. */
export function cosine(
  steps: number,
  end = 0,
  { exponent = 1, cycles = 0.5, goesOn = false }: CosineOptions = {},
): Schedule {
  checkPositive('cosine', 'steps', steps);
  checkNonNegative('cosine', 'end', end);
  checkPositive('cosine', 'exponent', exponent);
  checkPositive('cosine', 'cycles', cycles);
  return (t) => {
    const height = 0.5 * (1 + Math.cos(2 * Math.PI * cycles * (goesOn ? t / steps : Math.min(1, t / steps))));
    return end + (1 - end) * height ** exponent;
  };
}

/**
 * Half cosines from 1 to `end`, one after another: the first takes `steps` steps, each `growth` times as many as the last
 * (SGDR: Loshchilov & Hutter 2017). `count` of them, then `end`; without end by default.
 */
export function restarts(steps: number, growth = 1, end = 0, count = Number.POSITIVE_INFINITY): Schedule {
  checkPositive('restarts', 'steps', steps);
  checkNumber('restarts', 'growth', growth, { min: 1 });
  checkNonNegative('restarts', 'end', end);
  if (count !== Number.POSITIVE_INFINITY) checkPositive('restarts', 'count', count);
  return (t) => {
    let [at, length] = [t, steps];
    for (let i = 0; i < count; i++) {
      if (at < length) return end + (1 - end) * 0.5 * (1 + Math.cos((Math.PI * at) / length));
      at -= length;
      length *= growth;
    }
    return end;
  };
}

export interface TriangularOptions {
  /** Steps from the low to the high point. */
  readonly up: number;
  /** Steps back down. Default: as many. */
  readonly down?: number;
  /** The lowest factor. Default 0. */
  readonly low?: number;
  /** What the height of a triangle is multiplied by after each. Default 1; 0.5 is PyTorch's triangular2. */
  readonly shrink?: number;
}

/** Triangles between `low` and 1 (cyclical learning rates: Smith 2017). */
export function triangular({ up, down = up, low = 0, shrink = 1 }: TriangularOptions): Schedule {
  checkPositive('triangular', 'up', up);
  checkPositive('triangular', 'down', down);
  checkNonNegative('triangular', 'low', low);
  checkNonNegative('triangular', 'shrink', shrink);
  return (t) => {
    const cycle = Math.floor(t / (up + down));
    const at = t - cycle * (up + down);
    return low + (1 - low) * shrink ** cycle * (at < up ? at / up : 1 - (at - up) / down);
  };
}

/** From 1 to `end` in a straight line over `steps` steps, then `end`. */
export function linearDecay(steps: number, end = 0): Schedule {
  checkPositive('linearDecay', 'steps', steps);
  checkNonNegative('linearDecay', 'end', end);
  return (t) => 1 + (end - 1) * Math.min(1, t / steps);
}

/** (1 - t/steps)^power from 1 to `end`. */
export function polynomial(steps: number, power = 1, end = 0): Schedule {
  checkPositive('polynomial', 'steps', steps);
  checkNonNegative('polynomial', 'power', power);
  checkNonNegative('polynomial', 'end', end);
  return (t) => end + (1 - end) * (1 - Math.min(1, t / steps)) ** power;
}

/** Straight lines between points (step, factor); before the first and after the last their factors hold. */
export function piecewiseLinear(points: readonly (readonly [step: number, factor: number])[]): Schedule {
  if (points.length === 0) throw new ArgumentError('needs at least one point; got none.', { op: 'piecewiseLinear' });
  for (const [i, [step, factor]] of points.entries()) {
    checkNonNegative('piecewiseLinear', `factor ${i}`, factor);
    checkNumber('piecewiseLinear', `step ${i}`, step, i === 0 ? {} : { min: points[i - 1]![0], above: true });
  }
  return (t) => {
    const next = points.findIndex(([step]) => t < step);
    if (next === 0) return points[0]![1];
    if (next < 0) return points.at(-1)![1];
    const [[from, low], [to, high]] = [points[next - 1]!, points[next]!];
    return low + ((high - low) * (t - from)) / (to - from);
  };
}

/** sqrt(timescale / (t + timescale)): 1 at step 0, half after three timescales. */
export function inverseSqrt(timescale: number): Schedule {
  checkPositive('inverseSqrt', 'timescale', timescale);
  return (t) => Math.sqrt(timescale / (t + timescale));
}

/** `rate` to the power t / every, in whole steps of `every` when `staircase`. */
export function exponential(rate: number, every = 1, staircase = false): Schedule {
  checkPositive('exponential', 'rate', rate);
  checkPositive('exponential', 'every', every);
  return (t) => rate ** (staircase ? Math.floor(t / every) : t / every);
}

/** The factor is multiplied by `rate`, or by the rate of the same place in a list, at each of the given steps. */
export function milestones(steps: readonly number[], rate: number | readonly number[] = 0.1): Schedule {
  const rates = steps.map((_, i) => checkPositive('milestones', 'rate', typeof rate === 'number' ? rate : rate[i]));
  return (t) => steps.reduce((factor, step, i) => (step <= t ? factor * rates[i]! : factor), 1);
}

/** One schedule after another: each runs for its number of steps from its own step 0; the last goes on. */
export function sequence(parts: readonly (readonly [schedule: Schedule, steps: number])[]): Schedule {
  if (parts.length === 0) throw new ArgumentError('needs at least one part; got none.', { op: 'sequence' });
  return (t) => {
    let at = t;
    for (const [schedule, steps] of parts.slice(0, -1)) {
      if (at < steps) return schedule(at);
      at -= steps;
    }
    return parts.at(-1)![0](at);
  };
}

/** The product of two schedules. */
export function times(a: Schedule, b: Schedule): Schedule {
  return (t) => a(t) * b(t);
}

export interface WarmupCosineOptions {
  /** Steps of linear rise. */
  readonly warmup: number;
  /** All steps, the rise included. */
  readonly total: number;
  /** Factor at the end. Default 0. */
  readonly end?: number;
}

/** Linear rise, then half a cosine to `end` at step `total`: AlgoPerf's baseline schedule. */
export function warmupCosine(options: WarmupCosineOptions): Schedule {
  const op = 'warmupCosine';
  checkOptions(op, options, ['warmup', 'total', 'end']);
  const { warmup: rise, total, end = 0 } = options;
  checkNonNegative(op, 'warmup', rise);
  checkPositive(op, 'total', total);
  checkNonNegative(op, 'end', end);
  return warmup(rise, cosine(Math.max(1, total - rise), end));
}

export interface WsdOptions {
  readonly warmup: number;
  /** All steps. */
  readonly total: number;
  /** Steps of decay at the end. */
  readonly decay: number;
  /** Factor at the end. Default 0. */
  readonly end?: number;
  /** Factor at step 0. Default 0. */
  readonly start?: number;
  /** Shape of the decay: 1 - sqrt(fraction) (Hägele et al. 2024, the default), a straight line or half a cosine. */
  readonly shape?: 'sqrt' | 'linear' | 'cosine';
}

/** Warmup, stable, decay: the decay can start from any checkpoint of the stable part. */
export function wsd(options: WsdOptions): Schedule {
  const op = 'wsd';
  checkOptions(op, options, ['warmup', 'total', 'decay', 'end', 'start', 'shape']);
  const { warmup: rise, total, decay, end = 0, start = 0, shape = 'sqrt' } = options;
  checkPositive(op, 'total', total);
  checkNumber(op, 'warmup', rise, { min: 0, max: total });
  checkNumber(op, 'decay', decay, { min: 0, max: total - rise });
  checkNonNegative(op, 'end', end);
  checkNonNegative(op, 'start', start);
  checkOneOf(op, 'shape', shape, ['sqrt', 'linear', 'cosine']);
  const from = total - decay;
  const fall = {
    sqrt: (f: number) => 1 - Math.sqrt(f),
    linear: (f: number) => 1 - f,
    cosine: (f: number) => 0.5 * (1 + Math.cos(Math.PI * f)),
  }[shape];
  return (t) => {
    if (t < rise) return start + (1 - start) * (t / rise);
    if (t < from) return 1;
    return end + (1 - end) * fall(Math.min(1, (t - from) / Math.max(1, decay)));
  };
}

export interface OneCycleOptions {
  readonly total: number;
  /** Fraction of the steps that rise. Default 0.3. */
  readonly rise?: number;
  /** The first factor is 1 / divStart. Default 25. */
  readonly divStart?: number;
  /** The last factor is 1 / (divStart * divEnd). Default 10^4. */
  readonly divEnd?: number;
}

/** Smith's one-cycle policy with cosine halves, as in PyTorch's OneCycleLR; the learning rate is the peak. */
export function oneCycle(options: OneCycleOptions): Schedule {
  const op = 'oneCycle';
  checkOptions(op, options, ['total', 'rise', 'divStart', 'divEnd']);
  const { total, rise = 0.3, divStart = 25, divEnd = 1e4 } = options;
  checkPositive(op, 'total', total);
  checkNumber(op, 'rise', rise, { min: 0, max: 1 });
  checkPositive(op, 'divStart', divStart);
  checkPositive(op, 'divEnd', divEnd);
  const peak = rise * total - 1;
  const last = total - 1;
  const low = 1 / divStart;
  const anneal = (from: number, to: number, f: number) => to + ((from - to) / 2) * (1 + Math.cos(Math.PI * f));
  return (t) => {
    const at = Math.min(t, last);
    if (at <= peak) return peak === 0 ? 1 : anneal(low, 1, at / peak);
    return anneal(1, low / divEnd, (at - peak) / (last - peak));
  };
}
