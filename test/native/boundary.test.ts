import { describe, expect, it } from 'vitest';
import type { Addon } from '../../native/lib/addon.js';
import { schemaDigest } from '../../native/lib/gen/encoders.js';
import { addon, alloc, handleOf, TestDevice } from './commands.js';

/** Complete by type: a member of Addon that is missing here does not compile, nor one that is not in Addon. */
const surface: Readonly<Record<keyof Addon, 'string' | 'function'>> = {
  version: 'string',
  digest: 'string',
  devices: 'function',
  open: 'function',
  close: 'function',
  submit: 'function',
  write: 'function',
  adopt: 'function',
  read: 'function',
  readSync: 'function',
  synchronize: 'function',
  synchronizeSync: 'function',
  progress: 'function',
  memory: 'function',
  resetPeakMemory: 'function',
  emptyCache: 'function',
  threads: 'function',
  capture: 'function',
  launch: 'function',
  release: 'function',
};

describe('the surface of the addon', () => {
  it('is what addon.ts declares', () => {
    const actual = Object.fromEntries(Reflect.ownKeys(addon).map((key) => [key, typeof addon[key as keyof Addon]]));
    expect(actual).toEqual(surface);
    expect(addon.digest).toBe(schemaDigest);
  });

  it('lists the CPU with the level in use', () => {
    const cpu = addon.devices().find((device) => device.type === 'cpu');
    expect(cpu).toMatchObject({ index: 0, features: expect.stringMatching(/^(v2|v3|v4|v4bf16|v4amx|neon)$/) });
    expect(cpu!.memoryBytes).toBeGreaterThan(2 ** 20);
  });

  it('keeps the documented form of memory and progress', () => {
    using device = new TestDevice();
    device.submit(alloc(handleOf(1), 1000));
    expect(device.memory()).toEqual({
      live: 1000,
      peak: 1000,
      scratchPeak: 0,
      cached: expect.any(Number),
      reserved: expect.any(Number),
      limit: expect.any(Number),
      allocations: 1,
    });
    expect(addon.progress(device.id)).toBeInstanceOf(Int32Array);
    expect(addon.progress(device.id)).toBe(addon.progress(device.id));
  });

  it('rejects wrong arguments at the call, with code INVALID_ARGUMENT and the name of the argument', () => {
    using device = new TestDevice();
    const wrong = addon as unknown as Record<string, (...args: unknown[]) => unknown>;
    const calls: [string, unknown[], string][] = [
      ['submit', [device.id, [1, 2, 3], 3], 'words'],
      ['submit', [device.id, new Float32Array(3), 3], 'words'],
      ['submit', [device.id, new Uint32Array(3), 4], 'count'],
      ['submit', [device.id, new Uint32Array(3), -1], 'count'],
      ['submit', [device.id, new Uint32Array(3)], 'count'],
      ['submit', [], 'device'],
      ['submit', ['0', new Uint32Array(3), 3], 'device'],
      ['write', [device.id, 1, 0.5, new Uint8Array(1)], 'byteOffset'],
      ['write', [device.id, 1, 0, 'text'], 'data'],
      ['write', [device.id, 1, 0, new ArrayBuffer(4)], 'data'],
      ['adopt', [device.id, 1, null], 'data'],
      ['read', [device.id, 2 ** 32, 0, 1], 'handle'],
      ['read', [device.id, 1, 0, Number.NaN], 'byteLength'],
      ['readSync', [device.id, 1, 0, 2 ** 54], 'byteLength'],
      ['launch', [device.id, 77], 'recording'],
      ['threads', ['two'], 'count'],
      ['open', [3], 'type'],
    ];
    for (const [name, args, argument] of calls) {
      expect(() => wrong[name]!(...args), `${name}(${args.length})`).toThrow(
        expect.objectContaining({
          name: 'TypeError',
          code: 'INVALID_ARGUMENT',
          op: name,
          message: expect.stringContaining(`'${argument}'`),
        }),
      );
    }
  });

  it('names the device types when asked for another', () => {
    expect(() => addon.open('tpu' as 'cpu')).toThrow(/unknown device type; got 'tpu'; expected one of cpu/);
    expect(() => addon.open('cpu', 1)).toThrow(/got index 1; expected 0/);
  });

  it('knows that a device is closed', () => {
    const device = new TestDevice();
    device[Symbol.dispose]();
    expect(() => addon.synchronizeSync(device.id)).toThrow(expect.objectContaining({ code: 'CLOSED' }));
    expect(() => addon.close(12345)).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  });

  it('sets the number of threads', () => {
    const before = addon.threads();
    expect(addon.threads(3)).toBe(3);
    expect(addon.threads(0)).toBe(1);
    expect(addon.threads(10 ** 6)).toBe(256);
    expect(addon.threads(before)).toBe(before);
  });
});
