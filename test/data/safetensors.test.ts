import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  openSafetensors,
  SafetensorsFile,
  type TensorToWrite,
  writeSafetensors,
  writeShardedSafetensors,
} from '@tessera/data';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporary.js';

/** A file with any header and any number of data bytes. */
function rawFile(header: unknown, dataBytes: number): string {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(json.length));
  const path = join(temporaryFolder(), 'raw.safetensors');
  writeFileSync(path, Buffer.concat([prefix, json, Buffer.alloc(dataBytes, 1)]));
  return path;
}

const range = (n: number): Float32Array => Float32Array.from({ length: n }, (_, i) => i);

const sample: readonly TensorToWrite[] = [
  { name: 'b.bits', dtype: 'bf16', shape: [3], data: Uint16Array.of(0x3f80, 0xc000, 0x7fc0) },
  { name: 'a.weight', dtype: 'f32', shape: [2, 3], data: range(6) },
  { name: 'flag', dtype: 'bool', shape: [], data: Uint8Array.of(1) },
  { name: 'empty', dtype: 'f32', shape: [0, 4], data: new Float32Array(0) },
  { name: 'ids', dtype: 'i64', shape: [2], data: BigInt64Array.of(7n, -9n) },
];

describe('a written file', () => {
  it('is read back with names, metadata, shapes and exact elements', async () => {
    const path = join(temporaryFolder(), 'made', 'on the way', 'x.safetensors');
    await writeSafetensors(path, sample, { metadata: { step: '3', note: 'ä' } });
    await using file = await SafetensorsFile.open(path);
    expect(file.metadata).toEqual({ note: 'ä', step: '3' });
    expect(new Set(file.names)).toEqual(new Set(sample.map((t) => t.name)));
    for (const tensor of sample) {
      const read = await file.read(tensor.name);
      expect(read.shape).toEqual(tensor.shape);
      expect(read.dtype).toBe(tensor.dtype);
      expect(read.data).toEqual(tensor.data);
    }
  });

  it('has the same bytes whatever the order of tensors and metadata', async () => {
    const folder = temporaryFolder();
    const [one, two] = [join(folder, '1'), join(folder, '2')];
    const a = await writeSafetensors(one, sample, { metadata: { x: '1', y: '2' } });
    const b = await writeSafetensors(two, [...sample].reverse(), { metadata: { y: '2', x: '1' } });
    expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
    expect(a.crc32).toBe(b.crc32);
    expect(readFileSync(one).readBigUInt64LE(0) % 8n).toBe(0n);
  });

  it('takes tensors from functions and async pieces, one at a time', async () => {
    const path = join(temporaryFolder(), 'x.safetensors');
    const calls: string[] = [];
    await writeSafetensors(path, [
      { name: 'later', dtype: 'f32', shape: [2], data: () => Float32Array.of(calls.push('later'), 2) },
      {
        name: 'first',
        dtype: 'f64',
        shape: [3],
        data: async function* () {
          calls.push('first');
          yield Float64Array.of(1);
          yield Float64Array.of(2, 3);
        },
      },
    ]);
    expect(calls).toEqual(['first', 'later']);
    await using file = await SafetensorsFile.open(path);
    expect((await file.read('first')).data).toEqual(Float64Array.of(1, 2, 3));
  });

  it('keeps the old file, and leaves nothing behind, when a producer fails or gives the wrong length', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'x.safetensors');
    await writeSafetensors(path, sample);
    const before = readFileSync(path);
    const failing = (data: TensorToWrite['data']) =>
      writeSafetensors(path, [{ name: 'w', dtype: 'f32', shape: [2], data }]);
    await expect(failing(() => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
    await expect(failing(() => range(3))).rejects.toMatchObject({ code: 'SAFETENSORS_LENGTH', tensor: 'w' });
    await expect(failing(range(1))).rejects.toThrow('takes 8 bytes; its data has 4');
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(['x.safetensors']);
  });

  it('refuses names given twice and reserved names', async () => {
    const path = join(temporaryFolder(), 'x.safetensors');
    const twice = [sample[1]!, sample[1]!];
    await expect(writeSafetensors(path, twice)).rejects.toMatchObject({
      code: 'SAFETENSORS_DUPLICATE',
      tensor: 'a.weight',
    });
    await expect(writeSafetensors(path, [{ ...sample[1]!, name: '__metadata__' }])).rejects.toMatchObject({
      code: 'SAFETENSORS_NAME',
    });
    expect(existsSync(path)).toBe(false);
  });
});

describe('reading', () => {
  async function open(tensors: readonly TensorToWrite[]): Promise<SafetensorsFile> {
    const path = join(temporaryFolder(), 'x.safetensors');
    await writeSafetensors(path, tensors);
    return SafetensorsFile.open(path);
  }

  it('reads into given memory, also at odd offsets, and checks its size', async () => {
    await using file = await open(sample);
    const room = new Uint8Array(25);
    await file.read('a.weight', { into: room.subarray(1) });
    expect(new Float32Array(room.slice(1).buffer)).toEqual(range(6));
    const small = file.read('a.weight', { into: new Float32Array(5) });
    await expect(small).rejects.toMatchObject({ code: 'TENSOR_INTO', tensor: 'a.weight' });
  });

  it('reads slices of any dimension', async () => {
    const data = range(2 * 3 * 4);
    await using file = await open([{ name: 'w', dtype: 'f32', shape: [2, 3, 4], data }]);
    const at = (i: number, j: number, k: number): number => data[(i * 3 + j) * 4 + k]!;
    const row = await file.read('w', { slice: [[1, 2]] });
    expect([row.shape, row.data[0]]).toEqual([[1, 3, 4], at(1, 0, 0)]);
    const part = await file.read('w', { slice: [null, [1, 3], [2, 3]], dtype: 'f64' });
    expect(part.shape).toEqual([2, 2, 1]);
    expect([...part.data]).toEqual([at(0, 1, 2), at(0, 2, 2), at(1, 1, 2), at(1, 2, 2)]);
    await expect(file.read('w', { slice: [[0, 3]] })).rejects.toMatchObject({ code: 'TENSOR_SLICE' });
  });

  it('reads tensors larger than a chunk in parallel pieces, exactly', async () => {
    const data = new Uint16Array(9_000_001).map((_, i) => (i * 40503) >> 3);
    await using file = await open([{ name: 'big', dtype: 'u16', shape: [data.length], data }]);
    const read = await file.read('big');
    expect(Buffer.from(read.data.buffer).equals(Buffer.from(data.buffer))).toBe(true);
    const wide = await file.read('big', { dtype: 'i32' });
    expect(wide.data[8_999_999]).toBe(data[8_999_999]);
  });

  it('converts i64 to i32 and names the element that does not fit', async () => {
    await using file = await open([
      { name: 'fits', dtype: 'i64', shape: [2], data: BigInt64Array.of(5n, -(2n ** 31n)) },
      { name: 'large', dtype: 'i64', shape: [3], data: BigInt64Array.of(5n, 2n ** 31n, 0n) },
    ]);
    expect((await file.read('fits', { dtype: 'i32' })).data).toEqual(Int32Array.of(5, -(2 ** 31)));
    await expect(file.read('large', { dtype: 'i32' })).rejects.toThrow(
      'element 1 is 2147483648, which i32 cannot hold',
    );
  });

  it('names an unknown tensor and refuses to read after close', async () => {
    const file = await open(sample);
    await expect(file.read('nope')).rejects.toMatchObject({ code: 'SAFETENSORS_UNKNOWN_TENSOR', tensor: 'nope' });
    await file.close();
    await expect(file.read('ids')).rejects.toMatchObject({ code: 'SAFETENSORS_CLOSED' });
  });

  it('says so when the file became shorter after it was opened', async () => {
    const file = await open([{ name: 'w', dtype: 'u8', shape: [100], data: new Uint8Array(100) }]);
    truncateSync(file.path, 100);
    await expect(file.read('w')).rejects.toMatchObject({ code: 'SAFETENSORS_TRUNCATED', tensor: 'w' });
    await file.close();
  });
});

describe('a bad file', () => {
  const entry = (begin: number, end: number, more: object = {}) => ({
    dtype: 'U8',
    shape: [end - begin],
    data_offsets: [begin, end],
    ...more,
  });
  const cases: [string, unknown, number, string][] = [
    ['an unknown dtype', { w: entry(0, 4, { dtype: 'F4' }) }, 4, 'SAFETENSORS_DTYPE'],
    ['a dtype in lower case', { w: entry(0, 4, { dtype: 'u8' }) }, 4, 'SAFETENSORS_DTYPE'],
    ['a shape that is not its bytes', { w: entry(0, 4, { shape: [5] }) }, 4, 'SAFETENSORS_SHAPE'],
    ['a negative extent', { w: entry(0, 4, { shape: [-4] }) }, 4, 'SAFETENSORS_SHAPE'],
    ['a shape that overflows', { w: entry(0, 0, { shape: [2 ** 40, 2 ** 40, 0, 2 ** 40] }) }, 0, 'ok'],
    ['a huge shape', { w: entry(0, 4, { shape: [2 ** 52, 2 ** 52] }) }, 4, 'SAFETENSORS_SHAPE'],
    ['a fractional offset', { w: entry(0, 4, { data_offsets: [0, 4.5] }) }, 4, 'SAFETENSORS_FIELD'],
    ['three offsets', { w: entry(0, 4, { data_offsets: [0, 4, 5] }) }, 4, 'SAFETENSORS_FIELD'],
    ['offsets in reverse', { w: entry(4, 0, { shape: [0] }) }, 4, 'SAFETENSORS_RANGE'],
    ['bytes beyond the end', { w: entry(8, 12) }, 4, 'SAFETENSORS_RANGE'],
    ['a truncated tensor', { w: entry(0, 12) }, 4, 'SAFETENSORS_TRUNCATED'],
    ['an overlap', { a: entry(0, 4), b: entry(3, 6) }, 6, 'SAFETENSORS_OVERLAP'],
    ['a gap', { a: entry(0, 4), b: entry(5, 6) }, 6, 'SAFETENSORS_GAP'],
    ['bytes after the last tensor', { a: entry(0, 4) }, 6, 'SAFETENSORS_GAP'],
    ['metadata that is not text', { __metadata__: { a: 1 }, w: entry(0, 1) }, 1, 'SAFETENSORS_METADATA'],
    ['an entry that is not an object', { w: 3 }, 0, 'SAFETENSORS_FIELD'],
    ['a list for a header', [], 0, 'SAFETENSORS_HEADER_JSON'],
    ['broken JSON', '{"w":', 0, 'SAFETENSORS_HEADER_JSON'],
    [
      'a name twice',
      '{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}, "\\u0077" :{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
      1,
      'SAFETENSORS_DUPLICATE',
    ],
    ['a field twice', '{"w":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}', 1, 'SAFETENSORS_DUPLICATE'],
  ];
  it.each(cases)('with %s is refused', async (_, header, bytes, code) => {
    const path = rawFile(header, bytes);
    if (code === 'ok') return (await SafetensorsFile.open(path)).close();
    const opened = SafetensorsFile.open(path);
    await expect(opened).rejects.toMatchObject({ name: 'SafetensorsError', code, file: path });
  });

  it('names file, tensor and problem in the message', async () => {
    const path = rawFile({ 'model.w': entry(0, 12) }, 4);
    await expect(SafetensorsFile.open(path)).rejects.toThrow(
      `${path}: tensor "model.w": its bytes [0,12) do not lie within`,
    );
  });

  it('with a lying length is refused before anything is allocated', async () => {
    const path = join(temporaryFolder(), 'x');
    const lie = Buffer.alloc(16);
    for (const [length, code] of [
      [2n ** 63n, 'SAFETENSORS_HEADER_LENGTH'],
      [99_999_999n, 'SAFETENSORS_TRUNCATED'],
    ] as const) {
      lie.writeBigUInt64LE(length);
      writeFileSync(path, lie);
      await expect(SafetensorsFile.open(path)).rejects.toMatchObject({ code });
    }
    writeFileSync(path, 'short');
    await expect(SafetensorsFile.open(path)).rejects.toMatchObject({ code: 'SAFETENSORS_TRUNCATED' });
    await expect(SafetensorsFile.open(join(path, 'none'))).rejects.toMatchObject({ code: 'SAFETENSORS_OPEN' });
  });
});

describe('a sharded model', () => {
  async function writeModel(maxShardBytes: number): Promise<string> {
    const folder = join(temporaryFolder(), 'runs', 'model'); // made where there is none
    const tensors = ['c', 'a', 'b'].map(
      (name, i): TensorToWrite => ({ name, dtype: 'f32', shape: [10], data: range(10).fill(i) }),
    );
    await writeShardedSafetensors(folder, tensors, { maxShardBytes });
    return folder;
  }

  it('is split by size and read back through its index or its folder', async () => {
    const folder = await writeModel(80);
    expect(readdirSync(folder).sort()).toEqual([
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
      'model.safetensors.index.json',
    ]);
    await using model = await openSafetensors(folder);
    expect([...model.names].sort()).toEqual(['a', 'b', 'c']);
    expect((await model.read('b')).data).toEqual(range(10).fill(2));
    expect(model.info('b').file).toBe(join(folder, 'model-00002-of-00002.safetensors'));
  });

  it('leaves no shard of an earlier layout behind', async () => {
    const folder = await writeModel(40);
    await writeShardedSafetensors(folder, sample);
    expect(readdirSync(folder)).toEqual(['model.safetensors']);
  });

  it('with a missing shard is refused, and the shard named', async () => {
    const folder = await writeModel(80);
    rmSync(join(folder, 'model-00002-of-00002.safetensors'));
    const opened = openSafetensors(folder);
    await expect(opened).rejects.toMatchObject({ code: 'SAFETENSORS_MISSING_SHARD', tensor: 'b' });
    await expect(openSafetensors(folder)).rejects.toThrow('model-00002-of-00002.safetensors is missing');
  });

  it.each([
    ['a tensor placed in the wrong shard', { c: 2, a: 1, b: 2 }, 'SAFETENSORS_INDEX', 'c'],
    ['a tensor no shard holds', { a: 1, b: 2, c: 1, d: 1 }, 'SAFETENSORS_INDEX', 'd'],
  ])('with %s is refused', async (_, places, code, tensor) => {
    const folder = await writeModel(80);
    const map = Object.fromEntries(Object.entries(places).map(([k, v]) => [k, `model-0000${v}-of-00002.safetensors`]));
    writeFileSync(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: map }));
    await expect(openSafetensors(folder)).rejects.toMatchObject({ code, tensor });
  });

  it('with a name in two shards is refused', async () => {
    const folder = await writeModel(80);
    await writeSafetensors(join(folder, 'model-00002-of-00002.safetensors'), [
      { name: 'a', dtype: 'u8', shape: [0], data: new Uint8Array(0) },
    ]);
    await expect(openSafetensors(folder)).rejects.toMatchObject({ code: 'SAFETENSORS_DUPLICATE', tensor: 'a' });
  });

  it('refuses an index that points outside its folder, or is none', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'model.safetensors.index.json');
    for (const content of [
      '{',
      '{"weight_map":3}',
      '{"weight_map":{"w":"../w.safetensors"}}',
      '{"weight_map":{"w":3}}',
    ]) {
      writeFileSync(path, content);
      await expect(openSafetensors(folder)).rejects.toMatchObject({ code: 'SAFETENSORS_INDEX' });
    }
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    await expect(openSafetensors(empty)).rejects.toThrow('holds neither');
  });
});
