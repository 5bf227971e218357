import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isFileDType, SafetensorsError, SafetensorsFile, type TensorToWrite, writeSafetensors } from '@tessera/data';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporary.js';

const tensors: readonly TensorToWrite[] = [
  { name: 'w', dtype: 'f32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  { name: 'ids', dtype: 'i64', shape: [1], data: BigInt64Array.of(3n) },
  { name: 'mask', dtype: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) },
];

/** Opens and reads all; a typed error is as good as a file that reads in full. Anything else fails the test. */
async function readsOrRefuses(path: string, bytes: Uint8Array): Promise<void> {
  writeFileSync(path, bytes);
  try {
    await using file = await SafetensorsFile.open(path);
    for (const name of file.names) {
      const { shape, dtype, data } = await file.read(name);
      expect(isFileDType(dtype)).toBe(true);
      expect(data.byteLength).toBeLessThanOrEqual(bytes.length);
      expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
    }
  } catch (error) {
    expect(error).toBeInstanceOf(SafetensorsError);
    expect((error as SafetensorsError).file).toBe(path);
  }
}

describe('a damaged file', () => {
  let valid: Buffer;
  beforeAll(async () => {
    const path = join(temporaryFolder(), 'x');
    await writeSafetensors(path, tensors, { metadata: { k: 'v' } });
    valid = readFileSync(path);
  });

  it('is refused at every truncation', async () => {
    const path = join(temporaryFolder(), 'cut');
    for (let length = 0; length < valid.length; length++) {
      writeFileSync(path, valid.subarray(0, length));
      await expect(SafetensorsFile.open(path)).rejects.toBeInstanceOf(SafetensorsError);
    }
  });

  it('with any byte changed is refused or read', async () => {
    const path = join(temporaryFolder(), 'changed');
    for (let at = 0; at < valid.length; at++) {
      for (const value of [0, 0x22, 0x30, 0x5b, 0x7f, 0xff, valid[at]! ^ 1, valid[at]! + 1]) {
        const copy = Buffer.from(valid);
        copy[at] = value;
        await readsOrRefuses(path, copy);
      }
    }
  });

  it('with any bytes inserted, removed or replaced is refused or read', async () => {
    const path = join(temporaryFolder(), 'edited');
    const edit = fc.record({ at: fc.nat(), remove: fc.nat({ max: 9 }), insert: fc.uint8Array({ maxLength: 9 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        let bytes = valid;
        for (const { at, remove, insert } of edits) {
          const from = at % (bytes.length + 1);
          bytes = Buffer.concat([bytes.subarray(0, from), insert, bytes.subarray(from + remove)]);
        }
        await readsOrRefuses(path, bytes);
      }),
      { numRuns: 500 },
    );
  });

  it('with any JSON for a header is refused or read', async () => {
    const path = join(temporaryFolder(), 'json');
    const extent = fc.oneof(fc.nat({ max: 20 }), fc.integer(), fc.double(), fc.constant(2 ** 60));
    const entry = fc.record(
      {
        dtype: fc.oneof(fc.constantFrom('U8', 'F32', 'BF16', 'I64'), fc.string()),
        shape: fc.oneof(fc.array(extent, { maxLength: 3 }), fc.jsonValue()),
        data_offsets: fc.oneof(fc.array(extent, { maxLength: 3 }), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    const header = fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('__metadata__', '__proto__')),
      fc.oneof(entry, fc.jsonValue()),
      { maxKeys: 4 },
    );
    await fc.assert(
      fc.asyncProperty(header, fc.nat({ max: 40 }), async (value, dataBytes) => {
        const json = Buffer.from(JSON.stringify(value));
        const prefix = Buffer.alloc(8);
        prefix.writeBigUInt64LE(BigInt(json.length));
        await readsOrRefuses(path, Buffer.concat([prefix, json, Buffer.alloc(dataBytes)]));
      }),
      { numRuns: 500 },
    );
  });

  it('written from any tensors reads back equal', async () => {
    const path = join(temporaryFolder(), 'any');
    const tensor = fc.record({ name: fc.string(), shape: fc.array(fc.nat({ max: 4 }), { maxLength: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(tensor, { selector: (t) => t.name, maxLength: 5 }), async (list) => {
        const given = list
          .filter(({ name }) => name !== '__metadata__' && Buffer.from(name).toString() === name)
          .map(({ name, shape }, i): TensorToWrite => {
            const data = new Int32Array(shape.reduce((a, b) => a * b, 1)).fill(i);
            return { name, shape, dtype: 'i32', data };
          });
        await writeSafetensors(path, given);
        await using file = await SafetensorsFile.open(path);
        expect(new Set(file.names)).toEqual(new Set(given.map((t) => t.name)));
        for (const { name, shape, data } of given) expect(await file.read(name)).toEqual({ dtype: 'i32', shape, data });
      }),
      { numRuns: 100 },
    );
  });
});
