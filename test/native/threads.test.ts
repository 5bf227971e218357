import { describe, expect, it } from 'vitest';
import { kernelNames } from '../../native/lib/gen/encoders.js';
import { runChild } from './children.js';
import { addonPath } from './commands.js';

const expOp = String(kernelNames.indexOf('exp') + 16);

describe('the thread pool', () => {
  it('gives the same bits for any number of threads, with two devices at once', { timeout: 60_000 }, async () => {
    expect(await runChild('threads.mjs', [addonPath, expOp, '40'])).toMatchObject({
      status: 0,
      stderr: '',
      stdout: 'done\n',
    });
  });

  it.each([
    ['1', 1],
    ['3', 3],
    ['9999', 256],
    ['', undefined],
  ])('has the size that TESSERA_NUM_THREADS=%s says', async (text, expected) => {
    const { stdout } = await runChild('thread-count.mjs', [addonPath], { TESSERA_NUM_THREADS: text });
    const { threads, cores } = JSON.parse(stdout) as { threads: number; cores: number };
    expect(threads).toBe(expected ?? cores);
  });

  it.each(['0', 'many', '2.5'])('refuses TESSERA_NUM_THREADS=%s', async (text) => {
    const { stdout } = await runChild('open.mjs', [addonPath], { TESSERA_NUM_THREADS: text });
    expect(stdout).toContain(`wrong TESSERA_NUM_THREADS; got '${text}'; expected a whole number of threads above 0.`);
  });
});
