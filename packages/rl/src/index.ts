/**
 * @packageDocumentation
 * Reinforcement learning of language models: losses and advantages as pure functions, rewards and verifiable tasks, the
 * trainers that put them together, the subnetworks that training moves (arXiv 2505.11711), and patches that ship them.
 */

export * from './advantages/index.js';
export * from './datasets/encode.js';
export * from './errors.js';
export * from './losses/index.js';
export * from './patch/index.js';
export * from './rewards/reward-model.js';
export * from './rewards/rewards.js';
export {
  completionMetrics,
  type EvaluateOptions,
  evaluateReward,
  type Rollout,
  type RolloutRequest,
  rollout,
  type SamplingOptions,
} from './rollouts/rollout.js';
export { type ScoredRow, Scoring } from './rollouts/scoring.js';
export * from './sparsity/index.js';
export * from './subnetwork/index.js';
export * from './tasks/index.js';
export * from './trainers/index.js';
export * from './weights.js';
