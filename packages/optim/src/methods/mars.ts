/**
 * MARS (Yuan et al. 2024, Algorithm 1, with AdamW): variance reduction by the last gradient. Matrices take AdamW's step on
 * c = g + gamma beta1/(1 - beta1) (g - g_last), scaled down to a norm of 1 in each tensor; vectors take AdamW's step with a learning
 * rate and betas of their own. As the authors' code in its approximate form, whose last gradient is that of the last batch.
 * kozistr/pytorch_optimizer (`form: 'pytorch_optimizer'`) adds eps before the bias of v is corrected.
 *
 * Memory: 12 bytes per parameter. Passes over each matrix: five over the gradient, one for the step; half a dozen kernels for each
 * tensor.
 */
import { type Shape, scope } from '@tessera/tensor';
import { checkBetas, checkNonNegative, checkOneOf, checkPositive } from '../check.js';
import { corrections } from '../elementwise.js';
import { FlatOptimizer } from '../flat-optimizer.js';
import { type MatrixTest, partOf, refuseFlatOptions, TensorSteps } from '../matrix.js';
import type { OptimizerOptions } from '../optimizer.js';
import type { ParametersArgument } from '../parameters.js';
import type { Arguments } from '../rule.js';
import { adamStates } from './adam.js';

export interface MarsOptions extends OptimizerOptions {
  /** Default 0.95 and 0.99. */
  readonly betas?: readonly [number, number];
  /** How much of the variance reduction is taken. Default 0.025. */
  readonly gamma?: number;
  /** Learning rate of vectors, which follows the schedule. Default 3e-3. */
  readonly vectorLr?: number;
  /** Default 0.9 and 0.95. */
  readonly vectorBetas?: readonly [number, number];
  /** Default 1e-8. */
  readonly eps?: number;
  /** Default `original`. */
  readonly form?: 'original' | 'pytorch_optimizer';
  /** Which parameters are matrices. Default: those of two dimensions or more. */
  readonly matrices?: MatrixTest;
}

const hasRank2: MatrixTest = (_name, shape: Shape) => shape.length > 1;

/** Default learning rate 3e-3, no weight decay. */
export class MARS extends FlatOptimizer {
  constructor(params: ParametersArgument, options: MarsOptions = {}) {
    const op = 'MARS';
    refuseFlatOptions(op, options);
    const { betas = [0.95, 0.99], gamma = 0.025, vectorLr = 3e-3, vectorBetas = [0.9, 0.95], eps = 1e-8 } = options;
    const { matrices = hasRank2, form = 'original' } = options;
    const base = options.lr || 3e-3;
    const own = {
      betas: checkBetas(op, betas),
      gamma: checkNonNegative(op, 'gamma', gamma),
      vectorLr: checkPositive(op, 'vectorLr', vectorLr),
      vectorBetas: checkBetas(op, vectorBetas),
      eps: checkNonNegative(op, 'eps', eps),
      form: checkOneOf(op, 'form', form, ['original', 'pytorch_optimizer']),
      matrices: undefined,
    };
    const [beta1, beta2] = own.betas;
    const [vector1, vector2] = own.vectorBetas;
    const ahead = (gamma * beta1) / (1 - beta1);
    super(
      params,
      options,
      { lr: 3e-3, weightDecay: 0 },
      {
        states: [...adamStates, { name: 'last_grad', argument: 'lastGrad' }],
        decoupled: true,
        scalars: (t, lr) => {
          const ofVectors = corrections(vector1, vector2, t);
          return {
            lr,
            ...corrections(beta1, beta2, t),
            vectorMoment: ofVectors.momentWeight,
            vectorRoot: ofVectors.rootScale,
          };
        },
        ignoresSkip: true,
        step: (args: Arguments) =>
          scope(() => {
            const run = new TensorSteps(args);
            const { momentWeight, rootScale, vectorMoment, vectorRoot } = args as Record<string, () => number>;
            const { flat, states } = run.place;
            const values = run.place.entryValues();
            flat.entries.forEach((entry, i) => {
              if (entry.length === 0) return;
              const { lr: factor, weightDecay } = values[i]!;
              const [expAvg, expAvgSq, last] = ['exp_avg', 'exp_avg_sq', 'last_grad'].map((name) =>
                partOf(states.get(name)!, entry.offset, entry.length),
              );
              const moments = { expAvg: expAvg!, expAvgSq: expAvgSq! };
              const shared = (root: () => number) => ({
                eps: form === 'original' ? eps : () => eps * root(),
                rootScale: root,
                gradWeight: 0,
              });
              if (!matrices(entry.name, entry.shape)) {
                const lr = () => (run.lr() * factor * vectorLr) / base;
                const numbers = { ...shared(vectorRoot!), momentWeight: vectorMoment!, lr };
                run.adamw(entry, moments, { ...numbers, beta1: vector1, beta2: vector2 }, weightDecay);
                return;
              }
              scope(() => {
                const g = run.gradient(entry);
                const direction = g.add(g.sub(last!).mul(ahead));
                const norm = direction.square().sum().sqrt();
                const scale = norm.view([1], [1], norm.offset).clamp({ min: 1 }).pow(-1);
                last!.copy_(g);
                const numbers = { ...shared(rootScale!), momentWeight: momentWeight!, lr: () => run.lr() * factor };
                run.adamw(entry, moments, { ...numbers, beta1, beta2 }, weightDecay, { direction, scale });
              });
            });
          }),
      },
      own,
    );
  }
}
