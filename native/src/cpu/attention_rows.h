// Attention forward with few queries, as in decoding: keys, and values where they are f32, are read as they lie.
#pragma once

#include "cpu/attention_block.h"
#include "gen/attention.h"

namespace tessera::TESSERA_ISA::attention {

// Room of one thread for the rows of a unit. Sizes in floats.
struct Workspace {
  float *queries, *columns;  // rows `ld` apart; the same as packed columns, where there are more than few
  float *keys, *values, *scores;

  TESSERA_INLINE static int64_t size(int64_t rows, int64_t dim) {
    const int64_t ld = rowFloats(dim);
    return rows * ld + roundUp(rows, gemm::kCols) * dim + 2 * kBlockKeys * ld + kBlockKeys * roundUp(rows, kStep);
  }
  TESSERA_INLINE Workspace(float* at, int64_t rows, int64_t dim) {
    const int64_t ld = rowFloats(dim);
    queries = at;
    columns = queries + rows * ld;
    keys = columns + roundUp(rows, gemm::kCols) * dim;
    values = keys + kBlockKeys * ld;
    scores = values + kBlockKeys * ld;
  }
};

// A unit: rows are group * count; row r is head kvHead * group + r / count, query first + r % count.
struct Unit {
  int64_t batch, kvHead, first, count;
};

// Up to as many rows, scores are best kept in rows of keys; with more, in columns.
inline constexpr int64_t kFewRows = gemm::kSkinnyRows < 8 ? gemm::kSkinnyRows : 8;

template <class T>
void loadQueries(const AttentionForwardArgs<T>& a, const Sequence& s, const Unit& u, int64_t group, const Workspace& w) {
  const int64_t ld = rowFloats(a.dim), rows = group * u.count;
  for (int64_t g = 0; g < group; ++g) {
    const T* from = a.q + u.batch * a.qBatch + (u.kvHead * group + g) * a.qHead + (s.firstQuery + u.first) * a.qRow;
    widen(from, a.qRow, u.count, a.dim, a.scale, w.queries + g * u.count * ld, ld);
  }
  if (rows > kFewRows) packColumns(w.queries, ld, rows, a.dim, w.columns);
}

// Of a row's scores of a block, those that matter: whole steps, in which scores of keys that the row does not see become
// -infinity. The others stay as they are. Scores are written by whole steps: the next load of one would wait for parts.
template <class Args>
inline Range maskRow(const Args& a, const Sequence& s, int64_t b, int64_t head, int64_t i, int64_t block, int64_t width,
                     float* scores) {
  const Range seen = seenInBlock(a, s, i, i, block, width);
  const Range steps{seen.low / kStep * kStep, roundUp(seen.high, kStep)};
  const auto clip = [=](int64_t first) {
    float* step = scores + first;
    const int32_t low = static_cast<int32_t>(seen.low - first), high = static_cast<int32_t>(seen.high - first);
#pragma omp simd
    for (int32_t l = 0; l < kStep; ++l) step[l] = l >= low && l < high ? step[l] : -scalar::kInfinity;
  };
  if (seen.low != steps.low) clip(steps.low);
  if (seen.high != steps.high) clip(steps.high - kStep);
  if (!a.mask) return steps;
  const uint8_t* mask = a.mask + b * a.maskBatch + head * a.maskHead + i * a.maskRow + block * a.maskCol;
  for (int64_t j = seen.low; j < seen.high; ++j)
    if (!mask[j * a.maskCol]) scores[j] = -scalar::kInfinity;
  return steps;
}

// Zeroes the steps of a row of a block that are not in `steps`.
TESSERA_INLINE void zeroOutside(const Range& steps, int64_t width, float* row) {
  const auto zero = [=](int64_t first, int64_t past) {
    for (int64_t j = first; j < past; j += kStep) {
#pragma omp simd
      for (int64_t l = 0; l < kStep; ++l) row[j + l] = 0.0f;
    }
  };
  zero(0, steps.low);
  zero(steps.high, width);
}

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

// computeBlock (attention.cc) with scores in rows of keys.
template <class T>
void computeRows(const AttentionForwardArgs<T>& a, const Sequence& s, const Unit& u, int64_t group, int64_t block,
                 const Workspace& w, float* top, float* total, float* values) {
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
    float most[kStep];
#pragma omp simd
    for (int64_t l = 0; l < kStep; ++l) most[l] = -scalar::kInfinity;
    for (int64_t j = steps.low; j < steps.high; j += kStep) {
#pragma omp simd
      for (int64_t l = 0; l < kStep; ++l) most[l] = row[j + l] > most[l] ? row[j + l] : most[l];
    }
    top[r] = largestOfStep(most);
    const float base = top[r] == -scalar::kInfinity ? 0.0f : top[r];
    float lanes[kStep] = {};
    for (int64_t j = steps.low; j < steps.high; j += kStep) {
#pragma omp simd
      for (int64_t l = 0; l < kStep; ++l) lanes[l] += row[j + l] = scalar::exp(row[j + l] - base);
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
      for (int64_t r = 0; r < rows; ++r) weigh(w.scores + r * kBlockKeys, v, a.vRow, width, a.dim, values + r * ld);
      return;
    }
  }
  widen(v, a.vRow, width, a.dim, 1.0f, w.values, ld);
  multiply({w.scores, gemm::Access::Row, kBlockKeys, w.values, ld, false, values, ld}, rows, a.dim, width, false, Clip::K,
           seen);
}

}  // namespace tessera::TESSERA_ISA::attention
