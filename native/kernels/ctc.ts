import { family } from '../lib/schema.js';

const types = { T: ['f32', 'bf16'] } as const;

/**
 * Connectionist temporal classification (Graves et al. 2006). The states of a target of length L are its labels with
 * blanks around them, 2 L + 1 of them; `states` is that of the longest target. `alpha` holds ln of the forward variables.
 */
export default family('ctc', {
  ctcLossForward: {
    doc: 'loss[b] = -ln of the sum over alignments of e^(sum of logProbs[t, b, label at t]); infinite where the target does not fit the frames, or 0 with zeroInfinity',
    types,
    in: {
      logProbs: 'T[frames*batch*classes]',
      targets: 'i32[batch*targetWidth]',
      inputLengths: 'i32[batch]',
      targetLengths: 'i32[batch]',
    },
    out: { loss: 'f32[batch]', alpha: 'f32[frames*batch*states]' },
    params: {
      frames: 'u64',
      batch: 'u64',
      classes: 'u64',
      targetWidth: 'u64',
      states: 'u64',
      blank: 'u32',
      zeroInfinity: 'u32',
    },
  },
  ctcLossBackward: {
    doc: 'dx[t, b, c] = -g[b] times the share of all alignments, by probability, that give c at t; 0 beyond inputLengths[b]; NaN where the loss is infinite, or 0 with zeroInfinity; g is one element for all with gStep 0',
    types,
    in: {
      logProbs: 'T[frames*batch*classes]',
      targets: 'i32[batch*targetWidth]',
      inputLengths: 'i32[batch]',
      targetLengths: 'i32[batch]',
      alpha: 'f32[frames*batch*states]',
      g: 'f32[steppedExtent(batch, gStep)]',
    },
    out: { dx: 'T[frames*batch*classes]' },
    params: {
      frames: 'u64',
      batch: 'u64',
      classes: 'u64',
      targetWidth: 'u64',
      states: 'u64',
      blank: 'u32',
      zeroInfinity: 'u32',
      gStep: 'u32',
    },
  },
});
