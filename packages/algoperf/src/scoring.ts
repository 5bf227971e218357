/**
 * Scores as AlgoPerf computes them (`performance_profile.py` of mlcommons/algorithmic-efficiency; Dahl et al. 2023,
 * arXiv 2306.07179, section 4): time to target, performance profiles (Dolan and Moré 2002), and the area under them.
 * Times are seconds or steps. A score depends on the whole pool of methods, so a pool is published with its scores.
 */

/** What one trial measured: values of the metric and the time of each evaluation. */
export interface TrialHistory {
  readonly workload: string;
  /** Repetition of the whole procedure; the median over studies counts. */
  readonly study: string;
  readonly metric: readonly number[];
  readonly time: readonly number[];
}

export interface Target {
  readonly value: number;
  readonly higherIsBetter: boolean;
}

/** Time to target of each method on each workload: infinite where it was not reached, NaN where it was not tried. */
export type TimeTable = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Index of the first evaluation at or past the target, or -1. NaN is past nothing. */
export function firstPast(metric: readonly number[], { value, higherIsBetter }: Target): number {
  return metric.findIndex((m) => (higherIsBetter ? m >= value : m <= value));
}

/** As numpy: the mean of the two middle values of an even count; infinite values take part. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[half]!;
  return sorted.length === 0 ? Number.NaN : (sorted[half - 1]! + sorted[half]!) / 2;
}

/**
 * Median over studies of the time at which the study's best trial reached the target. As in AlgoPerf, the best trial is
 * the one that needed the fewest evaluations, which need not be the one that needed the least time.
 */
export function timeToTarget(trials: readonly TrialHistory[], target: Target): number {
  const studies = new Map<string, { evaluations: number; time: number }>();
  for (const { study, metric, time } of trials) {
    const index = firstPast(metric, target);
    const found =
      index < 0
        ? { evaluations: Number.POSITIVE_INFINITY, time: Number.POSITIVE_INFINITY }
        : { evaluations: index, time: time[index]! };
    const best = studies.get(study);
    if (best === undefined || found.evaluations < best.evaluations) studies.set(study, found);
  }
  return median([...studies.values()].map(({ time }) => time));
}

/** Times of every method on every workload that has a target; NaN where a method has no trial. */
export function timeTable(
  trials: ReadonlyMap<string, readonly TrialHistory[]>,
  targets: ReadonlyMap<string, Target>,
): TimeTable {
  return new Map(
    [...trials].map(([method, all]) => [
      method,
      new Map(
        [...targets].map(([workload, target]) => {
          const own = all.filter((trial) => trial.workload === workload);
          return [workload, own.length === 0 ? Number.NaN : timeToTarget(own, target)];
        }),
      ),
    ]),
  );
}

export interface ProfileOptions {
  /** Workloads that count. */
  readonly workloads: readonly string[];
  /** Held-out variants and the workload that each of them gates: a method that misses the variant misses the workload. */
  readonly heldOut?: ReadonlyMap<string, string>;
}

export interface Profiles {
  /** Where the profiles are given: 100 ratios from 1 to 4. */
  readonly tau: readonly number[];
  /** Share of the workloads that a method solves within tau times the time of the fastest. */
  readonly profile: ReadonlyMap<string, readonly number[]>;
  /** Area under the profile over that of a method that is fastest everywhere. */
  readonly score: ReadonlyMap<string, number>;
  /** Workloads within the limit of four times the fastest. */
  readonly trained: ReadonlyMap<string, number>;
}

/** Slower than this times the fastest counts as not trained. */
const slowest = 4;
const points = 100;

export function performanceProfiles(
  times: TimeTable,
  { workloads, heldOut = new Map<string, string>() }: ProfileOptions,
): Profiles {
  const gated = new Map([...times].map(([method, row]) => [method, new Map(row)]));
  if (heldOut.size > 0) {
    for (const row of gated.values())
      for (const [variant, workload] of heldOut)
        if (!Number.isFinite(row.get(workload) ?? Number.NaN)) row.set(variant, Number.POSITIVE_INFINITY);
    for (const column of [...workloads, ...heldOut.keys()]) {
      const limit = slowest * fastest(gated, column);
      for (const row of gated.values()) if (row.get(column)! > limit) row.set(column, Number.POSITIVE_INFINITY);
    }
    for (const row of gated.values())
      for (const [variant, workload] of heldOut)
        if (!Number.isFinite(row.get(variant) ?? Number.NaN)) row.set(workload, Number.POSITIVE_INFINITY);
  }
  const best = new Map(workloads.map((workload) => [workload, fastest(gated, workload)]));
  const tau = Array.from({ length: points }, (_, i) => 1 + ((slowest - 1) * i) / (points - 1));
  const profile = new Map<string, readonly number[]>();
  const score = new Map<string, number>();
  const trained = new Map<string, number>();
  for (const [method, row] of gated) {
    const ratios = workloads.map((w) => row.get(w)! / best.get(w)!).filter((ratio) => ratio <= slowest);
    const shares = tau.map((t) => ratios.filter((ratio) => ratio <= t).length / workloads.length);
    profile.set(method, shares);
    score.set(method, area(tau, shares) / (slowest - 1));
    trained.set(method, ratios.length);
  }
  return { tau, profile, score, trained };
}

function fastest(times: TimeTable, workload: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (const row of times.values()) {
    const time = row.get(workload);
    if (time !== undefined && time < best) best = time;
  }
  return best;
}

/** By the trapezoid rule. */
function area(x: readonly number[], y: readonly number[]): number {
  let sum = 0;
  for (let i = 1; i < x.length; i++) sum += ((x[i]! - x[i - 1]!) * (y[i]! + y[i - 1]!)) / 2;
  return sum;
}

/**
 * Kendall's tau-b between two scores of the same methods: 1 where they rank alike, -1 where they rank oppositely. Ties
 * count as neither.
 */
export function kendallTau(a: readonly number[], b: readonly number[]): number {
  let concordant = 0;
  let pairsA = 0;
  let pairsB = 0;
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const [x, y] = [Math.sign(a[i]! - a[j]!), Math.sign(b[i]! - b[j]!)];
      concordant += x * y;
      pairsA += x * x;
      pairsB += y * y;
    }
  }
  return concordant / Math.sqrt(pairsA * pairsB);
}
