/** Losses beyond their fixtures: parts of a batch add up, what is masked may be anything, mistakes are named. */
import { fileURLToPath } from 'node:url';
import {
  cpoLoss,
  dpoLoss,
  dpoLossTypes,
  grpoLoss,
  grpoLossTypes,
  importanceWeights,
  klEstimate,
  ktoLoss,
  type LossResult,
  losses,
  MetricSums,
  orpoLoss,
  ppoPolicyLoss,
  ppoValueLoss,
  rlooLoss,
  sftLoss,
} from '@tessera/rl';
import { manualSeed, randn, type Tensor, tensor } from '@tessera/tensor';
import { expect, test } from 'vitest';
import { runFolder } from '../conformance/runner.js';

test('every fixture of losses and advantages is met', async () => {
  const failures: string[] = [];
  let passed = 0;
  const root = fileURLToPath(new URL('../fixtures/rl', import.meta.url));
  const only = /^(adv_|cpo|dpo|grpo|gspo|kl_|kto|logprob|orpo|ppo|prime|rloo|sft|simpo)/;
  await runFolder(root, { device: 'cpu', only }, ({ name, failure }) => {
    if (failure === null) passed++;
    else if (only.test(name)) failures.push(`${name}: ${failure}`);
  });
  expect(failures).toEqual([]);
  expect(passed).toBeGreaterThan(100);
});

const rows = 6;
const columns = 5;
const lengths = [5, 2, 3, 1, 4, 5];
const maskOf = (from: number, to: number) =>
  tensor(
    lengths.slice(from, to).map((n) => Array.from({ length: columns }, (_, t) => Number(t < n))),
    { dtype: 'f32' },
  );
const tokens = lengths.reduce((a, b) => a + b, 0);

function inputs() {
  manualSeed(4);
  const logProbs = randn([rows, columns]).abs().neg().sub(0.05);
  const near = () => logProbs.add(randn([rows, columns]).mul(0.3));
  return { logProbs, old: near(), ref: near(), advantages: randn([rows]), entropies: near().abs() };
}

/** Loss of rows `from` to `to` of a batch. */
type Piece = (logProbs: Tensor, cut: (x: Tensor) => Tensor, mask: Tensor, whole: boolean) => LossResult;

const { old, ref, advantages, entropies, logProbs } = inputs();
const counts = { examples: rows, tokens };

const rowLosses: Record<string, Piece> = {
  sft: (lp, _cut, mask, whole) => sftLoss({ tokenLosses: lp.neg(), mask }, {}, whole ? {} : { tokens }),
  dft: (lp, _cut, mask, whole) =>
    sftLoss({ tokenLosses: lp.neg(), mask }, { lossType: 'dft' }, whole ? {} : { tokens }),
  rloo: (lp, cut, mask, whole) =>
    rlooLoss(
      {
        logProbs: lp,
        mask,
        oldSequenceLogProbs: cut(old.mul(maskOf(0, rows)).sum({ dim: -1 })),
        advantages: cut(advantages),
      },
      {},
      whole ? {} : counts,
    ),
  value: (lp, cut, mask, whole) =>
    ppoValueLoss({ values: lp, oldValues: cut(old), returns: cut(ref), mask }, {}, whole ? {} : counts),
  kto: (lp, cut, mask, whole) =>
    ktoLoss(
      { logProbs: lp, mask, refLogProbs: cut(ref), desirable: cut(tensor([1, 0, 1, 1, 0, 0])), kl: 0.1 },
      {},
      whole ? {} : counts,
    ),
};
for (const lossType of grpoLossTypes) {
  rowLosses[`grpo ${lossType}`] = (lp, cut, mask, whole) =>
    grpoLoss(
      {
        logProbs: lp,
        mask,
        oldLogProbs: cut(old),
        refLogProbs: cut(ref),
        advantages: cut(advantages),
        entropies: cut(entropies),
      },
      { lossType, beta: 0.1, entropyCoef: 0.05, importanceSamplingLevel: lossType === 'luspo' ? 'sequence' : 'token' },
      whole ? {} : counts,
    );
}
for (const lossAggMode of [
  'token-mean',
  'seq-mean-token-sum',
  'seq-mean-token-mean',
  'seq-mean-token-sum-norm',
] as const) {
  rowLosses[`ppo ${lossAggMode}`] = (lp, cut, mask, whole) =>
    ppoPolicyLoss(
      {
        logProbs: lp,
        mask,
        oldLogProbs: cut(old),
        refLogProbs: cut(ref),
        advantages: cut(advantages),
        entropies: cut(entropies),
      },
      { lossAggMode, klLossCoef: 0.1, klEstimator: 'k3plus', entropyCoef: 0.05 },
      whole ? {} : counts,
    );
}

test.each(Object.entries(rowLosses))(
  '%s: parts of a batch add up to its loss, gradient and metrics',
  async (_name, piece) => {
    const whole = logProbs.clone().setRequiresGrad();
    const cutRows = (x: Tensor, from: number, to: number) => x.narrow({ dim: 0, start: from, length: to - from });
    const all = piece(whole, (x) => x, maskOf(0, rows), true);
    all.loss.backward();
    const split = logProbs.clone().setRequiresGrad();
    let sum = 0;
    const [metrics, parts] = [new MetricSums(), new MetricSums()];
    metrics.add(all.metrics);
    for (const [from, to] of [
      [0, 1],
      [1, 4],
      [4, 6],
    ] as const) {
      const part = piece(cutRows(split, from, to), (x) => cutRows(x, from, to), maskOf(from, to), false);
      sum += await part.loss.item();
      part.loss.backward();
      parts.add(part.metrics);
    }
    expect(sum).toBeCloseTo(await all.loss.item(), 5);
    const [a, b] = [await whole.grad!.data(), await split.grad!.data()];
    a.forEach((g, i) => void expect(b[i]).toBeCloseTo(g, 6));
    const [expected, seen] = [await metrics.read(), await parts.read()];
    expect(Object.keys(seen).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, value] of Object.entries(expected)) expect(seen[name], name).toBeCloseTo(value, 5);
  },
);

const pairTypes = dpoLossTypes.filter((type) => !type.startsWith('aot'));
test.each(pairTypes)('dpo %s: parts of a batch add up', async (lossType) => {
  // Rows: three chosen answers, then three rejected ones.
  const mask = maskOf(0, rows);
  const chosenTokens = lengths.slice(0, 3).reduce((a, b) => a + b, 0);
  const of = (pairs: readonly number[], lp: Tensor, refs: Tensor, m: Tensor) => {
    const index = tensor(Int32Array.from([...pairs, ...pairs.map((p) => p + 3)]));
    const pick = (x: Tensor) => x.indexSelect(index, { dim: 0 });
    return { logProbs: pick(lp), refLogProbs: pick(refs), mask: pick(m) };
  };
  const options = { lossType, labelSmoothing: 0.1, ldAlpha: 0.5 };
  const whole = logProbs.clone().setRequiresGrad();
  const all = dpoLoss(of([0, 1, 2], whole, ref, mask), options).loss;
  all.backward();
  const split = logProbs.clone().setRequiresGrad();
  let sum = 0;
  for (const pairs of [[0], [1, 2]]) {
    const part = dpoLoss(of(pairs, split, ref, mask), options, { examples: 3, tokens: chosenTokens }).loss;
    sum += await part.item();
    part.backward();
  }
  expect(sum).toBeCloseTo(await all.item(), 4);
  const [a, b] = [await whole.grad!.data(), await split.grad!.data()];
  a.forEach((g, i) => void expect(b[i]).toBeCloseTo(g, 5));
});

test('what is masked may be NaN', async () => {
  const garbage = (x: Tensor) => x.maskedFill(maskOf(0, rows).eq(0), { value: Number.NaN });
  const leaf = garbage(logProbs).clone().setRequiresGrad();
  const batch = {
    logProbs: leaf,
    mask: maskOf(0, rows),
    oldLogProbs: garbage(old),
    refLogProbs: garbage(ref),
    advantages,
  };
  for (const result of [grpoLoss(batch, { beta: 0.1, lossType: 'grpo' }), ppoPolicyLoss(batch)]) {
    expect(await result.loss.item()).not.toBeNaN();
  }
  const clean = ref.clone();
  const pair = dpoLoss({ logProbs: leaf, refLogProbs: clean, mask: maskOf(0, rows) });
  expect(await pair.loss.item()).not.toBeNaN();
});

test('a batch without tokens has loss 0', async () => {
  const mask = tensor([
    [0, 0],
    [0, 0],
  ]);
  const lp = tensor([
    [-1, -2],
    [-1, -3],
  ]).setRequiresGrad();
  for (const lossType of grpoLossTypes) {
    const { loss } = grpoLoss({ logProbs: lp, mask, advantages: tensor([1, -1]) }, { lossType });
    expect(await loss.item()).toBeCloseTo(0);
  }
});

test('mistakes are named', () => {
  const batch = { logProbs, mask: maskOf(0, rows), advantages };
  expect(() => grpoLoss(batch, { epsilon: 0.2 } as never)).toThrow(/grpo: there is no option 'epsilon'.*epsilonLow/);
  expect(() => grpoLoss(batch, { lossType: 'gpro' as never })).toThrow(
    /lossType is unknown; got gpro; expected grpo, /,
  );
  expect(() => grpoLoss(batch, { beta: 0.1 })).toThrow(/needs refLogProbs for beta/);
  expect(() => grpoLoss({ ...batch, mask: maskOf(0, 2) })).toThrow(/mask is \[2,5\]; expected \[6,5\] like logProbs/);
  expect(() => klEstimate('k4' as never, logProbs, ref)).toThrow(/estimator is unknown/);
  expect(() => dpoLoss({ ...batch, refLogProbs: ref }, { lossType: ['sigmoid'], lossWeights: [1, 2] })).toThrow(
    /2 lossWeights for 1 loss types/,
  );
});

test('every loss says where it comes from and what its defaults are', () => {
  for (const [name, loss] of Object.entries(losses)) {
    expect(loss.lossName).toBe(name);
    expect(loss.source.length).toBeGreaterThan(10);
    expect(Object.keys(loss.defaults).length).toBeGreaterThan(0);
  }
  expect(losses.grpo.defaults).toMatchObject({ lossType: 'dapo', epsilonLow: 0.2, beta: 0, useBiasCorrectionKl: true });
  expect(losses.cpo.defaults.cpoAlpha).toBe(1);
  expect(losses.simpo.defaults.cpoAlpha).toBe(0);
});

test('straight-through estimators have the value of their name and the gradient of k2', async () => {
  const gradientOf = async (kind: 'k1plus' | 'k3plus' | 'k2') => {
    const leaf = logProbs.clone().setRequiresGrad();
    klEstimate(kind, leaf, ref).sum().backward();
    return leaf.grad!.data();
  };
  const k2 = await gradientOf('k2');
  expect(await gradientOf('k1plus')).toEqual(k2);
  expect(await gradientOf('k3plus')).toEqual(k2);
  expect(await klEstimate('k3plus', logProbs, ref).data()).toEqual(await klEstimate('k3', logProbs, ref).data());
});

test('importance weights are cut or dropped above the cap, per token or per sequence', async () => {
  const mask = tensor([
    [1, 1],
    [1, 0],
  ]);
  const trainer = tensor([
    [0, Math.log(5)],
    [Math.log(2), 9],
  ]);
  const sampler = tensor([
    [0, 0],
    [0, Number.NaN],
  ]);
  const of = async (mode: 'token_truncate' | 'token_mask' | 'sequence_truncate' | 'sequence_mask') =>
    Array.from(await importanceWeights(trainer, sampler, mask, { mode }).data(), (w) => Math.round(w * 1e4) / 1e4);
  expect(await of('token_truncate')).toEqual([1, 3, 2, 1]);
  expect(await of('token_mask')).toEqual([1, 0, 2, 1]);
  expect(await of('sequence_truncate')).toEqual([3, 2]);
  expect(await of('sequence_mask')).toEqual([0, 2]);
});

test('orpo and cpo are even for even pairs', async () => {
  const same = tensor([
    [-1, -2],
    [-1, -2],
  ]);
  const mask = tensor([
    [1, 1],
    [1, 1],
  ]);
  const orpo = await orpoLoss({ logProbs: same, mask, attended: mask }).loss.item();
  expect(orpo).toBeCloseTo(1.5 + 0.1 * Math.LN2, 5);
  expect(await cpoLoss({ logProbs: same, mask }, { cpoAlpha: 0 }).loss.item()).toBeCloseTo(Math.LN2, 5);
});
