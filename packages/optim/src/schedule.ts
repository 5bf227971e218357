/**
 * Learning-rate schedules: functions from the step (0 for the first) to a factor of the learning rate. They hold no
 * state, so resuming at step t needs only t, and they compose by wrapping one another.
 */
import { ArgumentError } from '@tessera/tensor';
import { checkNonNegative, checkNumber, checkPositive } from './check.js';

/** Factor of the learning rate at a step. */
export type Schedule = (step: number) => number;

export function constant(factor = 1): Schedule {
  return () => factor;
}

/**
 * Rises linearly over the first `steps` steps, then goes on as `then` from its own step 0. At step t the factor is
 * t / steps, so the first step moves nothing, as in optax; `from` is the factor at step 0 when it should.
 */
export function warmup(steps: number, then: Schedule = constant(), from = 0): Schedule {
  checkNonNegative('warmup', 'steps', steps);
  return (t) => (t < steps ? (from + (1 - from) * (t / steps)) * then(0) : then(t - steps));
}

/** Half a cosine from 1 to `end` over `steps` steps, then `end`. */
export function cosine(steps: number, end = 0): Schedule {
  checkPositive('cosine', 'steps', steps);
  return (t) => end + (1 - end) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, t / steps)));
}

/** From 1 to `end` in a straight line over `steps` steps, then `end`. */
export function linear(steps: number, end = 0): Schedule {
  checkPositive('linear', 'steps', steps);
  return (t) => 1 + (end - 1) * Math.min(1, t / steps);
}

/** (1 - t/steps)^power from 1 to `end`. */
export function polynomial(steps: number, power = 1, end = 0): Schedule {
  checkPositive('polynomial', 'steps', steps);
  return (t) => end + (1 - end) * (1 - Math.min(1, t / steps)) ** power;
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

/** The factor is multiplied by `rate` at each of the given steps. */
export function milestones(steps: readonly number[], rate = 0.1): Schedule {
  checkPositive('milestones', 'rate', rate);
  return (t) => rate ** steps.filter((step) => step <= t).length;
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
export function warmupCosine({ warmup: rise, total, end = 0 }: WarmupCosineOptions): Schedule {
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
  /** Shape of the decay: 1 - sqrt(fraction) (Hägele et al. 2024, the default) or a straight line. */
  readonly shape?: 'sqrt' | 'linear';
}

/** Warmup, stable, decay: the decay can start from any checkpoint of the stable part. */
export function wsd({ warmup: rise, total, decay, end = 0, shape = 'sqrt' }: WsdOptions): Schedule {
  checkNumber('wsd', 'decay', decay, { min: 0, max: total - rise });
  const start = total - decay;
  const fall = (f: number) => (shape === 'sqrt' ? 1 - Math.sqrt(f) : 1 - f);
  return (t) => {
    if (t < rise) return t / rise;
    if (t < start) return 1;
    return end + (1 - end) * fall(Math.min(1, (t - start) / Math.max(1, decay)));
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
export function oneCycle({ total, rise = 0.3, divStart = 25, divEnd = 1e4 }: OneCycleOptions): Schedule {
  checkPositive('oneCycle', 'total', total);
  checkNumber('oneCycle', 'rise', rise, { min: 0, max: 1 });
  const peak = rise * total - 1;
  const last = total - 1;
  const low = 1 / divStart;
  const anneal = (from: number, to: number, f: number) => to + ((from - to) / 2) * (1 + Math.cos(Math.PI * f));
  return (t) => {
    const at = Math.min(t, last);
    return at <= peak ? anneal(low, 1, at / peak) : anneal(1, low / divEnd, (at - peak) / (last - peak));
  };
}
