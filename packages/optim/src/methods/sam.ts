/**
 * Sharpness-aware minimisation (Foret, Kleiner, Mobahi & Neyshabur 2021, Algorithm 1): the gradient is taken where the loss
 * is highest nearby, at x + rho g/|g|. Two backward passes make a step:
 *
 *     loss().backward(); sam.ascend(); sam.zeroGrad(); loss().backward(); sam.step();
 *
 * Memory: 4 bytes per parameter beside the base's. Passes beside the base's: one over g for its norm, one that moves x and
 * keeps what it was (8 bytes read and 8 written), one that takes it back (4 and 4).
 */
import { ArgumentError, checkOptions, copy_, type Tensor, zeros } from '@tessera/tensor';
import { gradNorm, sgdStep } from '@tessera/tensor/kernels';
import { checkPositive } from '../check.js';
import type { FlatOptimizer } from '../flat-optimizer.js';
import type { StepOptions } from '../optimizer.js';
import { noUnits } from '../units.js';
import { Wrapper } from '../wrapper.js';

export interface SAMOptions {
  /** Radius of the neighbourhood. Default 0.05. */
  readonly rho?: number;
}

export class SAM extends Wrapper {
  readonly #rho: number;
  readonly #norms: readonly [Tensor, Tensor];
  #away = false;

  constructor(base: FlatOptimizer, options: SAMOptions = {}) {
    checkOptions('SAM', options, ['rho']);
    const { rho = 0.05 } = options;
    checkPositive('SAM', 'rho', rho);
    super(base, [{ name: 'sam_x', argument: 'x', initial: 'parameters' }]);
    this.#rho = rho;
    const { device } = base.places[0]!.flat.data;
    this.#norms = [zeros([1], { device }).keep(), zeros([1], { device }).keep()];
  }

  /** Moves the parameters to x + rho g/|g|, with the gradients at hand. */
  ascend(): void {
    if (this.#away) throw new ArgumentError('ascend was called twice; step() goes between.', { op: 'SAM' });
    this.#away = true;
    for (const { flat } of this.places) flat.finishGradients();
    this.own.forEach(({ flat: { grad } }, i) => {
      const [norm, prior] = i % 2 === 0 ? this.#norms : [this.#norms[1], this.#norms[0]];
      gradNorm({ x: grad, norm, n: grad.numel, ...(i > 0 && { prior }) });
    });
    using norm = this.#norms[(this.own.length - 1) % 2]!.add(1e-12);
    using scale = norm.pow(-1);
    for (const { flat, states } of this.own) {
      copy_(states.get('sam_x')!, flat.data);
      sgdStep({
        param: flat.data,
        grad: flat.grad,
        gradScale: scale,
        gradScales: 1,
        ...noUnits,
        n: flat.data.numel,
        lr: -this.#rho,
        momentum: 0,
        gradGain: 1,
        nesterov: 0,
        firstIndex: 0,
        seed: 0,
        offset: 0,
        weightDecay: 0,
        gradFactor: 1,
        decoupled: 1,
        rounding: 0,
        segments: 0,
      });
    }
  }

  /** Takes the parameters back and makes the base's step with the gradients at hand. */
  protected advance(options: StepOptions): void {
    if (!this.#away) throw new ArgumentError('ascend() comes before step().', { op: 'SAM' });
    this.#away = false;
    for (const { flat, states } of this.own) copy_(flat.data, states.get('sam_x')!);
    this.base.step(options);
  }

  protected save(): Readonly<Record<string, Tensor | number>> {
    return {};
  }

  protected load(): void {}

  protected free(): void {
    for (const norm of this.#norms) norm.dispose();
  }
}
