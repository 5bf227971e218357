/** The registry of losses, by name. */
import { dpoLoss } from './dpo.js';
import { grpoLoss } from './grpo.js';
import { ktoLoss } from './kto.js';
import { ppoPolicyLoss, ppoValueLoss, rlooLoss } from './ppo.js';
import { primeRewardLoss } from './prime.js';
import { cpoLoss, orpoLoss, simpoLoss } from './reference-free.js';
import { rewardLoss } from './reward.js';
import { sftLoss } from './sft.js';

export {
  type BatchCounts,
  type Loss,
  type LossResult,
  type Metric,
  MetricSums,
} from './common.js';
export * from './dpo.js';
export * from './grpo.js';
export * from './kl.js';
export * from './kto.js';
export * from './log-probs.js';
export * from './ppo.js';
export * from './prime.js';
export * from './reference-free.js';
export * from './reward.js';
export * from './sft.js';

/** Every loss by its name, with its defaults and source. */
export const losses = {
  sft: sftLoss,
  dpo: dpoLoss,
  cpo: cpoLoss,
  simpo: simpoLoss,
  orpo: orpoLoss,
  kto: ktoLoss,
  grpo: grpoLoss,
  rloo: rlooLoss,
  ppo: ppoPolicyLoss,
  ppoValue: ppoValueLoss,
  primeReward: primeRewardLoss,
  reward: rewardLoss,
} as const;
