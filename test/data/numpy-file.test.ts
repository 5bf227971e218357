import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { DataError, NumpyFile } from '@tessera/data';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporary.js';

function npy(descr: string, shape: string, data: ArrayBufferView, order = 'False'): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape}), }`;
  const header = Buffer.from(`${text.padEnd(117)}\n`);
  const start = Buffer.from('\x93NUMPY\x01\0\0\0', 'latin1');
  start.writeUInt16LE(header.length, 8);
  return Buffer.concat([start, header, Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)]);
}

/** A zip of these members, deflated or stored. */
function zip(members: Record<string, Buffer>, deflate: boolean): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(members)) {
    const stored = deflate ? deflateRawSync(content) : content;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(deflate ? 8 : 0, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(stored.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const end = Buffer.alloc(14);
    end.writeUInt32LE(offset, 10);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), stored]);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), common, end, Buffer.from(name)]));
    parts.push(local);
    offset += local.length;
  }
  const size = directory.reduce((sum, entry) => sum + entry.length, 0);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

function file(name: string, content: Buffer): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

const pixels = npy('|u1', '1, 2, 3', Uint8Array.of(1, 2, 3, 4, 5, 6));
const mean = npy('<f8', '2,', Float64Array.of(0.5, -1));

describe('NumPy files', () => {
  it.each([false, true])('are read from an archive (deflated: %s)', async (deflate) => {
    await using npz = await NumpyFile.open(file('x.npz', zip({ 'arr_0.npy': pixels, 'mu.npy': mean }, deflate)));
    expect(npz.names).toEqual(['arr_0', 'mu']);
    expect(await npz.read('arr_0')).toEqual({ dtype: 'u8', shape: [1, 2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
    expect((await npz.read('mu', { dtype: 'f32', slice: [[1, 2]] })).data).toEqual(Float32Array.of(-1));
    expect(npz.info('mu')).toMatchObject({ dtype: 'f64', byteLength: 16 });
    await expect(npz.read('sigma')).rejects.toThrow('no such array; it has arr_0, mu');
  });

  it('are read alone, scalars too', async () => {
    await using npy0 = await NumpyFile.open(file('one.npy', npy('<i8', '', BigInt64Array.of(7n))));
    expect(await npy0.read('one')).toEqual({ dtype: 'i64', shape: [], data: BigInt64Array.of(7n) });
  });

  it.each([
    ['object arrays', npy('|O', '1,', new Uint8Array(8)), 'element type |O'],
    ['big-endian numbers', npy('>f4', '1,', new Uint8Array(4)), 'element type >f4'],
    ['Fortran order', npy('<f4', '1,', new Uint8Array(4), 'True'), 'Fortran order'],
    [
      'a lying shape',
      npy('<f4', '1000000000, 1000000000', new Uint8Array(4)),
      'takes 4000000000000000000 bytes; it has 4',
    ],
    ['a truncated array', mean.subarray(0, -1), 'it has 15'],
    ['a truncated header', mean.subarray(0, 40), 'a header of 118 bytes in 40'],
    ['no header', Buffer.from('hello'), 'not in NumPy format'],
  ])('with %s are refused', async (_, content, problem) => {
    await expect(NumpyFile.open(file('x.npy', content))).rejects.toThrow(problem);
  });

  it('damaged anywhere are refused or read', async () => {
    const archive = zip({ 'a.npy': pixels, 'b.npy': mean }, true);
    const path = file('x.npz', archive);
    for (let at = 0; at < archive.length; at++) {
      for (const content of [archive.subarray(0, at), Buffer.from(archive)]) {
        if (content.length === archive.length) content[at]! ^= 0x41;
        writeFileSync(path, content);
        try {
          await using npz = await NumpyFile.open(path);
          for (const name of npz.names) await npz.read(name);
        } catch (error) {
          if (!(error instanceof DataError)) throw error;
        }
      }
    }
  });
});
