/**
 * CAME (Luo et al. 2023, Algorithm 2): Adafactor's second moments from rows and columns, momentum of the clipped update, and steps
 * that are divided by the confidence in it, a second pair of averages of (update - momentum)^2. Tensors of more than two dimensions
 * are stacks of matrices. As kozistr/pytorch_optimizer: vectors are not factored and take the momentum itself; weight decay is
 * decoupled. `form: 'pytorch_optimizer'` leaves the momentum of vectors multiplied by the learning rate after each step, as it does.
 *
 * Memory: 4 bytes per parameter and 8 per row and column of a matrix; 8 bytes per parameter of a vector. Passes over each matrix: a
 * dozen over the gradient or the update, one for the step; two dozen kernels for each tensor.
 */
import { type Shape, scope, type Tensor, zeros } from '@tessera/tensor';
import { averageStep } from '@tessera/tensor/kernels';
import { checkBeta, checkOneOf, checkPositive } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import { partOf, refuseFlatOptions, TensorSteps } from '../matrix.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { FlatEntry, ParametersArgument } from '../parameters.js';
import type { Arguments, StateSpec } from '../rule.js';
import { statePart, strides } from '../state.js';

export interface CameOptions extends OptimizerOptions {
  /** Decay of the momentum, of the second moments and of the confidence. Default 0.9, 0.999 and 0.9999. */
  readonly betas?: readonly [number, number, number];
  /** Added to squared gradients, and to squared differences. Default 1e-30 and 1e-16. */
  readonly eps?: readonly [number, number];
  /** Root mean square that updates are scaled down to. Default 1. */
  readonly clipThreshold?: number;
  /** Default `original`. */
  readonly form?: 'original' | 'pytorch_optimizer';
}

/** Default learning rate 2e-4, no weight decay. */
export class CAME extends FlatOptimizer {
  constructor(params: ParametersArgument, options: CameOptions = {}) {
    const op = 'CAME';
    refuseFlatOptions(op, options);
    const { betas = [0.9, 0.999, 0.9999], eps = [1e-30, 1e-16], clipThreshold = 1, form = 'original' } = options;
    const [beta1, beta2, beta3] = betas.map((beta, i) => checkBeta(op, `betas[${i}]`, beta)) as [
      number,
      number,
      number,
    ];
    const own = {
      betas,
      eps: [checkPositive(op, 'eps[0]', eps[0]), checkPositive(op, 'eps[1]', eps[1])] as const,
      clipThreshold: checkPositive(op, 'clipThreshold', clipThreshold),
      form: checkOneOf(op, 'form', form, ['original', 'pytorch_optimizer']),
    };
    const without = (shape: Shape, d: number): Shape | null =>
      shape.length < 2 ? null : shape.map((size, at) => (at === shape.length + d ? 1 : size));
    const spec = (name: string, shapeOf: NonNullable<StateSpec['shapeOf']>): StateSpec => ({
      name,
      argument: name,
      shapeOf,
    });
    const pair = (name: string) =>
      [spec(`${name}_row`, (e) => without(e.shape, -1)), spec(`${name}_col`, (e) => without(e.shape, -2))] as const;
    const squares = pair('exp_avg_sq');
    const residuals = pair('exp_avg_res');
    const whole = spec('exp_avg_sq', (e) => (e.shape.length < 2 ? e.shape : null));

    const stepTensor = (run: TensorSteps, entry: FlatEntry, index: number): void => {
      const { place } = run;
      const { lr: factor, weightDecay } = place.entryValues()[index]!;
      const { offset, length, shape } = entry;
      const full = (x: Tensor) => x.view(shape, strides(shape), x.offset);
      const flat = (x: Tensor) => x.view([length], [1], x.offset);
      const mix = (state: Tensor, now: Tensor, decay: number | (() => number)) => {
        averageStep({ param: now, average: state, n: state.numel, decay });
        return state;
      };
      /** 1/sqrt of what rows and columns say of the averages of x. */
      const inverseRoot = (specs: typeof squares, x: Tensor, decay: number): Tensor => {
        const [row, column] = specs.map((s, i) =>
          mix(statePart(place, s, index)!, x.mean({ dim: shape.length - 1 - i, keepdim: true }), decay),
        ) as [Tensor, Tensor];
        return row
          .div(row.mean({ dim: shape.length - 2, keepdim: true }))
          .rsqrt()
          .mul(column.rsqrt());
      };
      const g = full(run.gradient(entry));
      const square = g.square().add(own.eps[0]);
      const isMatrix = shape.length > 1;
      const root = isMatrix
        ? inverseRoot(squares, square, beta2)
        : mix(statePart(place, whole, index)!, square, beta2).rsqrt();
      const raw = g.mul(root);
      const size = raw.square().mean().sqrt();
      const limit = size.view([1], [1], size.offset).div(clipThreshold).clamp({ min: 1 });
      const update = flat(raw).div(limit);
      const m = partOf(place.states.get('exp_avg')!, offset, length);
      mix(m, update, beta1);
      const step = isMatrix
        ? full(m).mul(inverseRoot(residuals, full(update).sub(full(m)).square().add(own.eps[1]), beta3))
        : m;
      const lr = () => run.lr() * factor;
      run.move(entry, flat(step), { lr, decay: weightDecay });
      if (!isMatrix && form === 'pytorch_optimizer') mix(m, zeros([length], { device: m.device }), lr);
    };
    super(
      params,
      options,
      { lr: 2e-4, weightDecay: 0 },
      {
        states: [{ name: 'exp_avg', argument: 'expAvg' }, ...squares, ...residuals, whole],
        decoupled: true,
        scalars: (_t, lr) => ({ lr }),
        ignoresSkip: true,
        step: (args: Arguments) =>
          scope(() => {
            const run = new TensorSteps(args);
            for (const [i, entry] of run.place.flat.entries.entries()) {
              if (entry.length > 0) scope(() => stepTensor(run, entry, i));
            }
          }),
      },
      own,
    );
  }
}
