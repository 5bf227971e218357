// Makes the tarballs that are published: `@tessera/native`, one package per platform with a binary (through
// @napi-rs/cli), and the other workspaces. Packages nothing that was not built: a platform exists here when its binary does.
// Publish what `npm run build` made: `npm test` and `npm start` leave out the CPU levels and the GPU code that their machine
// does not run. A binary's CUDA kernels, tessera.fatbin, go with it (the file is empty where there are none), and its checksum.
//
//   node native/pack.mjs OUT [ARTIFACTS]     ARTIFACTS holds tessera.<platform>.node (and .fatbin) files of other machines
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { platformName } from './dist/lib/loader.js';

const native = dirname(fileURLToPath(import.meta.url));
const root = dirname(native);
const [out, artifacts] = process.argv.slice(2);
if (out === undefined)
  throw new Error('pack: where to put the tarballs is missing. Usage: node native/pack.mjs OUT [ARTIFACTS]');

/** Targets of @napi-rs/cli by the platform in a binary's name. */
const targets = {
  'linux-x64-gnu': 'x86_64-unknown-linux-gnu',
  'linux-arm64-gnu': 'aarch64-unknown-linux-gnu',
  'darwin-arm64': 'aarch64-apple-darwin',
  'win32-x64-gnu': 'x86_64-pc-windows-gnu',
};

function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`pack: ${basename(command)} ${args.join(' ')} failed.\n${stdout}${stderr}`);
}

/** Binaries by platform: the local build, and what other machines made. The fatbin of x.node is x.fatbin. */
function binaries() {
  const found = new Map();
  const local = join(native, 'build', 'Release', 'tessera.node');
  if (existsSync(local)) found.set(platformName(), local);
  for (const name of artifacts === undefined ? [] : readdirSync(artifacts)) {
    const platform = /^tessera\.(.+)\.node$/.exec(name)?.[1];
    if (platform !== undefined) found.set(platform, resolve(artifacts, name));
  }
  for (const platform of found.keys()) {
    if (!(platform in targets))
      throw new Error(`pack: no package for platform ${platform}; expected one of ${Object.keys(targets).join(', ')}.`);
  }
  if (found.size === 0) throw new Error('pack: no binary to package. Run `npm run build` first.');
  return found;
}

const found = binaries();
const stage = mkdtempSync(join(tmpdir(), 'tessera-pack-'));
try {
  const manifest = JSON.parse(readFileSync(join(native, 'package.json'), 'utf8'));
  const napi = { binaryName: 'tessera', packageName: manifest.name, targets: [...found.keys()].map((p) => targets[p]) };
  const { scripts: _scripts, devDependencies: _devDependencies, ...published } = manifest;
  writeFileSync(join(stage, 'package.json'), JSON.stringify({ ...published, napi }, null, 2));
  cpSync(join(native, 'dist'), join(stage, 'dist'), { recursive: true });
  copyFileSync(join(root, 'LICENSE'), join(stage, 'LICENSE'));

  const cli = join(root, 'node_modules', '.bin', 'napi');
  run(cli, ['create-npm-dirs'], stage);
  for (const [platform, path] of found) {
    mkdirSync(join(stage, 'artifacts', platform), { recursive: true });
    copyFileSync(path, join(stage, 'artifacts', platform, `tessera.${platform}.node`));
  }
  run(cli, ['artifacts', '--output-dir', 'artifacts'], stage);
  for (const [platform, path] of found) {
    const folder = join(stage, 'npm', platform);
    const beside = [`tessera.${platform}.node.crc32`];
    run(process.execPath, [join(native, 'checksum.mjs'), join(folder, `tessera.${platform}.node`)], stage);
    const fatbin = path.replace(/node$/, 'fatbin');
    if (existsSync(fatbin) && statSync(fatbin).size > 0) {
      copyFileSync(fatbin, join(folder, 'tessera.fatbin'));
      beside.push('tessera.fatbin');
    }
    const file = join(folder, 'package.json');
    const binary = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...binary, files: [...binary.files, ...beside] }, null, 2));
  }
  run(cli, ['pre-publish', '--no-gh-release', '--skip-optional-publish'], stage);

  mkdirSync(out, { recursive: true });
  const folders = [stage, ...readdirSync(join(stage, 'npm')).map((name) => join(stage, 'npm', name))];
  for (const name of readdirSync(join(root, 'packages'))) folders.push(join(root, 'packages', name));
  run('npm', ['pack', '--pack-destination', resolve(out), ...folders], root);
} finally {
  rmSync(stage, { recursive: true, force: true });
}
console.log(readdirSync(out).sort().join('\n'));
