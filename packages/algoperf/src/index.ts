/**
 * @packageDocumentation
 * AlgoPerf in miniature: eight procedurally generated workloads, time-to-target scoring as AlgoPerf computes it, and the
 * calibration of one setting for all workloads at once.
 */
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
export {
  defineWorkload,
  type Metric,
  type OpenOptions,
  type OpenWorkload,
  Samples,
  type Workload,
} from './workload.js';
export { workloads } from './workloads/index.js';
