/** The report of the demonstration: what each number means, in curves, tables, a picture of the mask, and words. */
import { bf16ToF32, type Image, openSafetensors } from '@tessera/data';
import { duration, Report } from '@tessera/train';
import type { Lab } from './lab.js';
import type { Results } from './plan.js';

export const caveat =
  'What this shows: an update made by RL in bf16 is cheap to store, to ship and to train again. What it does not show: that RL needs only a fifth of the network. ' +
  'The sparsity is read off bf16 storage, in which a small step on a large weight is rounded away: the same run in f32 storage changes nearly every weight and learns as well or better, ' +
  'and supervised finetuning at the same learning rate and precision, on problems of the same kind, leaves about as many weights alone.';

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} kB`;

export async function writeReport(lab: Lab, results: Results, path: string): Promise<void> {
  const { pretrain, dense, analysis, subnetwork, replay, otherSeed, random, dpo, float32, supervised, patch } = results;
  const report = new Report('RL finetunes a small subnetwork: the demonstration');
  report.text([
    'A language model of 0.4 million parameters has learned to sort and reverse lists of digits, by two conventions of which one is wrong and more frequent. GRPO rewards the right one, in bf16 without master values. Then: which weights moved, can they be trained alone, and what does the update cost.',
    `Seed ${lab.seed}. Accuracy is the share of ${lab.settings.evaluate} new problems answered to the last token.`,
  ]);
  report.facts({
    'greedy accuracy, base': percent(pretrain.greedy),
    'after GRPO': percent(dense.greedy),
    'subnetwork alone': percent(subnetwork.greedy),
    'weights unchanged': percent(analysis.exact),
    'same weights, other seed': percent(otherSeed.overlap.o1),
    'replay on touched weights': replay.bitIdentical ? 'bit for bit' : 'differs',
    'patch / weights': `${kilobytes(patch.bytes)} / ${kilobytes(patch.fullBytes)}`,
    'phases, several at a time': duration(Object.values(lab.seconds).reduce((a, b) => a + b, 0)),
  });
  const rows: [
    string,
    { greedy: number; sampled: number; exact?: number; active?: number; optimizerBytes?: number },
  ][] = [
    ['base', pretrain],
    ['GRPO, bf16', { ...dense, exact: analysis.exact }],
    ['GRPO, subnetwork alone', subnetwork],
    ['GRPO, other seed', otherSeed],
    ['GRPO, random 1 %, f32 master', random],
    ['DPO, bf16', dpo],
    ['GRPO, f32 storage', float32],
    ['SFT on right answers, same lr', supervised],
  ];
  report.table(
    'Runs',
    rows.map(([run, { greedy, sampled, exact, active, optimizerBytes }]) => ({
      run,
      greedy: percent(greedy),
      'sampled at 1': percent(sampled),
      'weights unchanged': exact === undefined ? '' : percent(exact),
      'trained weights': active === undefined ? '' : active.toLocaleString('en'),
      'optimizer state': optimizerBytes === undefined ? '' : kilobytes(optimizerBytes),
    })),
  );
  report.metrics('Pretraining', await lab.metrics('base'), ['loss']);
  const curves = await Promise.all(
    (['dense', 'subnetwork', 'random', 'float32'] as const).map((name) => lab.metrics(name)),
  );
  const steps = Math.max(...curves.map((records) => records.length));
  report.curves(
    'Reward in training',
    Array.from({ length: steps }, (_, i) => i + 1),
    (['GRPO, bf16', 'subnetwork alone', 'random 1 %', 'f32 storage'] as const).map((label, c) => ({
      label,
      y: smooth(Array.from({ length: steps }, (_, i) => curves[c]![i]?.metrics.reward ?? null)),
    })),
    { note: 'Mean over the last ten steps.' },
  );
  report.metrics('Weights that stay as they are', curves[0]!, ['sparsity/step', 'sparsity/total', 'sparsity/never'], {
    note: 'Shares of all weights: unchanged by this step, equal to the base, never changed so far.',
  });
  report.bars(
    'Unchanged weights, by matrix',
    analysis.tensors.map(({ name, exact }) => ({ label: name, value: exact })),
    { note: 'Norm weights are near 1, where a bf16 unit is too large for any step to reach.' },
  );
  report.table(
    'By matrix',
    analysis.tensors.map(({ name, parameters, exact, tolerant, rank }) => ({
      matrix: name,
      weights: parameters,
      unchanged: percent(exact),
      'within 1e-5': percent(tolerant),
      'rank of the update': rank === null ? '' : percent(rank),
    })),
    { note: `The update is not of low rank: ${percent(analysis.meanRank)} of full rank on average.` },
  );
  await report.pictures('Which weights moved', [
    {
      image: await maskPicture(lab, 'model.layers.0.self_attn.q_proj.weight'),
      caption: 'Query matrix of layer 0: blue where the weight moved.',
      width: 320,
    },
    {
      image: await sizePicture(lab, 'model.layers.0.self_attn.q_proj.weight'),
      caption: 'The same matrix before training: dark where the weight is small.',
      width: 320,
    },
  ]);
  const { shares } = analysis;
  report.table('Agreement of subnetwork and dense run', [
    Object.fromEntries(Object.entries(subnetwork.agreement).map(([at, share]) => [`within ${at}`, percent(share)])),
  ]);
  report.table('Overlap with the dense run', [
    { update: 'other seed', ...overlapRow(otherSeed.overlap) },
    { update: 'DPO', ...overlapRow(dpo.overlap) },
  ]);
  report.text([
    `${percent(shares.never)} of the weights never changed, ${percent(shares.cancelled)} changed and came back, ${percent(shares.consistent)} changed in the end. A run on all that ever changed is the dense run ${replay.bitIdentical ? 'bit for bit' : '— which failed here'}.`,
    `The patch takes ${kilobytes(patch.bytes)} (${kilobytes(patch.rawBytes)} uncompressed) where the weights take ${kilobytes(patch.fullBytes)}; the random one ${kilobytes(random.patchBytes)}. It was applied (${patch.applied ? 'digest as expected' : 'WRONG DIGEST'}), verified, reverted (${patch.reverted ? 'the base again' : 'WRONG DIGEST'}), and refused on other weights (${patch.refusesOtherWeights ? 'yes' : 'NO'}).`,
  ]);
  const pairs = dense.answers.map((after, i) => ({
    prompt: after.prompt,
    right: after.expected,
    base: pretrain.answers[i]!.completion,
    'after GRPO': after.completion,
  }));
  report.table('Answers before and after', pairs, {
    note: 'S sorts, R reverses, a full stop ends.',
    code: ['prompt', 'right', 'base', 'after GRPO'],
  });
  report.text(
    [
      caveat,
      `Measured here: GRPO with f32 storage leaves ${percent(float32.exact)} of the weights unchanged at ${percent(float32.greedy)} greedy accuracy; SFT in bf16 at the same learning rate leaves ${percent(supervised.exact)}.`,
    ],
    { title: 'What to make of it' },
  );
  report.table('Time', [
    Object.fromEntries(Object.entries(lab.seconds).map(([name, s]) => [name, `${s.toFixed(1)} s`])),
  ]);
  await report.write(path);
}

function overlapRow({ o1, o2, chance1, chance2, jaccard }: Results['dpo']['overlap']) {
  return {
    'of the dense update': percent(o1),
    'by chance': percent(chance1),
    'of this update': percent(o2),
    'chance ': percent(chance2),
    Jaccard: percent(jaccard),
  };
}

function smooth(values: readonly (number | null)[], window = 10): (number | null)[] {
  return values.map((value, i) => {
    if (value === null) return null;
    const last = values.slice(Math.max(0, i - window + 1), i + 1) as number[];
    return last.reduce((a, b) => a + b, 0) / last.length;
  });
}

async function readMatrix(lab: Lab, model: string, name: string) {
  await using file = await openSafetensors(lab.modelFolder(model));
  const { data, shape } = await file.read(name);
  return { bits: data as Uint16Array<ArrayBuffer>, rows: shape[0]!, columns: shape[1]! };
}

async function maskPicture(lab: Lab, name: string): Promise<Image> {
  const [before, after] = [await readMatrix(lab, 'base', name), await readMatrix(lab, 'dense', name)];
  return picture(before, (i) => (before.bits[i] === after.bits[i] ? [244, 244, 246] : [51, 88, 212]));
}

async function sizePicture(lab: Lab, name: string): Promise<Image> {
  const matrix = await readMatrix(lab, 'base', name);
  const values = bf16ToF32(matrix.bits);
  return picture(matrix, (i) => {
    const shade = Math.min(255, Math.round(255 * Math.min(1, Math.abs(values[i]!) / 0.125)));
    return [shade, shade, shade];
  });
}

function picture({ rows, columns }: { rows: number; columns: number }, color: (i: number) => readonly number[]): Image {
  const data = new Uint8Array(3 * rows * columns);
  for (let i = 0; i < rows * columns; i++) data.set(color(i), 3 * i);
  return { width: columns, height: rows, data };
}
