/**
 * The demonstration behind `npm start`: a model is pretrained, reinforced, its subnetwork found, trained alone, replayed,
 * held against chance, DPO, f32 storage and supervised finetuning, and the update shipped as a patch. Leaves
 * `summary.json` and `report.html` in its folder. Phases that are done are not run again.
 */
import { join } from 'node:path';
import { writeFileAtomic } from '@tessera/data';
import { duration, formatTable } from '@tessera/train';
import { Lab, type LabOptions } from './lab.js';
import { type PhaseName, plan, type Results } from './plan.js';
import { caveat, writeReport } from './report.js';
import { runPhases } from './worker-pool.js';

const names = Object.keys(plan) as PhaseName[];

/** Runs what is left of the demonstration. Rejects with the signal's reason where it is stopped; running it again goes on. */
export async function runQuickstart(options: LabOptions): Promise<Results> {
  const lab = await Lab.open(options);
  const done = new Set<PhaseName>();
  for (const name of names) {
    const before = await lab.done(name);
    if (before === undefined) continue;
    lab.say(`${plan[name].title}: done before, in ${duration(before.seconds)}`);
    done.add(name);
  }
  // Everything else needs this one, which therefore has all cores.
  await lab.phase('pretrain', plan.pretrain.title, () => plan.pretrain.run(lab));
  await runPhases(lab, done.add('pretrain'));
  const entries = await Promise.all(names.map(async (name) => [name, (await lab.done(name))!.result]));
  const results = Object.fromEntries(entries) as Results;
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
    `Phases of ${duration(total)} in all, several at a time. Report: ${reportPath}`,
    `Try:  npx tessera chat ${lab.modelFolder('dense')}   and type 31524S or 31524R`,
  ];
}
