/** From a journal to scores: the benchmark's answer to which method deserves trust. */
import { ArgumentError } from '@tessera/tensor';
import type { JournalEntry } from './journal.js';
import { kendallTau, type Profiles, performanceProfiles, type Target, type TimeTable, timeTable } from './scoring.js';
import { columnName } from './targets.js';

export interface ScoreOptions {
  /** By workload; those of held-out variants are named `workload/held-out`. */
  readonly targets: ReadonlyMap<string, Target>;
  /** What time is: steps (repeatable, the default) or seconds of training. */
  readonly clock?: 'steps' | 'seconds';
}

export interface Scores extends Profiles {
  /** Median over seeds. */
  readonly times: TimeTable;
  /** Score of each method from one seed alone, by seed. */
  readonly perSeed: ReadonlyMap<number, ReadonlyMap<string, number>>;
  /** Mean of Kendall's tau between the scores of each two seeds: how far the ranking is luck. */
  readonly stability: number;
}

/**
 * The trials of `methods` as those of one method, tuned by hand: of each workload and seed the best one counts, as in
 * AlgoPerf's external tuning.
 */
export function tuned(entries: readonly JournalEntry[], name: string, methods: readonly string[]): JournalEntry[] {
  for (const method of methods)
    if (!entries.some((e) => e.method === method))
      throw new ArgumentError(`there are no trials of '${method}'.`, { op: `tuned method ${name}` });
  return entries.filter((e) => methods.includes(e.method)).map((e) => ({ ...e, method: name }));
}

/** Scores all methods of `entries` against each other; each seed is a study. */
export function scoreJournal(entries: readonly JournalEntry[], { targets, clock = 'steps' }: ScoreOptions): Scores {
  const methods = [...new Set(entries.map((e) => e.method))];
  const columns = [...targets.keys()];
  const bases = columns.filter((column) => !column.includes('/'));
  const tried = new Set(entries.map((e) => columnName(e.workload, e.heldOut)));
  const heldOut = new Map(
    columns.filter((c) => c.includes('/') && tried.has(c)).map((column) => [column, column.split('/')[0]!] as const),
  );
  const options = { workloads: bases.filter((w) => tried.has(w)), heldOut };
  const tableOf = (own: readonly JournalEntry[]) =>
    timeTable(
      new Map(
        methods.map((method) => [
          method,
          own
            .filter((e) => e.method === method)
            .map((e) => ({
              workload: columnName(e.workload, e.heldOut),
              study: `${e.seed}`,
              metric: e.metric,
              time: clock === 'steps' ? e.step : e.time,
            })),
        ]),
      ),
      targets,
    );
  const times = tableOf(entries);
  const seeds = [...new Set(entries.map((e) => e.seed))].sort((a, b) => a - b);
  const perSeed = new Map(
    seeds.map((seed) => [seed, performanceProfiles(tableOf(entries.filter((e) => e.seed === seed)), options).score]),
  );
  const taus: number[] = [];
  for (const [i, a] of seeds.entries())
    for (const b of seeds.slice(0, i))
      taus.push(
        kendallTau(
          methods.map((m) => perSeed.get(a)!.get(m)!),
          methods.map((m) => perSeed.get(b)!.get(m)!),
        ),
      );
  const stability = taus.reduce((sum, tau) => sum + tau, 0) / taus.length;
  return { ...performanceProfiles(times, options), times, perSeed, stability };
}
