import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError, SafetensorsFile, TorchFile, type TorchTensor } from '@tessera/data';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporary.js';

const fixture = fileURLToPath(new URL('../fixtures/gigatok/torch_checkpoint_a/', import.meta.url));
const files = ['checkpoint.pt', 'checkpoint_legacy.pt'];

describe.each(files)('%s', (name) => {
  it('holds the tensors of the fixture, bit for bit', async () => {
    await using file = await TorchFile.open(join(fixture, name));
    await using expected = await SafetensorsFile.open(join(fixture, 'tensors.safetensors'));
    const described = JSON.parse(readFileSync(join(fixture, 'case.json'), 'utf8')).tensors as Record<
      string,
      { dtype: string }
    >;
    const dtypes: Record<string, string> = { float32: 'f32', bfloat16: 'bf16', int64: 'i64' };
    for (const [tensor, { dtype }] of Object.entries(described)) {
      expect(file.info(tensor).dtype).toBe(dtypes[dtype]);
      const want = await expected.read(tensor, { dtype: 'f32' });
      const got = await file.read(tensor, { dtype: 'f32' });
      expect(got.shape).toEqual(want.shape);
      expect(got.data).toEqual(want.data);
    }
    const extra = file.names.filter((tensor) => !(tensor in described));
    expect(extra.map((tensor) => file.info(tensor).byteLength)).toEqual([0]);
  });

  it('holds plain values beside them', async () => {
    await using file = await TorchFile.open(join(fixture, name));
    const top = file.value as Map<string, unknown>;
    expect(top.get('steps')).toBe(1_000_000);
    const args = top.get('args') as Map<string, unknown>;
    expect([args.get('data_path'), args.get('ema')]).toEqual(['x', false]);
  });

  it('reads slices of permuted tensors', async () => {
    await using file = await TorchFile.open(join(fixture, name));
    const whole = await file.read('model.decoder.conv_out.weight');
    const part = await file.read('model.decoder.conv_out.weight', { slice: [[1, 2]] });
    expect(part.data).toEqual(whole.data.slice(27, 54));
    await expect(file.read('none')).rejects.toMatchObject({ code: 'TORCH_UNKNOWN_TENSOR' });
  });

  it('damaged anywhere is refused with a typed error, or read', async () => {
    const valid = readFileSync(join(fixture, name));
    const path = join(temporaryFolder(), 'x.pt');
    const readAll = async (bytes: Uint8Array): Promise<void> => {
      writeFileSync(path, bytes);
      try {
        await using file = await TorchFile.open(path);
        for (const tensor of file.names) await file.read(tensor);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
      }
    };
    for (let length = 0; length < valid.length; length += 97) {
      writeFileSync(path, valid.subarray(0, length));
      await expect(TorchFile.open(path)).rejects.toBeInstanceOf(DataError);
    }
    const change = fc.record({ at: fc.nat({ max: valid.length - 1 }), value: fc.nat({ max: 255 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const copy = Buffer.from(valid);
        for (const { at, value } of changes) copy[at] = value;
        await readAll(copy);
      }),
      { numRuns: 600 },
    );
  });
});

/** A legacy file around any content pickle. */
function fileOf(pickle: string): string {
  const start = Buffer.from('80028a0a6cfc9c46f9206aa850192e80024de9032e80027d2e', 'hex');
  const path = join(temporaryFolder(), 'x.pt');
  writeFileSync(path, Buffer.concat([start, Buffer.from(pickle, 'latin1'), Buffer.from('80025d2e', 'hex')]));
  return path;
}

describe('a pickle', () => {
  it.each([
    ['calls a function', 'cos\nsystem\n(X\x02\x00\x00\x00lstR.', 'os.system'],
    ['names a function', 'cbuiltins\neval\n.', 'builtins.eval'],
    ['names one on the stack', '\x8c\x05posix\x8c\x06system\x93.', 'posix.system'],
    ['calls a storage type', 'ctorch\nFloatStorage\n)R.', 'torch.FloatStorage cannot be called'],
    ['makes an instance by name', '(ios\nsystem\n.', 'instruction 0x69'],
    ['uses the extension registry', '\x82\x01.', 'instruction 0x82'],
    ['loads a persistent id by text', 'Pabc\n.', 'instruction 0x50'],
    ['claims a string of 4 GB', 'X\xff\xff\xff\xffabc.', 'ends early'],
    ['claims a string of 2^63 bytes', '\x8d\xff\xff\xff\xff\xff\xff\xff\x7fabc.', 'ends early'],
    ['claims a huge integer', '\x8b\xff\xff\xff\x7f.', 'an integer of 2147483647 bytes'],
    ['pops an empty stack', '0.', 'stack is empty'],
    ['reads an empty memo', 'h\x07.', 'memo 7'],
    ['appends to a number', 'K\x01K\x02a.', 'no list'],
    ['has a list as a key', '}]K\x01s.', 'dict key'],
    ['has a list that holds itself', ']q\x00h\x00a.', 'hold themselves'],
    ['has lists in lists in lists', `${']'.repeat(5000)}${'a'.repeat(4999)}.`, 'more than 1000 deep'],
    ['has a tensor without a storage', 'ctorch._utils\n_rebuild_tensor_v2\n(NK\x00)t)R.', 'TORCH_PICKLE'],
    ['reaches beyond its storage', tensor(4, '(K\x05t', '(K\x01t'), 'reaches beyond its storage'],
    ['repeats one element too often', tensor(1, '(J\xff\xff\xff\x7ft', '(K\x00t'), 'over a storage of 1 elements'],
    ['has a negative stride', tensor(4, '(K\x02t', '(J\xff\xff\xff\xfft'), 'no whole numbers'],
  ])('that %s is refused', async (_, pickle, problem) => {
    const opened = TorchFile.open(fileOf(pickle));
    await expect(opened).rejects.toMatchObject({ name: 'TorchFileError', code: 'TORCH_PICKLE' });
    if (problem !== 'TORCH_PICKLE') await expect(opened).rejects.toThrow(problem);
  });

  it('of plain containers is read', async () => {
    const file = await TorchFile.open(
      fileOf('}q\x00(X\x01\x00\x00\x00a]q\x01(K\x01\x88NG?\xf0\x00\x00\x00\x00\x00\x00eK\x05\x8a\x02\x00\xffu.'),
    );
    expect(file.value).toEqual(
      new Map<unknown, unknown>([
        ['a', [1, true, null, 1]],
        [5, -256],
      ]),
    );
    await file.close();
  });

  it('that is no PyTorch file at all is refused', async () => {
    const path = join(temporaryFolder(), 'x.pt');
    writeFileSync(path, 'PK not a zip');
    await expect(TorchFile.open(path)).rejects.toMatchObject({ code: 'TORCH_ARCHIVE' });
    writeFileSync(path, 'anything else');
    await expect(TorchFile.open(path)).rejects.toThrow('no PyTorch file');
    await expect(TorchFile.open(join(path, 'x'))).rejects.toMatchObject({ code: 'TORCH_OPEN' });
  });
});

function tensor(elements: number, shape: string, strides: string): string {
  const storage = `(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK${String.fromCharCode(elements)}Ntt`;
  return `ctorch._utils\n_rebuild_tensor_v2\n(${storage.slice(0, -1)}QK\x00${shape}${strides}\x89)tR.`;
}

it('tensors know their layout', async () => {
  await using file = await TorchFile.open(join(fixture, 'checkpoint.pt'));
  const model = (file.value as Map<string, Map<string, TorchTensor>>).get('model')!;
  expect(model.get('decoder.conv_out.weight')!.contiguous).toBe(false);
  expect(model.get('alias_a')!.storage).toBe(model.get('alias_b')!.storage);
});
