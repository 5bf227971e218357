/**
 * SOAP (Vyas et al. 2025, Algorithm 3): Adam in the eigenbasis of Shampoo's preconditioners L = average of G G' and R = average
 * of G' G, which is renewed every `frequency` steps by one step of power iteration and a QR decomposition. As the authors'
 * code: the first step makes the basis and moves nothing, the basis is renewed after the step, columns are sorted by the
 * eigenvalues they estimate, weight decay acts after the step.
 *
 * What differs: tensors of more than two dimensions are matrices of their first one and the rest; a side longer than
 * `maxDim` keeps its own basis; momentum is stored in the rotated basis.
 *
 * Memory: 8 bytes per parameter and 8 (m^2 + n^2) bytes for a matrix of m x n. A step of a matrix takes six products with
 * m x m or n x n matrices, and one fused pass.
 */
import { argsort, copy_, scope, Tensor, zeros } from '@tessera/tensor';
import { adamStep, eigh, orthogonalize } from '@tessera/tensor/kernels';
import { checkBeta, checkBetas, checkNonNegative, checkPositive } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import {
  hasTwoDimensions,
  type MatrixTest,
  matrixShape,
  partOf,
  product,
  refuseFlatOptions,
  scratch,
  symmetricProduct,
  TensorSteps,
} from '../matrix.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { FlatEntry, ParametersArgument } from '../parameters.js';
import type { Arguments, Place, StateSpec } from '../rule.js';
import { statePart } from '../state.js';
import { noUnits } from '../units.js';

export interface SoapOptions extends OptimizerOptions {
  /** Default 0.95 and 0.95. */
  readonly betas?: readonly [number, number];
  /** Decay of the preconditioners. Default: the second of betas. */
  readonly shampooBeta?: number;
  /** Default 1e-8. */
  readonly eps?: number;
  /** Steps between two renewals of the basis. Default 10. */
  readonly frequency?: number;
  /** Longest side that gets a basis. Default 10000. */
  readonly maxDim?: number;
  /** Default true. */
  readonly biasCorrection?: boolean;
  /** Which parameters are matrices. Default: those with two dimensions above 1. */
  readonly matrices?: MatrixTest;
}

/** A side of a matrix: its preconditioner and its basis. */
interface Side {
  readonly preconditioner: Tensor;
  readonly basis: Tensor;
}

/** Default learning rate 3e-3, weight decay 0.01. */
export class SOAP extends FlatOptimizer {
  constructor(params: ParametersArgument, options: SoapOptions = {}) {
    const op = 'SOAP';
    refuseFlatOptions(op, options);
    const { betas = [0.95, 0.95], eps = 1e-8, frequency = 10, maxDim = 10000, biasCorrection = true } = options;
    const { matrices = hasTwoDimensions } = options;
    const [beta1, beta2] = checkBetas(op, betas);
    const { shampooBeta = beta2 } = options;
    const own = {
      betas,
      shampooBeta: checkBeta(op, 'shampooBeta', shampooBeta),
      eps: checkNonNegative(op, 'eps', eps),
      frequency: checkPositive(op, 'frequency', frequency),
      maxDim: checkPositive(op, 'maxDim', maxDim),
      biasCorrection,
      matrices: undefined,
    };
    const sideSpec = (name: string, side: 0 | 1): StateSpec => ({
      name,
      argument: name,
      shapeOf: (entry) => {
        const n = matrixShape(entry)[side];
        return matrices(entry.name, entry.shape) && n <= maxDim ? [1, n, n] : null;
      },
    });
    const specs = [
      [sideSpec('GG_left', 0), sideSpec('Q_left', 0)],
      [sideSpec('GG_right', 1), sideSpec('Q_right', 1)],
    ] as const;
    const sideOf = (place: Place, index: number, side: 0 | 1): Side | null => {
      const [preconditioner, basis] = specs[side].map((spec) => statePart(place, spec, index));
      return preconditioner && basis ? { preconditioner, basis } : null;
    };

    const stepTensor = (run: TensorSteps, entry: FlatEntry, index: number, t: number): void => {
      const { place } = run;
      const { lr: factor, weightDecay } = place.entryValues()[index]!;
      const isMatrix = matrices(entry.name, entry.shape);
      const [rows, columns] = isMatrix ? matrixShape(entry) : [1, entry.length];
      const [left, right] = isMatrix ? [sideOf(place, index, 0), sideOf(place, index, 1)] : [null, null];
      const source = run.gradient(entry);
      const g = source.view([1, rows, columns], [entry.length, columns, 1], source.offset);
      const rotate = (x: Tensor, back: boolean): Tensor => {
        let y = x;
        if (left) y = product(left.basis, y, scratch(y, [1, rows, columns]), { transposeA: !back });
        if (right) y = product(y, right.basis, scratch(y, [1, rows, columns]), { transposeB: back });
        return y;
      };
      const gather = (weight: number): void => {
        const turned = g.view([1, columns, rows], [entry.length, 1, columns], g.offset);
        if (left) symmetricProduct(g, left.preconditioner, { alpha: weight, beta: 1 - weight });
        if (right) symmetricProduct(turned, right.preconditioner, { alpha: weight, beta: 1 - weight });
      };
      if (t === 1) {
        gather(1 - shampooBeta);
        for (const side of [left, right]) if (side) eigenbasis(side);
        const still = zeros([entry.length], { device: place.flat.data.device });
        run.move(entry, still, { lr: () => 0 });
        return;
      }
      const n = t - 1;
      const [m, v] = [place.states.get('exp_avg')!, place.states.get('exp_avg_sq')!].map((flat) =>
        partOf(flat, entry.offset, entry.length),
      ) as [Tensor, Tensor];
      const direction = zeros([entry.length], { device: place.flat.data.device });
      const rotated = rotate(g, false);
      const [c1, c2] = biasCorrection ? [1 - beta1 ** n, 1 - beta2 ** n] : [1, 1];
      adamStep({
        param: direction,
        grad: rotated.view([entry.length], [1], rotated.offset),
        expAvg: m,
        expAvgSq: v,
        n: entry.length,
        lr: -1,
        beta1,
        beta2,
        eps,
        momentWeight: Math.sqrt(c2) / c1,
        gradWeight: 0,
        rootScale: 1,
        weightDecay: 0,
        decoupled: 1,
        gradFactor: 1,
        firstIndex: 0,
        seed: 0,
        offset: 0,
        rounding: 0,
        segments: 0,
        gradScales: 1,
        ...noUnits,
        ...(run.skip && { skip: run.skip }),
      });
      const update = rotate(direction.view([1, rows, columns], [entry.length, columns, 1], 0), true);
      const lr = run.lr() * factor;
      const keep = 1 - lr * weightDecay;
      run.move(entry, update.view([entry.length], [1], update.offset), {
        lr: () => lr,
        scale: keep === 0 ? 1e-30 : keep,
        decay: weightDecay,
      });
      gather(1 - shampooBeta);
      if (n % frequency !== 0 || (!left && !right)) return;
      const shaped = (x: Tensor) => x.view([1, rows, columns], [entry.length, columns, 1], x.offset);
      const original = rotate(shaped(m), true);
      if (left) copy_(shaped(v), shaped(v).indexSelect(renew(left), { dim: 1 }));
      if (right) copy_(shaped(v), shaped(v).indexSelect(renew(right), { dim: 2 }));
      copy_(shaped(m), rotate(original, false));
    };
    super(
      params,
      options,
      { lr: 3e-3, weightDecay: 0.01 },
      {
        states: [
          { name: 'exp_avg', argument: 'expAvg' },
          { name: 'exp_avg_sq', argument: 'expAvgSq' },
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

function eigenbasis({ preconditioner, basis }: Side): void {
  const n = basis.shape[1]!;
  const values = Tensor.empty(basis.device, [n], 'f32');
  eigh({ a: preconditioner, values, vectors: basis, n, batch: 1 });
}

/** One step of power iteration on the sorted basis, made orthogonal. Returns the order of the old columns. */
function renew({ preconditioner, basis }: Side): Tensor {
  const turned = product(preconditioner, basis, scratch(basis, basis.shape));
  const n = basis.shape[1]!;
  const estimates = basis.mul(turned).sum({ dim: 1 }).view([n], [1], 0);
  const order = argsort(estimates, { descending: true });
  const sorted = turned.indexSelect(order, { dim: 2 });
  orthogonalize({ a: sorted, q: basis, n, batch: 1 });
  return order;
}
