// One of many workers: uses its own devices without pause until it is terminated.
import { createRequire } from 'node:module';
import { workerData } from 'node:worker_threads';

const addon = createRequire(import.meta.url)(workerData.addonPath);
const device = addon.open('cpu');
const other = addon.open('cpu');
const handle = (slot) => 2 ** 22 + slot;
const words = Uint32Array.from([
  ...[1, 5, handle(1), 2 ** 20, 0],
  ...[1, 5, handle(2), 2 ** 20, 0],
  ...[4, 7, handle(1), 0, 0, 2 ** 20, 0],
  ...[3, 10, handle(2), 0, 0, handle(1), 0, 0, 2 ** 20, 0],
  ...[2, 3, handle(1)],
]);
const release = Uint32Array.of(2, 3, handle(2));
const recording = addon.capture(device, words, words.length);
const broken = Uint32Array.of(2, 3, handle(99));
for (let i = 0; ; i++) {
  addon.submit(other, words, words.length);
  addon.launch(device, recording);
  addon.write(device, handle(2), 0, new Uint8Array(1000));
  addon.adopt(device, handle(3), new Uint8Array(5000));
  const pending = [
    addon.read(device, handle(2), 0, 16),
    addon.read(other, handle(2), 0, 2 ** 20),
    addon.synchronize(other),
    addon.read(other, handle(77), 0, 1).catch(() => {}),
  ];
  if (i % 3 === 0) await Promise.all(pending);
  else await Promise.allSettled(pending.slice(1));
  if (i % 5 === 0) addon.readSync(device, handle(2), 0, 64);
  addon.submit(device, broken, 3);
  await addon.synchronize(device).catch(() => {});
  addon.submit(device, release, 3);
  addon.submit(other, release, 3);
  addon.submit(device, Uint32Array.of(2, 3, handle(3)), 3);
}
