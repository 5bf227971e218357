// Drives the addon with random commands: well-formed ones over few slots, so that they interact, and mutated ones.
// Whatever happens must be a failure that is reported, and the device must work afterwards. Arguments: addon path, seed, rounds.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const [addonPath, seed, rounds] = process.argv.slice(2);
const addon = createRequire(import.meta.url)(addonPath);
let state = Number(seed) * 2654435761;
const random = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};
const pick = (list) => list[random(list.length)];
const handle = () => random(3) * 2 ** 22 + random(12);
const wide = (value) => [value >>> 0, Math.floor(value / 2 ** 32)];
const size = () =>
  pick([0, 1, 4, 64, 1000, 4096, 65536, 100_000, random(2 ** 20), random(2 ** 26), 2 ** 40, 2 ** 53 - 1]);
const small = () => pick([0, 0, 0, 4, 64, random(5000), 2 ** 32, 2 ** 53 - 4]);
const parameter = () =>
  pick([0, 1, 2, 3, 4, 16, random(100), random(70000), 0xffffffff, 0x80000000, 0x3f800000, random(2 ** 32)]);

function command() {
  switch (random(9)) {
    case 0:
    case 1:
      return [1, 5, handle(), ...wide(size())];
    case 2:
      return [2, 3, handle()];
    case 3:
      return [3, 10, handle(), ...wide(small()), handle(), ...wide(small()), ...wide(size())];
    case 4:
      return [4, 7, handle(), ...wide(small()), ...wide(size())];
    case 5:
      return Array.from({ length: random(20) }, () => random(2 ** 32));
    default: {
      // The right number of words is found by trial: kernels with b buffers and p parameter words.
      const buffers = 1 + random(6);
      const params = random(12);
      const words = [16 + random(260) + random(3) * 2 ** 16, 2 + 3 * buffers + params];
      for (let i = 0; i < buffers; i++) words.push(handle(), ...wide(pick([0, 0, 0, 4, small()])));
      for (let i = 0; i < params; i++) words.push(i % 2 ? pick([0, 0, 0, parameter()]) : parameter());
      return words;
    }
  }
}

let failures = 0;
const count = () => failures++;
const devices = [addon.open('cpu'), addon.open('cpu')];
const recordings = [];
for (let round = 0; round < Number(rounds); round++) {
  const device = pick(devices);
  const words = Uint32Array.from(Array.from({ length: random(60) }, command).flat());
  for (let i = random(4); i > 0 && words.length > 0; i--)
    words[random(words.length)] = random(2) ? random(300) : random(2 ** 32);
  addon.submit(device, words, random(words.length + 1));
  const pending = [];
  for (let i = random(6); i > 0; i--) {
    switch (random(8)) {
      case 0:
        addon.write(device, handle(), small(), new Uint8Array(random(5000)));
        break;
      case 1:
        addon.adopt(device, handle(), new Uint8Array(random(5000)));
        break;
      case 2:
        try {
          addon.readSync(device, handle(), small(), random(5000));
        } catch {
          count();
        }
        break;
      case 3:
        addon.emptyCache(device);
        break;
      case 4:
        try {
          recordings.push([device, addon.capture(device, words, words.length), words.length]);
        } catch {
          count();
        }
        break;
      case 5:
        if (recordings.length > 0) {
          const [owner, id, length] = pick(recordings);
          const patches = Array.from({ length: random(4) }, () => [
            random(Math.max(length, 1)),
            random(2 ** 32),
          ]).flat();
          try {
            addon.launch(owner, id, Uint32Array.from(patches));
          } catch {
            count();
          }
        }
        break;
      case 6:
        pending.push(addon.synchronize(device).catch(count));
        break;
      default:
        pending.push(addon.read(device, handle(), small(), pick([random(100), random(10 ** 6)])).catch(count));
    }
  }
  if (random(3) === 0) await Promise.all(pending);
  if (random(50) === 0) {
    const closed = random(devices.length);
    addon.close(devices[closed]);
    for (let i = recordings.length - 1; i >= 0; i--) if (recordings[i][0] === devices[closed]) recordings.splice(i, 1);
    devices[closed] = addon.open('cpu');
  }
}

for (const device of devices) {
  await addon.synchronize(device).catch(count);
  const fresh = 5 * 2 ** 22 + 4000;
  addon.submit(device, Uint32Array.of(1, 5, fresh, 8, 0), 5);
  addon.write(device, fresh, 0, Float64Array.of(Math.PI));
  assert.deepEqual(new Float64Array(await addon.read(device, fresh, 0, 8)), Float64Array.of(Math.PI));
  addon.close(device);
}
console.log(`done: ${failures} failures`);
