// Attention in f32 arithmetic by fused multiply-adds, for f32 tensors and for heads that the tensor-core kernels do not take.
// The passes are those of attention_forward.cuh and attention_backward.cuh, with tiles of TILE x TILE: TILE neighbouring
// threads' rows, of which 256 / TILE lanes of one warp share each.
#pragma once

#include "attention_backward.cuh"
#include "attention_forward.cuh"
#include "attention_problem.cuh"

namespace tessera::cuda {

template <int TILE>
struct FmaShape {
  static constexpr int kThreads = 256;
  static constexpr int kLanes = kThreads / TILE;   // of one row
  static constexpr int kOwn = TILE / kLanes;       // columns of the score tile that a lane computes
  static constexpr int kQuads = 8;                 // of four dimensions that a lane adds up
  static constexpr uint32_t kMostDim = kQuads * 4 * kLanes;
  static constexpr int kWeightsLd = TILE + 1;
  TESSERA_INLINE static uint32_t paddedDim(uint32_t dim) { return (dim + 3) / 4 * 4; }
  TESSERA_INLINE static uint32_t ld(uint32_t dim) { return paddedDim(dim) + 4; }  // of a tile, in floats
  static size_t sharedBytes(uint32_t dim, uint32_t tiles, uint32_t weights) {
    return (size_t{tiles} * TILE * ld(dim) + size_t{weights} * TILE * kWeightsLd) * sizeof(float);
  }
};

// One thread's place: its row of a tile and its lane there.
template <int TILE>
struct FmaTile {
  using Shape = FmaShape<TILE>;
  uint32_t dim, ld;
  int row, lane;

  __device__ __forceinline__ explicit FmaTile(uint32_t d)
      : dim(d), ld(Shape::ld(d)), row(static_cast<int>(threadIdx.x) / Shape::kLanes), lane(static_cast<int>(threadIdx.x) % Shape::kLanes) {}

  __device__ __forceinline__ int column(int c) const { return lane + c * Shape::kLanes; }

  template <class Address>
  __device__ __forceinline__ void load(float* tile, Address address) const {
    const uint32_t padded = Shape::paddedDim(dim);
    for (uint32_t index = threadIdx.x; index < TILE * padded; index += Shape::kThreads) {
      const uint32_t r = index / padded, d = index % padded;
      const auto* from = address(static_cast<int>(r));
      tile[r * ld + d] = from != nullptr && d < dim ? float(from[d]) : 0.0f;
    }
  }

  // sums[c] = this thread's row of one tile times row column(c) of another.
  __device__ __forceinline__ void multiply(float (&sums)[Shape::kOwn], const float* rows, const float* columns) const {
#pragma unroll
    for (float& sum : sums) sum = 0.0f;
    for (uint32_t d = 0; d < dim; d += 4) {
      const auto a = loadPack<4>(rows + row * ld + d);
#pragma unroll
      for (int c = 0; c < Shape::kOwn; ++c) {
        const auto b = loadPack<4>(columns + column(c) * ld + d);
#pragma unroll
        for (int e = 0; e < 4; ++e) sums[c] = fmaf(a[e], b[e], sums[c]);
      }
    }
  }

  // sums += this row's weights times the rows of a tile. A lane's dimensions are 4 lane.. and every 4 kLanes further.
  __device__ __forceinline__ void accumulate(float (&sums)[Shape::kQuads][4], const float* weights, const float* tile) const {
    for (int other = 0; other < TILE; ++other) {
      const float weight = weights[row * Shape::kWeightsLd + other];
#pragma unroll
      for (int j = 0; j < Shape::kQuads; ++j) {
        const uint32_t d = firstDim(j);
        if (d >= dim) break;
        const auto values = loadPack<4>(tile + other * ld + d);
#pragma unroll
        for (int e = 0; e < 4; ++e) sums[j][e] = fmaf(weight, values[e], sums[j][e]);
      }
    }
  }

  template <class T>
  __device__ __forceinline__ void store(const float (&sums)[Shape::kQuads][4], float factor, T* to) const {
#pragma unroll
    for (int j = 0; j < Shape::kQuads; ++j) {
#pragma unroll
      for (int e = 0; e < 4; ++e) {
        if (firstDim(j) + e < dim) to[firstDim(j) + e] = fromFloat<T>(sums[j][e] * factor);
      }
    }
  }

 private:
  __device__ __forceinline__ uint32_t firstDim(int j) const { return static_cast<uint32_t>((lane + j * Shape::kLanes) * 4); }
};

template <class T, int TILE, bool DROPS>
__device__ void attentionFmaKernel(const ForwardArgs<T>& a) {
  using Shape = FmaShape<TILE>;
  const FmaTile<TILE> t(a.dim);
  float* rowTile = dynamicShared<float>();
  float* keyTile = rowTile + TILE * t.ld;
  float* valueTile = keyTile + TILE * t.ld;
  float* weights = valueTile + TILE * t.ld;
  const uint32_t heads = a.batch * a.kvHeads;
  const HeadProblem<AttentionForwardArgs<T>> p(a, blockIdx.x % heads);
  const int64_t row0 = int64_t{a.rowTiles - 1 - blockIdx.x / heads} * TILE, row = row0 + t.row;
  if (row0 >= p.rows()) return;
  const int64_t lastRow = min(row0 + TILE, p.rows()) - 1;
  const KeyRange range = p.keysOfRows(row0, lastRow);
  t.load(rowTile, [&](int r) -> const T* {
    return row0 + r <= lastRow ? p.rowOf(a.q, a.qBatch, a.qHead, a.qRow, row0 + r) : nullptr;
  });
  float sums[Shape::kQuads][4] = {}, top = -INFINITY, total = 0.0f;
  const float scale = a.scale * kLog2e;
  for (int64_t key0 = range.low / TILE * TILE; key0 < range.high; key0 += TILE) {
    __syncthreads();
    t.load(keyTile, [&](int r) -> const T* {
      return key0 + r < p.s.keys ? p.keyOf(a.k, a.kBatch, a.kHead, a.kRow, key0 + r) : nullptr;
    });
    t.load(valueTile, [&](int r) -> const T* {
      return key0 + r < p.s.keys ? p.keyOf(a.v, a.vBatch, a.vHead, a.vRow, key0 + r) : nullptr;
    });
    __syncthreads();
    float scores[Shape::kOwn];
    t.multiply(scores, rowTile, keyTile);
    const RowMask seen = p.maskOf(row, row <= lastRow, key0);
    float most = -INFINITY;
#pragma unroll
    for (int c = 0; c < Shape::kOwn; ++c) {
      scores[c] = seen(t.column(c)) ? scores[c] * scale : -INFINITY;
      most = fmaxf(most, scores[c]);
    }
    const float higher = fmaxf(top, warpReduce<Shape::kLanes>(most, Max{})), base = higher == -INFINITY ? 0.0f : higher;
    const float down = exp2f(top - base);
    top = higher;
    float sum = 0.0f;
#pragma unroll
    for (int c = 0; c < Shape::kOwn; ++c) {
      const float weight = exp2f(scores[c] - base);
      weights[t.row * Shape::kWeightsLd + t.column(c)] =
          DROPS ? weight * p.dropoutOf(row)(key0 + t.column(c)) : weight;
      sum += weight;
    }
    total = total * down + warpReduce<Shape::kLanes>(sum, Sum{});
    __syncwarp();
#pragma unroll
    for (auto& quad : sums) {
#pragma unroll
      for (float& value : quad) value *= down;
    }
    t.accumulate(sums, weights, valueTile);
  }
  if (row > lastRow) return;
  t.store(sums, inverseOf(total), p.rowOf(a.y, a.yBatch, a.yHead, a.yRow, row));
  if (t.lane == 0) a.lse[p.statisticOf(row)] = logSumOf(top, total);
}
EXPORT_KERNEL((256), attentionFma, f32, 16, plain)
EXPORT_KERNEL((256), attentionFma, f32, 16, dropping)
EXPORT_KERNEL((256), attentionFma, f32, 32, plain)
EXPORT_KERNEL((256), attentionFma, f32, 32, dropping)
EXPORT_KERNEL((256), attentionFma, bf16, 16, plain)
EXPORT_KERNEL((256), attentionFma, bf16, 16, dropping)

template <class T, int TILE, bool DROPS>
__device__ void attentionQueryGradientFmaKernel(const BackwardArgs<T>& a) {
  using Shape = FmaShape<TILE>;
  const FmaTile<TILE> t(a.dim);
  float* queryTile = dynamicShared<float>();
  float* upstreamTile = queryTile + TILE * t.ld;
  float* keyTile = upstreamTile + TILE * t.ld;
  float* valueTile = keyTile + TILE * t.ld;
  float* weights = valueTile + TILE * t.ld;
  const uint32_t heads = a.batch * a.kvHeads, head = blockIdx.x % heads;
  const HeadProblem<AttentionBackwardArgs<T>> p(a, head);
  const int64_t row0 = int64_t{a.tiles - 1 - blockIdx.x / heads} * TILE, row = row0 + t.row;
  if (row0 >= p.rows()) return;
  const int64_t lastRow = min(row0 + TILE, p.rows()) - 1;
  const KeyRange range = p.keysOfRows(row0, lastRow);
  t.load(queryTile, [&](int r) -> const T* {
    return row0 + r <= lastRow ? p.rowOf(a.q, a.qBatch, a.qHead, a.qRow, row0 + r) : nullptr;
  });
  t.load(upstreamTile, [&](int r) -> const T* {
    return row0 + r <= lastRow ? p.rowOf(a.dy, a.dyBatch, a.dyHead, a.dyRow, row0 + r) : nullptr;
  });
  const RowStatistics own = row <= lastRow ? a.statistics[head * a.mostRows + static_cast<uint64_t>(row)] : RowStatistics{INFINITY, 0.0f};
  float sums[Shape::kQuads][4] = {};
  for (int64_t key0 = range.low / TILE * TILE; key0 < range.high; key0 += TILE) {
    __syncthreads();
    t.load(keyTile, [&](int r) -> const T* {
      return key0 + r < p.s.keys ? p.keyOf(a.k, a.kBatch, a.kHead, a.kRow, key0 + r) : nullptr;
    });
    t.load(valueTile, [&](int r) -> const T* {
      return key0 + r < p.s.keys ? p.keyOf(a.v, a.vBatch, a.vHead, a.vRow, key0 + r) : nullptr;
    });
    __syncthreads();
    float scores[Shape::kOwn], gradients[Shape::kOwn];
    t.multiply(scores, queryTile, keyTile);
    t.multiply(gradients, upstreamTile, valueTile);
    const RowMask seen = p.maskOf(row, row <= lastRow, key0);
#pragma unroll
    for (int c = 0; c < Shape::kOwn; ++c) {
      const float probability = seen(t.column(c)) ? exp2f(fmaf(scores[c], a.scale * kLog2e, -own.lse)) : 0.0f;
      if constexpr (DROPS) gradients[c] *= p.dropoutOf(row)(key0 + t.column(c));
      weights[t.row * Shape::kWeightsLd + t.column(c)] = probability * (gradients[c] - own.delta);
    }
    __syncwarp();
    t.accumulate(sums, weights, keyTile);
  }
  if (row <= lastRow) t.store(sums, a.scale, p.rowOf(a.dq, a.dqBatch, a.dqHead, a.dqRow, row));
}
EXPORT_KERNEL((256), attentionQueryGradientFma, f32, 16, plain)
EXPORT_KERNEL((256), attentionQueryGradientFma, f32, 16, dropping)
EXPORT_KERNEL((256), attentionQueryGradientFma, f32, 32, plain)
EXPORT_KERNEL((256), attentionQueryGradientFma, f32, 32, dropping)
EXPORT_KERNEL((256), attentionQueryGradientFma, bf16, 16, plain)
EXPORT_KERNEL((256), attentionQueryGradientFma, bf16, 16, dropping)

template <class T, int TILE, bool DROPS>
__device__ void attentionKeyGradientFmaKernel(const BackwardArgs<T>& a) {
  using Shape = FmaShape<TILE>;
  const FmaTile<TILE> t(a.dim);
  float* keyTile = dynamicShared<float>();
  float* valueTile = keyTile + TILE * t.ld;
  float* queryTile = valueTile + TILE * t.ld;
  float* upstreamTile = queryTile + TILE * t.ld;
  float* probabilities = upstreamTile + TILE * t.ld;
  float* weights = probabilities + TILE * Shape::kWeightsLd;
  const uint32_t heads = a.batch * a.kvHeads, head = blockIdx.x % heads;
  const HeadProblem<AttentionBackwardArgs<T>> p(a, head);
  const int64_t key0 = int64_t{blockIdx.x / heads} * TILE;
  const int64_t keysToStore = a.keyStarts ? p.s.keys : int64_t{a.keys};
  if (key0 >= keysToStore) return;
  const int64_t keys = min(key0 + TILE, p.s.keys);
  const KeyRange queries = key0 < keys ? queriesOf(a, p.s, key0, keys) : KeyRange{0, 0};
  t.load(keyTile, [&](int r) -> const T* {
    return key0 + r < keys ? p.keyOf(a.k, a.kBatch, a.kHead, a.kRow, key0 + r) : nullptr;
  });
  t.load(valueTile, [&](int r) -> const T* {
    return key0 + r < keys ? p.keyOf(a.v, a.vBatch, a.vHead, a.vRow, key0 + r) : nullptr;
  });
  float keySums[Shape::kQuads][4] = {}, valueSums[Shape::kQuads][4] = {};
  for (int64_t row0 = queries.low * p.group / TILE * TILE; row0 < queries.high * p.group; row0 += TILE) {
    __syncthreads();
    t.load(queryTile, [&](int r) -> const T* {
      return row0 + r < p.rows() ? p.rowOf(a.q, a.qBatch, a.qHead, a.qRow, row0 + r) : nullptr;
    });
    t.load(upstreamTile, [&](int r) -> const T* {
      return row0 + r < p.rows() ? p.rowOf(a.dy, a.dyBatch, a.dyHead, a.dyRow, row0 + r) : nullptr;
    });
    __syncthreads();
    float scores[Shape::kOwn], gradients[Shape::kOwn];
    t.multiply(scores, keyTile, queryTile);
    t.multiply(gradients, valueTile, upstreamTile);
#pragma unroll
    for (int c = 0; c < Shape::kOwn; ++c) {
      const int64_t row = row0 + t.column(c);
      float probability = 0.0f, delta = 0.0f;
      if (p.maskOf(row, row < p.rows(), key0)(t.row)) {
        const RowStatistics statistics = a.statistics[head * a.mostRows + static_cast<uint64_t>(row)];
        probability = exp2f(fmaf(scores[c], a.scale * kLog2e, -statistics.lse));
        delta = statistics.delta;
      }
      const float factor = DROPS ? p.dropoutOf(row)(key0 + t.row) : 1.0f;
      probabilities[t.row * Shape::kWeightsLd + t.column(c)] = probability * factor;
      weights[t.row * Shape::kWeightsLd + t.column(c)] = probability * (gradients[c] * factor - delta);
    }
    __syncwarp();
    t.accumulate(valueSums, probabilities, upstreamTile);
    t.accumulate(keySums, weights, queryTile);
  }
  const int64_t key = key0 + t.row;
  if (key >= keysToStore) return;
  t.store(keySums, a.scale, p.keyOf(a.dk, a.dkBatch, a.dkHead, a.dkRow, key));
  t.store(valueSums, 1.0f, p.keyOf(a.dv, a.dvBatch, a.dvHead, a.dvRow, key));
}
EXPORT_KERNEL((256), attentionKeyGradientFma, f32, 16, plain)
EXPORT_KERNEL((256), attentionKeyGradientFma, f32, 16, dropping)
EXPORT_KERNEL((256), attentionKeyGradientFma, f32, 32, plain)
EXPORT_KERNEL((256), attentionKeyGradientFma, f32, 32, dropping)
EXPORT_KERNEL((256), attentionKeyGradientFma, bf16, 16, plain)
EXPORT_KERNEL((256), attentionKeyGradientFma, bf16, 16, dropping)

#if TESSERA_HOST

template <class T, int TILE>
void launchForwardFma(const AttentionForwardArgs<T>& a, Stream& s) {
  using Shape = FmaShape<TILE>;
  ForwardArgs<T> args{};
  static_cast<AttentionForwardArgs<T>&>(args) = a;
  args.rowTiles = static_cast<uint32_t>(ceilDiv(uint64_t{a.queries} * (a.heads / a.kvHeads), uint64_t{TILE}));
  const auto& kernel = a.dropout > 0.0f ? KERNEL(attentionFma, T, TILE, dropping) : KERNEL(attentionFma, T, TILE, plain);
  s.launch(kernel, args.rowTiles * a.batch * a.kvHeads, Shape::kThreads, Shape::sharedBytes(a.dim, 3, 1), args);
}

template <class T, int TILE>
void launchBackwardFma(BackwardArgs<T> args, Stream& s) {
  using Shape = FmaShape<TILE>;
  const uint32_t heads = args.batch * args.kvHeads;
  args.tiles = static_cast<uint32_t>(ceilDiv(args.mostRows, uint64_t{TILE}));
  const auto& queryKernel = args.dropout > 0.0f ? KERNEL(attentionQueryGradientFma, T, TILE, dropping) : KERNEL(attentionQueryGradientFma, T, TILE, plain);
  s.launch(queryKernel, args.tiles * heads, Shape::kThreads, Shape::sharedBytes(args.dim, 4, 1), args);
  args.tiles = ceilDiv(args.keys, uint32_t{TILE});
  const auto& keyKernel = args.dropout > 0.0f ? KERNEL(attentionKeyGradientFma, T, TILE, dropping) : KERNEL(attentionKeyGradientFma, T, TILE, plain);
  s.launch(keyKernel, args.tiles * heads, Shape::kThreads, Shape::sharedBytes(args.dim, 4, 2), args);
}

#endif

}  // namespace tessera::cuda
