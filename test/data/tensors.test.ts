import { join } from 'node:path';
import { openSafetensors, writeSafetensors } from '@tessera/data';
import { loadTensor, loadTensors, tensorsToWrite, tensorToWrite } from '@tessera/data/tensors';
import { Linear } from '@tessera/nn';
import { tensor } from '@tessera/tensor';
import { describe, expect, it } from 'vitest';
import { testDevices } from '../support/devices.js';
import { temporaryFolder } from './temporary.js';

describe.each(testDevices)('tensors of files on %s', (device) => {
  it('come back as they were written, whatever their type', async () => {
    const path = join(temporaryFolder(), 'x.safetensors');
    const floats = [0.5, -1.25, 3, 1e-3, 0, -7];
    const written = (['f32', 'bf16', 'f16', 'i32', 'u8', 'bool'] as const).map((dtype) => {
      const values =
        dtype === 'bool' ? [1, 0, 1, 1, 0, 0] : dtype === 'u8' || dtype === 'i32' ? [3, 1, 4, 1, 5, 9] : floats;
      return tensor(values, { dtype, shape: [2, 3], device });
    });
    const permuted = written[0]!.transpose({ dim0: 0, dim1: 1 });
    await writeSafetensors(path, [
      ...written.map((t) => tensorToWrite(t.dtype, t)),
      tensorToWrite('permuted', permuted),
    ]);
    await using file = await openSafetensors(path);
    for (const t of [...written.map((t) => [t.dtype, t] as const), ['permuted', permuted] as const]) {
      const read = await loadTensor(file, t[0], { device });
      expect([read.dtype, read.shape, read.device.type]).toEqual([t[1].dtype, t[1].shape, device]);
      expect(await read.rawData()).toEqual(await t[1].rawData());
    }
    const part = await loadTensor(file, 'f32', { device, dtype: 'bf16', slice: [[1, 2]], requiresGrad: true });
    expect([part.dtype, part.shape, part.requiresGrad]).toEqual(['bf16', [1, 3], true]);
  });

  it('are a state dict, written and read as a whole', async () => {
    const path = join(temporaryFolder(), 'x.safetensors');
    using net = new Linear(2, 3, { device });
    await writeSafetensors(path, tensorsToWrite(net.stateDict()));
    await using file = await openSafetensors(path);
    using other = new Linear(2, 3, { device });
    other.loadStateDict(await loadTensors(file, { device }), { assign: true });
    for (const [name, t] of other.stateDict()) expect(await t.data()).toEqual(await net.stateDict().get(name)!.data());
  });

  it('narrow what the engine does not have, and scalars and empty ones work', async () => {
    const path = join(temporaryFolder(), 'x.safetensors');
    await writeSafetensors(path, [
      { name: 'wide', dtype: 'f64', shape: [], data: Float64Array.of(0.1) },
      { name: 'ids', dtype: 'i64', shape: [2], data: BigInt64Array.of(5n, -6n) },
      { name: 'big', dtype: 'i64', shape: [1], data: BigInt64Array.of(2n ** 40n) },
      { name: 'none', dtype: 'f32', shape: [0, 3], data: new Float32Array(0) },
    ]);
    await using file = await openSafetensors(path);
    expect(await (await loadTensor(file, 'wide', { device })).item()).toBe(Math.fround(0.1));
    expect([...(await (await loadTensor(file, 'ids', { device })).data())]).toEqual([5, -6]);
    expect((await loadTensor(file, 'none', { device })).shape).toEqual([0, 3]);
    await expect(loadTensor(file, 'big', { device })).rejects.toMatchObject({ code: 'DTYPE_RANGE', tensor: 'big' });
  });
});
