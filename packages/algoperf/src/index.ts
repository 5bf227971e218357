/**
 * @packageDocumentation
 * AlgoPerf in miniature: eight procedurally generated workloads, time-to-target scoring as AlgoPerf computes it, and the
 * calibration of one setting for all workloads at once.
 */
export { type BenchOptions, budgetOf, findWorkload, runBench, type Tier, tiers } from './bench.js';
export {
  type CalibratedPoint,
  type CalibrateOptions,
  type Calibration,
  calibrate,
  halton,
  type LeftOut,
  spacePoint,
} from './calibrate.js';
export { type Family, families, type MethodOptimizer, type Range, type Setting, type Settings } from './families.js';
export { Journal, type JournalEntry, readJournal } from './journal.js';
export {
  defaultMethods,
  type Method,
  type MethodDefinition,
  methodOf,
} from './method.js';
export { Sampler } from './random.js';
export { type ScoreOptions, type Scores, scoreJournal, tuned } from './score.js';
export {
  firstPast,
  kendallTau,
  median,
  type ProfileOptions,
  type Profiles,
  performanceProfiles,
  type Target,
  type TimeTable,
  type TrialHistory,
  timeTable,
  timeToTarget,
} from './scoring.js';
export type { Strictness } from './shipped-targets.js';
export {
  columnName,
  setTargets,
  shippedTargets,
  targetMethods,
  targetSeeds,
  targetsFrom,
} from './targets.js';
export { Training } from './training.js';
export { type Budget, runTrial, type TrialOptions, type TrialResult } from './trial.js';
export {
  type Batch,
  defineWorkload,
  type Metric,
  type OpenOptions,
  type OpenWorkload,
  Samples,
  type Workload,
} from './workload.js';
export { averagePrecision } from './workloads/graphs.js';
export { workloads } from './workloads/index.js';
export { editDistance } from './workloads/speech.js';
