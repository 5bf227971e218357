/**
 * Targets, set by a procedure in the manner of AlgoPerf's (Dahl et al. 2023, section 4.3): a small sweep of AdamW, and the
 * metric that its best learning rate reaches well before the end of its budget. `tessera optim targets` repeats it.
 *
 * For each workload: AdamW with weight decay 0.01, 2 % warmup and cosine decay, learning rates 1e-3, 3e-3 and 1e-2, three
 * seeds, trained to the tier's budget. The learning rate with the best median final value is the best. The target is the
 * median over its seeds of the best value reached within 80 % (strict) or 60 % (loose) of the budget.
 */
import { ArgumentError } from '@tessera/tensor';
import { type BenchOptions, budgetOf, findWorkload, runBench, type Tier } from './bench.js';
import type { JournalEntry } from './journal.js';
import { type Method, methodOf } from './method.js';
import { median, type Target } from './scoring.js';
import { type Strictness, shipped } from './shipped-targets.js';
import { workloads } from './workloads/index.js';

const shares: Readonly<Record<Strictness, number>> = { strict: 0.8, loose: 0.6 };

/** The sweep that targets are set by. */
export const targetMethods: readonly Method[] = [1e-3, 3e-3, 1e-2].map((lr) =>
  methodOf({ name: `target-adamw-${lr}`, family: 'adamw', settings: { lr } }),
);
export const targetSeeds: readonly number[] = [0, 1, 2];

/** Runs the sweep and returns the targets it gives, by tier, strictness and workload (held-out variants as `name/held-out`). */
export async function setTargets(
  path: string,
  options: Omit<BenchOptions, 'methods' | 'seeds'>,
): Promise<Readonly<Record<Strictness, Record<string, number>>>> {
  const journal = await runBench(path, { ...options, methods: targetMethods, seeds: targetSeeds });
  const tier = options.tier ?? 'quick';
  const result: Record<Strictness, Record<string, number>> = { strict: {}, loose: {} };
  for (const name of options.workloads ?? workloads.map((w) => w.name)) {
    for (const heldOut of options.heldOut ? [false, true] : [false]) {
      const { steps } = budgetOf(findWorkload(name), tier);
      const entries = journal.entries.filter(
        (e) => e.workload === name && e.heldOut === heldOut && e.steps === steps && e.method.startsWith('target-'),
      );
      for (const strictness of ['strict', 'loose'] as const)
        result[strictness][columnName(name, heldOut)] = targetOf(name, entries, shares[strictness]);
    }
  }
  return result;
}

/** Name of a workload, or of its held-out variant, in tables. */
export function columnName(workload: string, heldOut: boolean): string {
  return heldOut ? `${workload}/held-out` : workload;
}

function targetOf(workload: string, entries: readonly JournalEntry[], share: number): number {
  const { higherIsBetter } = findWorkload(workload).metric;
  const sign = higherIsBetter ? 1 : -1;
  const best = (e: JournalEntry, within: number) =>
    Math.max(
      ...e.metric.filter((_, i) => e.step[i]! <= within * e.steps).map((m) => (Number.isNaN(m) ? -Infinity : sign * m)),
    );
  const methods = [...new Set(entries.map((e) => e.method))];
  const finals = methods.map((method) => {
    const own = entries.filter((e) => e.method === method);
    return { own, final: median(own.map((e) => best(e, 1))) };
  });
  const winner = finals.reduce((a, b) => (b.final > a.final ? b : a));
  return sign * median(winner.own.map((e) => best(e, share)));
}

/** The shipped targets of a tier. */
export function shippedTargets(tier: Tier, strictness: Strictness): ReadonlyMap<string, Target> {
  const found = shipped[tier];
  if (found === undefined) {
    throw new ArgumentError(
      `no targets are shipped for the tier ${tier}; make them with \`tessera optim targets --tier ${tier}\`.`,
      { op: 'targets' },
    );
  }
  return targetsFrom(found[strictness]);
}

/** Targets as a file holds them: a value for each workload. */
export function targetsFrom(values: Readonly<Record<string, number>>): ReadonlyMap<string, Target> {
  return new Map(
    Object.entries(values).map(([column, value]) => {
      const { higherIsBetter } = findWorkload(column.split('/')[0]!).metric;
      return [column, { value, higherIsBetter }];
    }),
  );
}
