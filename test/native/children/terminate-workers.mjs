// Starts 20 workers that use the addon and terminates each at a random moment, several rounds over. Arguments: addon path, rounds, seed, main.
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

const [addonPath, rounds, seed, where] = process.argv.slice(2);
let state = Number(seed);
const random = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return (state / 2 ** 32) * below;
};
// Without the addon in the main thread it is unloaded and loaded again between rounds.
if (where === 'main') createRequire(import.meta.url)(addonPath).open('cpu');

for (let round = 0; round < Number(rounds); round++) {
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      const worker = new Worker(new URL('worker.mjs', import.meta.url), { workerData: { addonPath } });
      worker.on('error', (error) => {
        console.error(error);
        process.exitCode = 1;
      });
      await sleep(random(round % 2 === 0 ? 60 : 400));
      await worker.terminate();
    }),
  );
}
console.log('done');
