// A script that a vm stops inside a getter which the addon has called, and one whose getter throws.
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

globalThis.adoptEndless = () => addon.adopt(device, handle, endless);
assert.throws(() => vm.runInThisContext('adoptEndless()', { timeout: 100 }), { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' });
assert.throws(() => addon.adopt(device, handle, throwing), { name: 'RangeError', message: 'on purpose' });

// Neither was adopted.
addon.submit(device, Uint32Array.of(1, 5, handle, 8, 0), 5);
assert.equal((await addon.read(device, handle, 0, 8)).byteLength, 8);
console.log('done');
