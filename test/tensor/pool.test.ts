/** Pooling windows with gaps. */
import { arange, maxPool2d, tensor } from '@tessera/tensor';
import { describe, expect, test } from 'vitest';
import { testDevices } from '../support/devices.js';

describe.each(testDevices)('maxPool2d on %s', (device) => {
  test('with dilation gives what torch gives', async () => {
    const values = Float32Array.from({ length: 42 }, (_, i) => (i * 29) % 43);
    const x = tensor(values, { shape: [1, 6, 7], device }).setRequiresGrad();
    const y = maxPool2d(x, { kernelSize: 3, dilation: 2, stride: 2, padding: 1 });
    y.sum().backward();
    expect(y.shape).toEqual([1, 2, 3]);
    expect([...(await y.data())]).toEqual([36, 36, 32, 36, 42, 42]);
    expect([...(await x.grad!.data())].flatMap((g, i) => (g === 0 ? [] : [[i, g]]))).toEqual([
      [10, 1],
      [22, 3],
      [40, 2],
    ]);
  });

  test('a window that lies around the input gives -Infinity and no gradient', async () => {
    const x = arange(12, { dtype: 'f32', device }).reshape([1, 4, 3]).setRequiresGrad();
    const y = maxPool2d(x, { kernelSize: 2, dilation: [5, 2], padding: [1, 0], stride: 1 });
    y.sum().backward();
    expect([...(await y.data())]).toEqual([Number.NEGATIVE_INFINITY]);
    expect([...(await x.grad!.data())]).toEqual(new Array(12).fill(0));
  });
});
