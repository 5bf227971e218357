/** What fails after the call has returned rejects the next await, naming the op that was called; nothing else suffers. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  add,
  checkpoint,
  copy_,
  crossEntropy,
  device,
  ExecutionError,
  embedding,
  full,
  isGradEnabled,
  linear,
  matmul,
  OutOfMemoryError,
  ones,
  softmax,
  sum,
  type Tensor,
  TesseraError,
  tensor,
  zerosLike,
} from '@tessera/tensor';
import { describe, expect, test } from 'vitest';
import { testDevices } from '../support/devices.js';

async function rejection(pending: Promise<unknown>): Promise<TesseraError> {
  const error = await pending.then(
    () => null,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(TesseraError);
  return error as TesseraError;
}

describe.each(testDevices)('on %s', (name) => {
  const on = { device: name };
  const i32 = (values: number[]) => tensor(values, { dtype: 'i32', ...on });
  /** No memory until it is copied. */
  const huge = (x: Tensor) => x.expand({ shape: [2 ** 20, 2 ** 22] });
  const one = () => ones([1, 1], on);
  const leaf = () => ones([1, 1], { ...on, requiresGrad: true });

  test.each<[string, () => Tensor]>([
    ['full', () => full([2 ** 20, 2 ** 22], 1, on)],
    ['zerosLike', () => zerosLike(huge(one()))],
    ['matmul', () => matmul(one().expand({ shape: [2 ** 20, 1] }), one().expand({ shape: [1, 2 ** 22] }))],
    ['softmax', () => softmax(huge(one()), { dim: 1 })],
    [
      'linear',
      () =>
        linear(one().expand({ shape: [2 ** 20, 1] }), one().expand({ shape: [2 ** 22, 1] }), undefined, {
          activation: 'gelu',
        }),
    ],
    ['data', () => huge(one())],
    [
      'select backward',
      () => {
        const x = leaf();
        huge(x).select({ dim: 0, index: 0 }).select({ dim: 0, index: 0 }).backward();
        return x.grad!;
      },
    ],
    [
      'sum',
      () => {
        const x = leaf(); // in the recomputation of a block
        checkpoint((t: Tensor) => sum(isGradEnabled() ? huge(t) : t), [x]).backward();
        return x.grad!;
      },
    ],
  ])('memory that cannot be had, of %s', async (op, make) => {
    const x = full([4], 1, on);
    const error = await rejection(make().data());
    expect(error).toBeInstanceOf(OutOfMemoryError);
    expect(error).toMatchObject({ code: 'OUT_OF_MEMORY', op, cause: { op: 'alloc' } });
    expect(error.message).toMatch(
      new RegExp(`^${op}: out of memory; got a request for \\d{14} bytes with \\d+ live .* Free tensors, or `),
    );
    expect([...(await add(x, x).data())]).toEqual([2, 2, 2, 2]);
  });

  test('an index out of range', async () => {
    const table = ones([3, 2], on);
    const error = await rejection(embedding(table, i32([0, 3])).data());
    expect(error).toBeInstanceOf(ExecutionError);
    expect(error).toMatchObject({
      code: 'INDEX',
      op: 'embedding',
      message: 'embedding: index out of range; got 3; expected 0 to 2.',
      cause: { op: 'indexSelect' },
    });
    expect(await table.sum().item()).toBe(6);
  });

  test('in a recording', async () => {
    const [x, target] = [ones([3, 2], on), i32([0, 1, 1])];
    const { recording, result } = device(name).record(() => crossEntropy(x, target).add(1));
    expect(await result.item()).toBeCloseTo(1 + Math.log(2), 5);
    copy_(target, i32([0, 1, 2]));
    recording.replay();
    expect(await rejection(device(name).synchronize())).toMatchObject({ code: 'INDEX', op: 'crossEntropy' });
    copy_(target, i32([1, 1, 1]));
    recording.replay();
    expect(await result.item()).toBeCloseTo(1 + Math.log(2), 5);
    recording.dispose();
  });
});

test('memory that cannot be had for scratch', () => {
  const program = `
    import { ones, sort } from '@tessera/tensor';
    const x = ones([2 ** 20]);
    await sort(x, { dim: 0 })[0].data().catch((error) => console.log(error.message));
    console.log((await x.mean().item()));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { ...process.env, TESSERA_CPU_MEMORY_LIMIT: String(40 * 2 ** 20) },
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^sort: out of memory; got a request for \d+ bytes of scratch memory with \d+ live .*\n1\n$/);
});
