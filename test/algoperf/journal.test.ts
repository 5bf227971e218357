// A bench that is stopped goes on where it was.
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal, methodOf, readJournal, runBench, scoreJournal, type TrialResult } from '@tessera/algoperf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-algoperf-'));
});
afterAll(() => rm(folder, { recursive: true }));

const method = methodOf({ name: 'a', family: 'adamw' });
const trial = (workload: string, seed: number, metric: readonly number[]): TrialResult => ({
  workload,
  method: 'a',
  seed,
  heldOut: false,
  steps: 600,
  step: metric.map((_, i) => (i + 1) * 20),
  metric,
  time: metric.map((_, i) => i + 1),
});

describe('the journal', () => {
  it('keeps trials, NaN included, and drops a line that was cut', async () => {
    const path = join(folder, 'cut.jsonl');
    const journal = await Journal.open(path);
    await journal.add(trial('lm', 0, [40, Number.NaN]), method);
    await appendFile(path, '{"workload": "lm", "seed": 1');
    const again = await Journal.open(path);
    expect(again.entries).toHaveLength(1);
    expect(again.entries[0]!.metric).toEqual([40, Number.NaN]);
    expect(again.has({ workload: 'lm', seed: 0, heldOut: false, steps: 600 }, method)).toBe(true);
    expect(again.has({ workload: 'lm', seed: 1, heldOut: false, steps: 600 }, method)).toBe(false);
    await again.add(trial('lm', 1, [39]), method);
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(3);
  });

  it('names the line that is no trial', async () => {
    const path = join(folder, 'broken.jsonl');
    await writeFile(path, '{}x\n');
    await expect(readJournal(path)).rejects.toThrow(/broken.jsonl.*line 1/);
  });

  it('refuses other settings under the same name', async () => {
    const path = join(folder, 'settings.jsonl');
    const journal = await Journal.open(path);
    await journal.add(trial('lm', 0, [40]), method);
    const other = methodOf({ name: 'a', family: 'adamw', settings: { lr: 0.5 } });
    expect(() => journal.has({ workload: 'lm', seed: 3, heldOut: false, steps: 600 }, other)).toThrow(/other settings/);
  });

  it('is scored: steps to the target, per seed and over all', async () => {
    const path = join(folder, 'scores.jsonl');
    const journal = await Journal.open(path);
    for (const seed of [0, 1, 2]) {
      await journal.add(trial('lm', seed, [40, 36, 34]), method);
      await journal.add({ ...trial('lm', seed, [40, 34, 33]), method: 'b' }, methodOf({ name: 'b', family: 'adamw' }));
    }
    const targets = new Map([['lm', { value: 35, higherIsBetter: false }]]);
    const { times, score, stability } = scoreJournal(journal.entries, { targets });
    expect(times.get('a')!.get('lm')).toBe(60);
    expect(times.get('b')!.get('lm')).toBe(40);
    expect(score.get('b')).toBeCloseTo(1, 12);
    expect(score.get('a')!).toBeGreaterThan(0.8);
    expect(stability).toBe(1);
    expect(scoreJournal(journal.entries, { targets, clock: 'seconds' }).times.get('a')!.get('lm')).toBe(3);
  });
});

it('a bench stops at a signal, and goes on from its journal', async () => {
  const path = join(folder, 'bench.jsonl');
  const methods = [methodOf({ name: 'a', family: 'adamw' }), methodOf({ name: 'b', family: 'sgd' })];
  const controller = new AbortController();
  const stopped = runBench(path, {
    methods,
    seeds: [0],
    workloads: ['ctr'],
    workers: 1,
    signal: controller.signal,
    onProgress: (done) => {
      if (done === 1) controller.abort(new Error('enough'));
    },
  });
  await expect(stopped).rejects.toThrow('enough');
  expect(await readJournal(path)).toHaveLength(1);
  const counts: number[] = [];
  const journal = await runBench(path, {
    methods,
    seeds: [0],
    workloads: ['ctr'],
    workers: 1,
    onProgress: (done) => counts.push(done),
  });
  expect(counts).toEqual([1, 2]);
  expect(journal.entries.map((e) => e.method)).toEqual(['a', 'b']);
}, 120_000);
