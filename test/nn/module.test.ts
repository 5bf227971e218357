/** Modules: registration, names, modes, moves, state dicts, flat buffers and lifetime. */
import { Linear, Module, ReLU, Sequential } from '@tessera/nn';
import { manualSeed, ones, type Tensor, tensor } from '@tessera/tensor';
import { beforeEach, expect, test } from 'vitest';

class Net extends Module {
  readonly body = this.child('body', new Sequential(new Linear(3, 4), new ReLU(), new Linear(4, 2, { bias: false })));
  readonly gain = this.parameter('gain', ones([2]));
  readonly table = this.buffer('table', tensor([1, 2]));
  readonly scratch = this.buffer('scratch', tensor([0]), { persistent: false });

  forward(x: Tensor): Tensor {
    return this.body.forward(x).mul(this.gain);
  }
}

const names = (items: Iterable<readonly [string, unknown]>) => [...items].map(([name]) => name);

beforeEach(() => manualSeed(1));

test('names are those of registration, in order', () => {
  using net = new Net();
  expect(names(net.namedParameters())).toEqual(['gain', 'body.0.weight', 'body.0.bias', 'body.2.weight']);
  expect(names(net.namedBuffers())).toEqual(['table', 'scratch']);
  expect(names(net.namedModules())).toEqual(['', 'body', 'body.0', 'body.1', 'body.2']);
  expect(names(net.namedChildren())).toEqual(['body']);
  expect([...net.stateDict().keys()]).toEqual(['gain', 'table', 'body.0.weight', 'body.0.bias', 'body.2.weight']);
  expect(net.parameterCount()).toBe(2 + 12 + 4 + 8);
});
