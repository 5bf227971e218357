// One of many workers: uses devices of its own in one way, without pause, until it is terminated.
import { createRequire } from 'node:module';
import { workerData } from 'node:worker_threads';

const addon = createRequire(import.meta.url)(workerData.addonPath);
const device = addon.open('cpu');
const other = addon.open('cpu');
const handle = (slot) => 2 ** 22 + slot;
const MiB = 2 ** 20;
const alloc = (slot, bytes) => [1, 5, handle(slot), bytes, 0];
const free = (slot) => [2, 3, handle(slot)];
const copy = (to, from, bytes) => [3, 10, handle(to), 0, 0, handle(from), 0, 0, bytes, 0];
const zero = (slot, bytes) => [4, 7, handle(slot), 0, 0, bytes, 0];
const submit = (to, ...commands) => {
  const words = Uint32Array.from(commands.flat());
  addon.submit(to, words, words.length);
};
const attempt = (call) => {
  try {
    call();
  } catch {}
};
const ignore = () => {};
const block = Uint32Array.from([alloc(1, MiB), alloc(2, MiB), zero(1, MiB), copy(2, 1, MiB), free(1)].flat());

const habits = {
  async everything() {
    const recording = addon.capture(device, block, block.length);
    for (let i = 0; ; i++) {
      addon.submit(other, block, block.length);
      addon.launch(device, recording);
      addon.write(device, handle(2), 0, new Uint8Array(1000));
      addon.adopt(device, handle(3), new Uint8Array(5000));
      const pending = [
        addon.read(device, handle(2), 0, 16),
        addon.read(other, handle(2), 0, MiB),
        addon.synchronize(other),
        addon.read(other, handle(77), 0, 1).catch(ignore),
      ];
      if (i % 3 === 0) await Promise.all(pending);
      else await Promise.allSettled(pending.slice(1));
      if (i % 5 === 0) addon.readSync(device, handle(2), 0, 64);
      submit(device, free(99));
      await addon.synchronize(device).catch(ignore);
      submit(device, free(2), free(3));
      submit(other, free(2));
    }
  },

  /** Opened and closed with work, recordings, adopted memory and reads under way. */
  async devices() {
    for (let i = 0; ; i++) {
      const fresh = addon.open('cpu');
      const recording = addon.capture(fresh, block, block.length);
      addon.launch(fresh, recording);
      addon.adopt(fresh, handle(3), new Float32Array(5000));
      const pending = addon.read(fresh, handle(2), 0, MiB).catch(ignore);
      if (i % 2 === 0) addon.release(fresh, recording);
      addon.close(fresh);
      if (i % 4 === 0) await pending;
    }
  },

  /** Exceptions and rejections without end. */
  async failures() {
    for (;;) {
      attempt(() => addon.submit(device, [1], 1));
      attempt(() => addon.close(12345));
      attempt(() => addon.open('abacus'));
      submit(device, alloc(1, 8), copy(1, 99, 8));
      attempt(() => addon.readSync(device, handle(1), 0, 8));
      attempt(() => addon.synchronizeSync(device));
      await Promise.allSettled(Array.from({ length: 20 }, () => addon.read(device, handle(1), 0, 8)));
      submit(device, free(1));
    }
  },

  /** Blocked in one call after the other. */
  waits() {
    submit(device, alloc(1, 16 * MiB));
    for (;;) {
      submit(device, ...Array.from({ length: 20 }, () => zero(1, 16 * MiB)));
      addon.readSync(device, handle(1), 0, MiB);
      submit(device, ...Array.from({ length: 20 }, () => zero(1, 16 * MiB)), free(99));
      attempt(() => addon.synchronizeSync(device));
      submit(device, ...Array.from({ length: 5000 }, () => zero(1, 4096)));
    }
  },

  /** Many promises that settle at once, with memory of their own. */
  async promises() {
    submit(device, alloc(1, MiB));
    for (;;) {
      const pending = Array.from({ length: 100 }, (_, i) =>
        i % 4 === 0 ? addon.synchronize(device) : addon.read(device, handle(1), 0, i % 10 === 1 ? MiB : 64),
      );
      await Promise.all(pending.map((each, i) => each.then(() => i)));
    }
  },

  /** Nothing but calls into JavaScript. */
  objects() {
    for (;;) {
      for (let i = 0; i < 100; i++) addon.memory(device);
      addon.devices();
      addon.progress(device);
      addon.threads();
    }
  },

  /** Terminated while the addon waits for JavaScript. */
  getter() {
    class Slow extends Uint8Array {
      get buffer() {
        for (;;);
      }
    }
    addon.adopt(device, handle(1), new Slow(8));
  },
};

await habits[workerData.habit]();
