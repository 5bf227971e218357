/** How much of a model an update left alone, where, of what rank, and how two updates agree. */
export {
  type CompareOptions,
  compareWeights,
  defaultEqualities,
  type Equality,
  type TensorComparison,
  type WeightComparison,
} from './compare.js';
export { compareUpdates, type OverlapOptions, type UpdateOverlap } from './overlap.js';
export { matrixRank, type RankInfo } from './rank.js';
export { matrixKind, meanRank, type SparsityRow, sparsity, sparsityByLayer, sparsityByMatrix } from './summary.js';
