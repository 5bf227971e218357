// Two devices run the same parallel kernel at once, over and over, while the number of threads changes. Every result
// must equal the first one, bit for bit. Arguments: addon path, op of the `exp` kernel, rounds.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const [addonPath, op, rounds] = process.argv.slice(2);
const addon = createRequire(import.meta.url)(addonPath);
const handle = (slot) => 2 ** 22 + slot;
const n = 300_001;
const bytes = 4 * n;
const input = Float32Array.from({ length: n }, (_, i) => Math.sin(i) * 10);
const devices = [addon.open('cpu'), addon.open('cpu')];
for (const device of devices) {
  const words = Uint32Array.of(1, 5, handle(1), bytes, 0, 1, 5, handle(2), bytes, 0);
  addon.submit(device, words, words.length);
  addon.write(device, handle(1), 0, input);
}
const exp = Uint32Array.of(Number(op), 10, handle(1), 0, 0, handle(2), 0, 0, n, 0);
const clear = Uint32Array.of(4, 7, handle(2), 0, 0, bytes, 0);

let expected;
for (let round = 0; round < Number(rounds); round++) {
  addon.threads(1 + (round % 5));
  for (const device of devices) {
    addon.submit(device, clear, clear.length);
    for (let i = 0; i < 5; i++) addon.submit(device, exp, exp.length);
  }
  for (const result of await Promise.all(devices.map((device) => addon.read(device, handle(2), 0, bytes)))) {
    expected ??= Buffer.from(result.slice(0));
    assert.ok(expected.equals(Buffer.from(result)));
  }
}
for (let i = 0; i < n; i += 997) {
  const value = expected.readFloatLE(4 * i);
  assert.ok(Math.abs(value - Math.exp(input[i])) <= 1e-5 * Math.exp(input[i]), `${i}: ${value}`);
}
for (const device of devices) addon.close(device);
console.log('done');
