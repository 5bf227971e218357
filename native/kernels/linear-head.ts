import { family } from '../lib/schema.js';

const types = { T: ['f32', 'bf16'] } as const;
const inputs = {
  hidden: 'T[rows*features]',
  weight: 'T[classes*features]',
  bias: 'T[classes]?',
  targets: 'i32[rows]',
} as const;
const gradients = {
  dhidden: 'T[rows*features]?',
  dweight: 'T[classes*features]?',
  dbias: 'T[classes]?',
} as const;
const sizes = { rows: 'u32', features: 'u32', classes: 'u32', ignoreIndex: 'i32', scale: 'f32' } as const;

/**
 * Losses straight from hidden states and head weight. logits = scale * (hidden weight^T + bias) are made tile by tile;
 * a rows x classes matrix never exists. A row whose target is ignoreIndex gives 0 and no gradient; any other target
 * outside [0, classes) gives NaN.
 */
export default family('linear_head', {
  linearCrossEntropyForward: {
    doc: 'loss[i] = -sum_v q_v log softmax(logits[i])_v with q = (1-labelSmoothing) onehot(target) + labelSmoothing/classes; saves logSums = logsumexp(logits)',
    types,
    in: inputs,
    out: { loss: 'f32[rows]', logSums: 'f32[rows]' },
    params: { ...sizes, labelSmoothing: 'f32' },
  },
  linearCrossEntropyBackward: {
    doc: 'Gradients of linearCrossEntropyForward for the upstream gradient dloss of each row',
    types,
    in: { dloss: 'f32[rows]', ...inputs, logSums: 'f32[rows]' },
    out: gradients,
    params: { ...sizes, labelSmoothing: 'f32' },
  },
  linearCrossEntropyWithGradients: {
    doc: 'linearCrossEntropyForward and its gradients at once, for an upstream gradient dloss that all rows share and that is known beforehand. Logits are made once, a block of rows at a time; a bf16 dweight is rounded after each of them. On the CPU bf16 makes them twice, and rounds once',
    types,
    in: { dloss: 'f32[1]', ...inputs },
    out: { loss: 'f32[rows]', ...gradients },
    params: { ...sizes, labelSmoothing: 'f32' },
  },
  linearLogProbForward: {
    doc: 'logProb[i] = log softmax(logits[i])[target], entropy[i] = entropy of softmax(logits[i]); saves logSums = logsumexp(logits). Batch-invariant: a row gives the same bits whatever the other rows are',
    types,
    in: inputs,
    out: { logProb: 'f32[rows]', entropy: 'f32[rows]', logSums: 'f32[rows]' },
    params: sizes,
  },
  linearLogProbBackward: {
    doc: 'Gradients of linearLogProbForward for the upstream gradients dlogProb and dentropy of each row',
    types,
    in: { dlogProb: 'f32[rows]?', dentropy: 'f32[rows]?', ...inputs, logSums: 'f32[rows]', entropy: 'f32[rows]' },
    out: gradients,
    params: sizes,
  },
});
