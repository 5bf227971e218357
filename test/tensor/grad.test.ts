import { grad, randn, Scope, square, sum, tensor } from '@tessera/tensor';
import { expect, test } from 'vitest';

test('grad() gives tensors that live on, in the scope of the caller', async () => {
  using x = tensor([1, 2, 3], { requiresGrad: true });
  const [free] = grad(sum(square(x)), [x]);
  expect([...(await free!.data())]).toEqual([2, 4, 6]);
  free!.dispose();

  const scope = new Scope();
  const [scoped] = grad(sum(square(randn([4], { requiresGrad: true }))), [x], { allowUnused: true });
  const [used] = grad(sum(square(x)), [x]);
  expect(scoped).toBeNull();
  expect(used!.isDisposed).toBe(false);
  scope.dispose();
  expect(used!.isDisposed).toBe(true);
});
