/** The demonstration behind `npm start`, at a budget of seconds: every phase, its summary and report, stopping and going on. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { digestFolder } from '@tessera/rl';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../data/temporary.js';
import { findChromium, render } from '../support/chromium.js';
import { tessera } from './run.js';

const bin = fileURLToPath(new URL('../../packages/cli/bin/tessera.js', import.meta.url));
const browser = findChromium();

async function start(folder: string, stopWhen?: () => boolean): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [bin, 'quickstart', '--budget', 'tiny', '--folder', folder]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part) => {
      output += part;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  if (stopWhen !== undefined) {
    while (child.exitCode === null && !stopWhen()) await wait(10);
    child.kill('SIGINT');
  }
  return { code: await ended, output };
}

test('runs through, stops and goes on with the same result, reports offline', { timeout: 240_000 }, async () => {
  const folder = join(temporaryFolder(), 'whole');
  const whole = await start(folder);
  expect(whole.output).toMatch(/GRPO on the subnetwork alone/);
  expect(whole.code).toBe(0);
  const summary = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8'));
  for (const run of ['base', 'dense', 'subnetwork', 'random', 'dpo']) {
    expect(summary[run]).toEqual({ greedy: expect.any(Number), sampled: expect.any(Number) });
  }
  expect(summary).toMatchObject({
    seed: 0,
    sparsity: { exact: expect.any(Number), '1e-5': expect.any(Number) },
    overlap: expect.any(Number),
    chance: expect.any(Number),
    agreement: { '0': expect.any(Number), '1e-5': expect.any(Number), '1e-4': expect.any(Number), '1e-3': 1 },
    replayBitIdentical: true,
    patch: { applied: true, verified: true, reverted: true, refusesOtherWeights: true },
    optimizerBytes: { dense: 8 * summary.parameters },
  });
  expect(summary.sparsity.exact).toBeGreaterThan(0.5);
  expect(summary.sparsity.exact).toBeLessThan(1);
  expect(summary.overlap).toBeGreaterThan(summary.chance);
  expect(summary.patchBytes).toBeLessThan(0.35 * summary.fullBytes);
  expect(Object.keys(summary.seconds)).toContain('dense');

  // stopped in the middle of a run, the same command goes on, and ends in the same weights
  const stopped = join(temporaryFolder(), 'stopped');
  const first = await start(stopped, () => existsSync(join(stopped, 'runs', 'dense', 'metrics.jsonl')));
  expect(first.code).toBe(130);
  expect(first.output).toMatch(/interrupted/);
  const second = await start(stopped);
  expect(second.output).toMatch(/Pretraining.*done before/);
  expect(second.code).toBe(0);
  for (const name of ['dense', 'subnetwork', 'dpo']) {
    const [a, b] = await Promise.all([folder, stopped].map((f) => digestFolder(join(f, 'models', name))));
    expect(b, name).toEqual(a);
  }

  const { output, code } = await tessera(
    'chat',
    join(folder, 'models', 'dense'),
    '--prompt',
    '31524S',
    '--temperature',
    '0',
    '--max-tokens',
    '6',
  );
  expect(code).toBe(0);
  expect(output.trim()).toMatch(/^[0-9SR+=_.]{0,6}$/);

  const html = await readFile(join(folder, 'report.html'), 'utf8');
  expect(html).not.toMatch(/\b(src|href)=["'](?!data:)/);
  expect(html).toContain('What it does not show');
  if (browser === undefined) {
    console.warn('no Chromium found: the report was not opened in a browser');
    return;
  }
  const page = await render(browser, join(folder, 'report.html'));
  expect(page.dom).toMatch(/<html[^>]* data-drawn="3"/);
  expect(page.console).toBe('');
});
