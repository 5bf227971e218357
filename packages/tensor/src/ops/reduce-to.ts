/** Sums a gradient back to the shape of an operand that was broadcast. */
import { kernels } from '../backend.js';
import { contiguousStrides, numel, type Shape, sameShape } from '../shape.js';
import { Tensor } from '../tensor.js';
import { dense } from './common.js';

/** `x` summed over the dimensions in which `shape` was broadcast to `x.shape`. Returns `x` itself when there are none. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const reduced = x.shape.map((size, d) => d < lead || (shape[d - lead] === 1 && size !== 1));
  let current = dense(x);
  let sizes = [...x.shape];
  // Runs of reduced dimensions are summed one run at a time, from the last, so that each is one [outer, cols, inner].
  for (let end = sizes.length; end > 0; ) {
    if (!reduced[end - 1]) {
      end--;
      continue;
    }
    let begin = end - 1;
    while (begin > 0 && reduced[begin - 1]) begin--;
    const outer = numel(sizes.slice(0, begin));
    const cols = numel(sizes.slice(begin, end));
    const inner = numel(sizes.slice(end));
    const next = sizes.map((size, d) => (d >= begin && d < end ? 1 : size));
    const y = Tensor.empty(x.device, next, x.dtype);
    kernels.sum(x.device.commands, { x: current, y, outer, cols, inner, scale: 1 });
    current = y;
    sizes = next;
    end = begin;
  }
  return current.view(shape, contiguousStrides(shape), current.offset);
}
