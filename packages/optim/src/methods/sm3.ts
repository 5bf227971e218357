/**
 * SM3 (Anil, Gupta, Koren & Singer 2019, Algorithm SM3-II): AdaGrad with one accumulator for each index of each dimension. That of an element
 * is g^2 plus the least of those that cover it, and each becomes the largest of its elements; p moves by the average of
 * g/sqrt(accumulator + 1e-8). As optax.sm3, whose momentum is an average; weight decay is decoupled.
 *
 * Memory: 4 bytes per parameter for the momentum, and 4 for each index of each dimension (a vector: 4 per parameter). Passes over each
 * tensor: two and two for each dimension; a dozen kernels for each tensor.
 */
import { minimum, scope, type Tensor } from '@tessera/tensor';
import { averageStep } from '@tessera/tensor/kernels';
import { checkBeta } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import { partOf, refuseFlatOptions, TensorSteps } from '../matrix.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { FlatEntry, ParametersArgument } from '../parameters.js';
import type { Arguments, StateSpec } from '../rule.js';
import { statePart, strides } from '../state.js';

export interface Sm3Options extends OptimizerOptions {
  /** Decay of the average of the updates. Default 0.9. */
  readonly momentum?: number;
}

/** Default learning rate 0.1, no weight decay. */
export class SM3 extends FlatOptimizer {
  constructor(params: ParametersArgument, options: Sm3Options = {}) {
    const op = 'SM3';
    refuseFlatOptions(op, options);
    const { momentum = 0.9 } = options;
    const own = { momentum: checkBeta(op, 'momentum', momentum) };
    /** The accumulators of all dimensions, one after the other. */
    const cover: StateSpec = {
      name: 'accumulators',
      argument: 'accumulators',
      shapeOf: ({ shape }) => [shape.reduce((a, b) => a + b, 0)],
    };
    const stepTensor = (run: TensorSteps, entry: FlatEntry, index: number): void => {
      const { place } = run;
      const { lr: factor, weightDecay } = place.entryValues()[index]!;
      const { offset, length, shape } = entry;
      const all = statePart(place, cover, index)!;
      let at = all.offset;
      const accumulators = shape.map((size, d) => {
        const lies = shape.map((_, other) => (other === d ? size : 1));
        at += size;
        return all.view(lies, strides(lies), at - size);
      });
      const flat = run.gradient(entry);
      const g = flat.view(shape, strides(shape), flat.offset);
      const sums = g.square().add(accumulators.reduce((least, a) => minimum(least, a)));
      accumulators.forEach((accumulator, d) => {
        const others = shape.map((_, other) => other).filter((other) => other !== d);
        const largest = others.reduceRight<Tensor>((x, dim) => x.max({ dim, keepdim: true })[0]!, sums);
        accumulator.copy_(largest);
      });
      const update = g.mul(sums.add(1e-8).rsqrt());
      const m = partOf(place.states.get('momentum_buffer')!, offset, length);
      averageStep({ param: update.view([length], [1], update.offset), average: m, n: length, decay: momentum });
      run.move(entry, m, { lr: () => run.lr() * factor, decay: weightDecay });
    };
    super(
      params,
      options,
      { lr: 0.1, weightDecay: 0 },
      {
        states: [{ name: 'momentum_buffer', argument: 'momentumBuffer' }, cover],
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
