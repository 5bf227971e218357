/**
 * Calibration as in arXiv 2505.24005: one setting of everything but the learning rate's role, for all workloads at once.
 * Quasi-random points of the family's space train every workload from one seed; each point is scored as a method against a
 * pool that stays the same. The best are re-run from fresh seeds, and only those numbers are to be compared. What it says of
 * new workloads is estimated by leaving one out: choose on the others, look at what is lost on that one.
 */
import { type BenchOptions, runBench } from './bench.js';
import type { Setting, Settings } from './families.js';
import { type Family, findFamily, type Range } from './families.js';
import type { JournalEntry } from './journal.js';
import { type Method, methodOf } from './method.js';
import { scoreJournal } from './score.js';
import type { Target } from './scoring.js';
import { columnName } from './targets.js';

export interface CalibrateOptions extends Omit<BenchOptions, 'methods' | 'seeds' | 'heldOut'> {
  readonly family: string;
  /** How many settings to try. Default 16. */
  readonly points?: number;
  /** How many to re-run. Default 3. */
  readonly best?: number;
  /** Seed of the search; the re-runs use the ones after it. Default 0. */
  readonly seed?: number;
  /** Seeds of the re-runs. Default 3 of them. */
  readonly freshSeeds?: readonly number[];
  readonly targets: ReadonlyMap<string, Target>;
  /** Methods that every point is scored against, beside the other points. */
  readonly pool?: readonly JournalEntry[];
}

export interface CalibratedPoint {
  readonly name: string;
  readonly settings: Settings;
  /** In the search. */
  readonly score: number;
  readonly trained: number;
  /** From fresh seeds; undefined where the point was not re-run. */
  readonly freshScore?: number;
}

export interface LeftOut {
  readonly workload: string;
  /** The point that the other workloads choose. */
  readonly chosen: string;
  /** Its time to target here over that of the best point; null where it misses the target. */
  readonly ratio: number | null;
}

export interface Calibration {
  /** By falling score. */
  readonly points: readonly CalibratedPoint[];
  readonly leaveOneOut: readonly LeftOut[];
}

/** The i-th element (from 0) of the Halton sequence of a prime base: well spread over (0, 1) for any number of points. */
export function halton(index: number, base: number): number {
  let result = 0;
  let fraction = 1;
  for (let i = index + 1; i > 0; i = Math.floor(i / base)) {
    fraction /= base;
    result += fraction * (i % base);
  }
  return result;
}

const primes = [2, 3, 5, 7, 11, 13, 17, 19];

/** Settings number `index` of a family's space. The same for every workload and every budget. */
export function spacePoint({ space }: Family, index: number): Settings {
  const names = Object.keys(space);
  return Object.fromEntries(
    // The first points of the sequence lie on a line in high dimensions; they are left out.
    names.map((name, d) => [name, valueAt(space[name]!, halton(index + 20, primes[d]!))]),
  );
}

function valueAt(range: Range, u: number): Setting {
  if ('choices' in range) return range.choices[Math.floor(u * range.choices.length)]!;
  const { low, high, scale } = range;
  if (scale === 'linear') return low + u * (high - low);
  const value = low * (high / low) ** u;
  return scale === 'log' ? value : 1 - value;
}

export async function calibrate(path: string, options: CalibrateOptions): Promise<Calibration> {
  const { family: key, points = 16, best = 3, seed = 0, targets, pool = [], ...bench } = options;
  const family = findFamily('calibrate', key);
  const methods = Array.from({ length: points }, (_, i) =>
    methodOf({ name: `${key}-${i}`, family: key, settings: spacePoint(family, i) }),
  );
  const { freshSeeds = [seed + 1, seed + 2, seed + 3] } = options;
  const names = new Set(methods.map((m) => m.name));
  const journal = await runBench(path, { ...bench, methods, seeds: [seed] });
  const searched = journal.entries.filter((e) => names.has(e.method) && e.seed === seed);
  const { score, trained } = scoreJournal([...searched, ...pool.filter((e) => e.seed === seed)], { targets });
  const ranked = [...methods].sort((a, b) => score.get(b.name)! - score.get(a.name)!);
  const again = ranked.slice(0, best);
  const fresh = await rerun(path, bench, again, freshSeeds, targets, pool);
  return {
    points: ranked.map(({ name, settings }) => ({
      name,
      settings,
      score: score.get(name)!,
      trained: trained.get(name)!,
      ...(fresh.has(name) && { freshScore: fresh.get(name)! }),
    })),
    leaveOneOut: leaveOneOut(searched, methods, targets),
  };
}

async function rerun(
  path: string,
  bench: Omit<BenchOptions, 'methods' | 'seeds'>,
  methods: readonly Method[],
  seeds: readonly number[],
  targets: ReadonlyMap<string, Target>,
  pool: readonly JournalEntry[],
): Promise<ReadonlyMap<string, number>> {
  if (methods.length === 0 || seeds.length === 0) return new Map();
  const journal = await runBench(path, { ...bench, methods, seeds });
  const names = new Set(methods.map((m) => m.name));
  const own = journal.entries.filter((e) => names.has(e.method) && seeds.includes(e.seed));
  return scoreJournal([...own, ...pool.filter((e) => seeds.includes(e.seed))], { targets }).score;
}

function leaveOneOut(
  entries: readonly JournalEntry[],
  methods: readonly Method[],
  targets: ReadonlyMap<string, Target>,
): LeftOut[] {
  const all = scoreJournal(entries, { targets });
  const workloads = [...new Set(entries.map((e) => columnName(e.workload, e.heldOut)))];
  return workloads.map((workload) => {
    const others = new Map([...targets].filter(([name]) => name !== workload));
    const { score } = scoreJournal(
      entries.filter((e) => e.workload !== workload),
      { targets: others },
    );
    const chosen = methods.reduce((a, b) => (score.get(b.name)! > score.get(a.name)! ? b : a)).name;
    const times = methods.map((m) => all.times.get(m.name)!.get(workload)!);
    const own = all.times.get(chosen)!.get(workload)!;
    return { workload, chosen, ratio: Number.isFinite(own) ? own / Math.min(...times) : null };
  });
}
