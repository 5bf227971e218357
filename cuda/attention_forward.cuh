// Attention forward on tensor cores (FlashAttention-2, Dao 2023): a block has a tile of rows of one key head, goes through
// the keys in tiles, and keeps for each row the largest score, the sum of exponentials and the weighted values so far, in
// registers. Where there are few rows and many keys (decoding), each stretch of keys goes to a block of its own, and a
// second kernel merges them in the order in which one block would have. A row's bits depend on its own keys alone.
#pragma once

#include "attention_problem.cuh"
#include "attention_tile.cuh"

namespace tessera::cuda {

template <class T>
struct ForwardArgs : AttentionForwardArgs<T> {
  bool packed;        // all rows may be read in 16-byte pieces
  uint32_t rowTiles;  // of the largest sequence
  // Where stretches have blocks of their own, their results: [stretch][batch kvHeads][mostRows][DIM] sums, and (largest
  // score, sum of exponentials).
  float* partial;
  float2* partialState;
  uint64_t mostRows;
};

template <int DIM>
struct ForwardShape {
  static constexpr int kBlocks = DIM <= 128 ? 2 : 1;  // of 16 rows per warp
  static constexpr int kRows = 64 * kBlocks, kKeys = DIM <= 128 ? 64 : 32, kStretch = kStretchKeys / kKeys;
  static constexpr int kThreads = 128;
  using RowTile = SwizzledTile<kRows, DIM>;
  using KeyTile = SwizzledTile<kKeys, DIM>;
  static constexpr int kSharedBytes = RowTile::kBytes + 2 * KeyTile::kBytes;
};

// What a lane knows of its rows: halves are the rows of lane / 4 and 8 further.
template <int R, int M>
struct RowState {
  Sums<R, M> sums;
  float top[R][2], total[R][2];  // total: of this lane's columns

  __device__ __forceinline__ void clear() {
    cuda::clear(sums);
#pragma unroll
    for (int r = 0; r < R; ++r) {
      top[r][0] = top[r][1] = -INFINITY;
      total[r][0] = total[r][1] = 0.0f;
    }
  }
  // Totals become those of the rows.
  __device__ __forceinline__ void sumLanes() {
#pragma unroll
    for (int r = 0; r < R; ++r) {
      total[r][0] = warpQuadSum(total[r][0]);
      total[r][1] = warpQuadSum(total[r][1]);
    }
  }
};

// Adds a finished stretch to `kept`, which lies in memory: it is touched once per stretch, and its registers would be missed.
template <int R, int M>
__device__ __forceinline__ void keep(RowState<R, M>& kept, const RowState<R, M>& stretch) {
#pragma unroll
  for (int r = 0; r < R; ++r) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const StretchFactors by = mergeTop(kept.top[r][half], stretch.top[r][half]);
      kept.total[r][half] = mergeValue(kept.total[r][half], stretch.total[r][half], by);
#pragma unroll
      for (int j = 0; j < M; ++j) {
#pragma unroll
        for (int e = 2 * half; e < 2 * half + 2; ++e) {
          kept.sums[r][j][e] = mergeValue(kept.sums[r][j][e], stretch.sums[r][j][e], by);
        }
      }
    }
  }
}

// Keeps the compiler from holding an object in registers.
template <class T>
__device__ __forceinline__ T* inMemory(T* object) {
#if !TESSERA_HOST
  asm volatile("" : "+l"(object) : : "memory");
#endif
  return object;
}

// Changes the sign of a tile of rows that are on their way.
template <int BYTES, int THREADS>
__device__ void negateRows(unsigned char* tile) {
  copyAsyncWait<0>();
  __syncthreads();
  auto* pairs = reinterpret_cast<uint32_t*>(tile);
  for (int i = static_cast<int>(threadIdx.x); i < BYTES / 4; i += THREADS) pairs[i] ^= 0x80008000u;
}

// blockIdx.x: tiles of rows of every key head, those that see most keys first; blockIdx.y: stretches, where they have their own.
template <int DIM, bool DROPS>
__device__ void attentionTensorKernel(const ForwardArgs<bf16>& a) {
  using Shape = ForwardShape<DIM>;
  constexpr int R = Shape::kBlocks, N = Shape::kKeys / 8, M = DIM / 8;
  unsigned char* rowTile = dynamicShared<unsigned char>();
  unsigned char* keyTile = rowTile + Shape::RowTile::kBytes;
  unsigned char* valueTile = keyTile + Shape::KeyTile::kBytes;

  const uint32_t heads = a.batch * a.kvHeads, head = blockIdx.x % heads;
  const HeadProblem<AttentionForwardArgs<bf16>> p(a, head);
  const int64_t row0 = int64_t{a.rowTiles - 1 - blockIdx.x / heads} * Shape::kRows;
  if (row0 >= p.rows()) return;
  const int64_t lastRow = min(row0 + Shape::kRows, p.rows()) - 1;
  const KeyRange range = p.keysOfRows(row0, lastRow);
  auto first = static_cast<int32_t>(range.low / Shape::kKeys);
  auto past = static_cast<int32_t>(ceilDiv(range.high, int64_t{Shape::kKeys}));
  if (a.partial) {
    first = max(first, static_cast<int32_t>(blockIdx.y) * Shape::kStretch);
    past = min(past, static_cast<int32_t>(blockIdx.y + 1) * Shape::kStretch);
  }

  const auto loadKeys = [&](unsigned char* tile, const bf16* tensor, int64_t batchStep, int64_t headStep, int64_t rowStep,
                            int32_t block) {
    loadRows<Shape::kKeys, DIM, Shape::kThreads>(tile, a.q, a.dim, a.packed, [&](int row) -> const bf16* {
      const int64_t key = int64_t{block} * Shape::kKeys + row;
      return key < p.s.keys ? p.keyOf(tensor, batchStep, headStep, rowStep, key) : nullptr;
    });
    copyAsyncCommit();
  };
  loadRows<Shape::kRows, DIM, Shape::kThreads>(rowTile, a.q, a.dim, a.packed, [&](int row) -> const bf16* {
    return row0 + row <= lastRow ? p.rowOf(a.q, a.qBatch, a.qHead, a.qRow, row0 + row) : nullptr;
  });
  copyAsyncCommit();
  if (first < past) loadKeys(keyTile, a.k, a.kBatch, a.kHead, a.kRow, first);

  const int warpRow = warpId() * 16 * R;
  // Positive, so that a row's largest score is that of its largest product; below this all weights are equal.
  const float scale = fmaxf(fabsf(a.scale) * kLog2e, 1e-30f);
  if (a.scale < 0.0f) negateRows<Shape::RowTile::kBytes, Shape::kThreads>(rowTile);
  RowState<R, M> own, keptStorage;
  RowState<R, M>* kept = inMemory(&keptStorage);
  own.clear();
  const bool several = first / Shape::kStretch + 1 < ceilDiv(past, Shape::kStretch);
  if (several) kept->clear();

  for (int32_t block = first; block < past; ++block) {
    if (block > first && block % Shape::kStretch == 0) {
      own.sumLanes();
      keep(*kept, own);
      own.clear();
    }
    copyAsyncWait<0>();
    __syncthreads();  // the keys are there, and all are done with the last values
    loadKeys(valueTile, a.v, a.vBatch, a.vHead, a.vRow, block);

    Sums<R, N> scores;
    clear(scores);
    multiplyRows<typename Shape::RowTile, typename Shape::KeyTile, DIM>(scores, rowTile, warpRow, keyTile);

    const int64_t key0 = int64_t{block} * Shape::kKeys;
    const bool whole = p.seesAll(row0, lastRow, key0, key0 + Shape::kKeys);
#pragma unroll
    for (int r = 0; r < R; ++r) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const int64_t row = row0 + warpRow + r * 16 + half * 8 + laneId() / 4;
        RowMask seen{};
        if (!whole) seen = p.maskOf(row, row <= lastRow, key0);
        float most = -INFINITY;
#pragma unroll
        for (int j = 0; j < N; ++j) {
#pragma unroll
          for (int e = 0; e < 2; ++e) {
            float& score = scores[r][j][2 * half + e];
            if (!whole && !seen(j * 8 + laneId() % 4 * 2 + e)) score = -INFINITY;
            most = fmaxf(most, score);
          }
        }
        most = warpQuadMax(most) * scale;
        const float higher = fmaxf(own.top[r][half], most), base = higher == -INFINITY ? 0.0f : higher;
        const float down = fastExp2(own.top[r][half] - base);
        own.top[r][half] = higher;
        float sum = 0.0f;
#pragma unroll
        for (int j = 0; j < N; ++j) {
#pragma unroll
          for (int e = 0; e < 2; ++e) {
            float& score = scores[r][j][2 * half + e];
            score = fastExp2(fmaf(score, scale, -base));
            sum += score;
          }
        }
        own.total[r][half] = fmaf(own.total[r][half], down, sum);
        if constexpr (DROPS) {
          const RowDropout drop = p.dropoutOf(row);
#pragma unroll
          for (int j = 0; j < N; ++j) {
            const float2 factors = drop.pairFrom(key0 + j * 8 + laneId() % 4 * 2);
            scores[r][j][2 * half] *= factors.x;
            scores[r][j][2 * half + 1] *= factors.y;
          }
        }
#pragma unroll
        for (int j = 0; j < M; ++j) {
          own.sums[r][j][2 * half] *= down;
          own.sums[r][j][2 * half + 1] *= down;
        }
      }
    }

    copyAsyncWait<0>();
    __syncthreads();  // the values are there, and all are done with the keys
    if (block + 1 < past) loadKeys(keyTile, a.k, a.kBatch, a.kHead, a.kRow, block + 1);
    multiplyWeights<typename Shape::KeyTile>(own.sums, scores, valueTile, 0);
  }
  copyAsyncWait<0>();
  own.sumLanes();
  if (several) {
    keep(*kept, own);
    own = *kept;
  }

#pragma unroll
  for (int r = 0; r < R; ++r) {
    const int64_t ownRow = row0 + warpRow + r * 16 + laneId() / 4;
    if (a.partial) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const int64_t row = ownRow + half * 8;
        if (row > lastRow) continue;
        const uint64_t at = (uint64_t{blockIdx.y} * heads + head) * a.mostRows + static_cast<uint64_t>(row);
        if (laneId() % 4 == 0) a.partialState[at] = make_float2(own.top[r][half], own.total[r][half]);
#pragma unroll
        for (int j = 0; j < M; ++j) {
          *reinterpret_cast<float2*>(a.partial + at * DIM + j * 8 + laneId() % 4 * 2) =
              make_float2(own.sums[r][j][2 * half], own.sums[r][j][2 * half + 1]);
        }
      }
      continue;
    }
    storeRows(
        own.sums[r], 0, a.dim,
        [&](int half) -> bf16* {
          const int64_t row = ownRow + half * 8;
          return row <= lastRow ? p.rowOf(a.y, a.yBatch, a.yHead, a.yRow, row) : nullptr;
        },
        [&](int half) { return inverseOf(own.total[r][half]); });
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const int64_t row = ownRow + half * 8;
      if (laneId() % 4 == 0 && row <= lastRow) a.lse[p.statisticOf(row)] = logSumOf(own.top[r][half], own.total[r][half]);
    }
  }
}
EXPORT_KERNEL((128), attentionTensor, 64, plain)
EXPORT_KERNEL((128), attentionTensor, 64, dropping)
EXPORT_KERNEL((128, 2), attentionTensor, 128, plain)
EXPORT_KERNEL((128, 2), attentionTensor, 128, dropping)
EXPORT_KERNEL((128), attentionTensor, 256, plain)
EXPORT_KERNEL((128), attentionTensor, 256, dropping)

// Merges the stretches of a row, in order: a warp per row.
template <int DIM>
__device__ void attentionMergeKernel(const ForwardArgs<bf16>& a) {
  const uint32_t heads = a.batch * a.kvHeads;
  const uint64_t unit = globalThread() / kWarp;
  if (unit >= heads * a.mostRows) return;
  const auto head = static_cast<uint32_t>(unit / a.mostRows);
  const auto row = static_cast<int64_t>(unit % a.mostRows);
  const HeadProblem<AttentionForwardArgs<bf16>> p(a, head);
  if (row >= p.rows()) return;
  const auto stretches = static_cast<uint32_t>(ceilDiv(p.s.keys, int64_t{kStretchKeys}));
  float top = -INFINITY, total = 0.0f, sums[DIM / kWarp] = {};
  for (uint32_t s = 0; s < stretches; ++s) {
    const uint64_t at = (uint64_t{s} * heads + head) * a.mostRows + static_cast<uint64_t>(row);
    const float2 state = a.partialState[at];
    const StretchFactors by = mergeTop(top, state.x);
    total = mergeValue(total, state.y, by);
#pragma unroll
    for (int i = 0; i < DIM / kWarp; ++i) sums[i] = mergeValue(sums[i], a.partial[at * DIM + i * kWarp + laneId()], by);
  }
  bf16* y = p.rowOf(a.y, a.yBatch, a.yHead, a.yRow, row);
  const float inverse = inverseOf(total);
#pragma unroll
  for (int i = 0; i < DIM / kWarp; ++i) {
    if (i * kWarp + laneId() < static_cast<int>(a.dim)) y[i * kWarp + laneId()] = fromFloat<bf16>(sums[i] * inverse);
  }
  if (laneId() == 0) a.lse[p.statisticOf(row)] = logSumOf(top, total);
}
EXPORT_KERNEL((256), attentionMerge, 64)
EXPORT_KERNEL((256), attentionMerge, 128)
EXPORT_KERNEL((256), attentionMerge, 256)

#if TESSERA_HOST

template <int DIM>
void launchForward(const AttentionForwardArgs<bf16>& a, bool packed, Stream& s) {
  using Shape = ForwardShape<DIM>;
  constexpr uint32_t kBlocksPerMultiprocessor = 2;
  ForwardArgs<bf16> args{};
  static_cast<AttentionForwardArgs<bf16>&>(args) = a;
  const uint32_t heads = a.batch * a.kvHeads;
  const uint64_t rows = uint64_t{a.queries} * (a.heads / a.kvHeads);
  args.packed = packed;
  args.rowTiles = static_cast<uint32_t>(ceilDiv(rows, uint64_t{Shape::kRows}));
  args.mostRows = rows;
  const uint32_t blocks = args.rowTiles * heads;
  uint32_t stretches = ceilDiv(a.keys, uint32_t{kStretchKeys});
  if (args.rowTiles > 1 || blocks >= s.properties().multiprocessors * kBlocksPerMultiprocessor) stretches = 1;
  if (stretches > 1) {
    args.partial = s.workspace<float>(uint64_t{stretches} * heads * rows * DIM);
    args.partialState = s.workspace<float2>(uint64_t{stretches} * heads * rows);
  }
  const auto& kernel = a.dropout > 0.0f ? KERNEL(attentionTensor, DIM, dropping) : KERNEL(attentionTensor, DIM, plain);
  s.launch(kernel, dim3(blocks, stretches), Shape::kThreads, Shape::kSharedBytes, args);
  if (stretches > 1) {
    s.launch(KERNEL(attentionMerge, DIM), static_cast<uint32_t>(ceilDiv(heads * rows, uint64_t{8})), 256, 0, args);
  }
}

#endif

}  // namespace tessera::cuda
