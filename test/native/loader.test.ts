import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { schemaDigest } from '../../native/lib/gen/encoders.js';
import {
  candidates,
  type LoadProblem,
  loadAddon,
  loadFrom,
  NativeLoadError,
  NativeMismatchError,
} from '../../native/lib/loader.js';
import { runChild } from './children.js';
import { addonPath } from './commands.js';

const folder = mkdtempSync(join(tmpdir(), 'tessera-loader-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fileWith = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const failureOf = (...from: string[]): NativeLoadError => {
  try {
    loadFrom(from, schemaDigest);
  } catch (error) {
    expect(error).toBeInstanceOf(NativeLoadError);
    return error as NativeLoadError;
  }
  throw new Error('it loaded');
};

describe('loadAddon', () => {
  it('loads the local build once', () => {
    expect(loadAddon()).toBe(loadAddon());
    expect(loadFrom([join(folder, 'absent.node'), addonPath], schemaDigest)).toBe(loadAddon());
  });

  it('tries the local build, then the package of the platform', () => {
    expect(candidates({})).toEqual([
      expect.stringMatching(/native[\\/]build[\\/]Release[\\/]tessera\.node$/),
      expect.stringMatching(`^@tessera/native-${process.platform}-${process.arch}`),
    ]);
    expect(candidates({ TESSERA_ADDON: '/x.node' })).toEqual(['/x.node']);
  });

  const elf = readFileSync(addonPath);
  const pe = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(4096)]);
  const cases: [string, string, LoadProblem, RegExp][] = [
    ['a missing file', join(folder, 'none.node'), 'absent', /build the addon: `npm run build:native/],
    [
      'a missing package',
      '@tessera/native-plan9-mips',
      'absent',
      /npm install --include=optional @tessera\/native-plan9-mips/,
    ],
    ['an empty file', fileWith('empty.node', ''), 'corrupt', /1\. Delete .*empty\.node, which is damaged/],
    [
      'a text file',
      fileWith('text.node', 'version https://git-lfs.github.com/spec/v1\n'.repeat(9)),
      'corrupt',
      /Delete .*text\.node/,
    ],
    ['a truncated addon', fileWith('short.node', elf.subarray(0, 3000)), 'corrupt', /./],
    [
      'a binary of another system',
      fileWith('windows.node', pe),
      'foreign',
      /made for another system.*instead of copying node_modules/,
    ],
  ];
  it.runIf(process.platform === 'linux').each(cases)('diagnoses %s', (_, candidate, problem, advice) => {
    const error = failureOf(candidate);
    expect(error).toMatchObject({ name: 'NativeLoadError', code: 'NATIVE_LOAD', attempts: [{ candidate, problem }] });
    expect(error.message).toMatch(advice);
    expect(error.message).toMatch(/What to do:\n {2}1\. /);
  });

  it('diagnoses damage anywhere in a file that has its checksum', () => {
    const path = fileWith('damaged.node', elf);
    copyFileSync(`${addonPath}.crc32`, `${path}.crc32`);
    const sections = Number(elf.readBigUInt64LE(40));
    const places = [64, elf.length / 3, elf.length / 2, (2 * elf.length) / 3, sections - 1, elf.length - 1].map(
      Math.floor,
    );
    for (const place of places) {
      const damaged = Buffer.from(elf);
      damaged[place]! ^= 16;
      writeFileSync(path, damaged);
      const error = failureOf(path);
      expect(error.attempts, `byte ${place}`).toMatchObject([{ candidate: path, problem: 'corrupt' }]);
      expect(error.message).toMatch(/damaged: its bytes have the checksum [\da-f]{8}; expected [\da-f]{8}\n/);
      expect(error.message).toMatch(/1\. Delete .*damaged\.node, which is damaged, and install again\./);
    }
    writeFileSync(path, elf);
    expect(loadFrom([path], schemaDigest).digest).toBe(schemaDigest);
  });

  it('diagnoses an old C library from what the linker says', () => {
    const attempt = (message: string): NativeLoadError =>
      new NativeLoadError([{ candidate: '/x.node', problem: 'old-libc', error: new Error(message) }]);
    expect(attempt("/lib/libc.so.6: version `GLIBC_2.38' not found (required by /x.node)").message).toMatch(
      /1\. Use a newer system: the addon needs GLIBC_2\.38, this one has /,
    );
  });

  it('says everything it tried when all fail', () => {
    const error = failureOf(fileWith('bad.node', 'x'), '@tessera/native-none');
    expect(error.attempts.map((a) => a.problem)).toEqual(['corrupt', 'absent']);
    expect(error.message).toMatch(
      /bad\.node: .*\n {2}@tessera\/native-none: not there\nWhat to do:\n {2}1\. .*\n {2}2\. /,
    );
  });

  it('refuses an addon of another schema, naming both versions', () => {
    expect(() => loadFrom([addonPath], 'feedfacefeedface')).toThrow(NativeMismatchError);
    expect(() => loadFrom([addonPath], 'feedfacefeedface')).toThrow(
      new RegExp(
        `got version [\\d.]+ \\(schema ${schemaDigest}\\); expected version [\\d.]+ \\(schema feedfacefeedface\\)`,
      ),
    );
  });

  it('refuses another program’s addon', () => {
    const other = fileWith('other.cjs', 'module.exports = { hello() {} };');
    expect(failureOf(other).attempts[0]).toMatchObject({ problem: 'foreign' });
  });

  it('says what to do about a forced CPU level that this machine lacks', async () => {
    const outcome = await runChild('load.mjs', [], { TESSERA_CPU_ISA: 'v9' });
    expect(outcome.stdout).toMatch(/old-cpu/);
    expect(outcome.stdout).toMatch(/Unset or correct TESSERA_CPU_ISA/);
  });
});
