/**
 * The demonstration behind `npm start`: a model is pretrained, reinforced, its subnetwork found, trained alone, replayed,
 * held against chance, DPO, f32 storage and supervised finetuning, and the update shipped as a patch. Leaves
 * `summary.json` and `report.html` in its folder. Phases that are done are not run again.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@tessera/data';
import { duration, formatTable } from '@tessera/train';
import { Lab, type LabOptions } from './lab.js';
import * as phases from './phases.js';
import { caveat, writeReport } from './report.js';

export interface Results {
  readonly pretrain: Awaited<ReturnType<typeof phases.pretrain>>;
  readonly dense: Awaited<ReturnType<typeof phases.dense>>;
  readonly analysis: Awaited<ReturnType<typeof phases.analysis>>;
  readonly subnetwork: Awaited<ReturnType<typeof phases.subnetwork>>;
  readonly replay: Awaited<ReturnType<typeof phases.replay>>;
  readonly otherSeed: Awaited<ReturnType<typeof phases.otherSeed>>;
  readonly random: Awaited<ReturnType<typeof phases.random>>;
  readonly dpo: Awaited<ReturnType<typeof phases.dpo>>;
  readonly float32: Awaited<ReturnType<typeof phases.float32>>;
  readonly supervised: Awaited<ReturnType<typeof phases.supervised>>;
  readonly patch: Awaited<ReturnType<typeof phases.patch>>;
}

/** Runs what is left of the demonstration. Rejects with the signal's reason where it is stopped; running it again goes on. */
export async function runQuickstart(options: LabOptions): Promise<Results> {
  await mkdir(options.folder, { recursive: true });
  const lab = new Lab(options);
  const results: Results = {
    pretrain: await lab.phase('pretrain', 'Pretraining: lists, answered by two conventions', () =>
      phases.pretrain(lab),
    ),
    dense: await lab.phase('dense', 'GRPO on all weights, bf16', () => phases.dense(lab)),
    analysis: await lab.phase('analysis', 'Which weights moved', () => phases.analysis(lab)),
    subnetwork: await lab.phase('subnetwork', 'GRPO on the subnetwork alone', () => phases.subnetwork(lab)),
    replay: await lab.phase('replay', 'GRPO on every weight that was ever touched', () => phases.replay(lab)),
    otherSeed: await lab.phase('otherSeed', 'GRPO with another seed', () => phases.otherSeed(lab)),
    random: await lab.phase('random', 'GRPO on a random 1 % with f32 master values', () => phases.random(lab)),
    dpo: await lab.phase('dpo', 'DPO on pairs that the base wrote', () => phases.dpo(lab)),
    float32: await lab.phase('float32', 'GRPO on all weights, f32 storage', () => phases.float32(lab)),
    supervised: await lab.phase('supervised', 'SFT at the same learning rate', () => phases.supervised(lab)),
    patch: await lab.phase('patch', 'The patch: written, applied, verified, reverted', () => phases.patch(lab)),
  };
  const reportPath = join(options.folder, 'report.html');
  await writeFileAtomic(join(options.folder, 'summary.json'), `${JSON.stringify(summary(lab, results), null, 2)}\n`);
  await writeReport(lab, results, reportPath);
  for (const line of spoken(lab, results, reportPath)) lab.say(line);
  return results;
}

function summary(lab: Lab, r: Results) {
  const accuracy = ({ greedy, sampled }: { greedy: number; sampled: number }) => ({ greedy, sampled });
  return {
    seed: lab.seed,
    base: accuracy(r.pretrain),
    dense: accuracy(r.dense),
    subnetwork: accuracy(r.subnetwork),
    random: accuracy(r.random),
    dpo: accuracy(r.dpo),
    sparsity: { exact: r.analysis.exact, '1e-5': r.analysis.tolerant },
    rank: r.analysis.meanRank,
    overlap: r.otherSeed.overlap.o1,
    chance: r.otherSeed.overlap.chance1,
    overlaps: { otherSeed: r.otherSeed.overlap, dpo: r.dpo.overlap },
    agreement: r.subnetwork.agreement,
    replayBitIdentical: r.replay.bitIdentical,
    patchBytes: r.patch.bytes,
    patchRawBytes: r.patch.rawBytes,
    fullBytes: r.patch.fullBytes,
    patch: {
      applied: r.patch.applied,
      verified: r.patch.verified,
      reverted: r.patch.reverted,
      refusesOtherWeights: r.patch.refusesOtherWeights,
    },
    optimizerBytes: {
      dense: r.dense.optimizerBytes,
      sparse: r.subnetwork.optimizerBytes,
      random: r.random.optimizerBytes,
    },
    parameters: r.dense.parameters,
    honesty: {
      float32: { ...accuracy(r.float32), sparsity: { exact: r.float32.exact, '1e-5': r.float32.tolerant } },
      supervised: { ...accuracy(r.supervised), sparsity: { exact: r.supervised.exact, '1e-5': r.supervised.tolerant } },
      caveat,
    },
    seconds: lab.seconds,
  };
}

function spoken(lab: Lab, r: Results, reportPath: string): string[] {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const row = (run: string, { greedy, sampled }: { greedy: number; sampled: number }, note = '') => ({
    run,
    greedy: percent(greedy),
    sampled: percent(sampled),
    note,
  });
  const table = formatTable([
    row('base', r.pretrain),
    row('GRPO, bf16', r.dense, `${percent(r.analysis.exact)} of the weights unchanged`),
    row(
      'subnetwork alone',
      r.subnetwork,
      `${percent(r.subnetwork.agreement['1e-4'])} of its weights within 1e-4 of the dense run's`,
    ),
    row('touched weights alone', r.dense, r.replay.bitIdentical ? 'the dense run, bit for bit' : 'NOT the dense run'),
    row(
      'other seed',
      r.otherSeed,
      `moves ${percent(r.otherSeed.overlap.o1)} of the same weights (chance ${percent(r.otherSeed.overlap.chance1)})`,
    ),
    row('random 1 %', r.random, `f32 master values; a patch of ${r.random.patchBytes.toLocaleString('en')} bytes`),
    row('DPO', r.dpo, `${percent(r.dpo.exact)} unchanged`),
    row('GRPO, f32 storage', r.float32, `${percent(r.float32.exact)} unchanged`),
    row('SFT, same lr, bf16', r.supervised, `${percent(r.supervised.exact)} unchanged`),
  ]);
  const total = Object.values(lab.seconds).reduce((a, b) => a + b, 0);
  return [
    '',
    table,
    '',
    `Patch: ${r.patch.bytes.toLocaleString('en')} bytes for weights of ${r.patch.fullBytes.toLocaleString('en')}; applied, verified and reverted.`,
    caveat,
    '',
    `${duration(total)} in all. Report: ${reportPath}`,
    `Try:  npx tessera chat ${lab.modelFolder('dense')}   and type 31524S or 31524R`,
  ];
}
