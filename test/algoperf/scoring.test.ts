// Scores are AlgoPerf's; the fixtures of the conformance run hold whole pools. Here: the edges a user meets.
import {
  firstPast,
  kendallTau,
  median,
  performanceProfiles,
  scoreJournal,
  timeToTarget,
  tuned,
} from '@tessera/algoperf';
import { describe, expect, it } from 'vitest';

const down = { value: 1, higherIsBetter: false };

describe('time to target', () => {
  it('takes the first evaluation at or past the target, and NaN for none', () => {
    expect(firstPast([3, Number.NaN, 1, 0.5], down)).toBe(2);
    expect(firstPast([3, 2], down)).toBe(-1);
    expect(firstPast([], down)).toBe(-1);
    expect(firstPast([0.5, 1, 2], { value: 1, higherIsBetter: true })).toBe(1);
  });

  it("chooses a study's trial by evaluations, not by time", () => {
    const base = { workload: 'w', study: '0' };
    const few = { ...base, metric: [2, 1], time: [50, 100] };
    const many = { ...base, metric: [3, 2, 1], time: [10, 20, 30] };
    expect(timeToTarget([many, few], down)).toBe(100);
  });

  it('is the median over studies, where misses are infinite', () => {
    const trial = (study: string, reached: boolean, time: number) => ({
      workload: 'w',
      study,
      metric: [reached ? 0 : 2],
      time: [time],
    });
    expect(timeToTarget([trial('0', true, 10), trial('1', true, 20)], down)).toBe(15);
    expect(timeToTarget([trial('0', true, 10), trial('1', false, 20)], down)).toBe(Number.POSITIVE_INFINITY);
    expect(timeToTarget([trial('0', true, 10), trial('1', false, 5), trial('2', true, 30)], down)).toBe(30);
    expect(median([])).toBeNaN();
  });
});

describe('performance profiles', () => {
  const table = (rows: Record<string, Record<string, number>>) =>
    new Map(Object.entries(rows).map(([method, row]) => [method, new Map(Object.entries(row))]));

  it('scores 1 for the fastest everywhere and 0 for who trains nothing', () => {
    const never = Number.POSITIVE_INFINITY;
    const { score, trained } = performanceProfiles(table({ a: { x: 1, y: 2 }, b: { x: never, y: Number.NaN } }), {
      workloads: ['x', 'y'],
    });
    expect(score.get('a')).toBeCloseTo(1, 12);
    expect(score.get('b')).toBe(0);
    expect([...trained.values()]).toEqual([2, 0]);
  });

  it('gives no score for a workload that nobody trains', () => {
    const never = Number.POSITIVE_INFINITY;
    const { score } = performanceProfiles(table({ a: { x: 1, y: never }, b: { x: 2, y: never } }), {
      workloads: ['x', 'y'],
    });
    expect(score.get('a')).toBeCloseTo(0.5, 12);
  });

  it('takes a workload from a method that misses its held-out variant', () => {
    const rows = table({ a: { x: 1, 'x/held-out': 401 }, b: { x: 2, 'x/held-out': 100 } });
    const { score } = performanceProfiles(rows, { workloads: ['x'], heldOut: new Map([['x/held-out', 'x']]) });
    expect(score.get('a')).toBe(0);
    expect(score.get('b')).toBeCloseTo(1, 12);
  });
});

it('Kendall tau: 1 for the same order, -1 for the opposite, ties apart', () => {
  expect(kendallTau([1, 2, 3], [10, 20, 30])).toBe(1);
  expect(kendallTau([1, 2, 3], [3, 2, 1])).toBe(-1);
  expect(kendallTau([1, 2, 2], [1, 2, 3])).toBeCloseTo(2 / Math.sqrt(6), 12);
});

it('a tuned method has the best of its methods on each workload and seed', () => {
  const trial = (method: string, seed: number, metric: number[]) => ({
    ...{ workload: 'lm', family: 'adamw', settings: {}, heldOut: false, steps: 40 },
    ...{ method, seed, metric, step: [20, 40], time: [1, 2] },
  });
  const entries = [trial('a', 0, [5, 1]), trial('b', 0, [1, 1]), trial('a', 1, [9, 9]), trial('b', 1, [9, 1])];
  const targets = new Map([['lm', { value: 1, higherIsBetter: false }]]);
  const { times } = scoreJournal([...entries, ...tuned(entries, 'best', ['a', 'b'])], { targets });
  expect(times.get('b')!.get('lm')).toBe(30); // the median of 20 and 40
  expect(times.get('best')!.get('lm')).toBe(30);
  expect(times.get('a')!.get('lm')).toBe(Number.POSITIVE_INFINITY);
  expect(() => tuned(entries, 'best', ['c'])).toThrow("there are no trials of 'c'");
});
