/** Advantages at their edges: rewards that do not apply, groups of one, nothing to whiten, gaps in the mask. */
import {
  AdaptiveKlController,
  discountedReturns,
  gae,
  groupAdvantages,
  implicitRewards,
  pairwiseAccuracy,
  penalizedRewards,
  primeAdvantages,
  rlooAdvantages,
  rowsOf,
  terminalRewards,
  whiten,
} from '@tessera/rl';
import { expect, test } from 'vitest';

const nan = Number.NaN;

test('rewards that do not apply leave sums and statistics', () => {
  const { advantages, rewards, reward } = groupAdvantages(
    [
      [1, 0, nan, nan],
      [nan, 1, 1, nan],
    ],
    [1, 2],
    { groupSize: 4 },
  );
  expect([...rewards]).toEqual([1, 2, 2, nan]);
  expect(reward).toBeCloseTo(5 / 3);
  expect(advantages[3]).toBe(0);
  expect(advantages[0]).toBeCloseTo((1 - 5 / 3) / (Math.sqrt(1 / 3) + 1e-4));
});

test('groups without differences teach nothing and are counted', () => {
  const { advantages, zeroStdShare } = groupAdvantages([[1, 1, 0, 1]], [1], { groupSize: 2 });
  expect([...advantages.slice(0, 2)]).toEqual([0, 0]);
  expect(zeroStdShare).toBe(0.5);
  expect([...groupAdvantages([[3, 5]], [1], { groupSize: 1 }).advantages]).toEqual([0, 0]);
});

test('leave-one-out ignores rows without a reward, and a single known one', () => {
  expect([...rlooAdvantages([1, nan, 0, 0], { groupSize: 4 })]).toEqual([1, 0, -0.5, -0.5]);
  expect([...rlooAdvantages([1, nan], { groupSize: 2 })]).toEqual([0, 0]);
  expect(() => rlooAdvantages([1, 2, 3], { groupSize: 2 })).toThrow(/3 rows do not make groups of 2/);
});

test('whitening of one value or none is finite', () => {
  const mask = rowsOf([0, 1, 0], 1);
  expect([...whiten(rowsOf([9, 2, 9], 1), mask).data]).toEqual([0, 0, 0]);
  expect([...whiten(rowsOf([1, 2, 3], 1), rowsOf([0, 0, 0], 1)).data]).toEqual([0, 0, 0]);
  expect(whiten(rowsOf([1, 3], 1), rowsOf([1, 1], 1), { shiftMean: false }).data[0]).toBeCloseTo(2 - Math.SQRT1_2);
});

test('gae with lambda 0 is one step, with lambda and gamma 1 the whole rest; gaps are skipped', () => {
  const [rewards, values] = [rowsOf([1, 0, 2], 1), rowsOf([0.5, 0.25, 1], 1)];
  const all = rowsOf([1, 1, 1], 1);
  expect([...gae(rewards, values, all, { lam: 0 }).advantages.data]).toEqual([0.75, 0.75, 1]);
  expect([...gae(rewards, values, all).returns.data]).toEqual([3, 2, 2]);
  const { advantages } = gae(rewards, values, rowsOf([1, 0, 1], 1), { lam: 0 });
  expect([...advantages.data]).toEqual([1.5, 0, 1]);
});

test('returns start anew behind a gap', () => {
  expect([...discountedReturns(rowsOf([1, 1, 1, 1], 1), rowsOf([1, 0, 1, 1], 1), { gamma: 0.5 }).returns.data]).toEqual(
    [1, 0, 1.5, 1],
  );
});

test('scores stand at the last token; rows without tokens get none', () => {
  expect([...terminalRewards([5, 7], rowsOf([1, 1, 0, 0, 0, 0], 2)).data]).toEqual([0, 5, 0, 0, 0, 0]);
});

test('the penalty of each estimator, and its mean over tokens', () => {
  const mask = rowsOf([1, 1, 0], 1);
  const zero = rowsOf([0, 0, 0], 1);
  const of = (estimator: 'k1' | 'k2' | 'k3' | 'abs') =>
    penalizedRewards(zero, rowsOf([-1, -2, -3], 1), rowsOf([-1.5, -1, 9], 1), mask, { klCoef: 1, estimator });
  expect(of('k1').meanKl).toBeCloseTo(-0.25);
  expect(of('abs').meanKl).toBeCloseTo(0.75);
  expect(of('k2').meanKl).toBeCloseTo((0.125 + 0.5) / 2);
  expect(of('k3').rewards.data[0]).toBeCloseTo(-(Math.exp(-0.5) + 0.5 - 1));
  expect(of('k1').rewards.data[2]).toBe(0);
});

test('the KL controller moves towards its target, at most a fifth per horizon', () => {
  const kl = new AdaptiveKlController(0.1, { target: 0.1, horizon: 100 });
  kl.update(10, 100);
  expect(kl.coefficient).toBeCloseTo(0.12);
  kl.update(0, 50);
  expect(kl.coefficient).toBeCloseTo(0.108);
  expect(() => new AdaptiveKlController(Number.NaN)).toThrow(/initial must be a number from 0 on; got NaN/);
});

test('implicit rewards per token and whole have the same sum', () => {
  const [policy, ref, mask] = [rowsOf([1, 2, 3, 4], 2), rowsOf([0, 1, 1, 1], 2), rowsOf([1, 1, 1, 0], 2)];
  expect([...implicitRewards(policy, ref, mask).data]).toEqual([1, 1, 2, 0]);
  expect([...implicitRewards(policy, ref, mask, { granularity: 'whole' }).data]).toEqual([0, 2, 2, 0]);
  expect(() => primeAdvantages(policy, [1, 0], mask, { groupSize: 3 })).toThrow(/2 rows do not make groups of 3/);
});

test('the accuracy of rewards counts pairs of one group, and refuses what makes no pairs', () => {
  expect(pairwiseAccuracy([2, 1, 1, 2], [1, 0, 1, 0], 2)).toBe(0.5);
  expect(pairwiseAccuracy([1, 2], [nan, 1], 2)).toBe(0.5);
  expect(() => pairwiseAccuracy([1], [1, 0], 1)).toThrow(/rewards and outcomes go by pairs; got 1 and 2/);
  expect(() => pairwiseAccuracy(undefined as never, undefined as never, 2)).toThrow(/do not make groups of 2/);
});
