import { describe, expect, it } from 'vitest';
import { addon, alloc, copy, fillZero, free, handleOf, TestDevice } from './commands.js';

const [a, b, c] = [handleOf(1), handleOf(2), handleOf(3)] as const;

describe('buffers', () => {
  it('hold what was written, at offsets', async () => {
    using device = new TestDevice();
    device.submit(alloc(a, 16));
    device.write(a, new Float32Array([1, 2, 3, 4]));
    device.write(a, new Float32Array([9]), 8);
    expect(await device.floats(a, 4)).toEqual([1, 2, 9, 4]);
    expect(await device.floats(a, 2, 8)).toEqual([9, 4]);
    expect([...new Float32Array(addon.readSync(device.id, a, 4, 8))]).toEqual([2, 9]);
  });

  it('take every kind of view', async () => {
    using device = new TestDevice();
    device.submit(alloc(a, 8));
    const bytes = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
    for (const view of [
      bytes,
      new DataView(bytes.buffer),
      new BigInt64Array(bytes.buffer),
      new Uint8Array(new SharedArrayBuffer(8)).fill(7),
      Buffer.from(bytes),
    ]) {
      device.write(a, view);
      const expected = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      expect([...new Uint8Array(await device.read(a, 8))]).toEqual([...expected]);
    }
    device.write(a, new Uint16Array(bytes.buffer, 2, 1));
    expect([...new Uint8Array(await device.read(a, 3))]).toEqual([3, 4, 3]);
  });

  it('snapshot the data of a write at the call', async () => {
    using device = new TestDevice();
    const data = new Float32Array([1, 2]);
    device.submit(alloc(a, 8));
    device.write(a, data);
    data.fill(0);
    expect(await device.floats(a, 2)).toEqual([1, 2]);
  });

  it('run commands, writes and reads in the order of the calls', async () => {
    using device = new TestDevice();
    device.submit(alloc(a, 4), alloc(b, 4));
    const seen: Promise<number[]>[] = [];
    for (let i = 0; i < 500; i++) {
      device.write(a, Float32Array.of(i));
      device.submit(copy(b, 0, a, 0, 4), fillZero(a, 0, 4));
      seen.push(device.floats(b, 1));
    }
    expect((await Promise.all(seen)).flat()).toEqual(Array.from({ length: 500 }, (_, i) => i));
    expect(await device.floats(a, 1)).toEqual([0]);
  });

  it('copy between and within buffers, overlapping too', async () => {
    using device = new TestDevice();
    device.submit(alloc(a, 24), alloc(b, 8));
    device.write(a, Float32Array.of(1, 2, 3, 4, 5, 6));
    device.submit(copy(b, 0, a, 8, 8), copy(a, 4, a, 0, 16));
    expect(await device.floats(b, 2)).toEqual([3, 4]);
    expect(await device.floats(a, 6)).toEqual([1, 1, 2, 3, 4, 6]);
  });

  it('of several megabytes are copied and zeroed exactly', async () => {
    using device = new TestDevice();
    const count = 3 * 2 ** 20 + 13;
    const data = Uint8Array.from({ length: count }, (_, i) => i % 251);
    device.submit(alloc(a, count), alloc(b, count));
    device.write(a, data);
    device.submit(copy(b, 1, a, 0, count - 1), fillZero(b, 0, 1), fillZero(a, 5, count - 10));
    const copied = new Uint8Array(await device.read(b, count));
    expect(copied[0]).toBe(0);
    expect(Buffer.compare(copied.subarray(1), data.subarray(0, count - 1))).toBe(0);
    const zeroed = new Uint8Array(await device.read(a, count));
    expect([...zeroed.subarray(0, 6)]).toEqual([0, 1, 2, 3, 4, 0]);
    expect(zeroed.subarray(5, count - 5).every((value) => value === 0)).toBe(true);
    expect(zeroed[count - 1]).toBe((count - 1) % 251);
  });

  it('may be empty', async () => {
    using device = new TestDevice();
    device.submit(alloc(a, 0), alloc(b, 0), copy(a, 0, b, 0, 0), fillZero(a, 0, 0));
    device.write(a, new Uint8Array(0));
    expect((await device.read(a, 0)).byteLength).toBe(0);
  });

  it('adopt memory of JavaScript without copying it', async () => {
    using device = new TestDevice();
    const data = new Float32Array([1, 2, 3, 4]);
    addon.adopt(device.id, a, data.subarray(1));
    device.submit(alloc(b, 12), copy(b, 0, a, 0, 12), fillZero(a, 4, 4));
    expect(await device.floats(b, 3)).toEqual([2, 3, 4]);
    expect([...data]).toEqual([1, 2, 0, 4]);
    expect(device.memory().live).toBe(12);
    device.submit(free(a));
    await device.synchronize();
    device.submit(alloc(a, 4));
    await device.synchronize();
    expect([...data]).toEqual([1, 2, 0, 4]);
  });
});

describe('adopted memory', () => {
  it('must not be able to shrink', () => {
    using device = new TestDevice();
    const Resizable = ArrayBuffer as unknown as new (bytes: number, options: { maxByteLength: number }) => ArrayBuffer;
    const view = new Uint8Array(new Resizable(8, { maxByteLength: 16 }));
    expect(() => addon.adopt(device.id, a, view)).toThrow(/wrong argument 'data'; expected .* cannot be resized/);
  });
});

describe('memory', () => {
  it('is counted while live, cached after, and returned on demand', async () => {
    using device = new TestDevice();
    const sizes = [1, 64, 65, 513, 5000, 65536, 65537, 2 ** 20, 5 * 2 ** 20, 40 * 2 ** 20 + 1];
    sizes.forEach((bytes, i) => {
      device.submit(alloc(handleOf(i + 1), bytes));
    });
    const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
    const full = device.memory();
    expect(full).toMatchObject({ live: total, peak: total, allocations: sizes.length });
    expect(full.reserved).toBeGreaterThanOrEqual(total);
    sizes.forEach((_, i) => {
      device.submit(free(handleOf(i + 1)));
    });
    const idle = device.memory();
    expect(idle).toMatchObject({ live: 0, peak: total, cached: full.reserved, reserved: full.reserved });
    addon.resetPeakMemory(device.id);
    addon.emptyCache(device.id);
    expect(device.memory()).toMatchObject({ live: 0, peak: 0, cached: 0, reserved: 0 });
  });

  it('is given back rather than held beside a larger block that it could not serve', () => {
    using device = new TestDevice();
    const mebibyte = 2 ** 20;
    const small = [20, 24, 28].map((size) => size * mebibyte);
    const step = (): void => {
      small.forEach((bytes, i) => {
        device.submit(alloc(handleOf(i + 1), bytes));
      });
      small.forEach((_, i) => {
        device.submit(free(handleOf(i + 1)));
      });
      device.submit(alloc(handleOf(4), 64 * mebibyte), free(handleOf(4)));
    };
    step();
    expect(device.memory().reserved).toBeLessThan(80 * mebibyte); // not 20 + 24 + 28 + 64
    step();
    const { reserved } = device.memory();
    for (let i = 0; i < 5; i++) step();
    expect(device.memory().reserved).toBe(reserved);
  });

  it('returns to where it was over 1000 steps', () => {
    using device = new TestDevice();
    let seed = 1;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    device.submit(alloc(handleOf(1), 123456));
    const step = (generation: number): void => {
      const slots = Array.from({ length: 20 }, (_, i) => handleOf(i + 2, generation));
      for (const handle of slots) device.submit(alloc(handle, random(random(2) ? 2 ** 12 : 2 ** 22)));
      slots.sort((x, y) => ((x * 7919) % 31) - ((y * 7919) % 31));
      for (const handle of slots) device.submit(free(handle));
    };
    for (let i = 0; i < 100; i++) step(i);
    const { live, reserved } = device.memory();
    expect(live).toBe(123456);
    for (let i = 0; i < 1000; i++) step(i % 1024);
    const after = device.memory();
    expect(after.live).toBe(123456);
    expect(after.reserved).toBeLessThan(2 * reserved);
  });

  it('serves a freed block to the next command of that size', () => {
    using device = new TestDevice();
    for (let i = 0; i < 100; i++) device.submit(alloc(handleOf(1, i), 2 ** 20), free(handleOf(1, i)));
    expect(device.memory()).toMatchObject({ live: 0, peak: 2 ** 20, allocations: 100, reserved: 32 * 2 ** 20 });
  });
});

describe('reads', () => {
  it('give large results without a copy on the JavaScript thread', async () => {
    using device = new TestDevice();
    const count = 2 ** 20;
    device.submit(alloc(a, 4 * count));
    const data = Float32Array.from({ length: count }, (_, i) => i);
    device.write(a, data);
    const results = await Promise.all([device.read(a, 4 * count), device.read(a, 4 * count)]);
    for (const result of results) expect(Buffer.compare(new Uint8Array(result), new Uint8Array(data.buffer))).toBe(0);
    new Uint8Array(results[0]).fill(1);
    expect(await device.floats(a, 2, 4)).toEqual([1, 2]);
  });

  it('outlive the device', async () => {
    const device = new TestDevice();
    device.submit(alloc(c, 4));
    device.write(c, Float32Array.of(5));
    const pending = device.floats(c, 1);
    device[Symbol.dispose]();
    expect(await pending).toEqual([5]);
  });
});
