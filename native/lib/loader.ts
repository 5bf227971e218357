/**
 * Finds and loads the addon: a local build, else the package of this platform. When neither can be loaded, the error
 * says why for each candidate and what to do, derived from the actual causes. Nothing is loaded at import.
 */
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import type { Addon } from './addon.js';
import { schemaDigest } from './gen/encoders.js';

/** Why one candidate could not be loaded. */
export type LoadProblem =
  | 'absent'
  | 'corrupt'
  | 'foreign'
  | 'old-libc'
  | 'old-node'
  | 'old-cpu'
  | 'missing-library'
  | 'not-permitted'
  | 'other';

export interface LoadAttempt {
  /** The file or package that was tried. */
  readonly candidate: string;
  readonly problem: LoadProblem;
  readonly error: Error;
}

/** No candidate could be loaded. `message` ends with a numbered list of what to do. */
export class NativeLoadError extends Error {
  override readonly name = 'NativeLoadError';
  readonly code = 'NATIVE_LOAD';
  readonly attempts: readonly LoadAttempt[];

  constructor(attempts: readonly LoadAttempt[]) {
    const tried = attempts.map((a) => `  ${a.candidate}: ${describe(a)}`).join('\n');
    const steps = solutions(attempts).map((step, i) => `  ${i + 1}. ${step}`);
    super(
      `Could not load the native addon of @tessera/native on ${platformName()} (Node ${process.version}).\nTried:\n${tried}\nWhat to do:\n${steps.join('\n')}`,
      { cause: attempts[0]?.error },
    );
    this.attempts = attempts;
  }
}

/** The addon was built from another kernel schema than the JavaScript beside it: computing would give garbage. */
export class NativeMismatchError extends Error {
  override readonly name = 'NativeMismatchError';
  readonly code = 'NATIVE_MISMATCH';

  constructor(
    candidate: string,
    readonly expected: { readonly version: string; readonly digest: string },
    readonly actual: { readonly version: string; readonly digest: string },
  ) {
    super(
      `load: ${candidate} does not belong to this @tessera/native; got version ${actual.version} (schema ${actual.digest}); ` +
        `expected version ${expected.version} (schema ${expected.digest}). Install the same version of both packages, ` +
        'or rebuild a local checkout with `npm run build:native -w native`.',
    );
  }
}

const require = createRequire(import.meta.url);
const packageRoot = findPackageRoot();
const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };

/** What is tried, in order; `TESSERA_ADDON` names a file that is tried alone. */
export function candidates(environment: Readonly<Record<string, string | undefined>> = process.env): string[] {
  const forced = environment.TESSERA_ADDON;
  if (forced) return [forced];
  return [join(packageRoot, 'build', 'Release', 'tessera.node'), `@tessera/native-${platformName()}`];
}

let loaded: Addon | undefined;

/**
 * The addon, loaded on the first call.
 * @throws NativeLoadError, NativeMismatchError
 */
export function loadAddon(): Addon {
  loaded ??= loadFrom(candidates(), schemaDigest);
  return loaded;
}

/** Loads the first candidate that works and checks that it was built from the schema with this digest. */
export function loadFrom(from: readonly string[], digest: string): Addon {
  const attempts: LoadAttempt[] = [];
  for (const candidate of from) {
    const result = tryLoad(candidate);
    if ('problem' in result) {
      attempts.push(result);
    } else if (result.digest !== digest) {
      throw new NativeMismatchError(candidate, { version, digest }, { version: result.version, digest: result.digest });
    } else {
      return result;
    }
  }
  throw new NativeLoadError(attempts);
}

function tryLoad(candidate: string): Addon | LoadAttempt {
  let addon: Addon;
  try {
    const file = require.resolve(candidate);
    const defect = file.endsWith('.node') ? inspectBinary(file) : undefined;
    if (defect !== undefined) return { candidate, problem: defect.problem, error: new Error(defect.reason) };
    addon = require(file) as Addon;
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    return { candidate, problem: classify(candidate, error), error };
  }
  if (typeof addon?.digest !== 'string' || typeof addon.devices !== 'function') {
    return { candidate, problem: 'foreign', error: new Error('it is an addon, but not this one') };
  }
  const unusable = addon.devices().find((device) => device.type === 'cpu')?.unavailable;
  if (unusable !== undefined) return { candidate, problem: 'old-cpu', error: new Error(unusable) };
  return addon;
}

/** Linkers tell what went wrong only in prose. */
const symptoms: readonly (readonly [LoadProblem, RegExp])[] = [
  ['old-libc', /version [`'"]?(GLIBC|GLIBCXX)_[\d.]+/],
  [
    'old-node',
    /undefined symbol: (napi|node_api)_|NODE_MODULE_VERSION|did not self-register|procedure could not be found/,
  ],
  ['foreign', /wrong ELF class|incompatible architecture|wrong architecture|cannot open shared object file: .*ld-musl/],
  [
    'corrupt',
    /invalid ELF header|file too short|not a valid Win32|ELF load command|not a mach-o|file is not of required/i,
  ],
  ['not-permitted', /failed to map segment|operation not permitted|permission denied|code signature/i],
  ['missing-library', /cannot open shared object file|library not loaded|specified module could not be found/i],
];

function classify(candidate: string, error: Error): LoadProblem {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'MODULE_NOT_FOUND' && error.message.includes(candidate)) return 'absent';
  return symptoms.find(([, pattern]) => pattern.test(error.message))?.[0] ?? 'other';
}

interface Defect {
  readonly problem: 'corrupt' | 'foreign';
  readonly reason: string;
}

const elfMachines: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };

/**
 * Looks at a binary before the dynamic linker does: it maps a file that is cut short or damaged inside without complaint, and
 * the process dies when it touches what is missing or wrong.
 */
function inspectBinary(path: string): Defect | undefined {
  const file = openSync(path, 'r');
  try {
    return inspectFormat(file) ?? inspectContents(file, `${path}.crc32`);
  } finally {
    closeSync(file);
  }
}

function inspectFormat(file: number): Defect | undefined {
  const head = Buffer.alloc(64);
  readSync(file, head, 0, head.length, 0);
  const { size } = fstatSync(file);
  const corrupt = (reason: string): Defect => ({ problem: 'corrupt', reason });
  const foreign = (reason: string): Defect => ({ problem: 'foreign', reason });
  const magic = head.readUInt32BE(0);
  const format =
    magic === 0x7f454c46
      ? 'linux'
      : [0xcffaedfe, 0xcefaedfe, 0xcafebabe].includes(magic)
        ? 'darwin'
        : magic >>> 16 === 0x4d5a
          ? 'win32'
          : undefined;
  if (format === undefined) return corrupt(`no binary at all (${size} bytes)`);
  if (format !== process.platform) return foreign(`a binary for ${format}`);
  if (format !== 'linux') return undefined;
  if (head[4] !== 2 || head.readUInt16LE(18) !== elfMachines[process.arch])
    return foreign('a binary for another processor');
  const sectionsEnd = Number(head.readBigUInt64LE(40)) + head.readUInt16LE(58) * head.readUInt16LE(60);
  if (size < sectionsEnd) return corrupt(`truncated: ${size} bytes of at least ${sectionsEnd}`);
  return undefined;
}

/** Compares the bytes with the checksum that the build and the package put beside the binary (native/checksum.mjs). */
function inspectContents(file: number, checksum: string): Defect | undefined {
  if (!existsSync(checksum)) return undefined;
  const expected = readFileSync(checksum, 'utf8').trim();
  const piece = Buffer.allocUnsafe(2 ** 17); // stays in cache between reading and summing
  let [at, crc] = [0, 0];
  for (;;) {
    const count = readSync(file, piece, 0, piece.length, at);
    if (count === 0) break;
    crc = crc32(piece.subarray(0, count), crc);
    at += count;
  }
  const actual = crc.toString(16).padStart(8, '0');
  if (actual === expected) return undefined;
  return { problem: 'corrupt', reason: `damaged: its bytes have the checksum ${actual}; expected ${expected}` };
}

function describe(attempt: LoadAttempt): string {
  if (attempt.problem === 'absent') return 'not there';
  return attempt.error.message.split('\n')[0]!;
}

const advice: Readonly<Record<Exclude<LoadProblem, 'absent'>, (attempt: LoadAttempt) => string>> = {
  corrupt: (a) => `Delete ${a.candidate}, which is damaged, and install again.`,
  foreign: (a) =>
    `Replace ${a.candidate}, which is made for another system or program: run \`npm install\` on this machine instead of copying node_modules.`,
  'old-libc': (a) => {
    const required = /(GLIBC|GLIBCXX)_[\d.]+/.exec(a.error.message)?.[0] ?? 'a newer one';
    const found = glibcVersion();
    return `Use a newer system: the addon needs ${required}, this one has ${found ? `glibc ${found}` : 'no glibc'}. Or build it here (see below).`;
  },
  'old-node': () => `Use Node 20.19 or later; this is ${process.version}.`,
  'old-cpu': (a) =>
    process.env.TESSERA_CPU_ISA
      ? `Unset or correct TESSERA_CPU_ISA: ${a.error.message}`
      : 'Use a machine with an x86-64-v2 processor (SSE4.2 and POPCNT: made after 2009), or give the virtual machine a CPU model that has it.',
  'missing-library': (a) => `Install the shared library that is missing: ${a.error.message.split('\n')[0]}`,
  'not-permitted': (a) =>
    `Allow ${a.candidate} to be mapped as code (permissions, a noexec mount, or a code signature).`,
  other: (a) => `Look into this: ${a.error.message.split('\n')[0]}`,
};

const rebuild =
  'In a checkout, build the addon: `npm run build:native -w native` (needs CMake 3.20 and a C++20 compiler).';

function solutions(attempts: readonly LoadAttempt[]): string[] {
  const steps = attempts.flatMap((a) => (a.problem === 'absent' ? [] : [advice[a.problem](a)]));
  const platformPackage = attempts.find((a) => a.candidate.startsWith('@'));
  if (platformPackage?.problem === 'absent') {
    const { candidate } = platformPackage;
    steps.push(
      `Install the binary of this platform: \`npm install --include=optional ${candidate}\`. ` +
        'It is an optional dependency: `--omit=optional` and lock files made on another system leave it out.',
      `For another machine than this one, name it: \`npm install --os=${process.platform} --cpu=${process.arch}\`.`,
    );
  }
  return [...steps, rebuild];
}

/** As in the name of the package with the binary for this machine: `linux-x64-gnu`, `darwin-arm64`, `win32-x64-gnu`. */
export function platformName(): string {
  const libc = process.platform === 'linux' ? (glibcVersion() ? '-gnu' : '-musl') : '';
  return `${process.platform}-${process.arch}${process.platform === 'win32' ? '-gnu' : libc}`;
}

function glibcVersion(): string | undefined {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime;
}

function findPackageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
