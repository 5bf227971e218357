/** Training a subnetwork alone: what it leaves untouched, what it must equal, what the reference model costs then. */
import { arrayDataset } from '@tessera/data';
import { flatParameters } from '@tessera/nn';
import { constant, Subnetwork } from '@tessera/optim';
import { DpoTrainer, frozenCopy, GrpoTrainer, Scoring, sparseReference, taskDataset } from '@tessera/rl';
import { Generator, noGrad, scope, type Tensor } from '@tessera/tensor';
import { expect, test } from 'vitest';
import { partly, preferences, shortLists, tinyModel, valuesOf } from './support.js';

const rollouts = {
  dataset: taskDataset(shortLists, { seed: 3 }),
  rewards: partly,
  promptsPerStep: 4,
  numGenerations: 4,
  maxCompletionLength: 4,
  schedule: constant(),
  onWarning: () => {},
};

const bits = async (flat: { readonly data: Tensor }) => new Uint16Array((await flat.data.rawData()) as Uint16Array);

test('a rerun on the touched set alone reproduces a dense bf16 run bit for bit', async () => {
  const run = { ...rollouts, steps: 8, lr: 3e-3 };
  using dense = tinyModel({ dtype: 'bf16' });
  await using first = new GrpoTrainer({ ...run, model: dense, trackTouched: true });
  await first.finish();

  using sparse = tinyModel({ dtype: 'bf16' });
  const [flat] = flatParameters(sparse, { gradDType: 'f32' });
  const before = await bits(flat);
  const [touched] = first.learner.optimizer.touched();
  using subnetwork = await Subnetwork.fromMask(flat, touched!.clone());
  expect(subnetwork.active).toBeGreaterThan(0);
  expect(subnetwork.active).toBeLessThan(flat.length);
  // Clipping by the norm of masked gradients would scale otherwise than the dense run did.
  await using second = new GrpoTrainer({ ...run, model: sparse, subnetwork, clipScope: 'dense' });
  await second.finish();
  const after = await bits(flat);
  expect(after).toEqual(await bits(first.learner.flats[0]!));
  expect(after).not.toEqual(before);
  expect(second.learner.optimizer.stateBytes).toBeLessThan(first.learner.optimizer.stateBytes);
});

test('a random subnetwork changes nothing else, master copy and all', async () => {
  using model = tinyModel({ dtype: 'bf16' });
  const [flat] = flatParameters(model, { gradDType: 'f32' });
  using subnetwork = await Subnetwork.random(flat, 0.05, { generator: new Generator(3) });
  const before = await bits(flat);
  await using trainer = new GrpoTrainer({
    ...rollouts,
    model,
    subnetwork,
    steps: 5,
    lr: 1e-2,
    precision: 'master',
  });
  await trainer.finish();
  const after = await bits(flat);
  const mask = Array.from(await subnetwork.bytes().data());
  let changed = 0;
  after.forEach((v, i) => {
    if (v === before[i]) return;
    changed++;
    expect(mask[i]).not.toBe(0);
  });
  expect(changed).toBeGreaterThan(subnetwork.active / 4);
});

test('base values at the mask are the reference model, bit for bit', async () => {
  using model = tinyModel({ dtype: 'bf16' });
  const [flat] = flatParameters(model, { gradDType: 'f32' });
  using subnetwork = await Subnetwork.random(flat, 0.1, { generator: new Generator(3) });
  const copy = frozenCopy(model);
  const sparse = sparseReference(model, [subnetwork]);
  expect(sparse.bytes).toBe(2 * subnetwork.active);
  await using trainer = new GrpoTrainer({ ...rollouts, model, subnetwork, steps: 3, lr: 1e-2 });
  await trainer.finish();
  const trained = await bits(flat);
  const scoring = new Scoring(preferences(4).map(({ prompt, chosen }) => ({ ids: [...prompt, ...chosen], from: 3 })));
  const of = async (reference: typeof copy) => {
    const values = reference.with((m) => scope(() => scoring.logProbs(m).logProbs));
    return values.data();
  };
  expect(await of(sparse)).toEqual(await of(copy));
  expect(await bits(flat)).toEqual(trained);
  const policy = noGrad(() => scope(() => scoring.logProbs(model).logProbs));
  expect(await policy.data()).not.toEqual(await of(copy));
  copy.dispose();
  sparse.dispose();
});

test('dpo on a subnetwork equals dpo with a frozen copy of the whole model', async () => {
  const after = async (own: boolean) => {
    using model = tinyModel();
    using reference = tinyModel();
    const [flat] = flatParameters(model, { gradDType: 'f32' });
    using subnetwork = await Subnetwork.random(flat, 0.2, { generator: new Generator(1) });
    await using trainer = new DpoTrainer({
      model,
      subnetwork,
      dataset: arrayDataset(preferences(16)),
      steps: 4,
      lr: 1e-2,
      ...(own && { referenceModel: reference }),
    });
    await trainer.finish();
    return valuesOf(model);
  };
  expect(await after(false)).toEqual(await after(true));
});

test('a subnetwork of another model is refused', async () => {
  using model = tinyModel();
  using other = tinyModel();
  const [flat] = flatParameters(other);
  using subnetwork = await Subnetwork.random(flat, 0.1);
  expect(() => new GrpoTrainer({ ...rollouts, model, subnetwork, steps: 1 })).toThrow(
    /is not in the subnetwork's flat buffer/,
  );
});
