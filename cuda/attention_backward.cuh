// Attention backward on tensor cores: a block has a tile of keys, goes through the rows of all heads that share it, and
// recomputes the probabilities from lse. dk and dv are its own. To dq all blocks of a key head add, each row tile's blocks
// taking turns from the last keys that it sees down to the first: no order but this one, the same bits every time. Blocks go
// through the rows upwards and take their tickets from the last keys down, so that each finds its turn come: a causal
// block begins at the rows where it is first.
#pragma once

#include "attention_problem.cuh"
#include "attention_tile.cuh"
#include "turns.cuh"

namespace tessera::cuda {

template <class T>
struct BackwardArgs : AttentionBackwardArgs<T> {
  bool packed;
  uint32_t tiles;              // of rows or keys of the largest sequence
  RowStatistics* statistics;   // [batch kvHeads][mostRows]
  uint64_t mostRows;
  // Tensor cores: sums of dq in the order of the accumulators, [batch kvHeads][rowTiles][rows of a tile x DIM], null where
  // one tile has all keys; how many blocks have added to each; and the tickets taken.
  float* dqSums;
  uint32_t* passed;  // [batch kvHeads][rowTiles]
  uint32_t* tickets;
  uint32_t rowTiles;
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

// Eight warps share each product: scores are [keys][rows], in 4 x 2 parts; dk and dv [keys][dims], with 32 keys per warp;
// dq [rows][dims], with 32 rows per warp, or 16 of 32. Weights go from the first to the others through shared memory.
template <int DIM, int KEYS, int ROWS>
struct BackwardShape {
  static constexpr int kThreads = 256;
  using KeyTile = SwizzledTile<KEYS, DIM>;
  using RowTile = SwizzledTile<ROWS, DIM>;
  using WeightTile = SwizzledTile<KEYS, ROWS>;
  static constexpr int kScoreKeys = KEYS / 4, kScoreRows = ROWS / 2;
  static constexpr int kKeyWarps = KEYS / 32, kKeyDims = DIM / (8 / kKeyWarps);
  static constexpr int kQueryRows = ROWS >= 64 ? 32 : 16, kQueryAcross = 8 * kQueryRows / ROWS, kQueryDims = DIM / kQueryAcross;
  static constexpr int kStatisticsBytes = ROWS * static_cast<int>(sizeof(RowStatistics));
  static constexpr int kStageBytes = 2 * RowTile::kBytes;  // queries, upstream gradients
  static constexpr int kSharedBytes = 2 * KeyTile::kBytes + 2 * kStageBytes + 2 * WeightTile::kBytes + kStatisticsBytes;
};

// Rows that see no key have no block that would write their dq.
template <int ROWS, int THREADS>
__device__ void zeroUnseenRows(const BackwardArgs<bf16>& a, const HeadProblem<AttentionBackwardArgs<bf16>>& p) {
  for (int64_t row0 = 0; row0 < p.rows(); row0 += ROWS) {
    const int64_t past = min(row0 + ROWS, p.rows());
    const KeyRange range = p.keysOfRows(row0, past - 1);
    if (range.low < range.high) continue;
    for (int64_t row = row0; row < past; ++row) {
      bf16* dq = p.rowOf(a.dq, a.dqBatch, a.dqHead, a.dqRow, row);
      for (uint32_t d = threadIdx.x; d < a.dim; d += THREADS) dq[d] = fromFloat<bf16>(0.0f);
    }
  }
}

template <int DIM, int KEYS, int ROWS, bool DROPS>
__device__ void attentionBackwardTensorKernel(const BackwardArgs<bf16>& a) {
  using Shape = BackwardShape<DIM, KEYS, ROWS>;
  using KeyTile = Shape::KeyTile;
  using RowTile = Shape::RowTile;
  using WeightTile = Shape::WeightTile;
  unsigned char* keyTile = dynamicShared<unsigned char>();
  unsigned char* valueTile = keyTile + KeyTile::kBytes;
  unsigned char* stages = valueTile + KeyTile::kBytes;
  unsigned char* probabilityTile = stages + 2 * Shape::kStageBytes;
  unsigned char* gradientTile = probabilityTile + WeightTile::kBytes;
  auto* statistics = reinterpret_cast<RowStatistics*>(gradientTile + WeightTile::kBytes);

  const uint32_t ticket = takeTicket(a.tickets), head = ticket / a.tiles, tile = a.tiles - 1 - ticket % a.tiles;
  const HeadProblem<AttentionBackwardArgs<bf16>> p(a, head);
  if (tile == 0) zeroUnseenRows<ROWS, Shape::kThreads>(a, p);
  const int64_t key0 = int64_t{tile} * KEYS;
  // Keys past keyLengths belong to nobody else, unless sequences are packed: their gradients are zeros.
  const int64_t keysToStore = a.keyStarts ? p.s.keys : int64_t{a.keys};
  if (key0 >= keysToStore) return;
  const int64_t keys = min(key0 + KEYS, p.s.keys);
  const KeyRange queries = key0 < keys ? queriesOf(a, p.s, key0, keys) : KeyRange{0, 0};
  const auto first = static_cast<uint32_t>(queries.low * p.group / ROWS);
  const auto past = queries.low < queries.high ? static_cast<uint32_t>(ceilDiv(queries.high * p.group, int64_t{ROWS})) : first;

  const auto loadKeys = [&](unsigned char* to, const bf16* tensor, int64_t batchStep, int64_t headStep, int64_t rowStep) {
    loadRows<KEYS, DIM, Shape::kThreads>(to, a.q, a.dim, a.packed, [&](int key) -> const bf16* {
      return key0 + key < keys ? p.keyOf(tensor, batchStep, headStep, rowStep, key0 + key) : nullptr;
    });
  };
  const auto loadStage = [&](uint32_t rowTile) {
    unsigned char* stage = stages + rowTile % 2 * Shape::kStageBytes;
    const int64_t row0 = int64_t{rowTile} * ROWS;
    const auto load = [&](unsigned char* to, const bf16* tensor, int64_t batchStep, int64_t headStep, int64_t rowStep) {
      loadRows<ROWS, DIM, Shape::kThreads>(to, a.q, a.dim, a.packed, [&](int row) -> const bf16* {
        return row0 + row < p.rows() ? p.rowOf(tensor, batchStep, headStep, rowStep, row0 + row) : nullptr;
      });
    };
    load(stage, a.q, a.qBatch, a.qHead, a.qRow);
    load(stage + RowTile::kBytes, a.dy, a.dyBatch, a.dyHead, a.dyRow);
  };
  // Of this thread's row.
  const auto statisticsOf = [&](uint32_t rowTile) {
    const int64_t row = int64_t{rowTile} * ROWS + threadIdx.x;
    const bool exists = threadIdx.x < ROWS && row < p.rows();
    return exists ? a.statistics[head * a.mostRows + static_cast<uint64_t>(row)] : RowStatistics{INFINITY, 0.0f};
  };
  loadKeys(keyTile, a.k, a.kBatch, a.kHead, a.kRow);
  loadKeys(valueTile, a.v, a.vBatch, a.vHead, a.vRow);
  if (first < past) loadStage(first);
  copyAsyncCommit();
  if (threadIdx.x < ROWS) statistics[threadIdx.x] = statisticsOf(first);

  constexpr int R = Shape::kScoreKeys / 16, N = Shape::kScoreRows / 8;
  constexpr int keyM = Shape::kKeyDims / 8, queryR = Shape::kQueryRows / 16, queryM = Shape::kQueryDims / 8;
  const int scoreKey = warpId() / 2 * Shape::kScoreKeys, scoreRow = warpId() % 2 * Shape::kScoreRows;
  const int sumKey = warpId() % Shape::kKeyWarps * 32, sumColumn = warpId() / Shape::kKeyWarps * Shape::kKeyDims;
  const int queryRow = warpId() / Shape::kQueryAcross * Shape::kQueryRows;
  const int queryColumn = warpId() % Shape::kQueryAcross * Shape::kQueryDims;
  const float scale = a.scale * kLog2e;
  Sums<2, keyM> keySums, valueSums;
  clear(keySums);
  clear(valueSums);
  uint32_t turn = 0;
  for (uint32_t rowTile = first; rowTile < past; ++rowTile) {
    copyAsyncWait<0>();
    __syncthreads();  // the stage is there, and all are done with the other, the weights and dq
    uint32_t* passed = a.passed + head * a.rowTiles + rowTile;
    if (threadIdx.x == 0 && rowTile > first) passTurn(passed - 1, turn);
    if (rowTile + 1 < past) loadStage(rowTile + 1);
    copyAsyncCommit();
    const RowStatistics next = statisticsOf(rowTile + 1);
    const unsigned char* queryTile = stages + rowTile % 2 * Shape::kStageBytes;
    const unsigned char* upstreamTile = queryTile + RowTile::kBytes;
    const RowStatistics* rows = statistics + scoreRow;
    const int64_t tileRow0 = int64_t{rowTile} * ROWS, tileLastRow = min(tileRow0 + ROWS, p.rows()) - 1;
    const KeyRange range = p.keysOfRows(tileRow0, tileLastRow);
    turn = static_cast<uint32_t>(ceilDiv(range.high, int64_t{KEYS})) - 1 - tile;
    const bool isLast = range.low >= key0;

    // Element (lane / 4 + 8 half, 2 (lane % 4) + e) of block r and column j is key 16 r + 8 half and row 8 j + e.
    const int64_t row0 = tileRow0 + scoreRow, ownKey0 = key0 + scoreKey;
    const bool whole = p.seesAll(row0, min(row0 + Shape::kScoreRows - 1, tileLastRow), ownKey0, ownKey0 + Shape::kScoreKeys);
    Sums<R, N> probabilities, gradients;
    clear(probabilities);
    multiplyRows<KeyTile, RowTile, DIM>(probabilities, keyTile, scoreKey, queryTile + RowTile::offset(scoreRow, 0));
#pragma unroll
    for (int j = 0; j < N; ++j) {
#pragma unroll
      for (int e = 0; e < 2; ++e) {
        const int row = j * 8 + laneId() % 4 * 2 + e;
        const float lse = rows[row].lse;
        RowMask seen{};
        if (!whole) seen = p.maskOf(row0 + row, row0 + row <= tileLastRow, ownKey0);
#pragma unroll
        for (int r = 0; r < R; ++r) {
#pragma unroll
          for (int half = 0; half < 2; ++half) {
            float& probability = probabilities[r][j][2 * half + e];
            probability = fastExp2(fmaf(probability, scale, -lse));
            if (!whole && !seen(r * 16 + half * 8 + laneId() / 4)) probability = 0.0f;
          }
        }
      }
    }
    clear(gradients);
    multiplyRows<KeyTile, RowTile, DIM>(gradients, valueTile, scoreKey, upstreamTile + RowTile::offset(scoreRow, 0));
#pragma unroll
    for (int j = 0; j < N; ++j) {
#pragma unroll
      for (int e = 0; e < 2; ++e) {
        const int row = j * 8 + laneId() % 4 * 2 + e;
        const float delta = rows[row].delta;
#pragma unroll
        for (int r = 0; r < R; ++r) {
#pragma unroll
          for (int half = 0; half < 2; ++half) {
            float &probability = probabilities[r][j][2 * half + e], &gradient = gradients[r][j][2 * half + e];
            float factor = 1.0f;
            if constexpr (DROPS) factor = p.dropoutOf(row0 + row)(ownKey0 + r * 16 + half * 8 + laneId() / 4);
            gradient = probability * (gradient * factor - delta);
            probability *= factor;
          }
        }
      }
    }
    storeWeights<WeightTile>(probabilityTile, scoreKey, scoreRow, probabilities);
    storeWeights<WeightTile>(gradientTile, scoreKey, scoreRow, gradients);
    if (threadIdx.x == Shape::kThreads - 1) waitForTurn(passed, turn);
    __syncthreads();  // the weights are there, and so are the sums of the blocks before; the statistics have been read
    if (threadIdx.x < ROWS) statistics[threadIdx.x] = next;

    // Read early, added to last: the products in between hide the way to memory.
    float* sums = a.dqSums + (uint64_t{head} * a.rowTiles + rowTile) * (ROWS * DIM) + threadIdx.x * 4;
    const auto sumsOf = [&](int r, int j) { return reinterpret_cast<float4*>(sums + (r * queryM + j) * Shape::kThreads * 4); };
    Sums<queryR, queryM> querySums;
    clear(querySums);
    if (turn > 0) {
#pragma unroll
      for (int r = 0; r < queryR; ++r) {
#pragma unroll
        for (int j = 0; j < queryM; ++j) {
          const float4 sum = __ldcg(sumsOf(r, j));
          querySums[r][j][0] = sum.x;
          querySums[r][j][1] = sum.y;
          querySums[r][j][2] = sum.z;
          querySums[r][j][3] = sum.w;
        }
      }
    }
    multiplyTiles<WeightTile, false, RowTile, ROWS>(valueSums, probabilityTile, sumKey, upstreamTile, sumColumn);
    multiplyTiles<WeightTile, false, RowTile, ROWS>(keySums, gradientTile, sumKey, queryTile, sumColumn);
    multiplyTiles<WeightTile, true, KeyTile, KEYS>(querySums, gradientTile, queryRow, keyTile, queryColumn);
#pragma unroll
    for (int r = 0; r < queryR; ++r) {
      if (isLast) {
        storeRows(
            querySums[r], queryColumn, a.dim,
            [&](int half) -> bf16* {
              const int64_t row = tileRow0 + queryRow + r * 16 + half * 8 + laneId() / 4;
              return row <= tileLastRow ? p.rowOf(a.dq, a.dqBatch, a.dqHead, a.dqRow, row) : nullptr;
            },
            [&](int) { return a.scale; });
        continue;
      }
#pragma unroll
      for (int j = 0; j < queryM; ++j) {
        const float(&sum)[4] = querySums[r][j];
        __stcg(sumsOf(r, j), make_float4(sum[0], sum[1], sum[2], sum[3]));
      }
    }
  }
  copyAsyncWait<0>();
  __syncthreads();
  if (threadIdx.x == 0 && first < past) passTurn(a.passed + head * a.rowTiles + past - 1, turn);
  const auto store = [&](const Sums<2, keyM>& sums, bf16* tensor, int64_t batchStep, int64_t headStep, int64_t rowStep, float factor) {
#pragma unroll
    for (int r = 0; r < 2; ++r) {
      storeRows(
          sums[r], sumColumn, a.dim,
          [&](int half) -> bf16* {
            const int64_t key = key0 + sumKey + r * 16 + half * 8 + laneId() / 4;
            return key < keysToStore ? p.keyOf(tensor, batchStep, headStep, rowStep, key) : nullptr;
          },
          [&](int) { return factor; });
    }
  };
  store(keySums, a.dk, a.dkBatch, a.dkHead, a.dkRow, a.scale);
  store(valueSums, a.dv, a.dvBatch, a.dvHead, a.dvRow, 1.0f);
}
EXPORT_KERNEL((256), attentionBackwardTensor, 64, 64, 32, plain)
EXPORT_KERNEL((256), attentionBackwardTensor, 64, 64, 32, dropping)
EXPORT_KERNEL((256), attentionBackwardTensor, 64, 128, 64, plain)
EXPORT_KERNEL((256), attentionBackwardTensor, 64, 128, 64, dropping)
EXPORT_KERNEL((256), attentionBackwardTensor, 64, 128, 128, plain)
EXPORT_KERNEL((256), attentionBackwardTensor, 128, 64, 32, plain)
EXPORT_KERNEL((256), attentionBackwardTensor, 128, 64, 32, dropping)
EXPORT_KERNEL((256), attentionBackwardTensor, 128, 128, 64, plain)
EXPORT_KERNEL((256), attentionBackwardTensor, 128, 128, 64, dropping)
EXPORT_KERNEL((256), attentionBackwardTensor, 256, 64, 32, plain)
EXPORT_KERNEL((256), attentionBackwardTensor, 256, 64, 32, dropping)

#if TESSERA_HOST

template <int DIM, int KEYS, int ROWS, bool DROPS>
void launchBackwardTiles(BackwardArgs<bf16> args, Stream& s) {
  using Shape = BackwardShape<DIM, KEYS, ROWS>;
  const uint32_t heads = args.batch * args.kvHeads;
  args.rowTiles = static_cast<uint32_t>(ceilDiv(args.mostRows, uint64_t{ROWS}));
  args.tiles = max(1u, ceilDiv(args.keys, uint32_t{KEYS}));
  const uint64_t sums = uint64_t{heads} * args.rowTiles;
  if (args.tiles > 1) args.dqSums = s.workspace<float>(sums * ROWS * DIM);
  args.passed = s.workspace<uint32_t>(sums + 1);
  args.tickets = args.passed + sums;
  s.fillZero(args.passed, (sums + 1) * sizeof(uint32_t));
  s.launch(KERNEL(attentionBackwardTensor, DIM, KEYS, ROWS, DROPS), args.tiles * heads, Shape::kThreads, Shape::kSharedBytes, args);
}

template <int DIM, int KEYS, int ROWS>
bool fitsBackward(const BackwardArgs<bf16>& args, Stream& s) {
  return args.keys > KEYS / 2 && BackwardShape<DIM, KEYS, ROWS>::kSharedBytes <= s.properties().sharedBytesPerBlock;
}

// The larger tiles where there are keys for them, shared memory, and registers: dropout takes many.
template <int DIM, bool DROPS>
void launchBackwardWith(const BackwardArgs<bf16>& args, Stream& s) {
  if constexpr (DIM == 64 && !DROPS) {
    if (fitsBackward<64, 128, 128>(args, s)) return launchBackwardTiles<64, 128, 128, DROPS>(args, s);
  }
  if constexpr (DIM <= 128) {
    if (fitsBackward<DIM, 128, 64>(args, s)) return launchBackwardTiles<DIM, 128, 64, DROPS>(args, s);
  }
  launchBackwardTiles<DIM, 64, 32, DROPS>(args, s);
}

template <int DIM>
void launchBackward(const BackwardArgs<bf16>& args, Stream& s) {
  if (args.dropout > 0.0f) return launchBackwardWith<DIM, dropping>(args, s);
  launchBackwardWith<DIM, plain>(args, s);
}

#endif

}  // namespace tessera::cuda
