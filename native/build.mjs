// Configures and builds the addon, as many files at a time as there are cores: make alone would take one. Arguments go to
// cmake-js: `npm run build:native -- --CDTESSERA_SANITIZE=address,undefined`.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const more = process.argv.slice(2);
for (const args of [['configure'], ['build', '--parallel', String(availableParallelism())]]) {
  const { status, error } = spawnSync('cmake-js', [...args, ...more], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (error) console.error(error.message);
  if (status !== 0) process.exit(status ?? 1);
}
