/** The optimizer of a network: AdamW, with which everything was released, or Muon, which learns more per step. */
import { AdamW, type FlatOptimizer, Muon, type OptimizerOptions, type ParametersArgument } from '@tessera/optim';

/** `muon`: Muon for the matrices and convolutions inside, AdamW for the rest; AdamW's learning rates fit, or twice those. */
export type OptimizerName = 'adamw' | 'muon';

export interface TrainingOptimizerOptions extends OptimizerOptions {
  readonly betas: readonly [number, number];
}

/** What is looked up or compared rather than multiplied with: no matrix to Muon. */
const table = /embedding|^quantize\.|^output\./;

export function trainingOptimizer(
  name: OptimizerName,
  params: ParametersArgument,
  options: TrainingOptimizerOptions,
): FlatOptimizer {
  if (name === 'adamw') return new AdamW(params, options);
  const { betas, ...common } = options;
  return new Muon(params, {
    ...common,
    adjust: 'matchRmsAdamW',
    matrices: (parameter, shape) => shape.length > 1 && !table.test(parameter),
    others: { betas },
  });
}
