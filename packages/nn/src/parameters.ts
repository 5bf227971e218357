/** The parameters of a module tree in flat buffers, for everything that runs over them in one launch. */
import { ParameterBuffer, type ParameterBufferOptions, type Tensor } from '@tessera/tensor';
import type { Module } from './module.js';

/**
 * Moves the parameters that ask for gradients into flat buffers, one per dtype and device, in order of their names in the
 * module. The module's tensors stay what they are; only their memory moves. Optimizers take a buffer as their parameters;
 * given `module.namedParameters()` they make the same buffers themselves.
 */
export function flatParameters(
  module: Module,
  options: ParameterBufferOptions = {},
): [ParameterBuffer, ...ParameterBuffer[]] {
  const places = new Map<string, [string, Tensor][]>();
  for (const [name, tensor] of module.namedParameters()) {
    if (!tensor.requiresGrad) continue;
    const key = `${tensor.dtype} ${tensor.device.name}`;
    const same = places.get(key);
    if (same === undefined) places.set(key, [[name, tensor]]);
    else same.push([name, tensor]);
  }
  const [first = [], ...rest] = places.values();
  return [new ParameterBuffer(first, options), ...rest.map((parameters) => new ParameterBuffer(parameters, options))];
}
