// Generated from native/kernels by `npm run generate`; do not edit.
import { type BufferRef, type CommandWriter, unsupportedTypes } from '../command-writer.js';

/** ids[i] = the code nearest to z[i] by squared L2 distance (cosine: after normalising both), lowest index on ties; counts += usage; distances = squared distance to that code */
export interface VqLookupArgs {
  readonly z: BufferRef;
  readonly codebook: BufferRef;
  readonly counts?: BufferRef | undefined;
  readonly ids: BufferRef;
  readonly distances?: BufferRef | undefined;
  readonly rows: number;
  readonly codes: number;
  readonly dims: number;
  readonly cosine: number;
}

const vqLookupT = [0, 1, -1, -1, -1, -1, -1];

/** ids[i] = the code nearest to z[i] by squared L2 distance (cosine: after normalising both), lowest index on ties; counts += usage; distances = squared distance to that code */
export function vqLookup(w: CommandWriter, a: VqLookupArgs): void {
  const v0 = vqLookupT[a.z.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('vqLookup', [a.z], 'f32|bf16');
  const variant = v0;
  const i = w.begin(21);
  const u = w.words;
  u[i] = 217 | (variant << 16);
  w.buffer(i + 2, a.z);
  w.buffer(i + 5, a.codebook);
  w.buffer(i + 8, a.counts);
  w.buffer(i + 11, a.ids);
  w.buffer(i + 14, a.distances);
  u[i + 17] = a.rows;
  u[i + 18] = a.codes;
  u[i + 19] = a.dims;
  u[i + 20] = a.cosine;
  w.end(21);
}

/** With p = softmax(-|z-e|^2/temperature) per row: sampleEntropy = mean entropy of p, codebookEntropy = entropy of the mean of p with epsilon inside its logarithm; saves the rows' log2-sum-exp2 and the mean of p */
export interface CodebookEntropyForwardArgs {
  readonly z: BufferRef;
  readonly codebook: BufferRef;
  readonly sampleEntropy: BufferRef;
  readonly codebookEntropy: BufferRef;
  readonly logSums: BufferRef;
  readonly meanAssignment: BufferRef;
  readonly rowEntropies?: BufferRef | undefined;
  readonly rows: number;
  readonly codes: number;
  readonly dims: number;
  readonly temperature: number;
  readonly epsilon: number;
}

const codebookEntropyForwardT = [0, 1, -1, -1, -1, -1, -1];

/** With p = softmax(-|z-e|^2/temperature) per row: sampleEntropy = mean entropy of p, codebookEntropy = entropy of the mean of p with epsilon inside its logarithm; saves the rows' log2-sum-exp2 and the mean of p */
export function codebookEntropyForward(w: CommandWriter, a: CodebookEntropyForwardArgs): void {
  const v0 = codebookEntropyForwardT[a.z.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('codebookEntropyForward', [a.z], 'f32|bf16');
  const variant = v0;
  const i = w.begin(28);
  const u = w.words;
  u[i] = 218 | (variant << 16);
  w.buffer(i + 2, a.z);
  w.buffer(i + 5, a.codebook);
  w.buffer(i + 8, a.sampleEntropy);
  w.buffer(i + 11, a.codebookEntropy);
  w.buffer(i + 14, a.logSums);
  w.buffer(i + 17, a.meanAssignment);
  w.buffer(i + 20, a.rowEntropies);
  u[i + 23] = a.rows;
  u[i + 24] = a.codes;
  u[i + 25] = a.dims;
  w.floats[i + 26] = a.temperature;
  w.floats[i + 27] = a.epsilon;
  w.end(28);
}

/** Gradients of codebookEntropyForward for the upstream gradients of its two entropies */
export interface CodebookEntropyBackwardArgs {
  readonly dsampleEntropy?: BufferRef | undefined;
  readonly dcodebookEntropy?: BufferRef | undefined;
  readonly z: BufferRef;
  readonly codebook: BufferRef;
  readonly logSums: BufferRef;
  readonly meanAssignment: BufferRef;
  readonly dz?: BufferRef | undefined;
  readonly dcodebook?: BufferRef | undefined;
  readonly rows: number;
  readonly codes: number;
  readonly dims: number;
  readonly temperature: number;
  readonly epsilon: number;
}

const codebookEntropyBackwardT = [0, 1, -1, -1, -1, -1, -1];

/** Gradients of codebookEntropyForward for the upstream gradients of its two entropies */
export function codebookEntropyBackward(w: CommandWriter, a: CodebookEntropyBackwardArgs): void {
  const v0 = codebookEntropyBackwardT[a.z.typeCode]!;
  if (v0 < 0) throw unsupportedTypes('codebookEntropyBackward', [a.z], 'f32|bf16');
  const variant = v0;
  const i = w.begin(31);
  const u = w.words;
  u[i] = 219 | (variant << 16);
  w.buffer(i + 2, a.dsampleEntropy);
  w.buffer(i + 5, a.dcodebookEntropy);
  w.buffer(i + 8, a.z);
  w.buffer(i + 11, a.codebook);
  w.buffer(i + 14, a.logSums);
  w.buffer(i + 17, a.meanAssignment);
  w.buffer(i + 20, a.dz);
  w.buffer(i + 23, a.dcodebook);
  u[i + 26] = a.rows;
  u[i + 27] = a.codes;
  u[i + 28] = a.dims;
  w.floats[i + 29] = a.temperature;
  w.floats[i + 30] = a.epsilon;
  w.end(31);
}
