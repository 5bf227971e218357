// Runs with TESSERA_CPU_MEMORY_LIMIT=64 MiB.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const addon = createRequire(import.meta.url)(process.argv[2]);
const device = addon.open('cpu');
const MiB = 2 ** 20;
const handle = (slot) => 2 ** 22 + slot;
const run = (...words) => addon.submit(device, Uint32Array.from(words), words.length);
const alloc = (slot, bytes) => run(1, 5, handle(slot), bytes, 0);
const free = (slot) => run(2, 3, handle(slot));

assert.equal(addon.memory(device).limit, 64 * MiB);

// 40 MiB in small pieces are cached, then a request that fits only without them.
for (let i = 1; i <= 640; i++) alloc(i, 65536);
for (let i = 1; i <= 640; i++) free(i);
await addon.synchronize(device);
assert.ok(addon.memory(device).cached >= 40 * MiB);
alloc(1, 48 * MiB);
await addon.synchronize(device);
assert.equal(addon.memory(device).live, 48 * MiB);

// Now there is too little: the request fails, everything else goes on.
alloc(2, 32 * MiB);
alloc(3, 4 * MiB);
await assert.rejects(addon.synchronize(device), { code: 'OUT_OF_MEMORY', op: 'alloc' });
await assert.rejects(addon.read(device, handle(2), 0, 4), { code: 'OUT_OF_MEMORY' });
await addon.read(device, handle(3), 0, 4);
free(1);
free(2);
alloc(2, 32 * MiB);
await addon.read(device, handle(2), 0, 4);
assert.ok(addon.memory(device).reserved <= 64 * MiB);
addon.close(device);
console.log('done');
