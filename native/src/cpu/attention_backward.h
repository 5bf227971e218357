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

// Everything the backward pass keeps of the queries of one key head, as f32 rows `ld` apart.
struct QuerySide {
  float *queries, *upstream, *delta;  // queries times scale; delta[r] = sum of y dy
};

template <class T>
void loadQuerySide(const AttentionBackwardArgs<T>& a, const Sequence& s, int64_t batch, int64_t kvHead, int64_t group,
                   const QuerySide& q) {
  const int64_t ld = rowFloats(a.dim);
  for (int64_t g = 0; g < group; ++g) {
    const int64_t head = kvHead * group + g, at = g * s.queries;
    const T* query = a.q + batch * a.qBatch + head * a.qHead + s.firstQuery * a.qRow;
    const T* dy = a.dy + batch * a.dyBatch + head * a.dyHead + s.firstQuery * a.dyRow;
    const T* y = a.y + batch * a.yBatch + head * a.yHead + s.firstQuery * a.yRow;
    widen(query, a.qRow, s.queries, a.dim, a.scale, q.queries + at * ld, ld);
    widen(dy, a.dyRow, s.queries, a.dim, 1.0f, q.upstream + at * ld, ld);
    for (int64_t i = 0; i < s.queries; ++i) {
      const float* row = q.upstream + (at + i) * ld;
      const T* out = y + i * a.yRow;
      q.delta[at + i] = sumLanes<float>(a.dim, [=](uint64_t d) { return row[d] * load(out + d); });
    }
  }
}

// Room of one thread for a key block. Sizes in floats.
struct BlockSpace {
  float *keyColumns, *valueColumns, *keyRows, *p, *ds, *dk, *dv;

  TESSERA_INLINE static int64_t size(int64_t dim) {
    const int64_t ld = rowFloats(dim);
    return 2 * kBlockKeys * dim + 3 * kBlockKeys * ld + 2 * kBackwardRows * kBlockKeys;
  }
  TESSERA_INLINE BlockSpace(float* at, int64_t dim) {
    const int64_t ld = rowFloats(dim);
    keyColumns = at;
    valueColumns = keyColumns + kBlockKeys * dim;
    keyRows = valueColumns + kBlockKeys * dim;
    dk = keyRows + kBlockKeys * ld;
    dv = dk + kBlockKeys * ld;
    p = dv + kBlockKeys * ld;
    ds = p + kBackwardRows * kBlockKeys;
  }
};

// Queries that may see any of the keys [key, past), before the mask.
template <class Args>
TESSERA_INLINE Range queriesOf(const Args& a, const Sequence& s, int64_t key, int64_t past) {
  if (!a.causal) return {0, s.queries};
  const int64_t high = a.window ? smaller(s.queries, past - 1 - s.shift + static_cast<int64_t>(a.window)) : s.queries;
  return {larger(0, key - s.shift), high};
}

// Rows [row, row + rows), of one head, against one key block: their part of dk, dv and dq.
template <class T>
void backwardRows(const AttentionBackwardArgs<T>& a, const Sequence& s, int64_t batch, int64_t kvHead, int64_t group,
                  int64_t block, int64_t width, int64_t row, int64_t rows, const QuerySide& q, const BlockSpace& w,
                  bool first, float* dq) {
  const int64_t ld = rowFloats(a.dim);
  const float *queries = q.queries + row * ld, *upstream = q.upstream + row * ld;
  const int64_t query = row % s.queries;  // all rows are of one head
  const auto seen = [&](int64_t r, int64_t count) {
    return seenInBlock(a, s, query + r, query + r + count - 1, block, width);
  };
  const auto seers = [&](int64_t key, int64_t count) {
    const Range all = queriesOf(a, s, block + key, block + key + count);
    const int64_t low = larger(0, smaller(rows, all.low - query));
    return Range{low, larger(low, smaller(rows, all.high - query))};
  };
  multiply({queries, gemm::Access::Row, ld, w.keyColumns, 0, true, w.p, kBlockKeys}, rows, width, a.dim, false,
           Clip::Columns, seen);
  multiply({upstream, gemm::Access::Row, ld, w.valueColumns, 0, true, w.ds, kBlockKeys}, rows, width, a.dim, false,
           Clip::Columns, seen);
  for (int64_t r = 0; r < rows; ++r) {
    const int64_t at = row + r, i = query + r, head = kvHead * group + at / s.queries;
    float *p = w.p + r * kBlockKeys, *ds = w.ds + r * kBlockKeys;
    const Range steps = maskRow(a, s, batch, head, i, block, width, p);
    const float lse = a.lse[batch * a.lseBatch + head * a.lseHead + s.firstQuery + i], delta = q.delta[at];
    const float base = lse == -scalar::kInfinity ? scalar::kInfinity : lse;  // a row that sees nothing: p = 0
    zeroOutside(steps, width, p);
    zeroOutside(steps, width, ds);
    if (a.dropout > 0.0f) {
      float factors[kBlockKeys];
      dropoutFactors(a, batch, head, i, block, factors);
#pragma omp simd
      for (int64_t j = steps.low; j < steps.high; ++j) {
        const float weight = scalar::exp(p[j] - base);
        p[j] = weight * factors[j];
        ds[j] = weight * (factors[j] * ds[j] - delta);
      }
      continue;
    }
#pragma omp simd
    for (int64_t j = steps.low; j < steps.high; ++j) {
      p[j] = scalar::exp(p[j] - base);
      ds[j] = p[j] * (ds[j] - delta);
    }
  }
  multiply({w.p, gemm::Access::K, kBlockKeys, upstream, ld, false, w.dv, ld}, width, a.dim, rows, !first, Clip::K, seers);
  multiply({w.ds, gemm::Access::K, kBlockKeys, queries, ld, false, w.dk, ld}, width, a.dim, rows, !first, Clip::K, seers);
  multiply({w.ds, gemm::Access::Row, kBlockKeys, w.keyRows, ld, false, dq + row * ld, ld}, rows, a.dim, width, true, Clip::K,
           seen);
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
  const T* k = a.k + batch * a.kBatch + kvHead * a.kHead + key * a.kRow;
  packColumns(k, a.kRow, width, a.dim, w.keyColumns);
  packColumns(a.v + batch * a.vBatch + kvHead * a.vHead + key * a.vRow, a.vRow, width, a.dim, w.valueColumns);
  widen(k, a.kRow, width, a.dim, 1.0f, w.keyRows, ld);
  bool first = true;
  for (int64_t g = 0; g < group; ++g) {
    for (int64_t i = 0; i < s.queries; i += kBackwardRows) {
      const int64_t rows = smaller(kBackwardRows, s.queries - i);
      // Ranges of keys move with the queries: none of these rows sees the block, or some may.
      const int64_t low = keysOf(a, s, i).low, high = keysOf(a, s, i + rows - 1).high;
      if (low >= block + width || high <= block) continue;
      backwardRows(a, s, batch, kvHead, group, block, width, g * s.queries + i, rows, q, w, first, dq);
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
  const int64_t rowsSize = roundUp(most * ld, 16);
  float* sides = ctx.scratch<float>(static_cast<size_t>(heads * (2 * rowsSize + roundUp(most, 16))));
  float* partial = ctx.scratch<float>(static_cast<size_t>(heads * segments * rowsSize));
  const int64_t perThread = roundUp(BlockSpace::size(a.dim), 16);
  float* scratch = ctx.scratch<float>(static_cast<size_t>(perThread * ctx.threads()));
  const auto sideOf = [=](int64_t at) {
    float* side = sides + at * (2 * rowsSize + roundUp(most, 16));
    return QuerySide{side, side + rowsSize, side + 2 * rowsSize};
  };
  if (segments > 1) {
    ctx.parallelFor(static_cast<uint32_t>(heads), [&](uint32_t at) {
      const int64_t batch = at / a.kvHeads, kvHead = at % a.kvHeads;
      loadQuerySide(a, sequenceOf(a, batch), batch, kvHead, group, sideOf(at));
    });
  }
  ctx.parallelFor(static_cast<uint32_t>(heads * segments), [&](uint32_t unit, int thread) {
    const int64_t at = unit / segments, segment = unit % segments, batch = at / a.kvHeads, kvHead = at % a.kvHeads;
    const Sequence s = sequenceOf(a, batch);
    const QuerySide side = sideOf(at);
    if (segments == 1) loadQuerySide(a, s, batch, kvHead, group, side);
    float* dq = partial + unit * rowsSize;
    memset(dq, 0, static_cast<size_t>(rowsSize) * 4);
    const BlockSpace w(scratch + thread * perThread, a.dim);
    const int64_t own = ceilDiv(s.keys, kBlockKeys);
    for (int64_t block = segment * own / segments; block < (segment + 1) * own / segments; ++block)
      backwardBlock(a, s, batch, kvHead, group, block * kBlockKeys, side, w, dq);
    if (segment == 0) clearUnseen(a, s, batch, kvHead);
  });
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
      T* to = a.dq + batch * a.dqBatch + head * a.dqHead + s.firstQuery * a.dqRow;
      storeRows(sum, ld, s.queries, a.dim, a.scale, to, a.dqRow);
    }
  });
}

}  // namespace tessera::TESSERA_ISA
