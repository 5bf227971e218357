// Attention forward. A unit of work is a range of queries of one batch entry for all heads that share its keys. It goes
// through the keys block by block; each block gives its own maximum, sum and weighted values, which are merged into the
// row's in ascending order. Where there are few rows (decoding) the blocks are computed side by side and merged in the
// same order, with the same bits.
#include "cpu/attention_block.h"
#include "cpu/attention_rows.h"
#include "gen/attention.h"

namespace tessera::TESSERA_ISA {

namespace attention {

constexpr int64_t kChunkWork = 1 << 15;  // multiply-adds of one product that are worth a thread's turn

// The softmax of kStep neighbouring columns of scores over the keys `seen`, not yet divided by its sum: weights of all
// keys up to `width`, and the maximum and the sum of each column.
TESSERA_INLINE void weightColumns(const Columns& tile, const Range& seen, int64_t width, float* top, float* total) {
  float most[kStep], base[kStep];
#pragma omp simd
  for (int64_t l = 0; l < kStep; ++l) most[l] = -scalar::kInfinity;
  for (int64_t key = seen.low; key < seen.high; ++key) {
    const float* row = tile.row(key);
#pragma omp simd
    for (int64_t l = 0; l < kStep; ++l) most[l] = row[l] > most[l] ? row[l] : most[l];
  }
#pragma omp simd
  for (int64_t l = 0; l < kStep; ++l) top[l] = most[l], base[l] = most[l] == -scalar::kInfinity ? 0.0f : most[l];
  for (int64_t key = seen.low; key < seen.high; ++key) {
    float* row = tile.row(key);
#pragma omp simd
    for (int64_t l = 0; l < kStep; ++l) row[l] = scalar::exp(row[l] - base[l]);
  }
  tile.zero(0, seen.low);
  tile.zero(seen.high, width);
  sumColumns<kStep, kStep>(seen.low / kStep * kStep, seen.high, [=](int64_t key, int64_t l) { return tile.row(key)[l]; }, total);
}

// Scores of a block, their maxima and sums for each row, and the weighted values: top[r], total[r], rows of `values`.
// top and total have room for whole steps.
template <class T>
void computeBlock(const AttentionForwardArgs<T>& a, const Sequence& s, const Unit& u, int64_t group, int64_t block,
                  const Workspace& w, float* top, float* total, float* values) {
  const int64_t ld = rowFloats(a.dim), rows = group * u.count, width = smaller(kBlockKeys, s.keys - block);
  if (rows <= kFewRows) return computeRows(a, s, u, group, block, w, top, total, values);
  widen(a.k + u.batch * a.kBatch + u.kvHead * a.kHead + (s.firstKey + block) * a.kRow, a.kRow, width, a.dim, 1.0f, w.keys, ld);
  widen(a.v + u.batch * a.vBatch + u.kvHead * a.vHead + (s.firstKey + block) * a.vRow, a.vRow, width, a.dim, 1.0f, w.values, ld);
  const Columns tile{w.scores, roundUp(rows, kStep)};
  // Of one head at a time, whose queries go up, where its columns are whole panels.
  const int64_t span = u.count % gemm::kCols == 0 ? u.count : rows;
  for (int64_t first = 0; first < rows; first += span) {
    const TileProduct scores{w.keys, gemm::Access::Row, ld, w.columns + first * a.dim, 0, true, w.scores + first, tile.ld};
    multiply(scores, width, span, a.dim, false, Clip::Columns, [&](int64_t key, int64_t count) {
      if (span > u.count) return Range{0, rows};
      const Range seers = queriesOf(a, s, block + key, block + key + count);
      const int64_t low = larger(0, smaller(span, seers.low - u.first));
      return Range{low, larger(low, smaller(span, seers.high - u.first))};
    });
  }
  for (int64_t r = 0; r < rows; r += kStep) {
    const Columns step{w.scores + r, tile.ld};
    const auto queryOf = [&](int64_t l) {
      const int64_t row = smaller(r + l, rows - 1);
      return Query{u.kvHead * group + row / u.count, u.first + row % u.count};
    };
    weightColumns(step, maskColumns(a, s, u.batch, block, width, step, queryOf), width, top + r, total + r);
    for (int64_t l = 0; a.dropout > 0.0f && l < smaller(kStep, rows - r); ++l) {
      float factors[kBlockKeys];
      dropoutFactors(a, u.batch, queryOf(l).head, queryOf(l).index, block, factors);
      for (int64_t key = 0; key < width; ++key) step.row(key)[l] *= factors[key];
    }
  }
  multiply({w.scores, gemm::Access::K, tile.ld, w.values, ld, false, values, ld}, rows, a.dim, width, false, Clip::K,
           [&](int64_t row, int64_t count) {
             const int64_t first = row % u.count, last = first + count - 1;
             const bool oneHead = last < u.count;  // rows of two heads see what any query of the unit sees
             return seenInBlock(a, s, u.first + (oneHead ? first : 0), u.first + (oneHead ? last : u.count - 1), block, width);
           });
}

// Merges a block's result into a row's of `ld` floats. A block in which the row sees nothing changes nothing.
// That is told by its sum, as the maximum of scores that are all NaN is -infinity too.
TESSERA_INLINE void merge(float& top, float& total, float* sum, float blockTop, float blockTotal, const float* values,
                          int64_t ld) {
  if (blockTotal == 0.0f) return;
  if (total == 0.0f) {
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

// The results of all rows of a unit. Overwrites top and total.
template <class T>
TESSERA_INLINE void finishRows(const AttentionForwardArgs<T>& a, const Sequence& s, const Unit& u, int64_t group, float* top,
                               float* total, const float* sum) {
#pragma omp simd
  for (int64_t r = 0; r < group * u.count; ++r) {
    const float all = total[r];
    top[r] = all == 0.0f ? -scalar::kInfinity : top[r] + scalar::log(all);
    total[r] = all > 0.0f ? 1.0f / all : all;  // NaN stays
  }
  const int64_t ld = rowFloats(a.dim), row = s.firstQuery + u.first;
  for (int64_t g = 0; g < group; ++g) {
    const int64_t head = u.kvHead * group + g;
    T* y = a.y + u.batch * a.yBatch + head * a.yHead + row * a.yRow;
    float* lse = a.lse + u.batch * a.lseBatch + head * a.lseHead + row;
    for (int64_t i = 0; i < u.count; ++i, ++top, ++total, sum += ld) {
      storeRow(sum, a.dim, *total, y + i * a.yRow);
      lse[i] = *top;
    }
  }
}

// First and one past the last block that any row of the unit sees.
template <class Args>
inline Range blocksOf(const Args& a, const Sequence& s, const Unit& u) {
  const int64_t low = keysOf(a, s, u.first).low, high = keysOf(a, s, u.first + u.count - 1).high;
  return {low / kBlockKeys, high <= low ? low / kBlockKeys : ceilDiv(high, kBlockKeys)};
}

template <class T>
void runUnit(const AttentionForwardArgs<T>& a, const Sequence& s, const Unit& u, int64_t group, float* scratch) {
  const int64_t ld = rowFloats(a.dim), rows = group * u.count, padded = roundUp(rows, kStep);
  const Workspace w(scratch, rows, a.dim);
  float *sum = scratch + Workspace::size(rows, a.dim), *values = sum + rows * ld;
  float *top = values + rows * ld, *total = top + padded, *blockTop = total + padded, *blockTotal = blockTop + padded;
  loadQueries(a, s, u, group, w);
  const Range blocks = blocksOf(a, s, u);
  if (blocks.low == blocks.high) {
    for (int64_t r = 0; r < rows; ++r) top[r] = -scalar::kInfinity, total[r] = 0.0f;
    memset(sum, 0, static_cast<size_t>(rows * ld) * 4);
  }
  for (int64_t block = blocks.low; block < blocks.high; ++block) {
    if (block == blocks.low) {
      computeBlock(a, s, u, group, block * kBlockKeys, w, top, total, sum);
      continue;
    }
    computeBlock(a, s, u, group, block * kBlockKeys, w, blockTop, blockTotal, values);
    for (int64_t r = 0; r < rows; ++r)
      merge(top[r], total[r], sum + r * ld, blockTop[r], blockTotal[r], values + r * ld, ld);
  }
  finishRows(a, s, u, group, top, total, sum);
}

// Floats of scratch that runUnit needs.
TESSERA_INLINE int64_t unitFloats(int64_t rows, int64_t dim) {
  return roundUp(Workspace::size(rows, dim) + 2 * rows * rowFloats(dim) + 4 * roundUp(rows, kStep), 16);
}

// Few rows and many keys: blocks side by side, then merged in order.
template <class T>
void runSideBySide(const AttentionForwardArgs<T>& a, Context& ctx, int64_t group, int64_t blocks) {
  const int64_t ld = rowFloats(a.dim), most = group * a.queries, padded = roundUp(most, kStep);
  const int64_t heads = a.batch * int64_t{a.kvHeads};
  const int64_t perThread = roundUp(Workspace::size(most, a.dim), 16), perBlock = most * ld + 2 * padded;
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
    loadQueries(a, s, all, group, w);
    computeBlock(a, s, all, group, block * kBlockKeys, w, to, to + padded, to + 2 * padded);
  });
  const int64_t perHead = most * (ld + 2);
  float* sums = ctx.scratch<float>(static_cast<size_t>(heads * perHead));
  forRange(ctx, static_cast<uint64_t>(heads), 8, [&](uint64_t begin, uint64_t end) {
    for (uint64_t at = begin; at < end; ++at) {
      const int64_t batch = static_cast<int64_t>(at) / a.kvHeads, kvHead = static_cast<int64_t>(at) % a.kvHeads;
      const Sequence s = sequenceOf(a, batch);
      if (s.queries == 0) continue;
      const Unit all{batch, kvHead, 0, s.queries};
      const Range seen = blocksOf(a, s, all);
      float* sum = sums + static_cast<int64_t>(at) * perHead;
      float *top = sum + most * ld, *total = top + most;
      memset(sum, 0, static_cast<size_t>(most * ld) * 4);
      for (int64_t r = 0; r < group * s.queries; ++r) {
        top[r] = -scalar::kInfinity, total[r] = 0.0f;
        for (int64_t block = seen.low; block < seen.high; ++block) {
          const float* from = partial + (static_cast<int64_t>(at) * blocks + block) * perBlock;
          merge(top[r], total[r], sum + r * ld, from[r], from[padded + r], from + 2 * padded + r * ld, ld);
        }
      }
      finishRows(a, s, all, group, top, total, sum);
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
  const int64_t rows = group * count, perThread = unitFloats(rows, a.dim);
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
