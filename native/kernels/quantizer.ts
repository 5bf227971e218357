import { family } from '../lib/schema.js';

const types = { T: ['f32', 'bf16'] } as const;
const sizes = { rows: 'u32', codes: 'u32', dims: 'u32' } as const;

/** Vector quantisation against a codebook. No kernel here writes a rows x codes matrix. */
export default family('quantizer', {
  vqLookup: {
    doc: 'ids[i] = the code nearest to z[i] by squared L2 distance (cosine: after normalising both), lowest index on ties; counts += usage; distances = squared distance to that code',
    types,
    in: { z: 'T[rows*dims]', codebook: 'f32[codes*dims]' },
    inout: { counts: 'i32[codes]?' },
    out: { ids: 'i32[rows]', distances: 'f32[rows]?' },
    params: { ...sizes, cosine: 'u32' },
  },
  codebookEntropyForward: {
    doc: "With p = softmax(-|z-e|^2/temperature) per row: sampleEntropy = mean entropy of p, codebookEntropy = entropy of the mean of p with epsilon inside its logarithm; saves the rows' log2-sum-exp2 and the mean of p",
    types,
    in: { z: 'T[rows*dims]', codebook: 'f32[codes*dims]' },
    out: {
      sampleEntropy: 'f32[1]',
      codebookEntropy: 'f32[1]',
      logSums: 'f32[rows]',
      meanAssignment: 'f32[codes]',
      rowEntropies: 'f32[rows]?',
    },
    params: { ...sizes, temperature: 'f32', epsilon: 'f32' },
  },
  codebookEntropyBackward: {
    doc: 'Gradients of codebookEntropyForward for the upstream gradients of its two entropies',
    types,
    in: {
      dsampleEntropy: 'f32[1]?',
      dcodebookEntropy: 'f32[1]?',
      z: 'T[rows*dims]',
      codebook: 'f32[codes*dims]',
      logSums: 'f32[rows]',
      meanAssignment: 'f32[codes]',
    },
    out: { dz: 'T[rows*dims]?', dcodebook: 'f32[codes*dims]?' },
    params: { ...sizes, temperature: 'f32', epsilon: 'f32' },
  },
});
