// Getters that the addon calls: one that a vm stops, one that throws, one that lies, one that takes the memory away.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import vm from 'node:vm';

const addon = createRequire(import.meta.url)(process.argv[2]);
const device = addon.open('cpu');
const handle = 2 ** 22 + 1;
const viewOf = (getter) => Object.defineProperty(new Uint8Array(8), 'buffer', { get: getter });
const endless = viewOf(() => {
  for (;;);
});
const throwing = viewOf(() => {
  throw new RangeError('on purpose');
});
const lying = viewOf(() => undefined);
const detaching = new Uint8Array(8);
const { buffer } = detaching;
Object.defineProperty(detaching, 'buffer', { get: () => structuredClone(buffer, { transfer: [buffer] }) });

globalThis.adoptEndless = () => addon.adopt(device, handle, endless);
assert.throws(() => vm.runInThisContext('adoptEndless()', { timeout: 100 }), { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' });
assert.throws(() => addon.adopt(device, handle, throwing), { name: 'RangeError', message: 'on purpose' });

assert.throws(() => addon.adopt(device, handle, lying), { name: 'TypeError' });

addon.adopt(device, handle, detaching);
await assert.rejects(addon.read(device, handle, 0, 1), { code: 'EXTENT' });
addon.submit(device, Uint32Array.of(2, 3, handle), 3);

// None of the others was adopted.
addon.submit(device, Uint32Array.of(1, 5, handle, 8, 0), 5);
assert.equal((await addon.read(device, handle, 0, 8)).byteLength, 8);
console.log('done');
