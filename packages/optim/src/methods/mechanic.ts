/**
 * Mechanic (Cutkosky, Defazio & Mehta 2023, Algorithm 1): scales the steps of any optimizer. x = x_0 + s Delta, where Delta
 * adds up what the base would have moved and s is the sum of `betas` tuners, each of which learns from <Delta, g>. As
 * optimizedlearning/mechanic, or optax.contrib.mechanize (`form: 'optax'`: other first values, |x| before the base step in
 * the decay, rewards that are not clamped).
 *
 * What differs: Delta is always stored, where the references recompute it from x - x_0, which loses it to rounding while s
 * is small; without `storeDelta` it is multiplied by s/(s + eps), which is what recomputing does in exact arithmetic.
 *
 * Memory: 8 bytes per parameter (x_0 and Delta) beside the base's. Passes beside the base's: one over x, x_0, Delta and g
 * (16 bytes read and 4 written per parameter), one that moves x (8 and 4); nothing waits for the host.
 */
import { checkOptions, type Tensor, tensor, zeros } from '@tessera/tensor';
import { mechanicEstimate, mechanicMeasure, mechanicStep } from '@tessera/tensor/kernels';
import { checkNonNegative, checkNumber, checkOneOf, checkPositive } from '../check.js';
import type { FlatOptimizer } from '../flat-optimizer.js';
import type { StepOptions } from '../optimizer.js';
import { Wrapper } from '../wrapper.js';

export interface MechanicOptions {
  /** Regularisation of s, lambda in the paper. Default 0.01. */
  readonly sDecay?: number;
  /** What s starts from. Default 1e-8; 1e-6 with `form: 'optax'`. */
  readonly sInit?: number;
  /** How many tuners: their decays are 1 - 10^-1, 1 - 10^-2, ... Default 6. */
  readonly betas?: number;
  /** Default 1e-8. */
  readonly eps?: number;
  /** Takes Delta as it is stored. Default false; see above. */
  readonly storeDelta?: boolean;
  /** Default `original`. */
  readonly form?: 'original' | 'optax';
}

const optionNames = ['sDecay', 'sInit', 'betas', 'eps', 'storeDelta', 'form'] as const;

/** The base keeps its schedule, clipping and decay; its learning rate is usually 1 times the schedule. */
export class Mechanic extends Wrapper {
  readonly #estimate: Tensor;
  readonly #sums: Tensor;
  readonly #options: Required<MechanicOptions>;

  constructor(base: FlatOptimizer, options: MechanicOptions = {}) {
    const op = 'Mechanic';
    checkOptions(op, options, optionNames);
    const { sDecay = 0.01, betas = 6, eps = 1e-8, storeDelta = false, form = 'original' } = options;
    const { sInit = form === 'optax' ? 1e-6 : 1e-8 } = options;
    checkNonNegative(op, 'sDecay', sDecay);
    checkPositive(op, 'sInit', sInit);
    checkPositive(op, 'eps', eps);
    checkNumber(op, 'betas', Number.isSafeInteger(betas) ? betas : Number.NaN, { min: 1, max: 16 });
    checkOneOf(op, 'form', form, ['original', 'optax']);
    super(base, [
      { name: 'mechanic_delta', argument: 'delta' },
      { name: 'mechanic_x0', argument: 'x0', initial: 'parameters' },
    ]);
    this.#options = { sDecay, sInit, betas, eps, storeDelta, form };
    const optax = form === 'optax';
    const start = new Float32Array(4 + 4 * betas);
    if (optax) {
      start.fill(sInit, 4, 4 + betas);
      start.fill(sInit * betas, 0, 2);
    } else {
      start.fill(1e-6, 4 + 2 * betas, 4 + 3 * betas);
    }
    const { device } = base.places[0]!.flat.data;
    this.#estimate = tensor(start, { device }).keep();
    this.#sums = zeros([4], { device }).keep();
  }

  /** One step of the base, and one of its scale. */
  protected advance(options: StepOptions): void {
    const { sDecay, sInit, betas, eps, storeDelta, form } = this.#options;
    const before = this.base.steps;
    this.base.step(options);
    if (this.base.steps === before) return; // the base accumulates
    const optax = form === 'optax' ? 1 : 0;
    const shared = { estimate: this.#estimate, sums: this.#sums, form: optax, eps };
    const everywhere = this.own.map((place, i) => ({
      param: place.flat.data,
      grad: place.flat.grad,
      delta: place.states.get('mechanic_delta')!,
      x0: place.states.get('mechanic_x0')!,
      ...this.base.gradientArguments(i),
      // The base's own: they are made anew when a group changes.
      segmentStarts: this.places[i]!.segments.segmentStarts,
      segments: this.places[i]!.segments.segments,
      n: place.flat.data.numel,
      firstIndex: 0,
      seed: 0,
      offset: 0,
      lr: 1,
      weightDecay: 0,
      decoupled: 1,
      rounding: 0,
      more: i > 0 ? 1 : 0,
    }));
    for (const args of everywhere) mechanicMeasure({ ...args, ...shared, recompute: storeDelta ? 0 : 1 });
    const skip = everywhere[0]!.skip;
    mechanicEstimate({ ...shared, ...(skip && { skip }), decay: sDecay, start: sInit, count: betas });
    for (const args of everywhere) mechanicStep({ ...args, ...shared });
  }

  /** s, and the last h, beside what the base tells. */
  override telemetry(): Readonly<Record<string, Tensor>> {
    return { ...this.base.telemetry(), s: this.#estimate.view([1], [1], 1), h: this.#estimate.view([1], [1], 2) };
  }

  protected save(): Readonly<Record<string, Tensor | number>> {
    return { estimate: this.#estimate };
  }

  protected load(saved: Readonly<Record<string, Tensor | number>>): void {
    this.#estimate.copy_(saved.estimate as Tensor);
  }

  protected free(): void {
    this.#estimate.dispose();
    this.#sums.dispose();
  }
}
