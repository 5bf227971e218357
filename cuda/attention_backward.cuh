// Attention backward on tensor cores, in two passes that recompute the probabilities from lse: one for dq, whose blocks have
// a tile of rows and go through the keys, and one for dk and dv, whose blocks have a tile of keys and go through the rows of
// all heads that share it. Every sum is one block's own, in a fixed order: no atomic additions, the same bits every time.
#pragma once

#include "attention_problem.cuh"
#include "attention_tile.cuh"

namespace tessera::cuda {

template <class T>
struct BackwardArgs : AttentionBackwardArgs<T> {
  bool packed;
  uint32_t tiles;              // of rows (dq) or keys (dk, dv) of the largest sequence
  RowStatistics* statistics;   // [batch kvHeads][mostRows]
  uint64_t mostRows;
};

// A warp per row: delta = sum of y dy, and lse as the passes want it.
template <class T>
__device__ void attentionStatisticsKernel(const BackwardArgs<T>& a) {
  const uint64_t unit = globalThread() / kWarp;
  if (unit >= uint64_t{a.batch} * a.kvHeads * a.mostRows) return;
  const auto row = static_cast<int64_t>(unit % a.mostRows);
  const HeadProblem<AttentionBackwardArgs<T>> p(a, static_cast<uint32_t>(unit / a.mostRows));
  if (row >= p.rows()) return;
  const T* y = p.rowOf(a.y, a.yBatch, a.yHead, a.yRow, row);
  const T* dy = p.rowOf(a.dy, a.dyBatch, a.dyHead, a.dyRow, row);
  float sum = 0.0f;
  for (uint32_t d = laneId(); d < a.dim; d += kWarp) sum = fmaf(float(y[d]), float(dy[d]), sum);
  sum = warpSum(sum);
  if (laneId() != 0) return;
  const float lse = a.lse[p.statisticOf(row)];
  a.statistics[unit] = {lse == -INFINITY ? INFINITY : lse * kLog2e, sum};
}
EXPORT_KERNEL((256), attentionStatistics, f32)
EXPORT_KERNEL((256), attentionStatistics, bf16)

// --- dq: blockIdx.x is a tile of rows of a key head, those that see most keys first ---

template <int DIM>
struct QueryGradientShape {
  static constexpr int kRows = 64, kKeys = DIM <= 64 ? 64 : 32;
  static constexpr int kThreads = 128;
  using RowTile = SwizzledTile<kRows, DIM>;
  using KeyTile = SwizzledTile<kKeys, DIM>;
  static constexpr int kStageBytes = 2 * KeyTile::kBytes;  // keys, values
  static constexpr int kSharedBytes = 2 * RowTile::kBytes + 2 * kStageBytes;
};

template <int DIM, bool DROPS>
__device__ void attentionQueryGradientKernel(const BackwardArgs<bf16>& a) {
  using Shape = QueryGradientShape<DIM>;
  constexpr int N = Shape::kKeys / 8, M = DIM / 8;
  unsigned char* queryTile = dynamicShared<unsigned char>();
  unsigned char* upstreamTile = queryTile + Shape::RowTile::kBytes;
  unsigned char* stages = upstreamTile + Shape::RowTile::kBytes;

  const uint32_t heads = a.batch * a.kvHeads, head = blockIdx.x % heads;
  const HeadProblem<AttentionBackwardArgs<bf16>> p(a, head);
  const int64_t row0 = int64_t{a.tiles - 1 - blockIdx.x / heads} * Shape::kRows;
  if (row0 >= p.rows()) return;
  const int64_t lastRow = min(row0 + Shape::kRows, p.rows()) - 1;
  const KeyRange range = p.keysOfRows(row0, lastRow);
  const int64_t first = range.low / Shape::kKeys, past = ceilDiv(range.high, int64_t{Shape::kKeys});

  const auto loadStage = [&](int64_t block) {
    unsigned char* stage = stages + block % 2 * Shape::kStageBytes;
    const auto load = [&](unsigned char* tile, const bf16* tensor, int64_t batchStep, int64_t headStep, int64_t rowStep) {
      loadRows<Shape::kKeys, DIM, Shape::kThreads>(tile, a.q, a.dim, a.packed, [&](int row) -> const bf16* {
        const int64_t key = block * Shape::kKeys + row;
        return key < p.s.keys ? p.keyOf(tensor, batchStep, headStep, rowStep, key) : nullptr;
      });
    };
    load(stage, a.k, a.kBatch, a.kHead, a.kRow);
    load(stage + Shape::KeyTile::kBytes, a.v, a.vBatch, a.vHead, a.vRow);
  };
  loadRows<Shape::kRows, DIM, Shape::kThreads>(queryTile, a.q, a.dim, a.packed, [&](int row) -> const bf16* {
    return row0 + row <= lastRow ? p.rowOf(a.q, a.qBatch, a.qHead, a.qRow, row0 + row) : nullptr;
  });
  loadRows<Shape::kRows, DIM, Shape::kThreads>(upstreamTile, a.q, a.dim, a.packed, [&](int row) -> const bf16* {
    return row0 + row <= lastRow ? p.rowOf(a.dy, a.dyBatch, a.dyHead, a.dyRow, row0 + row) : nullptr;
  });
  if (first < past) loadStage(first);
  copyAsyncCommit();

  const int warpRow = warpId() * 16;
  const int64_t ownRow = row0 + warpRow + laneId() / 4;
  const float scale = a.scale * kLog2e;
  RowStatistics own[2];
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    own[half] = ownRow + half * 8 <= lastRow ? a.statistics[head * a.mostRows + static_cast<uint64_t>(ownRow + half * 8)]
                                             : RowStatistics{INFINITY, 0.0f};
  }
  // The rows are the same for all keys: their operands stay in registers where there is room.
  constexpr bool kHolds = DIM <= 128;
  [[maybe_unused]] Fragments<kHolds ? DIM : 16, 1> queries, upstream;
  if constexpr (kHolds) {
    copyAsyncWait<0>();
    __syncthreads();
    loadFragments<typename Shape::RowTile, DIM>(queries, queryTile, warpRow);
    loadFragments<typename Shape::RowTile, DIM>(upstream, upstreamTile, warpRow);
  }
  Sums<1, M> sums;
  clear(sums);
  for (int64_t block = first; block < past; ++block) {
    copyAsyncWait<0>();
    __syncthreads();  // the stage is there, and all are done with the other
    if (block + 1 < past) loadStage(block + 1);
    copyAsyncCommit();
    const unsigned char* keyTile = stages + block % 2 * Shape::kStageBytes;
    const unsigned char* valueTile = keyTile + Shape::KeyTile::kBytes;
    Sums<1, N> scores, gradients;
    clear(scores);
    clear(gradients);
    if constexpr (kHolds) {
      multiplyFragments<typename Shape::KeyTile, DIM>(scores, queries, keyTile);
      multiplyFragments<typename Shape::KeyTile, DIM>(gradients, upstream, valueTile);
    } else {
      multiplyRows<typename Shape::RowTile, typename Shape::KeyTile, DIM>(scores, queryTile, warpRow, keyTile);
      multiplyRows<typename Shape::RowTile, typename Shape::KeyTile, DIM>(gradients, upstreamTile, warpRow, valueTile);
    }
    const int64_t key0 = block * Shape::kKeys;
    const bool whole = p.seesAll(row0, lastRow, key0, key0 + Shape::kKeys);
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      RowMask seen{};
      if (!whole) seen = p.maskOf(ownRow + half * 8, ownRow + half * 8 <= lastRow, key0);
      if constexpr (DROPS) {
        const RowDropout drop = p.dropoutOf(ownRow + half * 8);
#pragma unroll
        for (int j = 0; j < N; ++j) {
          const float2 factors = drop.pairFrom(key0 + j * 8 + laneId() % 4 * 2);
          gradients[0][j][2 * half] *= factors.x;
          gradients[0][j][2 * half + 1] *= factors.y;
        }
      }
#pragma unroll
      for (int j = 0; j < N; ++j) {
#pragma unroll
        for (int e = 0; e < 2; ++e) {
          const int at = 2 * half + e;
          float probability = fastExp2(fmaf(scores[0][j][at], scale, -own[half].lse));
          if (!whole && !seen(j * 8 + laneId() % 4 * 2 + e)) probability = 0.0f;
          scores[0][j][at] = probability * (gradients[0][j][at] - own[half].delta);
        }
      }
    }
    multiplyWeights<typename Shape::KeyTile>(sums, scores, keyTile, 0);
  }
  copyAsyncWait<0>();
  storeRows(
      sums[0], 0, a.dim,
      [&](int half) -> bf16* {
        const int64_t row = ownRow + half * 8;
        return row <= lastRow ? p.rowOf(a.dq, a.dqBatch, a.dqHead, a.dqRow, row) : nullptr;
      },
      [&](int) { return a.scale; });
}
EXPORT_KERNEL((128), attentionQueryGradient, 64, plain)
EXPORT_KERNEL((128), attentionQueryGradient, 64, dropping)
EXPORT_KERNEL((128, 2), attentionQueryGradient, 128, plain)
EXPORT_KERNEL((128, 2), attentionQueryGradient, 128, dropping)
EXPORT_KERNEL((128), attentionQueryGradient, 256, plain)
EXPORT_KERNEL((128), attentionQueryGradient, 256, dropping)

// --- dk and dv: blockIdx.x is a tile of keys of a key head ---

// With DIM 256 two warps share 16 keys: both compute their probabilities, and each adds up one half of the dimensions.
template <int DIM>
struct KeyGradientShape {
  static constexpr int kHalves = DIM <= 128 ? 1 : 2, kOwnDim = DIM / kHalves;
  static constexpr int kKeys = 64, kRows = DIM <= 64 ? 64 : 32;
  static constexpr int kThreads = 128 * kHalves;
  using KeyTile = SwizzledTile<kKeys, DIM>;
  using RowTile = SwizzledTile<kRows, DIM>;
  static constexpr int kStatisticsBytes = kRows * static_cast<int>(sizeof(RowStatistics));
  static constexpr int kStageBytes = 2 * RowTile::kBytes;  // queries, upstream gradients
  static constexpr int kSharedBytes = 2 * KeyTile::kBytes + 2 * kStageBytes + 2 * kStatisticsBytes;
};

template <int DIM, bool DROPS>
__device__ void attentionKeyGradientKernel(const BackwardArgs<bf16>& a) {
  using Shape = KeyGradientShape<DIM>;
  constexpr int N = Shape::kRows / 8, M = Shape::kOwnDim / 8;
  unsigned char* keyTile = dynamicShared<unsigned char>();
  unsigned char* valueTile = keyTile + Shape::KeyTile::kBytes;
  unsigned char* stages = valueTile + Shape::KeyTile::kBytes;
  auto* statistics = reinterpret_cast<RowStatistics*>(stages + 2 * Shape::kStageBytes);

  const uint32_t heads = a.batch * a.kvHeads, head = blockIdx.x % heads;
  const HeadProblem<AttentionBackwardArgs<bf16>> p(a, head);
  const int64_t key0 = int64_t{blockIdx.x / heads} * Shape::kKeys;
  // Keys past keyLengths belong to nobody else, unless sequences are packed: their gradients are zeros.
  const int64_t keysToStore = a.keyStarts ? p.s.keys : int64_t{a.keys};
  if (key0 >= keysToStore) return;
  const int64_t keys = min(key0 + Shape::kKeys, p.s.keys);
  const KeyRange queries = key0 < keys ? queriesOf(a, p.s, key0, keys) : KeyRange{0, 0};
  const int64_t first = queries.low * p.group / Shape::kRows, past = ceilDiv(queries.high * p.group, int64_t{Shape::kRows});

  const auto loadKeys = [&](unsigned char* tile, const bf16* tensor, int64_t batchStep, int64_t headStep, int64_t rowStep) {
    loadRows<Shape::kKeys, DIM, Shape::kThreads>(tile, a.q, a.dim, a.packed, [&](int row) -> const bf16* {
      return key0 + row < keys ? p.keyOf(tensor, batchStep, headStep, rowStep, key0 + row) : nullptr;
    });
  };
  const auto loadStage = [&](int64_t block) {
    unsigned char* stage = stages + block % 2 * Shape::kStageBytes;
    const int64_t row0 = block * Shape::kRows;
    const auto load = [&](unsigned char* tile, const bf16* tensor, int64_t batchStep, int64_t headStep, int64_t rowStep) {
      loadRows<Shape::kRows, DIM, Shape::kThreads>(tile, a.q, a.dim, a.packed, [&](int row) -> const bf16* {
        return row0 + row < p.rows() ? p.rowOf(tensor, batchStep, headStep, rowStep, row0 + row) : nullptr;
      });
    };
    load(stage, a.q, a.qBatch, a.qHead, a.qRow);
    load(stage + Shape::RowTile::kBytes, a.dy, a.dyBatch, a.dyHead, a.dyRow);
    if (threadIdx.x < Shape::kRows) {
      const int64_t row = row0 + threadIdx.x;
      statistics[block % 2 * Shape::kRows + threadIdx.x] =
          row < p.rows() ? a.statistics[head * a.mostRows + static_cast<uint64_t>(row)] : RowStatistics{INFINITY, 0.0f};
    }
  };
  loadKeys(keyTile, a.k, a.kBatch, a.kHead, a.kRow);
  loadKeys(valueTile, a.v, a.vBatch, a.vHead, a.vRow);
  if (first < past) loadStage(first);
  copyAsyncCommit();

  const int warpKey = warpId() / Shape::kHalves * 16, firstColumn = warpId() % Shape::kHalves * Shape::kOwnDim;
  const float scale = a.scale * kLog2e;
  // As above: shared memory is what the products wait for. The values stay there where they would not fit as well.
  constexpr bool kHoldsKeys = DIM <= 128, kHoldsValues = DIM <= 64;
  [[maybe_unused]] Fragments<kHoldsKeys ? DIM : 16, 1> ownKeys;
  [[maybe_unused]] Fragments<kHoldsValues ? DIM : 16, 1> ownValues;
  if constexpr (kHoldsKeys) {
    copyAsyncWait<0>();
    __syncthreads();
    loadFragments<typename Shape::KeyTile, DIM>(ownKeys, keyTile, warpKey);
    if constexpr (kHoldsValues) loadFragments<typename Shape::KeyTile, DIM>(ownValues, valueTile, warpKey);
  }
  Sums<1, M> keySums, valueSums;
  clear(keySums);
  clear(valueSums);
  for (int64_t block = first; block < past; ++block) {
    copyAsyncWait<0>();
    __syncthreads();  // the stage is there, and all are done with the other
    if (block + 1 < past) loadStage(block + 1);
    copyAsyncCommit();
    const unsigned char* queryTile = stages + block % 2 * Shape::kStageBytes;
    const unsigned char* upstreamTile = queryTile + Shape::RowTile::kBytes;
    const RowStatistics* rows = statistics + block % 2 * Shape::kRows;
    const int64_t row0 = block * Shape::kRows, lastRow = min(row0 + Shape::kRows, p.rows()) - 1;
    const bool whole = p.seesAll(row0, lastRow, key0, key0 + Shape::kKeys);
    // Scores with keys as rows: element (lane / 4 + 8 half, 2 (lane % 4) + e) of tile j is key half and row j, e.
    Sums<1, N> probabilities, gradients;
    clear(probabilities);
    if constexpr (kHoldsKeys) {
      multiplyFragments<typename Shape::RowTile, DIM>(probabilities, ownKeys, queryTile);
    } else {
      multiplyRows<typename Shape::KeyTile, typename Shape::RowTile, DIM>(probabilities, keyTile, warpKey, queryTile);
    }
#pragma unroll
    for (int j = 0; j < N; ++j) {
#pragma unroll
      for (int e = 0; e < 2; ++e) {
        const int row = j * 8 + laneId() % 4 * 2 + e;
        const float lse = rows[row].lse;
        RowMask seen{};
        if (!whole) seen = p.maskOf(row0 + row, row0 + row <= lastRow, key0);
#pragma unroll
        for (int half = 0; half < 2; ++half) {
          float& probability = probabilities[0][j][2 * half + e];
          probability = fastExp2(fmaf(probability, scale, -lse));
          if (!whole && !seen(warpKey + laneId() / 4 + half * 8)) probability = 0.0f;
        }
      }
    }
    clear(gradients);
    if constexpr (kHoldsValues) {
      multiplyFragments<typename Shape::RowTile, DIM>(gradients, ownValues, upstreamTile);
    } else {
      multiplyRows<typename Shape::KeyTile, typename Shape::RowTile, DIM>(gradients, valueTile, warpKey, upstreamTile);
    }
#pragma unroll
    for (int j = 0; j < N; ++j) {
#pragma unroll
      for (int e = 0; e < 2; ++e) {
        const int row = j * 8 + laneId() % 4 * 2 + e;
        const float delta = rows[row].delta;
#pragma unroll
        for (int half = 0; half < 2; ++half) {
          float &probability = probabilities[0][j][2 * half + e], &gradient = gradients[0][j][2 * half + e];
          const float factor = DROPS ? p.dropoutOf(row0 + row)(key0 + warpKey + laneId() / 4 + half * 8) : 1.0f;
          gradient = probability * (gradient * factor - delta);
          probability *= factor;
        }
      }
    }
    multiplyWeights<typename Shape::RowTile>(valueSums, probabilities, upstreamTile, firstColumn);
    multiplyWeights<typename Shape::RowTile>(keySums, gradients, queryTile, firstColumn);
  }
  copyAsyncWait<0>();
  const auto store = [&](const Sums<1, M>& sums, bf16* tensor, int64_t batchStep, int64_t headStep, int64_t rowStep, float factor) {
    storeRows(
        sums[0], firstColumn, a.dim,
        [&](int half) -> bf16* {
          const int64_t key = key0 + warpKey + laneId() / 4 + half * 8;
          return key < keysToStore ? p.keyOf(tensor, batchStep, headStep, rowStep, key) : nullptr;
        },
        [&](int) { return factor; });
  };
  store(keySums, a.dk, a.dkBatch, a.dkHead, a.dkRow, a.scale);
  store(valueSums, a.dv, a.dvBatch, a.dvHead, a.dvRow, 1.0f);
}
EXPORT_KERNEL((128), attentionKeyGradient, 64, plain)
EXPORT_KERNEL((128), attentionKeyGradient, 64, dropping)
EXPORT_KERNEL((128, 2), attentionKeyGradient, 128, plain)
EXPORT_KERNEL((128, 2), attentionKeyGradient, 128, dropping)
EXPORT_KERNEL((256), attentionKeyGradient, 256, plain)
EXPORT_KERNEL((256), attentionKeyGradient, 256, dropping)

#if TESSERA_HOST

template <int DIM>
void launchBackward(BackwardArgs<bf16> args, Stream& s) {
  const uint32_t heads = args.batch * args.kvHeads;
  using QueryShape = QueryGradientShape<DIM>;
  args.tiles = static_cast<uint32_t>(ceilDiv(args.mostRows, uint64_t{QueryShape::kRows}));
  const auto& queryKernel = args.dropout > 0.0f ? KERNEL(attentionQueryGradient, DIM, dropping) : KERNEL(attentionQueryGradient, DIM, plain);
  s.launch(queryKernel, args.tiles * heads, QueryShape::kThreads, QueryShape::kSharedBytes, args);
  using KeyShape = KeyGradientShape<DIM>;
  args.tiles = ceilDiv(args.keys, uint32_t{KeyShape::kKeys});
  const auto& keyKernel = args.dropout > 0.0f ? KERNEL(attentionKeyGradient, DIM, dropping) : KERNEL(attentionKeyGradient, DIM, plain);
  s.launch(keyKernel, args.tiles * heads, KeyShape::kThreads, KeyShape::kSharedBytes, args);
}

#endif

}  // namespace tessera::cuda
