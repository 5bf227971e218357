/**
 * Shampoo (Gupta, Koren & Singer 2018, Algorithm 1) with the practice of Anil et al. 2020 and Shi et al. 2023: matrices move by
 * L^(-1/4) G R^(-1/4), where L and R are averages of G G' and G' G; inverse roots are renewed every `frequency` steps, and the
 * size of each tensor's step is that of an optimizer it is grafted to.
 *
 * What differs: roots come from eigendecompositions in double; tensors of more than two dimensions are matrices of their
 * first one and the rest; a side longer than `maxDim` is left alone instead of cut into blocks. Until `start` steps are
 * taken, and for vectors, the grafted optimizer steps alone.
 *
 * Memory: 8 bytes per parameter (momentum, and Adam's second moment for grafting; 4 with `graft: 'sgd'`), and 8 (m^2 + n^2)
 * bytes for a matrix of m x n. A step of a matrix takes four products with m x m or n x n matrices, and a pass over its
 * momentum and its grafted step.
 */
import { copy_, scope, Tensor } from '@tessera/tensor';
import { averageStep, eigh } from '@tessera/tensor/kernels';
import { checkBetas, checkNonNegative, checkOneOf, checkPositive } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import {
  hasTwoDimensions,
  type MatrixTest,
  matrixShape,
  partOf,
  product,
  refuseFlatOptions,
  scratch,
  TensorSteps,
} from '../matrix.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { FlatEntry, ParametersArgument } from '../parameters.js';
import type { Arguments, StateSpec } from '../rule.js';
import { statePart } from '../state.js';

export interface ShampooOptions extends OptimizerOptions {
  /** Decay of the momentum, and of preconditioners and second moments. Default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** Added to the eigenvalues of preconditioners, and to Adam's root. Default 1e-8. */
  readonly eps?: number;
  /** Steps between two renewals of the inverse roots. Default 10. */
  readonly frequency?: number;
  /** The step from which on matrices are preconditioned. Default 1. */
  readonly start?: number;
  /** Longest side that is preconditioned. Default 1024. */
  readonly maxDim?: number;
  /** Whose size steps have: Adam's (default), that of the gradient, or Shampoo's own. */
  readonly graft?: 'adam' | 'sgd' | 'none';
  /** Which parameters are matrices. Default: those with two dimensions above 1. */
  readonly matrices?: MatrixTest;
}

/** Default learning rate 1e-3, decoupled weight decay 0.01. */
export class Shampoo extends FlatOptimizer {
  constructor(params: ParametersArgument, options: ShampooOptions = {}) {
    const op = 'Shampoo';
    refuseFlatOptions(op, options);
    const { betas = [0.9, 0.999], eps = 1e-8, frequency = 10, start = 1, maxDim = 1024, graft = 'adam' } = options;
    const { matrices = hasTwoDimensions } = options;
    const own = {
      betas: checkBetas(op, betas),
      eps: checkPositive(op, 'eps', eps),
      frequency: checkPositive(op, 'frequency', frequency),
      start: checkNonNegative(op, 'start', start),
      maxDim: checkPositive(op, 'maxDim', maxDim),
      graft: checkOneOf(op, 'graft', graft, ['adam', 'sgd', 'none']),
      matrices: undefined,
    };
    const [beta1, beta2] = own.betas;
    const sideSpec = (name: string, side: 0 | 1): StateSpec => ({
      name,
      argument: name,
      shapeOf: (entry) => {
        const n = matrixShape(entry)[side];
        return matrices(entry.name, entry.shape) && n <= maxDim ? [1, n, n] : null;
      },
    });
    const specs = [
      [sideSpec('GG_left', 0), sideSpec('root_left', 0)],
      [sideSpec('GG_right', 1), sideSpec('root_right', 1)],
    ] as const;

    const stepTensor = (run: TensorSteps, entry: FlatEntry, index: number, t: number): void => {
      const { place } = run;
      const { lr: factor, weightDecay } = place.entryValues()[index]!;
      const { length, offset } = entry;
      const isMatrix = matrices(entry.name, entry.shape);
      const [rows, columns] = isMatrix ? matrixShape(entry) : [1, length];
      const g = run.gradient(entry);
      const shaped = g.view([1, rows, columns], [length, columns, 1], g.offset);
      let grafted: Tensor = g;
      if (graft === 'adam') {
        const v = partOf(place.states.get('exp_avg_sq')!, offset, length);
        averageStep({ param: g.square(), average: v, n: length, decay: beta2 });
        grafted = g.div(
          v
            .div(1 - beta2 ** t)
            .sqrt()
            .add(eps),
        );
      }
      let direction = grafted;
      const sides = ([0, 1] as const).map((side) => specs[side].map((spec) => statePart(place, spec, index)));
      if (sides.some(([gram]) => gram)) {
        let u = shaped;
        for (const [side, [gram, root]] of sides.entries()) {
          if (!gram || !root) continue;
          const turn = side === 0 ? { transposeB: true } : { transposeA: true };
          product(shaped, shaped, gram, { alpha: 1 - beta2, beta: beta2, ...turn });
          if (t === 1 || t % frequency === 0) inverseFourthRoot(gram, root, 1 - beta2 ** t, eps, sides.length);
          const next = scratch(u, [1, rows, columns]);
          u = side === 0 ? product(root, u, next) : product(u, root, next);
        }
        if (t >= start) {
          const flat = u.view([length], [1], u.offset);
          const ratio = grafted.norm().div(flat.norm().add(1e-30));
          direction = graft === 'none' ? flat : flat.mul(ratio);
        }
      }
      const m = partOf(place.states.get('exp_avg')!, offset, length);
      averageStep({ param: direction, average: m, n: length, decay: beta1 });
      const lr = run.lr() * factor;
      run.move(entry, m, { lr: () => lr, scale: 1 / (1 - beta1 ** t), decay: weightDecay });
    };
    super(
      params,
      options,
      { lr: 1e-3, weightDecay: 0.01 },
      {
        states: [
          { name: 'exp_avg', argument: 'expAvg' },
          ...(graft === 'adam' ? [{ name: 'exp_avg_sq', argument: 'expAvgSq' }] : []),
          ...specs.flat(),
        ],
        decoupled: true,
        scalars: (t, lr) => ({ lr, t }),
        ignoresSkip: true,
        step: (args: Arguments) =>
          scope(() => {
            const run = new TensorSteps(args);
            const t = (args.t as () => number)();
            for (const [i, entry] of run.place.flat.entries.entries()) {
              if (entry.length > 0) scope(() => stepTensor(run, entry, i, t));
            }
          }),
      },
      own,
    );
  }
}

/** root = (gram/correction + eps)^(-1/4) by its eigenvectors. */
function inverseFourthRoot(gram: Tensor, root: Tensor, correction: number, eps: number, sides: number): void {
  const n = gram.shape[1]!;
  const values = Tensor.empty(gram.device, [n], 'f32');
  const vectors = scratch(gram, [1, n, n]);
  eigh({ a: gram, values, vectors, n, batch: 1 });
  const roots = values
    .div(correction)
    .clamp({ min: 0 })
    .add(eps)
    .pow(-1 / (2 * sides));
  const scaled = vectors.mul(roots.view([1, 1, n], [n, n, 1], 0));
  copy_(root, product(scaled, vectors, scratch(gram, [1, n, n]), { transposeB: true }));
}
