/** `tessera gigatok demo`. */
import { join } from 'node:path';
import { demoNote, demoTable, runDemo, writeDemoReport } from '@tessera/gigatok';
import { formatTable, interruptible } from '@tessera/train';
import { Command } from 'commander';
import { wholeNumbers } from '../arguments.js';
import { log } from './gigatok-flags.js';

export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'The whole pipeline in minutes on procedural scenes: with and without entropy loss and semantic regularization.',
    )
    .option(
      '--output <folder>',
      'pictures, results and a report; a demo that was stopped goes on there',
      'gigatok-demo',
    )
    .option('--seeds <list>', 'as in 0 or 0-2', wholeNumbers, [0])
    .action(async ({ output, seeds }: { output: string; seeds: number[] }) => {
      const runs = seeds.map((seed) => ({ seed, folder: join(output, `seed-${seed}`) }));
      const done = await interruptible(async (signal) => {
        const found = [];
        for (const run of runs) found.push({ ...run, result: await runDemo({ ...run, log, signal }) });
        return found;
      });
      const results = done.map(({ result }) => result);
      console.log(formatTable(demoTable(results)));
      console.log(demoNote(results[0]!));
      console.log(`${results.map(({ seed, seconds }) => `seed ${seed}: ${seconds.toFixed(0)} s`).join(', ')}`);
      console.log(`report: ${await writeDemoReport(output, done)}`);
    });
}
