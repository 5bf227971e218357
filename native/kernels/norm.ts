import { family } from '../lib/schema.js';

const types = { T: ['f32', 'bf16'] } as const;
const rows = { rows: 'u64', cols: 'u64' } as const;
const planes = { batch: 'u64', channels: 'u64', spatial: 'u64' } as const;

/**
 * Normalisations. Statistics are f32 whatever the element type; rstd is 1 / sqrt(variance + eps). Absent weight reads
 * as 1, absent bias as 0; an absent gradient is not computed.
 */
export default family('norm', {
  layerNormForward: {
    doc: 'y = (x - mean) * rstd * weight + bias over rows of cols elements',
    types,
    in: { x: 'T[rows*cols]', weight: 'T[cols]?', bias: 'T[cols]?' },
    out: { y: 'T[rows*cols]', mean: 'f32[rows]', rstd: 'f32[rows]' },
    params: { ...rows, eps: 'f32' },
  },
  layerNormBackward: {
    doc: 'gradients of layerNormForward; dweight and dbias sum over rows',
    types,
    in: { x: 'T[rows*cols]', weight: 'T[cols]?', mean: 'f32[rows]', rstd: 'f32[rows]', g: 'T[rows*cols]' },
    out: { dx: 'T[rows*cols]?', dweight: 'T[cols]?', dbias: 'T[cols]?' },
    params: rows,
  },
  rmsNormForward: {
    doc: 'y = x * rstd * weight with rstd = 1 / sqrt(mean of x^2 + eps) over rows of cols elements',
    types,
    in: { x: 'T[rows*cols]', weight: 'T[cols]?' },
    out: { y: 'T[rows*cols]', rstd: 'f32[rows]' },
    params: { ...rows, eps: 'f32' },
  },
  rmsNormBackward: {
    doc: 'gradients of rmsNormForward; dweight sums over rows',
    types,
    in: { x: 'T[rows*cols]', weight: 'T[cols]?', rstd: 'f32[rows]', g: 'T[rows*cols]' },
    out: { dx: 'T[rows*cols]?', dweight: 'T[cols]?' },
    params: rows,
  },
  groupNormForward: {
    doc: 'y = (x - mean) * rstd * weight[channel] + bias[channel] over each of groups groups of channels of [batch, channels, spatial]; groups divides channels',
    types,
    in: { x: 'T[batch*channels*spatial]', weight: 'T[channels]?', bias: 'T[channels]?' },
    out: { y: 'T[batch*channels*spatial]', mean: 'f32[batch*groups]', rstd: 'f32[batch*groups]' },
    params: { ...planes, groups: 'u64', eps: 'f32' },
  },
  groupNormBackward: {
    doc: 'gradients of groupNormForward; dweight and dbias sum over batch and spatial',
    types,
    in: {
      x: 'T[batch*channels*spatial]',
      weight: 'T[channels]?',
      mean: 'f32[batch*groups]',
      rstd: 'f32[batch*groups]',
      g: 'T[batch*channels*spatial]',
    },
    out: { dx: 'T[batch*channels*spatial]?', dweight: 'T[channels]?', dbias: 'T[channels]?' },
    params: { ...planes, groups: 'u64' },
  },
  batchNormForward: {
    doc: 'y = (x - mean) * rstd * weight + bias per channel of [batch, channels, spatial]; training 1: batch statistics, and running = (1 - momentum) running + momentum batch (unbiased variance) where present; training 0: the running statistics',
    types,
    in: { x: 'T[batch*channels*spatial]', weight: 'T[channels]?', bias: 'T[channels]?' },
    inout: { runningMean: 'f32[channels]?', runningVariance: 'f32[channels]?' },
    out: { y: 'T[batch*channels*spatial]', mean: 'f32[channels]', rstd: 'f32[channels]' },
    params: { ...planes, eps: 'f32', momentum: 'f32', training: 'u32' },
  },
  batchNormBackward: {
    doc: 'gradients of batchNormForward from the mean and rstd it wrote; with training 0 they are constants',
    types,
    in: {
      x: 'T[batch*channels*spatial]',
      weight: 'T[channels]?',
      mean: 'f32[channels]',
      rstd: 'f32[channels]',
      g: 'T[batch*channels*spatial]',
    },
    out: { dx: 'T[batch*channels*spatial]?', dweight: 'T[channels]?', dbias: 'T[channels]?' },
    params: { ...planes, training: 'u32' },
  },
});
