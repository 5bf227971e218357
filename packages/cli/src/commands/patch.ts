/** `tessera patch`: updates of a model as small files. */
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder, openSafetensors } from '@tessera/data';
import { applyPatch, type Compression, Patch, revertPatch, verifyPatch, writePatch } from '@tessera/rl';
import { formatTable } from '@tessera/train';
import { Command, Option } from 'commander';
import { withProgress } from '../with-progress.js';

const short = (digest: string): string => digest.slice(0, 16);
const count = (value: number): string => value.toLocaleString('en');
const share = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(2)} %`;

export function patchCommand(): Command {
  const patch = new Command('patch').description(
    'Updates of a model as files: the weights that changed, bit for bit, for one base and no other.',
  );
  patch
    .command('diff')
    .description('Write the patch that makes TUNED of BASE.')
    .argument('<base>', 'model folder, or a safetensors file')
    .argument('<tuned>', 'the same model after training')
    .argument('<patch>', 'file to write')
    .addOption(
      new Option('--compression <how>', 'of positions and values').choices(['deflate', 'none']).default('deflate'),
    )
    .addHelpText(
      'after',
      '\nExample:\n  tessera patch diff Qwen2.5-0.5B runs/math/model math.tessera-patch.safetensors',
    )
    .action(async (base: string, tuned: string, path: string, { compression }: { compression: Compression }) => {
      await using from = await openSafetensors(base);
      await using to = await openSafetensors(tuned);
      await makeFolder(dirname(path));
      const { file } = await withProgress('compared', (onProgress) =>
        writePatch(path, from, to, { compression, onProgress }),
      );
      await using written = await Patch.open(path);
      const { total, changed } = written.counts;
      const full = from.names.reduce((sum, name) => sum + from.info(name).byteLength, 0);
      console.log(`${count(changed)} of ${count(total)} weights changed (${share(changed, total)})`);
      console.log(`${path}: ${count(file.bytes)} bytes, ${share(file.bytes, full)} of the weights' ${count(full)}`);
    });
  patch
    .command('apply')
    .description('Apply a patch to a model: in place, so that `revert` takes it back, or to a copy.')
    .argument('<model>', 'model folder, or a safetensors file')
    .argument('<patch>', 'patch file')
    .option('--output <path>', 'leave the model alone and make this one')
    .addHelpText(
      'after',
      '\nExamples:\n  tessera patch apply Qwen2.5-0.5B math.tessera-patch.safetensors --output Qwen2.5-0.5B-math\n  tessera patch apply model p.safetensors',
    )
    .action(async (model: string, path: string, { output }: { output?: string }) => {
      await applyPatch(model, path, output === undefined ? {} : { out: output });
      await using applied = await Patch.open(path);
      console.log(`${output ?? model} is now ${short(applied.header.result)}`);
    });
  patch
    .command('revert')
    .description('Take back the newest patch that was applied in place.')
    .argument('<model>', 'model folder')
    .addHelpText('after', '\nExample:\n  tessera patch revert model')
    .action(async (model: string) => {
      console.log(`${model} is now ${short(await revertPatch(model))}`);
    });
  patch
    .command('verify')
    .description('Say how a model stands to a patch. Fails where it is neither before nor after it.')
    .argument('<model>', 'model folder, or a safetensors file')
    .argument('<patch>', 'patch file')
    .addHelpText('after', '\nExample:\n  tessera patch verify model p.safetensors')
    .action(async (model: string, path: string) => {
      const { state, foreign } = await verifyPatch(model, path);
      const words = {
        base: 'the base: the patch can be applied',
        result: 'the result: the patch is applied, bit for bit',
        between: 'between the two: applying the patch was interrupted; apply it again',
        other: `neither: ${foreign.slice(0, 3).join(', ')}${foreign.length > 3 ? ` and ${foreign.length - 3} more` : ''} differ from both`,
      };
      console.log(`${model} is ${words[state]}`);
      if (state === 'other') process.exitCode = 1;
    });
  patch
    .command('info')
    .description('What a patch holds.')
    .argument('<patch>', 'patch file')
    .option('--tensors', 'list every tensor')
    .addHelpText('after', '\nExample:\n  tessera patch info math.tessera-patch.safetensors --tensors')
    .action(async (path: string, { tensors = false }: { tensors?: boolean }) => {
      await using opened = await Patch.open(path);
      const { header, counts } = opened;
      const { size } = await stat(path);
      console.log(`base     ${header.base}`);
      console.log(`result   ${header.result}`);
      for (const state of header.lineage) console.log(`from     ${state}`);
      for (const [name, value] of Object.entries(header.notes)) console.log(`${name.padEnd(8)} ${value}`);
      console.log(
        `weights  ${count(counts.changed)} of ${count(counts.total)} changed (${share(counts.changed, counts.total)})`,
      );
      console.log(
        `file     ${count(size)} bytes, ${header.compression === 'none' ? 'not compressed' : header.compression}`,
      );
      if (!tensors) return;
      const rows = Object.entries(header.tensors).map(([tensor, { dtype, shape, changed, coding }]) => ({
        tensor,
        dtype,
        shape: shape.join(' x '),
        changed: count(changed),
        share: share(
          changed,
          shape.reduce((a, b) => a * b, 1),
        ),
        positions: changed === 0 ? '' : coding,
      }));
      console.log(`\n${formatTable(rows)}`);
    });
  return patch;
}
