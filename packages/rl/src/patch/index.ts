/** Patches: updates of a model as files that are made, applied, taken back, verified, swapped and followed. */

export type { IndexCoding } from './codec.js';
export { digestWeights, stateDigest, tensorDigest } from './digest.js';
export {
  type ApplyOptions,
  applyPatch,
  digestFolder,
  type PatchState,
  readWeights,
  revertPatch,
  type Verification,
  verifyPatch,
} from './folder.js';
export { PatchedWeights } from './hot-swap.js';
export {
  type Change,
  type Compression,
  changedIndices,
  type DiffOptions,
  elementsAt,
  Patch,
  type PatchHeader,
  type TensorRecord,
  writePatch,
} from './patch.js';
export {
  type FollowOptions,
  followWeights,
  type Published,
  type PublisherOptions,
  WeightPublisher,
  type WeightUpdate,
} from './sync.js';
