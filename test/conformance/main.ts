/** `npm run conformance -- --dir <folder>`: runs every fixture below a folder and closes with `N passed, N failed`. */
import { Command } from 'commander';
import { type CaseResult, runFolder } from './runner.js';

const program = new Command('conformance')
  .description('Compare the project with fixtures computed by the reference implementations.')
  .requiredOption('--dir <folder...>', 'folders with fixtures, at any depth')
  .option('--device <name>', 'cpu, cuda or cuda-emulated', 'cpu')
  .option('--only <regex>', 'run cases whose name matches')
  .option('--verbose', 'also list cases that pass')
  .addHelpText('after', '\nExample:\n  npm run conformance -- --dir test/fixtures/ops --device cuda-emulated')
  .parse();

const options = program.opts<{ dir: string[]; device: string; only?: string; verbose?: boolean }>();
let passed = 0;
let failed = 0;
const notOffered = new Map<string, number>();

function report(result: CaseResult): void {
  if (result.notOffered !== undefined) {
    notOffered.set(result.notOffered, (notOffered.get(result.notOffered) ?? 0) + 1);
    return;
  }
  if (result.failure === null) passed++;
  else failed++;
  if (result.failure !== null) console.log(`FAIL ${result.name}: ${result.failure}`);
  else if (options.verbose) console.log(`pass ${result.name}`);
}

for (const dir of options.dir) {
  try {
    await runFolder(
      dir,
      { device: options.device, only: options.only === undefined ? null : new RegExp(options.only) },
      report,
    );
  } catch (error) {
    failed++;
    console.log(`FAIL ${dir}: ${(error as Error).message}`);
  }
}
if (notOffered.size > 0) {
  console.log(`not offered: ${[...notOffered].map(([what, count]) => `${what} (${count})`).join(', ')}`);
}
if (passed + failed + notOffered.size === 0) {
  failed++;
  console.log(`FAIL no fixtures found in ${options.dir.join(', ')}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
