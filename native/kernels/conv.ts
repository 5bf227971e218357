import { family } from '../lib/schema.js';

const types = { T: ['f32', 'bf16'] } as const;
const x = 'T[batch*channels*height*width]';
const weight = 'T[filters*(channels/groups)*kernelHeight*kernelWidth]';
const y = 'T[batch*filters*outHeight*outWidth]';
const params = {
  batch: 'u32',
  channels: 'u32',
  height: 'u32',
  width: 'u32',
  filters: 'u32',
  kernelHeight: 'u32',
  kernelWidth: 'u32',
  outHeight: 'u32',
  outWidth: 'u32',
  strideHeight: 'u32',
  strideWidth: 'u32',
  padHeight: 'u32',
  padWidth: 'u32',
  dilationHeight: 'u32',
  dilationWidth: 'u32',
  groups: 'u32',
} as const;

/**
 * Convolution of [batch, channels, height, width] with [filters, channels / groups, kernelHeight, kernelWidth], zeros
 * around, as cross-correlation. A transposed convolution is the input gradient, with the roles of x and y exchanged.
 * groups divides channels and filters; height and width 1 to 65535.
 */
export default family('conv', {
  conv2dForward: {
    doc: 'y = x convolved with weight, plus bias per filter where present',
    types,
    in: { x, weight, bias: 'T[filters]?' },
    out: { y },
    params,
  },
  conv2dBackwardInput: {
    doc: 'dx = the gradient of conv2dForward by x, plus bias per channel where present (for transposed convolution)',
    types,
    in: { dy: y, weight, bias: 'T[channels]?' },
    out: { dx: x },
    params,
  },
  conv2dBackwardWeight: {
    doc: 'dweight = the gradient of conv2dForward by weight, summed in an order fixed by the shape',
    types,
    in: { x, dy: y },
    out: { dweight: weight },
    params,
  },
});
