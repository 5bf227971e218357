// Attention backward. A unit of work is one key head of one batch entry and a segment of its key blocks: for each block
// it recomputes the scores of the rows that see it, and adds up dk and dv of the block in registers of its own and dq in
// the segment's. Segments are fixed by the shape and their dq are added in order, so no result depends on threads.
#pragma once

#include "cpu/attention_block.h"
#include "gen/attention.h"

namespace tessera::TESSERA_ISA {

namespace attention {

inline constexpr int64_t kBackwardRows = 96;  // query rows handled at once
inline constexpr int64_t kWantedUnits = 16;   // units below which key blocks are cut into segments

// Everything the backward pass keeps of the queries of one key head. Rows are f32, `ld` apart, head after head; columns are
// the same in packed panels, of a head each: those of head g begin at panel g * panels, their deltas at g * panels * kCols.
struct QuerySide {
  int64_t panels;
  float *queries, *upstream;  // queries times scale
  float *queryColumns, *upstreamColumns, *delta;  // delta: the sum of y dy

  TESSERA_INLINE static int64_t size(int64_t group, int64_t count, int64_t dim) {
    const int64_t columns = group * roundUp(count, gemm::kCols);
    return 2 * roundUp(group * count * rowFloats(dim), 16) + columns * (2 * dim + 1) + gemm::kCols * dim;
  }
  TESSERA_INLINE QuerySide(float* at, int64_t group, int64_t count, int64_t dim)
      : panels(ceilDiv(count, gemm::kCols)), queries(at), upstream(at + roundUp(group * count * rowFloats(dim), 16)) {
    const int64_t columns = group * panels * gemm::kCols;
    queryColumns = upstream + (upstream - queries);
    upstreamColumns = queryColumns + columns * dim;
    delta = upstreamColumns + columns * dim;
    outputs = delta + columns;
  }

  template <class T>
  void load(const AttentionBackwardArgs<T>& a, const Sequence& s, int64_t batch, int64_t kvHead, int64_t group) const {
    const int64_t ld = rowFloats(a.dim), dim = a.dim;
    for (int64_t g = 0; g < group; ++g) {
      const int64_t head = kvHead * group + g;
      const T* query = a.q + batch * a.qBatch + head * a.qHead + s.firstQuery * a.qRow;
      const T* dy = a.dy + batch * a.dyBatch + head * a.dyHead + s.firstQuery * a.dyRow;
      const T* y = a.y + batch * a.yBatch + head * a.yHead + s.firstQuery * a.yRow;
      float *ownQueries = queries + g * s.queries * ld, *ownUpstream = upstream + g * s.queries * ld;
      widen(query, a.qRow, s.queries, dim, a.scale, ownQueries, ld);
      widen(dy, a.dyRow, s.queries, dim, 1.0f, ownUpstream, ld);
      for (int64_t i = 0, column = g * panels * gemm::kCols; i < s.queries; i += gemm::kCols, column += gemm::kCols) {
        const int64_t count = smaller(gemm::kCols, s.queries - i);
        float* gradients = upstreamColumns + column * dim;
        packColumns(ownQueries + i * ld, ld, count, dim, queryColumns + column * dim);
        packColumns(ownUpstream + i * ld, ld, count, dim, gradients);
        packColumns(y + i * a.yRow, a.yRow, count, dim, outputs);
        constexpr int kTogether = gemm::kCols < kStep ? gemm::kCols : kStep;
        for (int64_t c = 0; c < count; c += kTogether) {
          const auto product = [=, this](int64_t d, int64_t l) {
            return gradients[d * gemm::kCols + c + l] * outputs[d * gemm::kCols + c + l];
          };
          sumColumns<32, kTogether>(0, dim, product, delta + column + c);
        }
      }
    }
  }

 private:
  float* outputs;  // a panel of columns of y
};

// Room of one thread for a key block. Sizes in floats.
struct BlockSpace {
  float *keys, *values, *p, *ds, *dk, *dv;

  TESSERA_INLINE static int64_t size(int64_t dim) {
    return 4 * kBlockKeys * rowFloats(dim) + 2 * kBackwardRows * kBlockKeys;
  }
  TESSERA_INLINE BlockSpace(float* at, int64_t dim) {
    const int64_t ld = rowFloats(dim);
    keys = at;
    values = keys + kBlockKeys * ld;
    dk = values + kBlockKeys * ld;
    dv = dk + kBlockKeys * ld;
    p = dv + kBlockKeys * ld;
    ds = p + kBackwardRows * kBlockKeys;
  }
};

// Weights p and their gradients ds from scores and the gradients of the weighted sums, for kStep neighbouring columns.
// Columns beyond `count` are of no query.
template <class T>
inline void differentiateColumns(const AttentionBackwardArgs<T>& a, const Sequence& s, int64_t batch, int64_t head, int64_t query,
                                 int64_t count, int64_t block, int64_t width, const float* delta, const Columns& p,
                                 const Columns& ds) {
  const Range seen = maskColumns(a, s, batch, block, width, p, [=](int64_t l) {
    return Query{head, query + smaller(l, count - 1)};
  });
  const float* lse = a.lse + batch * a.lseBatch + head * a.lseHead + s.firstQuery + query;
  float base[kStep];
  for (int64_t l = 0; l < kStep; ++l)  // a row that sees nothing: p = 0
    base[l] = l >= count || lse[l] == -scalar::kInfinity ? scalar::kInfinity : lse[l];
  p.zero(0, seen.low), p.zero(seen.high, width);
  ds.zero(0, seen.low), ds.zero(seen.high, width);
  if (a.dropout > 0.0f) {
    for (int64_t l = 0; l < count; ++l) {
      float factors[kBlockKeys];
      dropoutFactors(a, batch, head, query + l, block, factors);
      for (int64_t key = seen.low; key < seen.high; ++key) {
        float *weight = p.row(key) + l, *gradient = ds.row(key) + l;
        const float undropped = scalar::exp(*weight - base[l]);
        *weight = undropped * factors[key];
        *gradient = undropped * (factors[key] * *gradient - delta[l]);
      }
    }
    return;
  }
  for (int64_t key = seen.low; key < seen.high; ++key) {
    float *weights = p.row(key), *gradients = ds.row(key);
#pragma omp simd
    for (int64_t l = 0; l < kStep; ++l) {
      weights[l] = scalar::exp(weights[l] - base[l]);
      gradients[l] = weights[l] * (gradients[l] - delta[l]);
    }
  }
}

// The queries [query, query + rows) of head g of the group against one key block: their part of dk, dv and dq.
template <class T>
void backwardRows(const AttentionBackwardArgs<T>& a, const Sequence& s, int64_t batch, int64_t head, int64_t g, int64_t block,
                  int64_t width, int64_t query, int64_t rows, const QuerySide& q, const BlockSpace& w, bool first, float* dq) {
  const int64_t ld = rowFloats(a.dim), row = g * s.queries + query, column = g * q.panels * gemm::kCols + query;
  const float *queries = q.queries + row * ld, *upstream = q.upstream + row * ld;
  const int64_t tile = roundUp(rows, kStep);
  const auto seen = [&](int64_t r, int64_t count) {
    return seenInBlock(a, s, query + r, query + r + count - 1, block, width);
  };
  const auto seers = [&](int64_t key, int64_t count) {
    const Range all = queriesOf(a, s, block + key, block + key + count);
    const int64_t low = larger(0, smaller(rows, all.low - query));
    return Range{low, larger(low, smaller(rows, all.high - query))};
  };
  multiply({w.keys, gemm::Access::Row, ld, q.queryColumns + column * a.dim, 0, true, w.p, tile}, width, rows, a.dim, false,
           Clip::Columns, seers);
  multiply({w.values, gemm::Access::Row, ld, q.upstreamColumns + column * a.dim, 0, true, w.ds, tile}, width, rows, a.dim,
           false, Clip::Columns, seers);
  for (int64_t r = 0; r < rows; r += kStep)
    differentiateColumns(a, s, batch, head, query + r, smaller(kStep, rows - r), block, width, q.delta + column + r,
                         Columns{w.p + r, tile}, Columns{w.ds + r, tile});
  multiply({w.p, gemm::Access::Row, tile, upstream, ld, false, w.dv, ld}, width, a.dim, rows, !first, Clip::K, seers);
  multiply({w.ds, gemm::Access::Row, tile, queries, ld, false, w.dk, ld}, width, a.dim, rows, !first, Clip::K, seers);
  multiply({w.ds, gemm::Access::K, tile, w.keys, ld, false, dq + row * ld, ld}, rows, a.dim, width, true, Clip::K, seen);
}

template <class T>
void storeRows(const float* from, int64_t ld, int64_t count, int64_t dim, float factor, T* to, int64_t step) {
  for (int64_t r = 0; r < count; ++r, from += ld, to += step) storeRow(from, dim, factor, to);
}

// One key block: dk and dv of its keys, and its part of dq.
template <class T>
void backwardBlock(const AttentionBackwardArgs<T>& a, const Sequence& s, int64_t batch, int64_t kvHead, int64_t group,
                   int64_t block, const QuerySide& q, const BlockSpace& w, float* dq) {
  const int64_t ld = rowFloats(a.dim), width = smaller(kBlockKeys, s.keys - block);
  const int64_t key = s.firstKey + block;
  widen(a.k + batch * a.kBatch + kvHead * a.kHead + key * a.kRow, a.kRow, width, a.dim, 1.0f, w.keys, ld);
  widen(a.v + batch * a.vBatch + kvHead * a.vHead + key * a.vRow, a.vRow, width, a.dim, 1.0f, w.values, ld);
  bool first = true;
  for (int64_t g = 0; g < group; ++g) {
    for (int64_t i = 0; i < s.queries; i += kBackwardRows) {
      const int64_t rows = smaller(kBackwardRows, s.queries - i);
      // Ranges of keys move with the queries: none of these rows sees the block, or some may.
      const int64_t low = keysOf(a, s, i).low, high = keysOf(a, s, i + rows - 1).high;
      if (low >= block + width || high <= block) continue;
      backwardRows(a, s, batch, kvHead * group + g, g, block, width, i, rows, q, w, first, dq);
      first = false;
    }
  }
  if (first) {
    memset(w.dk, 0, static_cast<size_t>(kBlockKeys * ld) * 4);
    memset(w.dv, 0, static_cast<size_t>(kBlockKeys * ld) * 4);
  }
  storeRows(w.dk, ld, width, a.dim, 1.0f, a.dk + batch * a.dkBatch + kvHead * a.dkHead + key * a.dkRow, a.dkRow);
  storeRows(w.dv, ld, width, a.dim, 1.0f, a.dv + batch * a.dvBatch + kvHead * a.dvHead + key * a.dvRow, a.dvRow);
}

// Keys that no query can see (beyond keyLengths) have no gradient.
template <class T>
void clearUnseen(const AttentionBackwardArgs<T>& a, const Sequence& s, int64_t batch, int64_t kvHead) {
  if (!a.keyLengths || a.keyStarts) return;
  for (int64_t key = s.keys; key < a.keys; ++key) {
    T* dk = a.dk + batch * a.dkBatch + kvHead * a.dkHead + key * a.dkRow;
    T* dv = a.dv + batch * a.dvBatch + kvHead * a.dvHead + key * a.dvRow;
    for (int64_t d = 0; d < a.dim; ++d) store(dk + d, 0.0f), store(dv + d, 0.0f);
  }
}

}  // namespace attention

template <class T>
void attentionBackward(const AttentionBackwardArgs<T>& a, Context& ctx) {
  using namespace attention;
  if (a.batch == 0 || a.heads == 0 || a.dim == 0) return;
  const int64_t group = a.heads / a.kvHeads, heads = int64_t{a.batch} * a.kvHeads, ld = rowFloats(a.dim);
  const int64_t most = group * a.queries, blocks = ceilDiv(a.keys, kBlockKeys);
  const int64_t segments = larger(1, smaller(blocks, heads >= kWantedUnits ? 1 : ceilDiv(kWantedUnits, larger(1, heads))));
  const bool alone = segments == 1;  // then what belongs to a key head is needed while its unit runs
  const auto slots = alone ? int64_t{ctx.threads()} : heads;
  const int64_t sideSize = roundUp(QuerySide::size(group, a.queries, a.dim), 16), rowsSize = roundUp(most * ld, 16);
  float* sides = ctx.scratch<float>(static_cast<size_t>(slots * sideSize));
  float* partial = ctx.scratch<float>(static_cast<size_t>(slots * segments * rowsSize));
  const int64_t perThread = roundUp(BlockSpace::size(a.dim), 16);
  float* scratch = ctx.scratch<float>(static_cast<size_t>(perThread * ctx.threads()));
  const auto sideOf = [=](int64_t slot) { return QuerySide(sides + slot * sideSize, group, a.queries, a.dim); };
  const auto storeQueries = [&](const Sequence& s, int64_t batch, int64_t head, const float* rows) {
    T* to = a.dq + batch * a.dqBatch + head * a.dqHead + s.firstQuery * a.dqRow;
    storeRows(rows, ld, s.queries, a.dim, a.scale, to, a.dqRow);
  };
  if (!alone) {
    ctx.parallelFor(static_cast<uint32_t>(heads), [&](uint32_t at) {
      const int64_t batch = at / a.kvHeads, kvHead = at % a.kvHeads;
      sideOf(at).load(a, sequenceOf(a, batch), batch, kvHead, group);
    });
  }
  ctx.parallelFor(static_cast<uint32_t>(heads * segments), [&](uint32_t unit, int thread) {
    const int64_t at = unit / segments, segment = unit % segments, batch = at / a.kvHeads, kvHead = at % a.kvHeads;
    const Sequence s = sequenceOf(a, batch);
    const QuerySide side = sideOf(alone ? thread : at);
    if (alone) side.load(a, s, batch, kvHead, group);
    float* dq = partial + (alone ? thread : static_cast<int64_t>(unit)) * rowsSize;
    memset(dq, 0, static_cast<size_t>(rowsSize) * 4);
    const BlockSpace w(scratch + thread * perThread, a.dim);
    const int64_t own = ceilDiv(s.keys, kBlockKeys);
    for (int64_t block = segment * own / segments; block < (segment + 1) * own / segments; ++block)
      backwardBlock(a, s, batch, kvHead, group, block * kBlockKeys, side, w, dq);
    if (segment == 0) clearUnseen(a, s, batch, kvHead);
    for (int64_t g = 0; alone && g < group; ++g) storeQueries(s, batch, kvHead * group + g, dq + g * s.queries * ld);
  });
  if (alone) return;
  forRange(ctx, static_cast<uint64_t>(heads * group), 1, [&](uint64_t begin, uint64_t end) {
    for (uint64_t unit = begin; unit < end; ++unit) {
      const int64_t at = static_cast<int64_t>(unit) / group, g = static_cast<int64_t>(unit) % group;
      const int64_t batch = at / a.kvHeads, head = at % a.kvHeads * group + g;
      const Sequence s = sequenceOf(a, batch);
      float* sum = partial + at * segments * rowsSize + g * s.queries * ld;
      for (int64_t segment = 1; segment < segments; ++segment) {
        const float* more = sum + segment * rowsSize;
#pragma omp simd
        for (int64_t i = 0; i < s.queries * ld; ++i) sum[i] += more[i];
      }
      storeQueries(s, batch, head, sum);
    }
  });
}

}  // namespace tessera::TESSERA_ISA
