// What attention's forward and backward passes share: which rows and keys belong together, which keys a row sees, and
// small matrix products on tiles that lie in cache. Keys are cut into blocks at absolute positions and every product
// element is one chain of multiply-adds (gemm/micro_kernel.h), so a row's bits depend on its own keys alone.
#pragma once

#include "cpu/gemm/gemm.h"
#include "cpu/kernel.h"
#include "cpu/lanes.h"
#include "philox.h"
#include "scalar.h"

namespace tessera::TESSERA_ISA::attention {

using gemm::ceilDiv;
using gemm::larger;
using gemm::roundUp;
using gemm::smaller;

inline constexpr int64_t kBlockKeys = 128;  // keys of a block: a tile of scores and the packed keys stay in L2
inline constexpr int64_t kUnitRows = 192;   // query rows of a unit of work, over all heads that share keys
inline constexpr int64_t kStep = 16;        // scores that are worked on together: of a row, or of neighbouring queries

// Floats between rows of `dim` elements in the tiles: whole vectors.
TESSERA_INLINE int64_t rowFloats(int64_t dim) { return roundUp(dim, gemm::kLanes); }

// C[m, n] (+)= A[m, k] B[k, n] on the calling thread. B is rows `ldb` floats apart, or panels of kCols columns when
// packed. Rows of B and C are padded to whole vectors.
struct TileProduct {
  const float* a;
  gemm::Access access;  // Row: A is rows of k, aStride floats apart. K: A is columns of m, aStride floats apart.
  int64_t aStride;
  const float* b;
  int64_t ldb;
  bool packed;
  float* c;
  int64_t ldc;
};

struct Range {
  int64_t low, high;
};

// What a causal product leaves out: wanted(row, count) is, for the rows [row, row + count) of C, the range of columns
// that matter (whole steps of kStep that touch it are computed), or of k, outside of which A is known to be zero.
enum class Clip { Columns, K };

template <class Wanted>
inline void multiply(const TileProduct& p, int64_t m, int64_t n, int64_t k, bool accumulate, Clip clip, Wanted&& wanted) {
  const gemm::RowPanels<false> panels(m);
  const int64_t aRow = p.access == gemm::Access::Row ? p.aStride : 1, aStep = p.access == gemm::Access::Row ? 1 : p.aStride;
  const int64_t bStride = p.packed ? gemm::kCols : p.ldb;
  for (int64_t j = 0; j < n; j += gemm::kCols) {
    const float* b = p.packed ? p.b + j * k : p.b + j;
    for (int64_t panel = 0; panel < panels.count; ++panel) {
      const int64_t row = panels.start(panel);
      const Range range = wanted(row, panels.rows(panel));
      if (clip == Clip::Columns && (j >= roundUp(range.high, kStep) || j + gemm::kCols <= range.low / kStep * kStep)) continue;
      const int64_t from = clip == Clip::K ? range.low : 0, steps = clip == Clip::K ? range.high - range.low : k;
      const char* a = reinterpret_cast<const char*>(p.a + row * aRow + from * aStep);
      gemm::MicroArgs args{};
      args.steps = steps;
      args.a = a;
      args.aStride = p.aStride * 4;
      args.b = reinterpret_cast<const char*>(b + from * bStride);
      args.bStride = bStride * 4;
      args.c = p.c + row * p.ldc + j;
      args.ldc = p.ldc;
      args.accumulate = accumulate;
      gemm::pickMicroKernel<false>(p.access, panels.rows(panel), static_cast<int>(smaller(gemm::kCols, n - j)))(args);
    }
  }
}

// The part of a problem that one batch entry and one key head make.
struct Sequence {
  int64_t queries, keys;        // how many there are
  int64_t firstQuery, firstKey; // rows in the tensors
  int64_t shift;                // with causal: query i sees keys up to i + shift
};

template <class Args>
inline Sequence sequenceOf(const Args& a, int64_t b) {
  Sequence s{a.queries, a.keys, 0, 0, 0};
  if (a.queryStarts) {
    s.firstQuery = larger(0, smaller(a.queryStarts[b], static_cast<int64_t>(a.queryRows)));
    s.queries = larger(0, smaller(smaller(a.queryStarts[b + 1], static_cast<int64_t>(a.queryRows)) - s.firstQuery, a.queries));
  }
  if (a.keyStarts) {
    s.firstKey = larger(0, smaller(a.keyStarts[b], static_cast<int64_t>(a.keyRows)));
    s.keys = larger(0, smaller(smaller(a.keyStarts[b + 1], static_cast<int64_t>(a.keyRows)) - s.firstKey, a.keys));
  }
  if (a.keyLengths) s.keys = larger(0, smaller(s.keys, a.keyLengths[b]));
  s.shift = a.causalOffset + (a.fromEnd ? s.keys - s.queries : 0);
  return s;
}

// Keys that query i may see, before the mask.
template <class Args>
TESSERA_INLINE Range keysOf(const Args& a, const Sequence& s, int64_t i) {
  if (!a.causal) return {0, s.keys};
  const int64_t high = smaller(s.keys, larger(0, i + s.shift + 1));
  const int64_t low = a.window ? larger(0, i + s.shift + 1 - static_cast<int64_t>(a.window)) : 0;
  return {smaller(low, high), high};
}

// Keys of the block [block, block + width), counted from its first, that any of the queries [first, last] may see.
template <class Args>
TESSERA_INLINE Range seenInBlock(const Args& a, const Sequence& s, int64_t first, int64_t last, int64_t block, int64_t width) {
  const int64_t low = larger(0, smaller(width, keysOf(a, s, first).low - block));
  return {low, larger(low, smaller(width, keysOf(a, s, last).high - block))};
}

// Queries that may see any of the keys [key, past), before the mask.
template <class Args>
TESSERA_INLINE Range queriesOf(const Args& a, const Sequence& s, int64_t key, int64_t past) {
  if (!a.causal) return {0, s.queries};
  const int64_t high = a.window ? smaller(s.queries, past - 1 - s.shift + static_cast<int64_t>(a.window)) : s.queries;
  return {larger(0, key - s.shift), high};
}

// A tile of scores holds keys in rows and queries in columns, so that a maximum or sum over keys, which every query needs,
// runs down whole vectors of queries. These are the kStep columns from `column` of such a tile, `ld` floats a row.
struct Columns {
  float* scores;
  int64_t ld;

  TESSERA_INLINE float* row(int64_t key) const { return scores + key * ld; }
  TESSERA_INLINE void zero(int64_t first, int64_t past) const {
    for (int64_t key = first; key < past; ++key) {
      float* at = row(key);
#pragma omp simd
      for (int64_t l = 0; l < kStep; ++l) at[l] = 0.0f;
    }
  }
};

// A query of a tile.
struct Query {
  int64_t head, index;
};

// Scores of keys that a query does not see become -infinity. queryOf(l) is the query of column l. Returns the keys that any
// of them sees; the scores of others stay as they are.
template <class Args, class QueryOf>
inline Range maskColumns(const Args& a, const Sequence& s, int64_t b, int64_t block, int64_t width, const Columns& tile,
                         QueryOf&& queryOf) {
  if (!a.causal && !a.mask) return {0, width};
  int32_t low[kStep], high[kStep];
  Range any{width, 0}, all{0, width};
  for (int64_t l = 0; l < kStep; ++l) {
    const int64_t query = queryOf(l).index;
    const Range seen = seenInBlock(a, s, query, query, block, width);
    low[l] = static_cast<int32_t>(seen.low), high[l] = static_cast<int32_t>(seen.high);
    any = {smaller(any.low, seen.low), larger(any.high, seen.high)};
    all = {larger(all.low, seen.low), smaller(all.high, seen.high)};
  }
  any.high = larger(any.low, any.high);
  for (int64_t key = any.low; key < any.high; ++key) {
    if (key >= all.low && key < all.high) continue;
    const auto k = static_cast<int32_t>(key);
    float* row = tile.row(key);
#pragma omp simd
    for (int64_t l = 0; l < kStep; ++l) row[l] = k >= low[l] && k < high[l] ? row[l] : -scalar::kInfinity;
  }
  for (int64_t l = 0; a.mask && l < kStep; ++l) {
    const Query query = queryOf(l);
    const uint8_t* mask = a.mask + b * a.maskBatch + query.head * a.maskHead + query.index * a.maskRow + block * a.maskCol;
    for (int64_t key = low[l]; key < high[l]; ++key)
      if (!mask[key * a.maskCol]) tile.row(key)[l] = -scalar::kInfinity;
  }
  return any;
}

// total[l] = f(low, l) + ... + f(high - 1, l) for kCount columns: each the sum that kWidth lanes make of it (lanes.h).
template <int kWidth, int kCount, class F>
TESSERA_INLINE void sumColumns(int64_t low, int64_t high, F&& f, float* total) {
  float lane[kWidth][kCount];
  for (int64_t at = 0; at < kWidth; ++at) {
#pragma omp simd
    for (int64_t l = 0; l < kCount; ++l) lane[at][l] = 0.0f;
    for (int64_t row = low + at; row < high; row += kWidth) {
#pragma omp simd
      for (int64_t l = 0; l < kCount; ++l) lane[at][l] += f(row, l);
    }
  }
  for (int half = kWidth / 2; half >= 4; half /= 2)
    for (int at = 0; at < half; ++at) {
#pragma omp simd
      for (int64_t l = 0; l < kCount; ++l) lane[at][l] += lane[at + half][l];
    }
#pragma omp simd
  for (int64_t l = 0; l < kCount; ++l) total[l] = (lane[0][l] + lane[2][l]) + (lane[1][l] + lane[3][l]);
}

// With dropout: the factors, 0 or 1 / (1 - dropout), of a row's weights for the keys [block, block + kBlockKeys).
template <class Args>
inline void dropoutFactors(const Args& a, int64_t b, int64_t head, int64_t i, int64_t block, float* factors) {
  const auto row = (static_cast<uint64_t>(b) * a.heads + static_cast<uint64_t>(head)) * a.queries + static_cast<uint64_t>(i);
  const uint64_t seed = a.seed, first = a.offset + row * ((uint64_t{a.keys} + 3) / 4) + static_cast<uint64_t>(block) / 4;
  const float p = a.dropout, kept = 1.0f / (1.0f - p);
#pragma omp simd
  for (uint64_t k = 0; k < kBlockKeys / 4; ++k) {
    const PhiloxBlock words = philox(seed, first + k);
    factors[4 * k] = scalar::unit(words.word[0]) < p ? 0.0f : kept;
    factors[4 * k + 1] = scalar::unit(words.word[1]) < p ? 0.0f : kept;
    factors[4 * k + 2] = scalar::unit(words.word[2]) < p ? 0.0f : kept;
    factors[4 * k + 3] = scalar::unit(words.word[3]) < p ? 0.0f : kept;
  }
}

template <class T>
TESSERA_INLINE gemm::Vec loadWidened(const T* from, int64_t count) {
  if constexpr (std::is_same_v<T, float>) {
    return count < gemm::kLanes ? gemm::loadPartial(from, static_cast<int>(count)) : gemm::loadVec(from);
  } else {
    return count < gemm::kLanes ? gemm::widenPartialBf16(from, static_cast<int>(count)) : gemm::widenBf16(from);
  }
}

// `count` rows of `dim` elements as f32 rows `ld` apart, times `factor`, padded with zeros to whole vectors.
template <class T>
inline void widen(const T* from, int64_t step, int64_t count, int64_t dim, float factor, float* to, int64_t ld) {
  const gemm::Vec scale = gemm::broadcast(&factor);
  for (int64_t r = 0; r < count; ++r, from += step, to += ld)
    for (int64_t d = 0; d < dim; d += gemm::kLanes) gemm::storeVec(to + d, scale * loadWidened(from + d, dim - d));
}

// A row of `dim` elements from a padded f32 row, times `factor`.
template <class T>
TESSERA_INLINE void storeRow(const float* from, int64_t dim, float factor, T* to) {
  if constexpr (std::is_same_v<T, float>) {
    const gemm::Vec scale = gemm::broadcast(&factor);
    int64_t d = 0;
    for (; d + gemm::kLanes <= dim; d += gemm::kLanes) gemm::storeVec(to + d, scale * gemm::loadVec(from + d));
    if (d < dim) gemm::storePartial(to + d, scale * gemm::loadVec(from + d), static_cast<int>(dim - d));
  } else {
#pragma omp simd
    for (int64_t d = 0; d < dim; ++d) store(to + d, factor * from[d]);
  }
}

// Packs `count` rows of `dim` elements as the columns of a [dim, count] matrix, in panels.
template <class T>
inline void packColumns(const T* from, int64_t step, int64_t count, int64_t dim, float* to) {
  for (int64_t j = 0; j < count; j += gemm::kCols)
    gemm::packPanel<T, false>(from + j * step, step, 1, smaller(gemm::kCols, count - j), dim, to + j * dim, gemm::kCols);
}

}  // namespace tessera::TESSERA_ISA::attention
