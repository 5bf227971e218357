/** The emulator's own tests are a C++ program (cuda/tests/emulator_test.cc) that the native build makes on Linux. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addonPath } from '../native/commands.js';

describe.runIf(process.platform === 'linux')('the CUDA emulator', () => {
  it('runs kernels as CUDA would, and catches those that are wrong', () => {
    const program = join(dirname(addonPath), 'tessera_emulator_test');
    const { status, stdout, stderr } = spawnSync(program, { encoding: 'utf8' });
    expect(stdout.match(/^FAIL.*$/gm) ?? [], stderr).toEqual([]);
    expect(stdout).toMatch(/^\d+ passed, 0 failed$/m);
    expect(status).toBe(0);
  });

  it('has no device where TESSERA_EMULATOR_SEED is no whole number', () => {
    const script = `
      import { createRequire } from 'node:module';
      const addon = createRequire(import.meta.url)(process.argv[1]);
      const { unavailable } = addon.devices().find(({ type }) => type === 'cuda-emulated');
      let failure;
      try { addon.open('cuda-emulated') } catch ({ message }) { failure = message }
      console.log(JSON.stringify({ unavailable, failure }));`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script, addonPath], {
      encoding: 'utf8',
      env: { ...process.env, TESSERA_EMULATOR_SEED: '3x' },
    });
    const problem = "wrong TESSERA_EMULATOR_SEED; got '3x'; expected a whole number.";
    expect(JSON.parse(stdout)).toEqual({ unavailable: problem, failure: `open: ${problem}` });
  });
});
