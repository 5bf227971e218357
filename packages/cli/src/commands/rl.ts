/** `tessera rl`: train and evaluate language models by reinforcement, and see which weights that moved. */
import { writeFile } from 'node:fs/promises';
import { openSafetensors } from '@tessera/data';
import {
  compareUpdates,
  compareWeights,
  meanRank,
  type SparsityRow,
  sparsity,
  sparsityByLayer,
  sparsityByMatrix,
} from '@tessera/rl';
import { formatTable, interruptible, Progress } from '@tessera/train';
import { Command } from 'commander';

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

interface SparsityOptions {
  readonly other?: string;
  readonly rank?: boolean;
  readonly json?: string;
}

async function reportSparsity(base: string, tuned: string, options: SparsityOptions, signal: AbortSignal) {
  await using from = await openSafetensors(base);
  await using to = await openSafetensors(tuned);
  const progress = new Progress({ label: 'compared' });
  const found = await compareWeights(from, to, {
    signal,
    rank: options.rank ?? false,
    onProgress: (done, total) => progress.update(done, total),
  });
  progress.end();
  const names = Object.keys(found.unchanged);
  console.log(`${found.parameters.toLocaleString('en')} weights; unchanged:`);
  console.log(formatTable([Object.fromEntries(names.map((name) => [name, percent(sparsity(found, name))]))]));
  const table = (
    title: string,
    column: string,
    rows: readonly SparsityRow[],
    tolerant: readonly SparsityRow[],
  ): void => {
    if (rows.length === 0) return;
    console.log(`\n${title}`);
    console.log(
      formatTable(
        rows.map((row, i) => ({
          [column]: row.name,
          weights: row.parameters.toLocaleString('en'),
          exact: percent(row.sparsity),
          '1e-5': percent(tolerant[i]!.sparsity),
          'mean of tensors': percent(row.tensorMean),
        })),
      ),
    );
  };
  table('By layer', 'layer', sparsityByLayer(found, 'exact'), sparsityByLayer(found, '1e-5'));
  table('By matrix', 'matrix', sparsityByMatrix(found, 'exact'), sparsityByMatrix(found, '1e-5'));
  if (options.rank) console.log(`\nMean rank of the updates: ${percent(meanRank(found))} of full rank`);
  for (const [side, only] of [
    ['base', found.onlyInBase],
    ['tuned', found.onlyInTuned],
  ] as const) {
    if (only.length > 0) console.log(`\nOnly in the ${side} model, not compared: ${only.join(', ')}`);
  }
  let overlap = null;
  if (options.other !== undefined) {
    await using second = await openSafetensors(options.other);
    overlap = await compareUpdates(from, to, second);
    console.log('\nOverlap of the two updates');
    console.log(
      formatTable([
        {
          update: tuned,
          weights: overlap.updated1,
          'also in the other': percent(overlap.o1),
          chance: percent(overlap.chance1),
        },
        {
          update: options.other,
          weights: overlap.updated2,
          'also in the other': percent(overlap.o2),
          chance: percent(overlap.chance2),
        },
      ]),
    );
    console.log(`Jaccard ${percent(overlap.jaccard)} (chance ${percent(overlap.chanceJaccard)})`);
  }
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify({ ...found, overlap }, null, 2)}\n`);
}

export function rlCommand(): Command {
  const rl = new Command('rl').description('Reinforcement learning of language models, and the subnetworks it moves.');
  rl.command('sparsity')
    .description('Which weights differ between two models, overall, by layer and by kind of matrix. Streams: any size.')
    .argument('<base>', "model folder in Hugging Face's layout, or a safetensors file")
    .argument('<tuned>', 'the same model after training')
    .option('--other <model>', 'another update of the base: how far both move the same weights')
    .option('--rank', "also the rank of every matrix's update (holds a matrix in memory; cubic work)")
    .option('--json <path>', 'write every number there')
    .addHelpText(
      'after',
      '\nExamples:\n  tessera rl sparsity Qwen2.5-0.5B runs/math/model\n  tessera rl sparsity base tuned --other tuned-2 --rank --json sparsity.json',
    )
    .action((base: string, tuned: string, options: SparsityOptions) =>
      interruptible((signal) => reportSparsity(base, tuned, options, signal)),
    );
  return rl;
}
