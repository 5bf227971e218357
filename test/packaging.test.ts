/** What is published, installed offline into an empty project: trains there, and says what to do without a binary. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { platformName } from '../native/lib/loader.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tessera-packaging-'));
const tarballs = join(folder, 'tarballs');

function run(command: string, args: readonly string[], cwd: string): { status: number | null; output: string } {
  // The tests run from a tree that npm set up: none of its settings may reach the project under test.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle)/.test(name)),
  );
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return { status, output: `${stdout}${stderr}` };
}

function install(name: string, wanted: (tarball: string) => boolean, ...flags: string[]): string {
  const project = join(folder, name);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name, private: true, type: 'module' }));
  const files = readdirSync(tarballs)
    .filter(wanted)
    .map((tarball) => join(tarballs, tarball));
  const { status, output } = run(
    'npm',
    ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', ...flags, ...files],
    project,
  );
  expect(status, output).toBe(0);
  return project;
}

const isEngine = (tarball: string) => /^tessera-(native|tensor)-/.test(tarball);

/** What careful projects switch on. Declarations of packages are checked too. */
const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--skipLibCheck', 'false'];

const program = `
import { add_, crossEntropy, linear, noGrad, ParameterBuffer, randn, scope, tensor } from '@tessera/tensor';
const x = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]);
const y = tensor([0, 1, 1, 0], { dtype: 'i32' });
const w: number[][] = [[16, 2], [2, 16]];
const [a, b] = w.map((shape) => randn(shape).setRequiresGrad());
const bias = randn([16]).setRequiresGrad();
const parameters = new ParameterBuffer([['a', a!], ['b', b!], ['bias', bias]]);
const step = () => scope(() => {
  const loss = crossEntropy(linear(linear(x, a!, bias, { activation: 'relu' }), b!), y);
  parameters.zeroGrad();
  loss.backward();
  noGrad(() => add_(parameters.data, parameters.grad, { alpha: -0.2 }));
  return loss.detach();
});
for (let i = 0; i < 500; i++) step().dispose();
console.log((await step().item()) < 0.05 ? 'learned' : 'did not learn');
`;

beforeAll(() => {
  const { status, output } = run(process.execPath, [join(root, 'native', 'pack.mjs'), tarballs], root);
  expect(status, output).toBe(0);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a program in TypeScript trains from the installed packages', { timeout: 120_000 }, () => {
  const project = install('consumer', isEngine);
  writeFileSync(join(project, 'main.ts'), program);
  const compiler = join(root, 'node_modules', '.bin', 'tsc');
  const flags = [
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--lib',
    'es2023,esnext.disposable,dom',
    ...strict,
    '--types',
    '',
  ];
  const compiled = run(compiler, [...flags, 'main.ts'], project);
  expect(compiled.output).toBe('');
  expect(run(process.execPath, ['main.js'], project).output).toBe('learned\n');

  const binary = join(project, `node_modules/@tessera/native-${platformName()}/tessera.${platformName()}.node`);
  const bytes = readFileSync(binary);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(binary, bytes);
  expect(run(process.execPath, ['main.js'], project).output).toMatch(/NativeLoadError: (.*\n)+.*: damaged: /);
});

test('the declarations of every package stand up to strict settings, imported or required', {
  timeout: 120_000,
}, () => {
  const project = mkdtempSync(join(root, 'test', 'dist', 'declarations-'));
  try {
    const entries = readdirSync(join(root, 'packages'))
      .filter((name) => name !== 'cli')
      .flatMap((name) => {
        const { exports } = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
        return Object.keys(exports).map((entry) => `@tessera/${name}${entry.slice(1)}`);
      });
    expect(entries).toContain('@tessera/data/tensors');
    const named = (form: (name: string, entry: string) => string) =>
      `${entries.map((entry, i) => form(`p${i}`, entry)).join('\n')}\nexport const all = [${entries.map((_, i) => `p${i}`)}];\n`;
    writeFileSync(
      join(project, 'all.mts'),
      named((name, entry) => `import * as ${name} from '${entry}';`),
    );
    writeFileSync(
      join(project, 'all.cts'),
      named((name, entry) => `import ${name} = require('${entry}');`),
    );
    writeFileSync(join(project, 'tsconfig.json'), '{}');
    const flags = ['-p', '.', '--noEmit', '--module', 'nodenext', '--target', 'es2022', '--types', 'node', ...strict];
    const { output } = run(join(root, 'node_modules', '.bin', 'tsc'), flags, project);
    expect(output).toBe('');
  } finally {
    rmSync(project, { recursive: true });
  }
});

test('what package.json promises of each package is in it', { timeout: 120_000 }, async () => {
  const packages = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name));
  const found = await Promise.all(
    [join(root, 'native'), ...packages].map(async (pkgDir) => {
      const { messages, pkg } = await publint({ pkgDir, pack: 'npm' });
      return messages.map((message) => `${pkgDir}: ${formatMessage(message, pkg)}`);
    }),
  );
  expect(found.flat()).toEqual([]);
});

test('a binary goes with its CUDA kernels', { timeout: 120_000 }, () => {
  const artifacts = join(folder, 'artifacts');
  const packed = join(folder, 'packed');
  mkdirSync(artifacts);
  const platform = process.platform === 'win32' ? 'linux-x64-gnu' : 'win32-x64-gnu';
  for (const kind of ['node', 'fatbin']) writeFileSync(join(artifacts, `tessera.${platform}.${kind}`), kind);
  const made = run(process.execPath, [join(root, 'native', 'pack.mjs'), packed, artifacts], root);
  expect(made.status, made.output).toBe(0);
  const tarball = readdirSync(packed).find((name) => name.includes(platform));
  const listed = run('tar', ['-tf', join(packed, tarball!)], root)
    .output.trim()
    .split('\n');
  const binary = `package/tessera.${platform}.node`;
  expect(listed).toEqual(expect.arrayContaining(['package/tessera.fatbin', binary, `${binary}.crc32`]));
});

test('without a binary for the machine, the error says what is missing and what to do', { timeout: 120_000 }, () => {
  const project = install('bare', (t) => isEngine(t) && !/native-(linux|darwin|win32)/.test(t), '--omit=optional');
  writeFileSync(join(project, 'main.js'), "import { ones } from '@tessera/tensor';\nones([1]);\n");
  const { status, output } = run(process.execPath, ['main.js'], project);
  expect(status).not.toBe(0);
  expect(output).toMatch(/NativeLoadError: Could not load the native addon/);
  expect(output).toMatch(/What to do:\n\s+1\. /);
});
