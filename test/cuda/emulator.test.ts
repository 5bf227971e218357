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
});
