import { describe, expect, it } from 'vitest';
import { runChild } from './children.js';
import { addon, addonPath, alloc, copy, fillZero, free, handleOf, kernel, TestDevice } from './commands.js';

const [a, b, c, d] = [handleOf(1), handleOf(2), handleOf(3), handleOf(4)] as const;
const failure = (code: string, op: string, message: RegExp): unknown =>
  expect.objectContaining({ code, op, message: expect.stringMatching(message) });

describe('a command that fails', () => {
  it('rejects the next wait, once, with the first failure', async () => {
    using device = new TestDevice();
    device.submit(alloc(a, 8), fillZero(a, 4, 8), copy(a, 0, b, 0, 4));
    await expect(device.synchronize()).rejects.toEqual(
      failure('EXTENT', 'fillZero', /got 8 bytes at offset 4; expected to stay within 8 bytes/),
    );
    await device.synchronize();
    device.submit(free(b));
    await expect(device.read(a, 0)).rejects.toEqual(
      failure('INVALID_HANDLE', 'free', /not a live buffer; got handle 0x00400002/),
    );
  });

  it('poisons what it would have written, and what is computed from that', async () => {
    using device = new TestDevice();
    device.submit(alloc(a, 8), alloc(b, 8), alloc(c, 8), alloc(d, 8));
    device.submit(copy(b, 0, handleOf(9), 0, 8), copy(c, 0, b, 0, 8));
    const stale = failure('INVALID_HANDLE', 'copy', /0x00400009/);
    await expect(device.read(a, 8)).rejects.toEqual(stale);
    expect((await device.read(a, 8)).byteLength).toBe(8);
    await expect(device.read(b, 8)).rejects.toEqual(stale);
    await expect(device.read(c, 8)).rejects.toEqual(stale);
    await expect(device.read(c, 8)).rejects.toEqual(stale);
    expect((await device.read(d, 8)).byteLength).toBe(8);
    await device.synchronize();
  });

  it('is healed by freeing, allocating and overwriting', async () => {
    using device = new TestDevice();
    const poison = async (): Promise<void> => {
      device.submit(copy(a, 0, handleOf(9), 0, 4));
      await expect(device.synchronize()).rejects.toThrow();
      await expect(device.read(a, 8)).rejects.toThrow();
    };
    device.submit(alloc(a, 8), alloc(b, 8), fillZero(b, 0, 8));
    await poison();
    device.submit(free(a), alloc(a, 8));
    await device.read(a, 8);
    await poison();
    device.write(a, Float32Array.of(1, 2));
    expect(await device.floats(a, 2)).toEqual([1, 2]);
    await poison();
    device.write(a, Float32Array.of(1));
    await expect(device.read(a, 8)).rejects.toThrow();
    device.submit(fillZero(a, 0, 8));
    expect(await device.floats(a, 2)).toEqual([0, 0]);
    await poison();
    device.submit(copy(a, 0, b, 0, 8));
    expect(await device.floats(a, 2)).toEqual([0, 0]);
  });

  it('leaves every other buffer usable when memory runs out', async () => {
    using device = new TestDevice();
    device.submit(alloc(a, 8), alloc(b, 2 ** 50), alloc(c, 8));
    device.write(a, Float32Array.of(1, 2));
    device.submit(fillZero(b, 0, 2 ** 50), copy(c, 0, b, 0, 8));
    device.write(b, Float32Array.of(1));
    const exhausted = failure('OUT_OF_MEMORY', 'alloc', /got a request for 1125899906842624 bytes/);
    await expect(device.synchronize()).rejects.toEqual(exhausted);
    await expect(device.read(c, 8)).rejects.toEqual(exhausted);
    await expect(device.read(b, 8)).rejects.toEqual(exhausted);
    expect(await device.floats(a, 2)).toEqual([1, 2]);
    device.submit(free(b), alloc(b, 8), copy(b, 0, a, 0, 8));
    expect(await device.floats(b, 2)).toEqual([1, 2]);
    expect(device.memory().live).toBe(24);
  });

  it('reports reads of any size without asking for the memory first', async () => {
    using device = new TestDevice();
    device.submit(alloc(a, 8));
    for (const bytes of [2 ** 33, 2 ** 45, 2 ** 53]) {
      await expect(device.read(a, bytes)).rejects.toMatchObject({ op: 'read' });
      expect(() => addon.readSync(device.id, a, 0, bytes)).toThrow(expect.objectContaining({ op: 'read' }));
    }
  });

  it('stays within TESSERA_CPU_MEMORY_LIMIT, giving back what is cached before it gives up', async () => {
    const outcome = await runChild('memory-limit.mjs', [addonPath], { TESSERA_CPU_MEMORY_LIMIT: String(64 * 2 ** 20) });
    expect(outcome).toMatchObject({ status: 0, stderr: '', stdout: 'done\n' });
  });

  it.each(['64MB', '-1', '0', '1e9'])('refuses the limit %s', async (limit) => {
    const { stdout } = await runChild('open.mjs', [addonPath], { TESSERA_CPU_MEMORY_LIMIT: limit });
    const expected = `open: wrong TESSERA_CPU_MEMORY_LIMIT; got '${limit}'; expected a whole number of bytes above 0.`;
    expect(JSON.parse(stdout)).toMatchObject({ opened: false, failure: expected });
  });
});

describe('a kernel command', () => {
  const exp = (x: number, y: number, n: number): number[] => kernel('exp', [x, y], [n, 0]);

  it('is checked against the size and alignment of its buffers', async () => {
    using device = new TestDevice();
    device.submit(alloc(a, 16), alloc(b, 15));
    device.submit(exp(a, b, 4));
    await expect(device.synchronize()).rejects.toEqual(
      failure('EXTENT', 'exp', /y is too small; got 15 bytes from offset 0; expected 4 elements of 4 bytes/),
    );
    await expect(device.read(b, 4)).rejects.toEqual(failure('EXTENT', 'exp', /./));
    const rejected = async (words: number[], code: string, message: RegExp): Promise<void> => {
      device.submit(free(b), alloc(b, 32), words);
      await expect(device.synchronize()).rejects.toEqual(failure(code, 'exp', message));
    };
    const misaligned = exp(a, b, 2);
    misaligned[6] = 2;
    await rejected(misaligned, 'EXTENT', /y is misaligned; got byte offset 2/);
    const far = exp(a, b, 1);
    far[4] = 1;
    await rejected(far, 'EXTENT', /x is too small; got 16 bytes from offset 4294967296/);
    await rejected(kernel('exp', [a, b], [0, 2 ** 31]), 'EXTENT', /./);
    await rejected(exp(a, 0, 1), 'INVALID_HANDLE', /y is not a live buffer; got handle 0x0/);
  });

  it('must have the words and the variant that its schema says', async () => {
    using device = new TestDevice();
    device.submit(
      alloc(a, 16),
      [...exp(a, a, 1), 0].map((word, i) => (i === 1 ? word + 1 : word)),
    );
    await expect(device.synchronize()).rejects.toEqual(
      failure('INVALID_COMMAND', 'exp', /11 words; expected .* 10 words/),
    );
    device.submit(kernel('exp', [a, a], [1, 0], 99));
    await expect(device.synchronize()).rejects.toEqual(failure('INVALID_COMMAND', 'exp', /got variant 99/));
  });

  it('of no known op, or cut off, fails without touching what was before it', async () => {
    using device = new TestDevice();
    for (const words of [[0], [0, 0], [0, 2], [5, 2], [60000, 3, 0], [1, 4, a, 0], [1, 5, a, 8], [3, 100000, a, 0]]) {
      device.submit(alloc(a, 8), words);
      await expect(device.synchronize(), words.join()).rejects.toMatchObject({ code: 'INVALID_COMMAND' });
      device.submit(free(a));
      await device.synchronize();
    }
  });
});
