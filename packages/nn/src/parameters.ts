/** The parameters of a module tree in flat buffers, for everything that runs over them in one launch. */
import { ArgumentError, formatValue, ParameterBuffer, type ParameterBufferOptions } from '@tessera/tensor';
import { Module } from './module.js';

/**
 * The parameters that ask for gradients in flat buffers, one per dtype and device, in order of their names in the module. The
 * module's tensors stay what they are; only their memory moves, once: asked again, the module gives buffers over the same
 * memory. Optimizers take a buffer as their parameters; given `module.namedParameters()` they make the same buffers themselves.
 * @throws ArgumentError when no parameter asks for gradients.
 */
export function flatParameters(
  module: Module,
  options: ParameterBufferOptions = {},
): [ParameterBuffer, ...ParameterBuffer[]] {
  if (!(module instanceof Module)) {
    throw new ArgumentError(`expected a Module; got ${formatValue(module)}.`, { op: 'flatParameters', actual: module });
  }
  const trainable = [...module.namedParameters()].filter(([, tensor]) => tensor.requiresGrad);
  const [first, ...rest] = ParameterBuffer.over(trainable, options);
  if (first === undefined) {
    throw new ArgumentError(`no parameter of the ${module.constructor.name} requires gradients.`, {
      op: 'flatParameters',
    });
  }
  return [first, ...rest];
}
