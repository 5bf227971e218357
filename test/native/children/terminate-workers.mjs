// Terminates workers that use the addon, 20 at a time, each at a random moment: while it loads, in a call, in a wait, as
// promises settle. Arguments: addon path, rounds of 20, seed, main.
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

const habits = ['everything', 'devices', 'failures', 'waits', 'promises', 'objects', 'getter'];
for (let round = 0; round < Number(rounds); round++) {
  await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const habit = habits[(round * 20 + i) % habits.length];
      const worker = new Worker(new URL('worker.mjs', import.meta.url), { workerData: { addonPath, habit } });
      worker.on('error', (error) => {
        console.error(habit, error);
        process.exitCode = 1;
      });
      await sleep(random(round % 2 === 0 ? 60 : 400));
      await worker.terminate();
    }),
  );
}
console.log('done');
