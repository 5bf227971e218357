/** Fixtures of AlgoPerf's scoring (`performance_profiles.json`): times to target, profiles and scores of whole pools. */
import { performanceProfiles, type Target, type TrialHistory, timeTable } from '@tessera/algoperf';
import type { Fixture, Report, RunOptions } from './runner.js';
import { runCase } from './runner.js';

type Expected = number | 'inf' | null;

interface ScoringCase {
  readonly name: string;
  readonly base_workloads: readonly string[];
  readonly held_out_workloads: readonly string[];
  readonly targets: Readonly<Record<string, { readonly target: number; readonly lower_is_better: boolean }>>;
  readonly submissions: Readonly<Record<string, readonly TrialHistory[]>>;
  readonly expected: {
    readonly time_to_target: Readonly<Record<string, Readonly<Record<string, Expected>>>>;
    readonly tau: readonly number[];
    readonly profile: Readonly<Record<string, readonly number[]>>;
    readonly score: Readonly<Record<string, number>>;
  };
}

export async function runScoringCases(fixture: Fixture, options: RunOptions, report: Report): Promise<void> {
  for (const item of fixture.content.cases as readonly ScoringCase[])
    await runCase(`${fixture.name}/${item.name}`, options, report, async () => check(item));
}

function check({ base_workloads, held_out_workloads, targets, submissions, expected }: ScoringCase): void {
  const goals = new Map<string, Target>(
    Object.entries(targets).map(([name, t]) => [name, { value: t.target, higherIsBetter: !t.lower_is_better }]),
  );
  const times = timeTable(new Map(Object.entries(submissions)), goals);
  for (const [method, row] of Object.entries(expected.time_to_target))
    for (const [workload, time] of Object.entries(row))
      same(`time of ${method} on ${workload}`, times.get(method)?.get(workload) ?? Number.NaN, numberOf(time));
  const heldOut = new Map(held_out_workloads.map((variant) => [variant, baseOf(variant, base_workloads)]));
  const { tau, profile, score } = performanceProfiles(times, { workloads: base_workloads, heldOut });
  for (const [i, t] of expected.tau.entries()) same(`tau ${i}`, tau[i] ?? Number.NaN, t);
  for (const [method, shares] of Object.entries(expected.profile))
    for (const [i, share] of shares.entries())
      same(`profile of ${method} at ${i}`, profile.get(method)?.[i] ?? Number.NaN, share);
  for (const [method, value] of Object.entries(expected.score))
    same(`score of ${method}`, score.get(method) ?? Number.NaN, value);
}

/** The workload whose name a variant's begins with. */
function baseOf(variant: string, workloads: readonly string[]): string {
  const base = workloads.find((workload) => variant.startsWith(workload));
  if (base === undefined) throw new Error(`${variant} is a variant of none of ${workloads.join(', ')}`);
  return base;
}

function numberOf(value: Expected): number {
  return value === 'inf' ? Number.POSITIVE_INFINITY : (value ?? Number.NaN);
}

function same(what: string, actual: number, expected: number): void {
  const close = Object.is(actual, expected) || Math.abs(actual - expected) <= 1e-12 * (1 + Math.abs(expected));
  if (!close) throw new Error(`${what}: got ${actual}; expected ${expected}`);
}
