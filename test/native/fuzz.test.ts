import { describe, expect, it } from 'vitest';
import { runChild } from './children.js';
import { addonPath } from './commands.js';

describe('the boundary', () => {
  // A crash would take the test runner along, so the fuzzer is a process of its own; a failing seed is named in its output.
  it.each([1, 2, 3, 4])(
    'survives random words, handles and disposal orders, seed %i',
    { timeout: 120_000 },
    async (seed) => {
      const outcome = await runChild('fuzz.mjs', [addonPath, String(seed), '400'], {
        TESSERA_CPU_MEMORY_LIMIT: String(256 * 2 ** 20),
      });
      expect(outcome).toMatchObject({
        status: 0,
        signal: null,
        stderr: '',
        stdout: expect.stringMatching(/^done: \d+ failures/),
      });
    },
  );
});
