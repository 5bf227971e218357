// Attention forward. A unit of work is a range of queries of one batch entry for all heads that share its keys. It goes
// through the keys block by block; each block gives its own maximum, sum and weighted values, which are merged into the
// row's in ascending order. Where there are few rows (decoding) the blocks are computed side by side and merged in the
// same order, with the same bits.
#include "cpu/attention_block.h"

#include "gen/attention.h"

namespace tessera::TESSERA_ISA {

namespace attention {

// Room of one thread for the rows of a unit. Sizes in floats; rows of scores are kBlockKeys apart, of values ld.
struct Workspace {
  float *queries, *keys, *values, *scores, *partial;

  TESSERA_INLINE static int64_t size(int64_t rows, int64_t dim) {
    const int64_t ld = rowFloats(dim);
    return rows * ld + kBlockKeys * dim + kBlockKeys * ld + rows * kBlockKeys + rows * ld;
  }
  TESSERA_INLINE Workspace(float* at, int64_t rows, int64_t dim) {
    const int64_t ld = rowFloats(dim);
    queries = at;
    keys = queries + rows * ld;
    values = keys + roundUp(kBlockKeys, gemm::kCols) * dim;
    scores = values + kBlockKeys * ld;
    partial = scores + rows * kBlockKeys;
  }
};

// A unit: rows are group * count; row r is head kvHead * group + r / count, query first + r % count.
struct Unit {
  int64_t batch, kvHead, first, count;
};

template <class T>
void loadQueries(const AttentionForwardArgs<T>& a, const Sequence& s, const Unit& u, int64_t group, float* to) {
  const int64_t ld = rowFloats(a.dim);
  for (int64_t g = 0; g < group; ++g) {
    const T* from = a.q + u.batch * a.qBatch + (u.kvHead * group + g) * a.qHead + (s.firstQuery + u.first) * a.qRow;
    widen(from, a.qRow, u.count, a.dim, a.scale, to + g * u.count * ld, ld);
  }
}

constexpr int64_t kChunkWork = 1 << 15;  // multiply-adds of one product that are worth a thread's turn
constexpr int64_t kDirectRows = 4;  // up to here, values are read as they lie: copying them would cost more
constexpr int64_t kFetchedBytes = 8192;  // of one head that are asked for ahead of use: a share of L1

// Brings the first rows into the cache. The hardware sees long runs coming, but not the next of many short ones.
template <class T>
TESSERA_INLINE void fetchRows(const T* from, int64_t step, int64_t count, int64_t dim) {
  const int64_t bytes = dim * static_cast<int64_t>(sizeof(T)), most = kFetchedBytes / bytes;
  for (int64_t r = 0; r < smaller(count, most); ++r) {
    const char* row = reinterpret_cast<const char*>(from + r * step);
    for (int64_t at = 0; at < bytes; at += 64) __builtin_prefetch(row + at);
  }
}

// to[dim] = weights[width] v: the same chain over ascending keys as the micro-kernel's, for several vectors at a time.
template <int kVecs>
TESSERA_INLINE void weighColumns(const float* weights, const float* v, int64_t vRow, int64_t width, int count, float* to) {
  using gemm::broadcast, gemm::fma, gemm::kLanes, gemm::loadPartial, gemm::loadVec, gemm::storeVec, gemm::Vec, gemm::zero;
  Vec acc[kVecs];
#pragma GCC unroll 4
  for (int i = 0; i < kVecs; ++i) acc[i] = zero();
  for (int64_t j = 0; j < width; ++j, v += vRow) {
    const Vec weight = broadcast(weights + j);
#pragma GCC unroll 4
    for (int i = 0; i < kVecs; ++i) {
      const bool whole = i + 1 < kVecs || count == kLanes;
      acc[i] = fma(weight, whole ? loadVec(v + i * kLanes) : loadPartial(v + i * kLanes, count), acc[i]);
    }
  }
#pragma GCC unroll 4
  for (int i = 0; i < kVecs; ++i) storeVec(to + i * kLanes, acc[i]);
}

// `count` is how many elements the last vector has.
TESSERA_INLINE void weigh(const float* weights, const float* v, int64_t vRow, int64_t width, int64_t dim, float* to) {
  using gemm::kLanes;
  for (int64_t d = 0; d < dim; d += 4 * kLanes) {
    const int64_t vecs = smaller(4, ceilDiv(dim - d, kLanes));
    const int count = static_cast<int>(smaller(kLanes, dim - d - (vecs - 1) * kLanes));
    if (vecs == 4) weighColumns<4>(weights, v + d, vRow, width, count, to + d);
    if (vecs == 3) weighColumns<3>(weights, v + d, vRow, width, count, to + d);
    if (vecs == 2) weighColumns<2>(weights, v + d, vRow, width, count, to + d);
    if (vecs == 1) weighColumns<1>(weights, v + d, vRow, width, count, to + d);
  }
}

// These fold halves onto each other; the second in the tree of lanes.h. They overwrite the step.
TESSERA_INLINE float largestOfStep(float* step) {
  const auto fold = [=]<int64_t half>() {
#pragma omp simd
    for (int64_t l = 0; l < half; ++l) step[l] = step[l + half] > step[l] ? step[l + half] : step[l];
  };
  fold.template operator()<8>();
  fold.template operator()<4>();
  fold.template operator()<2>();
  return step[1] > step[0] ? step[1] : step[0];
}

TESSERA_INLINE float sumOfStep(float* step) {
  foldHalf<8>(step);
  foldHalf<4>(step);
  return (step[0] + step[2]) + (step[1] + step[3]);
}

// Scores of a block, their row maxima and sums, and the weighted values: w.partial rows, top[r], total[r].
template <class T>
void computeBlock(const AttentionForwardArgs<T>& a, const Sequence& s, const Unit& u, int64_t group, int64_t block,
                  const Workspace& w, float* top, float* total) {
  const int64_t ld = rowFloats(a.dim), rows = group * u.count, width = smaller(kBlockKeys, s.keys - block);
  const T* k = a.k + u.batch * a.kBatch + u.kvHead * a.kHead + (s.firstKey + block) * a.kRow;
  const T* v = a.v + u.batch * a.vBatch + u.kvHead * a.vHead + (s.firstKey + block) * a.vRow;
  const auto seen = [&](int64_t row, int64_t count) {
    const int64_t first = row % u.count, last = first + count - 1;
    const bool oneHead = last < u.count;  // rows of two heads see what any query of the unit sees
    return seenInBlock(a, s, u.first + (oneHead ? first : 0), u.first + (oneHead ? last : u.count - 1), block, width);
  };
  const bool direct = std::is_same_v<T, float> && rows <= kDirectRows;
  if (direct) fetchRows(v, a.vRow, width, a.dim);
  if (rows <= gemm::kSkinnyRows && width >= gemm::kLanes) {  // keys are read as they lie
    const gemm::Block<T> keys{{}, {k, 1, a.kRow}, rows, width, a.dim};
    gemm::multiplyRows<T, false>(keys, w.queries, ld, 0, width, w.scores, kBlockKeys);
  } else {
    packColumns(k, a.kRow, width, a.dim, w.keys);
    multiply({w.queries, gemm::Access::Row, ld, w.keys, 0, true, w.scores, kBlockKeys}, rows, width, a.dim, false,
             Clip::Columns, seen);
  }
  for (int64_t r = 0; r < rows; ++r) {
    float* row = w.scores + r * kBlockKeys;
    const Range steps = maskRow(a, s, u.batch, u.kvHead * group + r / u.count, u.first + r % u.count, block, width, row);
    float most[kRowStep];
#pragma omp simd
    for (int64_t l = 0; l < kRowStep; ++l) most[l] = -scalar::kInfinity;
    for (int64_t j = steps.low; j < steps.high; j += kRowStep) {
#pragma omp simd
      for (int64_t l = 0; l < kRowStep; ++l) most[l] = row[j + l] > most[l] ? row[j + l] : most[l];
    }
    top[r] = largestOfStep(most);
    const float base = top[r] == -scalar::kInfinity ? 0.0f : top[r];
    float lanes[kRowStep] = {};
    for (int64_t j = steps.low; j < steps.high; j += kRowStep) {
#pragma omp simd
      for (int64_t l = 0; l < kRowStep; ++l) lanes[l] += row[j + l] = scalar::exp(row[j + l] - base);
    }
    total[r] = sumOfStep(lanes);
    zeroOutside(steps, width, row);
    if (a.dropout > 0.0f) {
      float factors[kBlockKeys];
      dropoutFactors(a, u.batch, u.kvHead * group + r / u.count, u.first + r % u.count, block, factors);
#pragma omp simd
      for (int64_t j = steps.low; j < steps.high; ++j) row[j] *= factors[j];
    }
  }
  if constexpr (std::is_same_v<T, float>) {
    if (direct) {
      // The next unit's keys. Past the last one there are none, which a prefetch forgives.
      const bool lastHead = u.kvHead + 1 == a.kvHeads;
      fetchRows(k + (lastHead ? a.kBatch - u.kvHead * a.kHead : a.kHead), a.kRow, width, a.dim);
      for (int64_t r = 0; r < rows; ++r) weigh(w.scores + r * kBlockKeys, v, a.vRow, width, a.dim, w.partial + r * ld);
      return;
    }
  }
  widen(v, a.vRow, width, a.dim, 1.0f, w.values, ld);
  multiply({w.scores, gemm::Access::Row, kBlockKeys, w.values, ld, false, w.partial, ld}, rows, a.dim, width, false, Clip::K,
           seen);
}

// Merges a block's result into a row's of `ld` floats. A block in which the row sees nothing changes nothing.
TESSERA_INLINE void merge(float& top, float& total, float* sum, float blockTop, float blockTotal, const float* values,
                          int64_t ld) {
  if (blockTop == -scalar::kInfinity) return;
  if (top == -scalar::kInfinity) {
    top = blockTop;
    total = blockTotal;
    memcpy(sum, values, static_cast<size_t>(ld) * 4);
    return;
  }
  const float most = blockTop > top ? blockTop : top;
  const float old = scalar::exp(top - most), fresh = scalar::exp(blockTop - most);
  top = most;
  total = total * old + blockTotal * fresh;
#pragma omp simd
  for (int64_t d = 0; d < ld; ++d) sum[d] = sum[d] * old + values[d] * fresh;
}

template <class T>
TESSERA_INLINE void finishRow(const AttentionForwardArgs<T>& a, const Sequence& s, const Unit& u, int64_t head, int64_t i,
                              float top, float total, const float* sum) {
  const int64_t row = s.firstQuery + i;
  const float inverse = total > 0.0f ? 1.0f / total : total == 0.0f ? 0.0f : total;
  storeRow(sum, a.dim, inverse, a.y + u.batch * a.yBatch + head * a.yHead + row * a.yRow);
  a.lse[u.batch * a.lseBatch + head * a.lseHead + row] = total == 0.0f ? -scalar::kInfinity : top + scalar::log(total);
}

// First and one past the last block that any row of the unit sees.
template <class Args>
inline Range blocksOf(const Args& a, const Sequence& s, const Unit& u) {
  const int64_t low = keysOf(a, s, u.first).low, high = keysOf(a, s, u.first + u.count - 1).high;
  return {low / kBlockKeys, high <= low ? low / kBlockKeys : ceilDiv(high, kBlockKeys)};
}

template <class T>
void runUnit(const AttentionForwardArgs<T>& a, const Sequence& s, const Unit& u, int64_t group, float* scratch) {
  const int64_t ld = rowFloats(a.dim), rows = group * u.count;
  const Workspace w(scratch, rows, a.dim);
  float* sum = scratch + Workspace::size(rows, a.dim);
  float* top = sum + rows * ld;
  float *total = top + rows, *blockTop = total + rows, *blockTotal = blockTop + rows;
  loadQueries(a, s, u, group, w.queries);
  for (int64_t r = 0; r < rows; ++r) top[r] = -scalar::kInfinity, total[r] = 0.0f;
  memset(sum, 0, static_cast<size_t>(rows * ld) * 4);
  const Range blocks = blocksOf(a, s, u);
  for (int64_t block = blocks.low; block < blocks.high; ++block) {
    computeBlock(a, s, u, group, block * kBlockKeys, w, blockTop, blockTotal);
    for (int64_t r = 0; r < rows; ++r)
      merge(top[r], total[r], sum + r * ld, blockTop[r], blockTotal[r], w.partial + r * ld, ld);
  }
  for (int64_t r = 0; r < rows; ++r)
    finishRow(a, s, u, u.kvHead * group + r / u.count, u.first + r % u.count, top[r], total[r], sum + r * ld);
}

// Few rows and many keys: blocks side by side, then merged in order.
template <class T>
void runSideBySide(const AttentionForwardArgs<T>& a, Context& ctx, int64_t group, int64_t blocks) {
  const int64_t ld = rowFloats(a.dim), most = group * a.queries, heads = a.batch * int64_t{a.kvHeads};
  const int64_t perThread = roundUp(Workspace::size(most, a.dim), 16), perBlock = most * (ld + 2);
  float* scratch = ctx.scratch<float>(static_cast<size_t>(perThread * ctx.threads()));
  float* partial = ctx.scratch<float>(static_cast<size_t>(heads * blocks * perBlock));
  ctx.parallelFor(static_cast<uint32_t>(heads * blocks), [&](uint32_t unit, int thread) {
    const int64_t block = unit % blocks, at = unit / blocks;
    const Unit u{at / a.kvHeads, at % a.kvHeads, 0, 0};
    const Sequence s = sequenceOf(a, u.batch);
    const Unit all{u.batch, u.kvHead, 0, s.queries};
    if (s.queries == 0) return;
    const Range seen = blocksOf(a, s, all);
    if (block < seen.low || block >= seen.high) return;
    const Workspace w(scratch + thread * perThread, group * s.queries, a.dim);
    float* to = partial + unit * perBlock;
    loadQueries(a, s, all, group, w.queries);
    computeBlock(a, s, all, group, block * kBlockKeys, w, to, to + most);
    memcpy(to + 2 * most, w.partial, static_cast<size_t>(group * s.queries * ld) * 4);
  });
  float* sums = ctx.scratch<float>(static_cast<size_t>(heads * ld));
  forRange(ctx, static_cast<uint64_t>(heads), 8, [&](uint64_t begin, uint64_t end) {
    for (uint64_t at = begin; at < end; ++at) {
      const Unit u{static_cast<int64_t>(at) / a.kvHeads, static_cast<int64_t>(at) % a.kvHeads, 0, 0};
      const Sequence s = sequenceOf(a, u.batch);
      if (s.queries == 0) continue;
      const Range seen = blocksOf(a, s, Unit{u.batch, u.kvHead, 0, s.queries});
      float* sum = sums + at * static_cast<uint64_t>(ld);
      for (int64_t r = 0; r < group * s.queries; ++r) {
        float top = -scalar::kInfinity, total = 0.0f;
        memset(sum, 0, static_cast<size_t>(ld) * 4);
        for (int64_t block = seen.low; block < seen.high; ++block) {
          const float* from = partial + (static_cast<int64_t>(at) * blocks + block) * perBlock;
          merge(top, total, sum, from[r], from[most + r], from + 2 * most + r * ld, ld);
        }
        finishRow(a, s, u, u.kvHead * group + r / s.queries, r % s.queries, top, total, sum);
      }
    }
  });
}

}  // namespace attention

template <class T>
void attentionForward(const AttentionForwardArgs<T>& a, Context& ctx) {
  using namespace attention;
  if (a.batch == 0 || a.heads == 0 || a.queries == 0 || a.dim == 0) return;
  const int64_t group = a.heads / a.kvHeads, blocks = larger(1, ceilDiv(a.keys, kBlockKeys));
  if (group * a.queries <= 32 && blocks > 1 && int64_t{a.batch} * a.kvHeads < 64)
    return runSideBySide(a, ctx, group, blocks);
  const int64_t count = larger(1, smaller(a.queries, kUnitRows / group)), ranges = ceilDiv(a.queries, count);
  const int64_t rows = group * count, ld = rowFloats(a.dim);
  const int64_t perThread = roundUp(Workspace::size(rows, a.dim) + rows * (ld + 4), 16);
  float* scratch = ctx.scratch<float>(static_cast<size_t>(perThread * ctx.threads()));
  const int64_t sequences = int64_t{a.batch} * a.kvHeads, units = ranges * sequences;
  const int64_t grain = larger(1, kChunkWork / larger(1, rows * a.keys * a.dim));
  ctx.parallelFor(static_cast<uint32_t>(ceilDiv(units, grain)), [&](uint32_t chunk, int thread) {
    for (int64_t unit = chunk * grain; unit < smaller(units, (chunk + 1) * grain); ++unit) {
      // The longest ranges of a causal pass come first, so that threads finish together.
      const int64_t range = ranges - 1 - unit / sequences, at = unit % sequences;
      const Sequence s = sequenceOf(a, at / a.kvHeads);
      const int64_t first = range * count;
      if (first >= s.queries) continue;
      runUnit(a, s, Unit{at / a.kvHeads, at % a.kvHeads, first, smaller(count, s.queries - first)}, group,
              scratch + thread * perThread);
    }
  });
}

}  // namespace tessera::TESSERA_ISA

#include "cpu/attention_backward.h"
#include "cpu/rope.h"
#include "gen/attention.cpu.inc"
