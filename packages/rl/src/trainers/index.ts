export { GrpoTrainer, type GrpoTrainerOptions } from './grpo.js';
export { Learner, type LearnerOptions } from './learner.js';
export { type OnPolicyOptions, OnPolicyTrainer, type RolloutBatch, type TrainingRow } from './on-policy.js';
export { PpoTrainer, type PpoTrainerOptions } from './ppo.js';
export { PrimeTrainer, type PrimeTrainerOptions } from './prime.js';
export { frozenCopy, givenReference, type Reference, sparseReference } from './reference.js';
export { ReinforceTrainer, type ReinforceTrainerOptions, RlooTrainer, type RlooTrainerOptions } from './reinforce.js';
export { Trainer, type TrainerOptions } from './trainer.js';
export { ScalarModel } from './value-model.js';
