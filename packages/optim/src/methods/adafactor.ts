/**
 * Adafactor (Shazeer & Stern 2018, Algorithms 4 and 5): the second moment of a matrix is kept as the averages of its rows and
 * columns, steps are relative to the size of the parameters, and updates with a large root mean square are scaled down.
 *
 * - `form: 'torch'` (default): torch.optim.Adafactor; the last two dimensions are factored, beta2 = 1 - t^-0.8, the rate is
 *   max(eps2, rms(p)) min(lr, 1/sqrt(t)).
 * - `form: 'optax'`: optax.adafactor; the two largest dimensions are factored where both have `minDimSizeToFactor`, `lr` is
 *   the rate, and momentum acts on scaled updates. Weight decay is not multiplied by the rate there.
 *
 * What differs: the first of torch's eps is that of f32 for every precision.
 *
 * Memory: rows + columns numbers for a matrix, 4 bytes per parameter for others, 4 more with momentum. Passes over each
 * tensor: four over the gradient or the update, one for the step; a dozen kernels for each tensor.
 */
import { type Shape, scope, type Tensor } from '@tessera/tensor';
import { averageStep, mixPair } from '@tessera/tensor/kernels';
import { checkBeta, checkNonNegative, checkNumber, checkOneOf, checkPositive } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import { partOf, refuseFlatOptions, TensorSteps } from '../matrix.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { FlatEntry, ParametersArgument } from '../parameters.js';
import type { Arguments, StateSpec } from '../rule.js';
import { statePart, strides } from '../state.js';

export interface AdafactorOptions extends OptimizerOptions {
  /** beta2 = 1 - t^-decay. Default 0.8. */
  readonly decay?: number;
  /**
   * The first is the least mean of second moments (null, the default, for f32's epsilon) or, with `form: 'optax'`, is added to
   * squared gradients (default 1e-30). The second is the least size of parameters. Default null and 1e-3.
   */
  readonly eps?: readonly [number | null, number];
  /** Root mean square that updates are scaled down to. Default 1. */
  readonly clipThreshold?: number;
  /** Multiplies steps by the size of the parameters. Default true. */
  readonly scaleByParameter?: boolean;
  /** Default `torch`. */
  readonly form?: 'torch' | 'optax';
  /** Decay of an average of the updates; 0 (default) for none. With `form: 'optax'`. */
  readonly momentum?: number;
  /** With `form: 'optax'`. Default 128. */
  readonly minDimSizeToFactor?: number;
}

/** The two dimensions that are factored: `rows` is averaged over `last`, `columns` over `first`. */
interface Factors {
  readonly first: number;
  readonly last: number;
}

/** Default learning rate 0.01, no weight decay. */
export class Adafactor extends FlatOptimizer {
  constructor(params: ParametersArgument, options: AdafactorOptions = {}) {
    const op = 'Adafactor';
    refuseFlatOptions(op, options);
    const { decay = 0.8, eps = [null, 1e-3], clipThreshold = 1, scaleByParameter = true } = options;
    const { form = 'torch', momentum = 0, minDimSizeToFactor = 128 } = options;
    const own = {
      decay: checkNumber(op, 'decay', decay, { min: 0, above: true, max: 1 }),
      eps: [
        eps[0] === null ? null : checkNonNegative(op, 'eps[0]', eps[0]),
        checkNonNegative(op, 'eps[1]', eps[1]),
      ] as const,
      clipThreshold: checkPositive(op, 'clipThreshold', clipThreshold),
      scaleByParameter,
      form: checkOneOf(op, 'form', form, ['torch', 'optax']),
      momentum: checkBeta(op, 'momentum', momentum),
      minDimSizeToFactor: checkPositive(op, 'minDimSizeToFactor', minDimSizeToFactor),
    };
    const optax = form === 'optax';
    const least = eps[0] ?? (optax ? 1e-30 : 2 ** -23);
    const factorsOf = ({ shape }: FlatEntry): Factors | null => {
      if (shape.length < 2) return null;
      if (!optax) return { first: shape.length - 2, last: shape.length - 1 };
      const order = shape.map((_, d) => d).sort((a, b) => shape[a]! - shape[b]! || a - b);
      const [first, last] = [order.at(-2)!, order.at(-1)!];
      return shape[first]! >= minDimSizeToFactor ? { first, last } : null;
    };
    const without = (shape: Shape, d: number) => shape.map((size, at) => (at === d ? 1 : size));
    const spec = (name: string, shapeOf: NonNullable<StateSpec['shapeOf']>): StateSpec => ({
      name,
      argument: name,
      shapeOf,
    });
    const rows = spec('row_var', (e) => (factorsOf(e) ? without(e.shape, factorsOf(e)!.last) : null));
    const columns = spec('col_var', (e) => (factorsOf(e) ? without(e.shape, factorsOf(e)!.first) : null));
    const variance = spec('variance', (e) => (factorsOf(e) ? null : e.shape));
    const average = spec('exp_avg', (e) => e.shape);

    const stepTensor = (
      run: TensorSteps,
      entry: FlatEntry,
      index: number,
      live: Readonly<Record<string, () => number>>,
    ) => {
      const { place } = run;
      const { flat, master } = place;
      const { lr: factor, weightDecay } = place.entryValues()[index]!;
      const { offset, length, shape } = entry;
      const full = (x: Tensor) => x.view(shape, strides(shape), x.offset);
      const g = full(run.gradient(entry));
      const squares = optax ? g.square().add(least) : g.square();
      const mix = (state: Tensor, now: Tensor) => {
        averageStep({ param: now, average: state, n: state.numel, decay: run.live(live.beta2!) });
        return state;
      };
      const factors = factorsOf(entry);
      let u: Tensor;
      if (factors === null) {
        const v = mix(statePart(place, variance, index)!, squares);
        u = g.mul((optax ? v : v.clamp({ min: least * least })).rsqrt());
      } else {
        const row = mix(statePart(place, rows, index)!, squares.mean({ dim: factors.last, keepdim: true }));
        const column = mix(statePart(place, columns, index)!, squares.mean({ dim: factors.first, keepdim: true }));
        const whole = row.mean({ dim: factors.first, keepdim: true });
        if (optax) u = g.mul(row.div(whole).rsqrt()).mul(column.rsqrt());
        else
          u = g.mul(
            row
              .mul(column)
              .div(whole.clamp({ min: least }))
              .clamp({ min: least * least })
              .rsqrt(),
          );
      }
      const ones = (x: Tensor) => x.view([1], [1], x.offset);
      const rms = (x: Tensor) => ones(x.square().mean().sqrt());
      let scale = rms(u).div(clipThreshold).clamp({ min: 1 }).pow(-1);
      if (scaleByParameter) {
        const p = partOf(master ?? flat.data, offset, length).to('f32');
        scale = scale.mul(rms(p).clamp({ min: own.eps[1] }));
      }
      const lr = () => Math.min(run.lr() * factor, live.most!());
      const update = u.view([length], [1], u.offset);
      if (momentum === 0) {
        const decayed = optax ? () => weightDecay / lr() : () => (weightDecay * factor * run.lr()) / lr();
        run.move(entry, update, { lr, gradScale: scale, decay: () => (lr() === 0 ? 0 : decayed()) });
        return;
      }
      const m = statePart(place, average, index)!;
      const scaled = update.mul(scale);
      mixPair({
        param: scaled,
        other: m.view([length], [1], m.offset),
        n: length,
        paramOfParam: 1,
        paramOfOther: 0,
        otherOfParam: () => (1 - momentum) * lr(),
        otherOfOther: momentum,
      });
      run.move(entry, m.view([length], [1], m.offset), { lr: () => 1, decay: weightDecay });
    };
    super(
      params,
      options,
      { lr: 0.01, weightDecay: 0 },
      {
        states: [rows, columns, variance, ...(momentum > 0 ? [average] : [])],
        decoupled: true,
        scalars: (t, lr) => ({
          lr,
          most: optax ? Number.POSITIVE_INFINITY : 1 / Math.sqrt(t),
          beta2: 1 - t ** -decay,
        }),
        ignoresSkip: true,
        step: (args: Arguments) =>
          scope(() => {
            const run = new TensorSteps(args);
            const live = args as Readonly<Record<string, () => number>>;
            for (const [i, entry] of run.place.flat.entries.entries()) {
              if (entry.length > 0) scope(() => stepTensor(run, entry, i, live));
            }
          }),
      },
      own,
    );
  }
}
