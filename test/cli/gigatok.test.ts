/** `tessera gigatok`: what it prints, and how it refuses. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gridPng, ImageModel, saveImageModel, saveTokenizer, sceneSample } from '@tessera/gigatok';
import { afterAll, describe, expect, it } from 'vitest';
import { smallTokenizer } from '../gigatok/support.js';

const folder = await mkdtemp(join(tmpdir(), 'gigatok-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const bin = fileURLToPath(new URL('../../packages/cli/bin/tessera.js', import.meta.url));

function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, 'gigatok', ...args], (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

describe('tessera gigatok', () => {
  it('plans every configuration without making it', async () => {
    const { code, out } = await run('info', '--batch', '8', '--gradient-checkpointing');
    expect(code).toBe(0);
    for (const expected of [
      'tokenizer XL-XXL',
      '2893.97 M',
      'image model XXL',
      '1411.37 M',
      'batch 8, bf16, gradient checkpointing',
    ])
      expect(out).toContain(expected);
    const parts = await run('info', 'B-L');
    expect(parts.out).toContain('decoder transformer');
    const unknown = await run('info', 'Q-Q');
    expect(unknown.code).toBe(1);
    expect(unknown.err).toMatch(/'Q-Q' is invalid for argument 'name'\. Allowed choices are S-S, .*tiny, .*XXL/);
  });

  it('names what is wrong in a configuration file', async () => {
    const path = join(folder, 'bad.yaml');
    await writeFile(
      path,
      'output: out\ndata: { path: images, crops: random }\ntokenizer: tiny\ntraining: { steps: 10, batch: 0 }\n',
    );
    const { code, err } = await run('train', path);
    expect(code).toBe(1);
    expect(err).toMatch(/data\.crops: there is no such key\. Did you mean crop\?/);
    expect(err).toMatch(/training\.batch/);
  });

  it('names options that contradict each other', async () => {
    const probe = await run('probe', '--train', 'a', '--test', 'b');
    expect([probe.code, probe.err]).toEqual([1, expect.stringMatching(/give either --tokenizer or --model/)]);
    const evaluated = await run('eval', '--tokenizer', 'a', '--data', 'b', '--model', 'c');
    expect(evaluated.err).toMatch(/--model needs --inception or --extractor-steps/);
  });

  it('evaluates reconstructions and samples, and trains, on images of which the first is broken', {
    timeout: 180_000,
  }, async () => {
    const data = join(folder, 'images');
    for (let i = 0; i < 8; i++) {
      const own = join(data, `class-${i % 2}`);
      await mkdir(own, { recursive: true });
      await writeFile(
        join(own, `${i}.png`),
        await gridPng(sceneSample(i, 1).pixels, [32, 32], { columns: 1, scale: 1 }),
      );
    }
    // The first of all, which a teacher and an extraction begin with.
    await writeFile(join(data, 'class-0', '-broken.png'), 'no picture');
    const [tokenizer, model] = [join(folder, 'tokenizer'), join(folder, 'model')];
    await saveTokenizer(tokenizer, smallTokenizer());
    const size = { width: 16, layers: 2, heads: 2, vocabulary: 32, tokens: 16, classes: 2 };
    await saveImageModel(model, new ImageModel(size));
    const common = ['eval', '--tokenizer', tokenizer, '--data', data, '--extractor-steps', '1'];
    const reconstructions = await run(...common);
    for (const metric of ['PSNR', 'codebook usage', 'rFréchet distance']) expect(reconstructions.out).toContain(metric);
    expect(reconstructions.err.match(/skipped: .*broken\.png/g)).toHaveLength(1);
    expect(reconstructions.err).toMatch(/1 of 9 images could not be read and were skipped/);
    const few = await run(...common, '--limit', '3');
    expect(few.out).toMatch(/PSNR +\d.*precision +NaN .*needs 4 images or more of each side/s);
    const samples = await run(...common, '--model', model, '--per-class', '4');
    for (const metric of ['gFréchet distance', 'class score', 'precision']) expect(samples.out).toContain(metric);
    const guided = [...common, '--model', model, '--per-class', '4', '--scale', '2', '--window-start', '0.5'];
    expect((await run(...guided, '--schedule', 'step')).out).toContain('gFréchet distance');
    expect((await run(...guided)).err).toMatch(/windowStart goes with the schedule step or rectangular; got constant/);
    const config = join(folder, 'train.yaml');
    await writeFile(
      config,
      `output: ${join(folder, 'run')}
data: { path: ${data} }
tokenizer: { base: tiny }
teacher: { small: { steps: 1 } }
training: { steps: 6, batch: 4 }
`,
    );
    const trained = await run('train', config);
    expect(trained.code).toBe(0);
    expect(trained.err.match(/skipped: .*broken\.png/g)).toHaveLength(1);
    expect(trained.err).toMatch(/1 of 9 images could not be read and were skipped/);
    const report = () => readFile(join(folder, 'run', 'report.html'), 'utf8');
    expect(await report()).toContain('Reconstructions');
    // A run that is done, opened again, keeps all of its report.
    expect((await run('train', config)).code).toBe(0);
    expect(await report()).toContain('Reconstructions');
  });

  it('says which folder holds no model', async () => {
    const { code, err } = await run('sample', '--tokenizer', join(folder, 'none'), '--model', 'x', '--classes', '0-2');
    expect(code).toBe(1);
    expect(err).toMatch(/tokenizer\.json: cannot be read. Expected a folder that training wrote/);
    expect((await run('sample', '--tokenizer', 'a', '--model', 'b', '--classes', '3-1')).err).toMatch(
      /3-1 is not a range/,
    );
  });
});
