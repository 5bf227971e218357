import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { addon, alloc, copy, fillZero, free, handleOf, TestDevice } from './commands.js';

const [a, b, c] = [handleOf(1), handleOf(2), handleOf(3)] as const;
const queued = (progress: Int32Array): number => (progress[0]! - progress[1]!) | 0;

describe('the queue', () => {
  it('counts commands as they are submitted and completed', async () => {
    using device = new TestDevice();
    const progress = addon.progress(device.id);
    expect([...progress]).toEqual([0, 0]);
    device.submit(alloc(a, 4), fillZero(a, 0, 4), free(a));
    expect(progress[0]).toBe(3);
    await device.synchronize();
    expect([...progress]).toEqual([4, 4]);
  });

  it('holds back a program that runs ahead', () => {
    using device = new TestDevice();
    device.submit(alloc(a, 2 ** 20));
    const progress = addon.progress(device.id);
    const block = Array.from({ length: 100 }, () => fillZero(a, 0, 2 ** 20));
    let most = 0;
    for (let i = 0; i < 300; i++) {
      device.submit(...block);
      most = Math.max(most, queued(progress));
    }
    expect(progress[0]).toBe(30_001);
    expect(most).toBeLessThanOrEqual(16384);
    expect(most).toBeGreaterThan(4000);
  });

  it('takes a block larger than itself', async () => {
    using device = new TestDevice();
    device.submit(alloc(a, 4), alloc(b, 4));
    device.write(a, Float32Array.of(7));
    device.submit(...Array.from({ length: 60_000 }, (_, i) => (i % 2 ? copy(b, 0, a, 0, 4) : fillZero(b, 0, 4))));
    expect(await device.floats(b, 1)).toEqual([7]);
    expect(addon.progress(device.id)[1]).toBe(60_004);
  });

  it('keeps the event loop live while the machine computes', async () => {
    using device = new TestDevice();
    device.submit(alloc(a, 64 * 2 ** 20));
    await device.synchronize();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    device.submit(...Array.from({ length: 60 }, () => fillZero(a, 0, 64 * 2 ** 20)));
    const start = performance.now();
    await device.synchronize();
    const elapsed = performance.now() - start;
    clearInterval(timer);
    delay.disable();
    expect(turns).toBeGreaterThan(elapsed / 50);
  });

  it('bounds the bytes that wait to be written', async () => {
    using device = new TestDevice();
    const bytes = 64 * 2 ** 20;
    device.submit(alloc(a, bytes));
    for (let i = 0; i < 10; i++) device.write(a, new Uint8Array(bytes).fill(i, 0, 1));
    expect(new Uint8Array(await device.read(a, 1))[0]).toBe(9);
  });

  it('belongs to one device: two of them run side by side', async () => {
    using one = new TestDevice();
    using two = new TestDevice();
    for (const device of [one, two]) device.submit(alloc(a, 2 ** 22), fillZero(a, 0, 2 ** 22));
    for (let i = 0; i < 200; i++) {
      one.submit(fillZero(a, 0, 2 ** 22));
      two.submit(fillZero(a, 0, 2 ** 22));
    }
    one.write(a, Float32Array.of(1));
    two.write(a, Float32Array.of(2));
    expect(await Promise.all([one.floats(a, 2), two.floats(a, 2)])).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });
});

describe('recordings', () => {
  it('replay commands with patched words', async () => {
    using device = new TestDevice();
    device.submit(alloc(a, 16), alloc(b, 16));
    device.write(a, Float32Array.of(1, 2, 3, 4));
    const words = Uint32Array.from([...alloc(c, 4), ...copy(c, 0, a, 0, 4), ...copy(b, 4, c, 0, 4), ...free(c)]);
    const recording = addon.capture(device.id, words, words.length);
    words.fill(0);
    addon.launch(device.id, recording);
    expect(await device.floats(b, 2)).toEqual([0, 1]);
    const sourceOffset = 5 + 6;
    addon.launch(device.id, recording, Uint32Array.of(sourceOffset, 8));
    expect((await device.floats(b, 2))[1]).toBe(3);
    addon.launch(device.id, recording);
    expect((await device.floats(b, 2))[1]).toBe(3);
    expect(device.memory().live).toBe(32);
    expect(() => addon.launch(device.id, recording, Uint32Array.of(1))).toThrow(/pairs/);
    expect(() => addon.launch(device.id, recording, Uint32Array.of(words.length, 1))).toThrow(/indices/);
    addon.launch(device.id, recording, Uint32Array.of(sourceOffset, 4));
    addon.release(device.id, recording);
    expect((await device.floats(b, 2))[1]).toBe(2);
    expect(() => addon.launch(device.id, recording)).toThrow(/recording/);
  });

  it('keep the buffers they allocate when these live on', async () => {
    using device = new TestDevice();
    const words = Uint32Array.from([...alloc(a, 8), ...fillZero(a, 0, 4)]);
    const recording = addon.capture(device.id, words, words.length);
    addon.launch(device.id, recording);
    device.write(a, Float32Array.of(5, 6));
    addon.launch(device.id, recording);
    expect(await device.floats(a, 2)).toEqual([0, 6]);
    expect(device.memory()).toMatchObject({ live: 8, allocations: 1 });
  });

  it('count as the commands they hold', async () => {
    using device = new TestDevice();
    const words = Uint32Array.from([...alloc(a, 8), ...free(a)]);
    const recording = addon.capture(device.id, words, words.length);
    for (let i = 0; i < 5000; i++) addon.launch(device.id, recording);
    await device.synchronize();
    expect([...addon.progress(device.id)]).toEqual([10_001, 10_001]);
  });

  it('refuse words that are not whole commands', () => {
    using device = new TestDevice();
    expect(() => addon.capture(device.id, Uint32Array.of(1, 5, a), 3)).toThrow(
      expect.objectContaining({ code: 'INVALID_COMMAND' }),
    );
  });
});
