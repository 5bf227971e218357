export { GrpoTrainer, type GrpoTrainerOptions } from './grpo.js';
export { KtoTrainer, type KtoTrainerOptions, type UnpairedRow } from './kto.js';
export { Learner, type LearnerOptions } from './learner.js';
export { type OfflineOptions, OfflineTrainer } from './offline.js';
export { type OnPolicyOptions, OnPolicyTrainer, type RolloutBatch, type TrainingRow } from './on-policy.js';
export { PpoTrainer, type PpoTrainerOptions } from './ppo.js';
export {
  CpoTrainer,
  type CpoTrainerOptions,
  DpoTrainer,
  type DpoTrainerOptions,
  OrpoTrainer,
  type OrpoTrainerOptions,
  type PreferenceRow,
  SimpoTrainer,
} from './preference.js';
export { PrimeTrainer, type PrimeTrainerOptions } from './prime.js';
export { frozenCopy, givenReference, type Reference, sparseReference } from './reference.js';
export { ReinforceTrainer, type ReinforceTrainerOptions, RlooTrainer, type RlooTrainerOptions } from './reinforce.js';
export { RewardTrainer, type RewardTrainerOptions } from './reward.js';
export type { ScheduleOptions } from './schedule.js';
export { type SftRow, SftTrainer, type SftTrainerOptions } from './sft.js';
export { Trainer, type TrainerOptions } from './trainer.js';
