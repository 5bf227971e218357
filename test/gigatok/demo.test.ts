/** The demo at a size for tests: every stage in its processes, a stop on the way, a folder of its own. */
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoTable, demoVariants, runDemo, writeDemoReport } from '@tessera/gigatok';
import { afterAll, expect, it } from 'vitest';

const folder = await mkdtemp(join(tmpdir(), 'gigatok-demo-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const settings = {
  trainImages: 64,
  testImages: 12,
  classifierSteps: 1,
  tokenizerSteps: 3,
  tokenizerBatch: 4,
  imageModelSteps: 3,
  imageModelBatch: 4,
  samples: 8,
};

it('stops when asked, goes on, and tells what each variant came to', async () => {
  const stop = new AbortController();
  const stopped = runDemo({
    folder,
    settings,
    signal: stop.signal,
    log: (message) => {
      if (message.startsWith('entropy: PSNR')) stop.abort(new Error('enough'));
    },
  });
  await expect(stopped).rejects.toThrow('enough');
  await expect(access(join(folder, 'result.json'))).rejects.toThrow();

  const result = await runDemo({ folder, settings });
  expect(result.variants.map(({ name }) => name)).toEqual(demoVariants.map(({ name }) => name));
  for (const { psnr, usage, classAccuracy, imageModelProbe } of result.variants) {
    expect(psnr).toBeGreaterThan(3);
    for (const share of [usage, classAccuracy, imageModelProbe]) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
  }
  expect(demoTable([result])).toHaveLength(demoVariants.length);
  await access(await writeDemoReport(folder, [{ result, folder }]));

  expect(await runDemo({ folder, settings })).toEqual(result);
  await expect(runDemo({ folder, settings, seed: 1 })).rejects.toThrow(/holds a demo of another seed/);
}, 240_000);
