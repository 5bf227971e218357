/** The phases of the demonstration: each trains or measures one thing, and says in JSON what came out. */
import { cp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, openSafetensors, writeSafetensors } from '@tessera/data';
import { flatParameters } from '@tessera/nn';
import { Subnetwork } from '@tessera/optim';
import {
  applyPatch,
  ChangeTracker,
  compareUpdates,
  compareWeights,
  DpoTrainer,
  digestFolder,
  exactTokens,
  extractSubnetwork,
  GrpoTrainer,
  type ListProblem,
  meanRank,
  perSample,
  randomSubnetwork,
  revertPatch,
  SftTrainer,
  sparsity,
  subnetworkBetween,
  taskDataset,
  type UpdateOverlap,
  verifyPatch,
  writePatch,
} from '@tessera/rl';
import { Generator } from '@tessera/tensor';
import type { Lab } from './lab.js';
import { completionLength, corpus, firstModel, preferencePairs, rightAnswers, samples, task } from './lists.js';

/** Learns the task by both conventions, in f32; the base model is the result rounded to bf16. */
export async function pretrain(lab: Lab) {
  const { steps, batch, lr } = lab.settings.pretrain;
  const trainer = new SftTrainer({
    ...lab.common('base', ['loss']),
    model: firstModel(lab.seed),
    dataset: corpus(lab.seed),
    steps,
    batchSize: batch,
    lr,
    betas: [0.9, 0.98],
    weightDecay: 0.01,
    shuffle: false,
    seed: lab.seed,
    // fifty steps up, then a cosine down to a twentieth
    schedule: (t) => Math.min(1, (t + 1) / 50) * (0.475 * (1 + Math.cos((Math.PI * t) / steps)) + 0.05),
  });
  await lab.train('base', trainer);
  // saved once more in bf16, which is what every later phase starts from
  const model = await lab.loadModel('base', 'bf16');
  await lab.saveModel('base', model);
  const answers = await samples(model, 12);
  model.dispose();
  return { ...(await lab.accuracy('base')), answers: answers.map((sample) => ({ ...sample })) };
}

interface GrpoPhase {
  /** Its own runs differ in this alone. */
  readonly seed?: number;
  readonly dtype?: 'bf16' | 'f32';
  /** Positions of the subnetwork in the flat buffer. */
  readonly mask?: Int32Array;
  readonly steps?: number;
  readonly lr?: number;
  readonly precision?: 'plain' | 'master';
  /** Also measure what changes, step by step. */
  readonly track?: boolean;
}

/** The share of an answer's tokens that are right. */
const rightTokens = perSample<ListProblem>(
  'tokens',
  ({ tokens, row: { answer } }) => tokens.filter((token, i) => token === answer[i]).length / answer.length,
);

/** GRPO from the base: on-policy, one update for a batch, rewards 0 or 1, no KL term. */
async function grpo(lab: Lab, name: string, phase: GrpoPhase = {}) {
  const { grpo: settings } = lab.settings;
  const { dtype = 'bf16', seed = 7, mask, precision, track = false } = phase;
  const model = await lab.loadModel('base', dtype);
  const [flat] = flatParameters(model, { gradDType: 'f32' });
  const subnetwork = mask === undefined ? undefined : await Subnetwork.fromIndices(flat, mask);
  let tracker: ChangeTracker | undefined;
  const trainer = new GrpoTrainer({
    ...lab.common(name, ['reward', 'sparsity/total']),
    model,
    dataset: taskDataset(task, { seed: lab.seed + 100 + seed }),
    rewards: settings.graded ? rightTokens : exactTokens(),
    steps: phase.steps ?? settings.steps,
    lr: phase.lr ?? settings.lr,
    seed: lab.seed + seed,
    promptsPerStep: settings.prompts,
    numGenerations: settings.generations,
    maxCompletionLength: completionLength,
    loss: { lossType: 'dr_grpo' },
    ...(track && { trackTouched: true }),
    ...(precision && { precision }),
    // clipped as the dense run is, by the norm of all gradients: the paper's masks come after clipping
    ...(subnetwork && { subnetwork, clipScope: 'dense' as const }),
    ...(track && { evaluate: { every: 1, run: async () => ({ ...(await tracker!.update()) }) } }),
  });
  const learned = trainer.learner.flats[0]!;
  if (track) {
    // the base again, for a run that goes on has other parameters once it is open
    const base = learned.data.clone();
    await trainer.open();
    tracker = new ChangeTracker(learned, { start: base });
    base.dispose();
  }
  await trainer.finish({ signal: lab.signal });
  await lab.saveModel(name, model);
  const { optimizer } = trainer.learner;
  const optimizerBytes = optimizer.places.reduce(
    (sum, place) => sum + (place.touched?.numel ?? 0) * -4,
    optimizer.stateBytes,
  );
  let touched: Int32Array | undefined;
  if (track) {
    using set = await extractSubnetwork(learned, learned.data, { mode: 'touched', optimizer });
    touched = await set.indices();
  }
  const parameters = learned.data.numel;
  const active = subnetwork?.active ?? parameters;
  await trainer.close();
  tracker?.dispose();
  subnetwork?.dispose();
  model.dispose();
  return { ...(await lab.accuracy(name)), parameters, active, optimizerBytes, touched };
}

/** Reads or makes a set of positions. */
async function positions(lab: Lab, name: string, make?: () => Promise<Int32Array>): Promise<Int32Array> {
  const path = join(lab.folder, 'masks', `${name}.safetensors`);
  if (make !== undefined) {
    const indices = await make();
    await makeFolder(join(lab.folder, 'masks'));
    await writeSafetensors(path, [{ name: 'indices', dtype: 'i32', shape: [indices.length], data: indices }]);
    return indices;
  }
  await using file = await openSafetensors(path);
  return (await file.read('indices')).data as Int32Array;
}

/** The whole model is trained; everything else is held against this run. */
export async function dense(lab: Lab) {
  const { touched, ...result } = await grpo(lab, 'dense', { track: true });
  await positions(lab, 'touched', async () => touched!);
  const model = await lab.loadModel('dense');
  const answers = await samples(model, 12);
  model.dispose();
  return { ...result, touched: touched!.length, answers: answers.map((sample) => ({ ...sample })) };
}

/** Where the update is, and of what rank. */
export async function analysis(lab: Lab) {
  const [base, tuned] = [await lab.weights('base'), await lab.weights('dense')];
  const found = await compareWeights(base, tuned, { rank: true });
  const model = await lab.loadModel('base');
  const [flat] = flatParameters(model);
  using changed = await subnetworkBetween(flat, base, tuned);
  await positions(lab, 'final', () => changed.indices());
  model.dispose();
  const touched = (await positions(lab, 'touched')).length;
  return {
    exact: sparsity(found, 'exact'),
    tolerant: sparsity(found, '1e-5'),
    meanRank: meanRank(found),
    // never changed, changed and back again, changed in the end: shares of all parameters
    shares: {
      never: 1 - touched / found.parameters,
      cancelled: (touched - changed.active) / found.parameters,
      consistent: changed.density,
    },
    tensors: found.tensors.map(({ name, parameters, unchanged, rank }) => ({
      name,
      parameters,
      exact: unchanged.exact! / parameters,
      tolerant: unchanged['1e-5']! / parameters,
      rank: rank === undefined ? null : rank.rank / rank.maxRank,
    })),
  };
}

/** The same run on the parameters that moved, and no others. */
export async function subnetwork(lab: Lab) {
  const { touched: _, ...result } = await grpo(lab, 'subnetwork', { mask: await positions(lab, 'final') });
  return { ...result, ...overlapOf(await overlap(lab, 'subnetwork')) };
}

/** The same run on everything that ever moved: it must be the dense run, to the bit. */
export async function replay(lab: Lab) {
  await grpo(lab, 'replay', { mask: await positions(lab, 'touched') });
  const [a, b] = [await digestFolder(lab.modelFolder('dense')), await digestFolder(lab.modelFolder('replay'))];
  return { bitIdentical: a.state === b.state, digest: a.state };
}

/** Another seed of RL: other problems, other samples. */
export async function otherSeed(lab: Lab) {
  const { touched: _, ...result } = await grpo(lab, 'other-seed', { seed: 70 });
  return { ...result, ...overlapOf(await overlap(lab, 'other-seed')) };
}

/** One parameter in a hundred, drawn at random, with f32 master values for these, at a larger learning rate. */
export async function random(lab: Lab) {
  const { density, steps, lr } = lab.settings.random;
  const model = await lab.loadModel('base');
  const [flat] = flatParameters(model);
  using drawn = await randomSubnetwork(flat, density, { generator: new Generator(lab.seed + 5) });
  const mask = await drawn.indices();
  model.dispose();
  const { touched: _, ...result } = await grpo(lab, 'random', { mask, steps, lr, precision: 'master' });
  const path = join(lab.folder, 'random.tessera-patch.safetensors');
  const { file } = await writePatch(path, await lab.weights('base'), await lab.weights('random'));
  return { ...result, patchBytes: file.bytes };
}

/** Offline preferences: pairs of right and wrong answers that the base wrote. */
export async function dpo(lab: Lab) {
  const { steps, lr, batch, pairs } = lab.settings.dpo;
  const model = await lab.loadModel('base');
  const dataset = await preferencePairs(model, pairs, lab.seed + 3000);
  const trainer = new DpoTrainer({
    ...lab.common('dpo', ['loss', 'rewards/accuracies']),
    model,
    dataset,
    steps,
    batchSize: batch,
    lr,
    seed: lab.seed + 11,
  });
  await lab.train('dpo', trainer);
  model.dispose();
  const found = await compareWeights(await lab.weights('base'), await lab.weights('dpo'));
  return { ...(await lab.accuracy('dpo')), exact: sparsity(found, 'exact'), ...overlapOf(await overlap(lab, 'dpo')) };
}

/** The dense run with parameters stored in f32. */
export async function float32(lab: Lab) {
  const { touched: _, ...result } = await grpo(lab, 'float32', { dtype: 'f32' });
  const base = await lab.loadModel('base', 'f32');
  const folder = join(lab.folder, 'models', 'base-f32');
  await lab.saveModel('base-f32', base);
  base.dispose();
  const found = await compareWeights(await lab.weights('base-f32'), await lab.weights('float32'));
  await rm(folder, { recursive: true });
  return { ...result, exact: sparsity(found, 'exact'), tolerant: sparsity(found, '1e-5') };
}

/** Supervised finetuning on right answers at the learning rate of the RL run, in bf16. */
export async function supervised(lab: Lab) {
  const { steps, lr } = lab.settings.grpo;
  const model = await lab.loadModel('base');
  const trainer = new SftTrainer({
    ...lab.common('supervised', ['loss']),
    model,
    dataset: rightAnswers(lab.seed + 500),
    steps: Math.ceil(steps / 2),
    batchSize: 128,
    lr,
    shuffle: false,
    seed: lab.seed,
  });
  await lab.train('supervised', trainer);
  model.dispose();
  const found = await compareWeights(await lab.weights('base'), await lab.weights('supervised'));
  return { ...(await lab.accuracy('supervised')), exact: sparsity(found, 'exact'), tolerant: sparsity(found, '1e-5') };
}

/** The update as a file: written, applied to a copy, applied in place, verified, reverted; each state known by its digest. */
export async function patch(lab: Lab) {
  const path = join(lab.folder, 'dense.tessera-patch.safetensors');
  const [base, tuned] = [lab.modelFolder('base'), lab.modelFolder('dense')];
  const sizes: Record<string, number> = {};
  for (const compression of ['none', 'deflate'] as const) {
    const { file } = await writePatch(path, await lab.weights('base'), await lab.weights('dense'), { compression });
    sizes[compression] = file.bytes;
  }
  const place = join(lab.folder, 'models', 'patched');
  await rm(place, { recursive: true, force: true });
  await cp(base, place, { recursive: true });
  const states = { base: (await digestFolder(base)).state, tuned: (await digestFolder(tuned)).state };
  await applyPatch(place, path);
  const applied = (await digestFolder(place)).state;
  const verified = (await verifyPatch(place, path)).state;
  await revertPatch(place);
  const reverted = (await digestFolder(place)).state;
  const refused = await applyPatch(lab.modelFolder('random'), path).then(
    () => false,
    () => true,
  );
  await applyPatch(place, path);
  return {
    bytes: sizes.deflate!,
    rawBytes: sizes.none!,
    fullBytes: await weightBytes(tuned),
    applied: applied === states.tuned,
    verified: verified === 'result',
    reverted: reverted === states.base,
    refusesOtherWeights: refused,
  };
}

async function weightBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder)) {
    if (name.startsWith('model') && name.endsWith('.safetensors')) bytes += (await stat(join(folder, name))).size;
  }
  return bytes;
}

/** Which parameters both updates moved, and how near their results are. */
async function overlap(lab: Lab, name: string): Promise<UpdateOverlap> {
  return compareUpdates(await lab.weights('base'), await lab.weights('dense'), await lab.weights(name));
}

function overlapOf(found: UpdateOverlap) {
  const { o1, o2, chance1, chance2, jaccard, chanceJaccard, agreement } = found;
  const at = [0, 1e-5, 1e-4, 1e-3].map((tolerance) => agreement[String(tolerance)]!);
  return {
    overlap: { o1, o2, chance1, chance2, jaccard, chanceJaccard },
    agreement: { '0': at[0]!, '1e-5': at[1]!, '1e-4': at[2]!, '1e-3': at[3]! },
  };
}
