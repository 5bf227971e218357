import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runChild, usableLevels } from './children.js';
import { addonPath } from './commands.js';

const chosen = async (level: string): Promise<{ features: string; unavailable?: string }> => {
  const { stdout, stderr } = await runChild('open.mjs', [addonPath], { TESSERA_CPU_ISA: level });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as { features: string; unavailable?: string };
};

describe('TESSERA_CPU_ISA', () => {
  it('forces each level that this machine and this build have', async () => {
    const levels = await usableLevels();
    expect(levels.length).toBeGreaterThan(0);
    for (const level of levels) expect(await chosen(level)).toMatchObject({ features: level, opened: true });
  });

  it('is refused, with what there is, when it names none of them', async () => {
    expect(await chosen('v9')).toMatchObject({
      opened: false,
      unavailable: expect.stringMatching(/unknown CPU level in TESSERA_CPU_ISA; got 'v9'; this machine has/),
    });
  });
});

/**
 * A weak symbol of one level's objects may be linked in place of the same symbol of another level, and then AVX-512 code
 * runs on a machine without it. So whatever a kernel file defines must carry the level in its name.
 */
describe('kernel objects', () => {
  const build = join(dirname(addonPath), '..', 'CMakeFiles');
  // A build that came out of turbo's cache has no objects.
  const levels = existsSync(build) ? readdirSync(build).filter((name) => /^cpu_.+\.dir$/.test(name)) : [];

  it.skipIf(levels.length === 0)('share no weak symbol between levels', () => {
    for (const folder of levels) {
      const level = folder.slice('cpu_'.length, -'.dir'.length);
      const files = readdirSync(join(build, folder), { recursive: true, encoding: 'utf8' });
      for (const object of files.filter((file) => file.endsWith('.o'))) {
        const symbols = execFileSync('nm', ['--defined-only', join(build, folder, object)], { encoding: 'utf8' });
        const shared = symbols
          .split('\n')
          .filter((line) => / [WVu] (?!DW\.ref\.)/.test(line) && !line.includes(`${level.length}${level}`));
        expect(shared, `${level}: ${object}`).toEqual([]);
      }
    }
  });
});
