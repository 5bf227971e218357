// What a fresh clone needs before anything else can run, with nothing but Node: installed dependencies and the built
// project. Does nothing that is already done. `npm test` and `npm start` begin here.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Runs a program of the project, its output passed through; false when it fails. */
export function run(command, args, options = {}) {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', ...options.env };
  const shell = process.platform === 'win32';
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell, ...options, env });
  if (error) console.error(error.message);
  return status === 0;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

function requireTool(command, hint) {
  const { status } = spawnSync(command, ['--version'], { stdio: 'ignore', shell: process.platform === 'win32' });
  if (status !== 0) fail(`${command} was not found. ${hint}`);
}

/** The CPU levels of x86-64, and what /proc/cpuinfo calls the features that each adds: see native/src/cpu/dispatch/isa.cc. */
const levels = {
  v2: ['sse4_2', 'popcnt'],
  v3: ['avx2', 'fma', 'bmi1', 'bmi2'],
  v4: ['avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl'],
  v4bf16: ['avx512_bf16'],
  v4amx: ['amx_tile', 'amx_bf16'],
};

/** The levels that this machine runs, as TESSERA_CPU_ISA_LEVELS takes them; undefined where it does not say. */
function ownLevels() {
  if (process.arch !== 'x64' || !existsSync('/proc/cpuinfo')) return undefined;
  const flags = new Set(/^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1].split(' '));
  const names = Object.keys(levels);
  const missing = names.findIndex((name) => levels[name].some((flag) => !flags.has(flag)));
  if (missing === 0) return undefined;
  return names.slice(0, missing < 0 ? names.length : missing).join(',');
}

const installed = join(root, 'node_modules', '.package-lock.json');
const lock = join(root, 'package-lock.json');

export function setup() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Tessera needs Node 20.19 or later; this is ${process.version}.`);
  requireTool('cmake', 'Install CMake 3.20 or later (Debian: apt-get install cmake; macOS: brew install cmake).');
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
    console.log('Installing dependencies');
    // Not `npm ci`: it refuses a lock file that lacks optional packages of other platforms.
    if (!run('npm', ['install', '--no-save', '--no-audit', '--no-fund'])) fail('npm install failed; see above.');
  }
  // What this machine cannot run takes minutes to compile; `npm run build` compiles it all.
  const gpu = existsSync('/proc/driver/nvidia/version') || process.platform === 'win32';
  const cuda = process.env.TESSERA_CUDA_ARCHITECTURES ?? (gpu ? undefined : 'none');
  const cpu = process.env.TESSERA_CPU_ISA_LEVELS ?? ownLevels();
  const env = {
    ...(cuda !== undefined && { TESSERA_CUDA_ARCHITECTURES: cuda }),
    ...(cpu !== undefined && { TESSERA_CPU_ISA_LEVELS: cpu }),
  };
  const parts = [cpu && `CPU levels ${cpu}`, cuda === 'none' && 'no GPU code: there is no NVIDIA driver'].filter(
    Boolean,
  );
  console.log(`Building${parts.length > 0 ? ` for this machine alone (${parts.join('; ')})` : ''}`);
  if (!run('npx', ['turbo', 'run', 'build', '--output-logs=errors-only'], { env }))
    fail('The build failed; see above.');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setup();
