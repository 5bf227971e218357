// `npm test`: sets the project up, runs every check and every suite, and closes with `N passed, N failed` over all.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, setup } from './setup.mjs';

setup();

let passed = 0;
let failed = 0;
const count = (name, ok) => {
  if (ok) passed++;
  else failed++;
  console.log(`${ok ? 'ok' : 'FAILED'}  ${name}`);
};

count('lint and format', run('npx', ['biome', 'ci', '--error-on-warnings', '.']));
count('types of the tests', run('npx', ['tsc', '-p', 'test/tsconfig.check.json']));
count('generated files are fresh', run('node', ['native/dist/lib/generate.js', '--check']));
count('docs/ops.md is fresh', run('node', ['test/dist/support/ops-doc.js', '--check']));
count('no unused code or dependencies', run('npx', ['knip']));

const folder = mkdtempSync(join(tmpdir(), 'tessera-test-'));
try {
  const report = join(folder, 'vitest.json');
  const ended = run('npx', [
    'vitest',
    'run',
    '--config',
    'test/vitest.config.ts',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  const results = JSON.parse(readFileSync(report, 'utf8'));
  passed += results.numPassedTests;
  failed += results.numFailedTests;
  // A file that does not even load has failed suites but no failed tests.
  for (const file of results.testResults) {
    if (file.status === 'failed' && file.assertionResults.every((a) => a.status !== 'failed')) {
      count(file.name, false);
      console.log(file.message);
    }
  }
  // Nor has an error that no test waited for.
  if (!ended && failed === 0) count('vitest: errors outside of tests, see above', false);
} catch (error) {
  count(`vitest left no report: ${error.message}`, false);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
