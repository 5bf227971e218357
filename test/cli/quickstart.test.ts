/** The demonstration behind `npm start`, at a budget of seconds: every phase, its summary and report, stopping and going on. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
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

async function start(
  folder: string,
  stopWhen?: () => boolean,
  signal: NodeJS.Signals = 'SIGINT',
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [bin, 'quickstart', '--budget', 'tiny', '--output', folder]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part) => {
      output += part;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  if (stopWhen !== undefined) {
    while (child.exitCode === null && !stopWhen()) await wait(10);
    child.kill(signal);
  }
  return { code: await ended, output };
}

test('runs through, stops and goes on with the same result, reports offline', { timeout: 400_000 }, async () => {
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
  // killed while several phases run, it goes on just so; its worker processes end with it
  const second = await start(stopped, () => existsSync(join(stopped, 'runs', 'replay', 'metrics.jsonl')), 'SIGKILL');
  expect([second.code, second.output]).toEqual([null, expect.stringMatching(/Pretraining.*done before/)]);
  const third = await start(stopped);
  expect([third.code, third.output]).toEqual([0, expect.stringMatching(/GRPO on all weights, bf16: done before/)]);
  for (const name of ['dense', 'subnetwork', 'replay', 'dpo']) {
    const [a, b] = await Promise.all([folder, stopped].map((f) => digestFolder(join(f, 'models', name))));
    expect(b, name).toEqual(a);
  }

  expect((await tessera('quickstart', '--output', folder)).errors).toMatch(/was started with another budget/);
  expect((await tessera('quickstart', '--output', folder, '--seed', '3')).errors).toMatch(/was started with seed 0/);

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

  // the same model through `tessera rl`: a configuration, a subnetwork from the patch, evaluation
  const problems = join(folder, 'problems.jsonl');
  const rows = ['31524', '00718', '99321', '40506'].map((digits) => ({
    question: `${digits}S`,
    answer: [...digits].sort().join(''),
  }));
  await writeFile(problems, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const config = join(folder, 'grpo.yaml');
  const lines = [
    'algorithm: grpo',
    `model: ${join(folder, 'models', 'base')}`,
    `output: ${join(folder, 'rl')}`,
    'steps: 2',
    `data: { path: ${problems} }`,
    'reward: exact',
    `subnetwork: { patch: ${join(folder, 'dense.tessera-patch.safetensors')} }`,
    `evaluate: { path: ${problems}, every: 1, problems: 2 }`,
    'options: { promptsPerStep: 2, numGenerations: 2, maxCompletionLength: 6 }',
  ];
  await writeFile(config, `${lines.join('\n')}\n`);
  const trained = await tessera('rl', 'train', config);
  expect([trained.code, trained.output]).toEqual([0, expect.stringMatching(/subnetwork: [\d,]+ parameters/)]);
  const wrong = await tessera(
    'rl',
    'train',
    config,
    '--set',
    'options.numGeneration=4',
    '--set',
    `output=${join(folder, 'x')}`,
  );
  expect([wrong.code, wrong.errors]).toEqual([
    1,
    expect.stringContaining('options.numGeneration: grpo has no such option. Did you mean numGenerations?'),
  ]);
  expect((await tessera('rl', 'train', config, '--set', 'stepz=4')).errors).toMatch(
    /stepz: there is no such key\. Did you mean steps\?/,
  );
  const evaluated = await tessera(
    'rl',
    'eval',
    join(folder, 'rl', 'model'),
    '--data',
    problems,
    '--reward',
    'exact',
    '--max-tokens',
    '6',
  );
  expect(evaluated.output).toMatch(/mean reward over 4 problems, 1 completions each: \d/);
  const sft = await tessera(
    'rl',
    'train',
    config,
    '--set',
    'algorithm=sft',
    '--set',
    `output=${join(folder, 'sft')}`,
    '--set',
    'data.columns={prompt: question, completion: answer}',
    '--set',
    'options={batchSize: 2}',
    '--set',
    'evaluate=null',
  );
  expect([sft.code, sft.errors.includes('tessera:')]).toEqual([0, false]);

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
