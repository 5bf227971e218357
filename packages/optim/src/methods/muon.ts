/**
 * Muon (Jordan et al. 2024; Liu et al. 2025 for decay and scale): momentum whose matrices are orthogonalised by five
 * Newton-Schulz steps X <- a X + (b A + c A^2) X with A = X X', after division by the Frobenius norm. Other parameters get
 * AdamW, so one optimizer serves a whole model; name what else is no matrix to you (embeddings, heads) with `matrices`.
 *
 * As torch.optim.Muon (momentum without bias correction, layout [out, in]), or with `biasCorrection` and `layout: 'inOut'`
 * as optax.contrib.muon. What differs: products are f32, as optax's, unless `dtype` is bf16, as torch's; tensors of more
 * dimensions are matrices of their first one and the rest.
 *
 * Memory: 4 bytes per parameter of a matrix, 8 of others. Passes over a matrix: 8 bytes read and 8 written for momentum, the
 * products (10 m^2 n for X and 10 m^2 (n + m) for A and A^2, of whose blocks above the diagonal up to three eighths are not
 * computed, for m <= n), 8 read and 4 written for the step.
 */
import { copy_, scope, type Tensor } from '@tessera/tensor';
import { momentum as momentumKernel } from '@tessera/tensor/kernels';
import { checkBeta, checkBetas, checkNonNegative, checkOneOf, checkPositive, checkWhole } from '../check.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import {
  hasTwoDimensions,
  type MatrixTest,
  matrixShape,
  product,
  refuseFlatOptions,
  scratch,
  symmetricProduct,
  TensorSteps,
} from '../matrix.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { FlatEntry, ParametersArgument } from '../parameters.js';
import type { Arguments, Rule, StateSpec } from '../rule.js';
import { stateRun } from '../state.js';

export interface MuonOptions extends OptimizerOptions {
  /** Default 0.95. */
  readonly momentum?: number;
  /** Default true. */
  readonly nesterov?: boolean;
  /** Newton-Schulz steps. Default 5. */
  readonly steps?: number;
  /** Of the Newton-Schulz products. `bf16` is what PyTorch takes, twice as fast where there are bf16 dot products. Default f32. */
  readonly dtype?: 'f32' | 'bf16';
  /** a, b, c. Default 3.4445, -4.775, 2.0315. */
  readonly coefficients?: readonly [number, number, number];
  /** What is added to the Frobenius norm. Default 1e-7. */
  readonly eps?: number;
  /**
   * Scale of a matrix's step: `original` sqrt(max(1, out/in)) (default), or `matchRmsAdamW` rms sqrt(max(out, in)), which
   * makes learning rates of AdamW fit.
   */
  readonly adjust?: 'original' | 'matchRmsAdamW';
  /** The root mean square of `matchRmsAdamW`. Default 0.2. */
  readonly rms?: number;
  /** Which dimension of a matrix is the output. Default `outIn`, as in PyTorch. */
  readonly layout?: 'outIn' | 'inOut';
  /** Divides averages by 1 - momentum^t. Default false. */
  readonly biasCorrection?: boolean;
  /** Which parameters are matrices. Default: those with two dimensions above 1. */
  readonly matrices?: MatrixTest;
  /** AdamW of the other parameters: learning rate relative to `lr` (default 1), betas (0.9, 0.999), eps (1e-8), decay. */
  readonly others?: {
    readonly lrFactor?: number;
    readonly betas?: readonly [number, number];
    readonly eps?: number;
    /** Default: that of the matrices. */
    readonly weightDecay?: number;
  };
}

/** Elements of a batch of matrices that are orthogonalised together. */
const batchElements = 2 ** 22;

/** The matrices [batch, rows, columns], rows <= columns, orthogonalised in place of `x`; temporaries are the scope's. */
function newtonSchulz(x: Tensor, steps: number, [a, b, c]: readonly [number, number, number]): Tensor {
  const [batch, rows] = x.shape as [number, number, number];
  let [current, other] = [x, scratch(x, x.shape, x.dtype)];
  const gram = scratch(x, [batch, rows, rows], x.dtype);
  const polynomial = scratch(x, [batch, rows, rows], x.dtype);
  for (let i = 0; i < steps; i++) {
    symmetricProduct(current, gram);
    symmetricProduct(gram, polynomial, { alpha: c, beta: b, base: gram });
    copy_(other, current);
    product(polynomial, current, other, { beta: a });
    [current, other] = [other, current];
  }
  return current;
}

/** Default learning rate 0.02, decoupled weight decay 0.1. */
export class Muon extends FlatOptimizer {
  constructor(params: ParametersArgument, options: MuonOptions = {}) {
    const op = 'Muon';
    refuseFlatOptions(op, options);
    const {
      momentum = 0.95,
      nesterov = true,
      steps = 5,
      dtype = 'f32',
      coefficients = [3.4445, -4.775, 2.0315],
      eps = 1e-7,
    } = options;
    const { adjust = 'original', rms = 0.2, layout = 'outIn', biasCorrection = false } = options;
    const { matrices = hasTwoDimensions, others = {} } = options;
    const { lrFactor = 1, betas = [0.9, 0.999], eps: othersEps = 1e-8 } = others;
    const own = {
      momentum: checkBeta(op, 'momentum', momentum),
      nesterov,
      steps: checkWhole(op, 'steps', steps, 1),
      dtype: checkOneOf(op, 'dtype', dtype, ['f32', 'bf16']),
      coefficients,
      eps: checkNonNegative(op, 'eps', eps),
      adjust: checkOneOf(op, 'adjust', adjust, ['original', 'matchRmsAdamW']),
      rms: checkPositive(op, 'rms', rms),
      layout: checkOneOf(op, 'layout', layout, ['outIn', 'inOut']),
      biasCorrection,
      matrices: undefined,
      others,
    };
    const [beta1, beta2] = checkBetas(op, betas);
    const isMatrix = ({ name, shape }: FlatEntry) => matrices(name, shape);
    const buffer: StateSpec = {
      name: 'momentum_buffer',
      argument: 'moment',
      shapeOf: (entry) => (isMatrix(entry) ? entry.shape : null),
    };
    const ofOthers = (name: string, argument: string): StateSpec => ({
      name,
      argument,
      shapeOf: (entry) => (isMatrix(entry) ? null : entry.shape),
    });
    const [average, square] = [ofOthers('exp_avg', 'expAvg'), ofOthers('exp_avg_sq', 'expAvgSq')];
    const scaleOf = (entry: FlatEntry): number => {
      const [rows, columns] = matrixShape(entry);
      const [out, into] = layout === 'outIn' ? [rows, columns] : [columns, rows];
      return adjust === 'original' ? Math.sqrt(Math.max(1, out / into)) : rms * Math.sqrt(Math.max(out, into));
    };

    const step = (args: Arguments): void => scope(() => stepPlace(args));
    const stepPlace = (args: Arguments): void => {
      const run = new TensorSteps(args);
      const { place } = run;
      const { entries, grad } = place.flat;
      const values = place.entryValues();
      const live = args as Readonly<Record<string, () => number>>;
      const alike = new Map<string, number[]>();
      const rest: number[] = [];
      entries.forEach((entry, i) => {
        if (!isMatrix(entry)) {
          rest.push(i);
          return;
        }
        const [rows, columns] = matrixShape(entry);
        const key = `${Math.min(rows, columns)} ${Math.max(rows, columns)}`;
        const found = alike.get(key);
        if (found === undefined) alike.set(key, [i]);
        else found.push(i);
      });
      for (const { index, length } of run.runs(rest, values)) {
        const { lr: factor, weightDecay } = values[index]!;
        run.adamw(
          entries[index]!,
          { expAvg: stateRun(place, average, index, length), expAvgSq: stateRun(place, square, index, length) },
          {
            lr: () => run.lr() * factor * lrFactor,
            beta1,
            beta2,
            eps: othersEps,
            momentWeight: live.othersMoment!,
            gradWeight: 0,
            rootScale: live.othersRoot!,
          },
          others.weightDecay ?? weightDecay,
          { length },
        );
      }
      for (const [key, indices] of alike) {
        const [rows, columns] = key.split(' ').map(Number) as [number, number];
        const most = Math.max(1, Math.floor(batchElements / (rows * columns)));
        for (let first = 0; first < indices.length; first += most) {
          scope(() => orthogonalSteps(indices.slice(first, first + most), rows, columns));
        }
      }

      function orthogonalSteps(indices: readonly number[], rows: number, columns: number): void {
        const size = rows * columns;
        const batch = indices.length;
        const updates = scratch(grad, [batch, size]);
        const wide = (k: number) => updates.view([size], [1], k * size);
        indices.forEach((index, k) => {
          const entry = entries[index]!;
          const [r, c] = matrixShape(entry);
          const update = r <= c ? wide(k) : scratch(grad, [size]);
          momentumKernel({
            grad: run.raw(entry),
            gradScale: run.gradScale,
            skip: run.skip,
            moment: stateRun(place, buffer, index, size),
            update,
            n: size,
            beta: run.live(() => momentum),
            momentWeight: live.momentWeight!,
            gradWeight: live.gradWeight!,
            gradFactor: run.gradFactor,
          });
          if (r > c) copy_(wide(k).view([rows, columns], [columns, 1], k * size), update.view([c, r], [1, c], 0));
        });
        const unit = updates.mul(updates.norm({ dim: 1, keepdim: true }).add(eps).pow(-1));
        const x = unit.to(dtype).view([batch, rows, columns], [size, columns, 1], 0);
        const orthogonal = newtonSchulz(x, steps, coefficients).to('f32');
        indices.forEach((index, k) => {
          const entry = entries[index]!;
          const [r, c] = matrixShape(entry);
          const { lr: factor, weightDecay } = values[index]!;
          let update = orthogonal.view([size], [1], k * size);
          if (r > c) {
            const dense = scratch(grad, [r, c]);
            copy_(dense, orthogonal.view([r, c], [1, r], k * size));
            update = dense.view([size], [1], 0);
          }
          run.move(entry, update, { lr: () => run.lr() * factor, scale: scaleOf(entry), decay: weightDecay });
        });
      }
    };
    const rule: Rule = {
      states: [buffer, average, square],
      decoupled: true,
      scalars: (t, lr) => ({
        lr,
        momentWeight: (nesterov ? momentum : 1) / (biasCorrection ? 1 - momentum ** (nesterov ? t + 1 : t) : 1),
        gradWeight: nesterov ? (1 - momentum) / (biasCorrection ? 1 - momentum ** t : 1) : 0,
        othersMoment: 1 / (1 - beta1 ** t),
        othersRoot: 1 / Math.sqrt(1 - beta2 ** t),
      }),
      step,
    };
    super(params, options, { lr: 0.02, weightDecay: 0.1 }, rule, own);
  }
}
