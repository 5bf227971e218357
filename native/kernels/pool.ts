import { family } from '../lib/schema.js';

const types = { T: ['f32', 'bf16'] } as const;
const window = {
  planes: 'u64',
  height: 'u32',
  width: 'u32',
  outHeight: 'u32',
  outWidth: 'u32',
  kernelHeight: 'u32',
  kernelWidth: 'u32',
  strideHeight: 'u32',
  strideWidth: 'u32',
  padHeight: 'u32',
  padWidth: 'u32',
} as const;
const plane = { planes: 'u64', height: 'u32', width: 'u32', outHeight: 'u32', outWidth: 'u32' } as const;
const resize = {
  ...plane,
  scaleHeight: 'f64',
  scaleWidth: 'f64',
  shiftHeight: 'f64',
  shiftWidth: 'f64',
  mode: 'u32',
} as const;
const input = 'planes*height*width';
const output = 'planes*outHeight*outWidth';

/** Pooling and resizing of planes [planes, height, width]. Gradients add up in an order fixed by the shape. */
export default family('pool', {
  maxPool2d: {
    doc: 'y = the largest element of each window (NaN wins), index = its position in the plane; padding never wins, and -infinity with index -1 is all a window outside has',
    types,
    in: { x: `T[${input}]` },
    out: { y: `T[${output}]`, index: `i32[${output}]` },
    params: { ...window, dilationHeight: 'u32', dilationWidth: 'u32' },
  },
  maxPool2dBackward: {
    doc: 'dx = g added up at the index of each window, which lies in the window',
    types,
    in: { g: `T[${output}]`, index: `i32[${output}]` },
    out: { dx: `T[${input}]` },
    params: window,
  },
  avgPool2d: {
    doc: 'y = sum of each window / (kernelHeight * kernelWidth), padding counted as zeros',
    types,
    in: { x: `T[${input}]` },
    out: { y: `T[${output}]` },
    params: window,
  },
  avgPool2dBackward: {
    doc: 'dx = the gradient of avgPool2d',
    types,
    in: { g: `T[${output}]` },
    out: { dx: `T[${input}]` },
    params: window,
  },
  adaptiveAvgPool2d: {
    doc: 'y = mean over rows floor(i height / outHeight) to ceil((i + 1) height / outHeight), columns likewise',
    types,
    in: { x: `T[${input}]` },
    out: { y: `T[${output}]` },
    params: plane,
  },
  adaptiveAvgPool2dBackward: {
    doc: 'dx = the gradient of adaptiveAvgPool2d',
    types,
    in: { g: `T[${output}]` },
    out: { dx: `T[${input}]` },
    params: plane,
  },
  resize: {
    doc: 'y = x resized: output position i reads source position i * scale + shift, by mode 0 nearest (floor), 1 bilinear, 2 bicubic (a = -0.75), clamped to the plane',
    types,
    in: { x: `T[${input}]` },
    out: { y: `T[${output}]` },
    params: resize,
  },
  resizeBackward: {
    doc: 'dx = the gradient of resize',
    types,
    in: { g: `T[${output}]` },
    out: { dx: `T[${input}]` },
    params: resize,
  },
});
