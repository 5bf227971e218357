// Parts of the language-model head losses: logits = scale (hidden weight^T + bias) come out of the GEMM tile by tile and
// are reduced or turned into their gradients while they are in cache.
// Everything is in log2 units inside: t = log2(e) * logit. A row's reduction is cut at fixed columns (kChunk, kTileCols)
// and its parts are combined in order, so that a row gives the same bits whatever the other rows and the threads are.
#pragma once

#include "cpu/gemm/gemm.h"
#include "cpu/vector.h"
#include "gen/linear_head.h"

namespace tessera::TESSERA_ISA::linear_head {

using namespace simd;

inline constexpr int64_t kChunk = 2048;    // columns that are reduced together
inline constexpr int64_t kTileCols = 256;  // columns of a tile
inline constexpr float kLog2e = 1.44269504f;
inline constexpr float kLn2 = 0.693147181f;
inline constexpr float kInfinity = __builtin_inff();

// A part of a row: the largest t, the sums of 2^(t - top), of that times (t - top), and of t.
struct Part {
  float top, sum, weighted, total;
};

template <class T>
struct Head {
  const T* hidden;
  const T* weight;
  const float* bias;  // log2(e) * scale * bias, or null
  const int32_t* targets;
  int64_t rows, features, classes;
  int32_t ignoreIndex;
  float scale;   // of a logit in natural units
  float scale2;  // log2(e) * scale
};

template <class T, class Args>
Head<T> headOf(const Args& a, Context& ctx) {
  Head<T> head{a.hidden, a.weight, nullptr, a.targets, a.rows, a.features, a.classes, a.ignoreIndex, a.scale, a.scale * kLog2e};
  if (a.bias != nullptr) {
    float* bias = ctx.scratch<float>(a.classes);
    for (uint32_t v = 0; v < a.classes; ++v) bias[v] = load(a.bias + v) * head.scale2;
    head.bias = bias;
  }
  return head;
}

// hidden times weight[from, from + cols)^T.
template <class T>
TESSERA_INLINE gemm::Problem<T> logitsProblem(const Head<T>& h, int64_t from, int64_t cols) {
  return {{h.hidden, h.features, 1}, {h.weight + from * h.features, 1, h.features}, h.rows, cols, h.features};
}

// Turns `cols` sums of products into t in place. The bias starts at the first of them.
TESSERA_INLINE void scaleRow(float* x, int64_t cols, float scale2, const float* bias) {
  if (bias == nullptr) {
#pragma omp simd
    for (int64_t i = 0; i < cols; ++i) x[i] *= scale2;
  } else {
#pragma omp simd
    for (int64_t i = 0; i < cols; ++i) x[i] = x[i] * scale2 + bias[i];
  }
}

TESSERA_INLINE Vec loadFirst(const float* p, int64_t count, float rest) {
  if (count >= kLanes) return loadVec(p);
  float lanes[kLanes];
  for (int i = 0; i < kLanes; ++i) lanes[i] = i < count ? p[i] : rest;
  return loadVec(lanes);
}

TESSERA_INLINE void storeFirst(float* p, Vec v, int64_t count) {
  if (count >= kLanes) return storeVec(p, v);
  float lanes[kLanes];
  storeVec(lanes, v);
  for (int64_t i = 0; i < count; ++i) p[i] = lanes[i];
}

// Adds part b to part a.
TESSERA_INLINE void combine(Part& a, const Part& b) {
  const bool higher = b.top > a.top;
  const float top = higher ? b.top : a.top;
  const Part& low = higher ? a : b;
  const Part& high = higher ? b : a;
  const float down = low.top - top;
  const float factor = down >= -126.0f ? __builtin_exp2f(down) : 0.0f;
  const float lowered = factor != 0.0f ? factor * (low.weighted + down * low.sum) : 0.0f;
  a = {top, high.sum + factor * low.sum, high.weighted + lowered, a.total + b.total};
}

// Adds a row of t to its part.
inline void reduceRow(const float* t, int64_t cols, Part& part) {
  Vec top = splat(-kInfinity), total = zero();
  int64_t i = 0;
  for (; i + kLanes <= cols; i += kLanes) {
    const Vec v = loadVec(t + i);
    top = maxOf(v, top);
    total = total + v;
  }
  if (i < cols) {
    top = maxOf(loadFirst(t + i, cols - i, -kInfinity), top);
    total = total + loadFirst(t + i, cols - i, 0.0f);
  }
  Part row{maxLane(top), 0.0f, 0.0f, sumLanes(total)};
  if (row.top == -kInfinity) {  // nothing but minus infinity, which adds nothing, and perhaps NaN
    part.sum += row.total != row.total ? row.total : 0.0f;
    part.total += row.total;
    return;
  }
  const Vec base = splat(row.top), least = splat(-126.0f);
  Vec sum = zero(), weighted = zero();
  for (i = 0; i < cols; i += kLanes) {
    Vec x = loadFirst(t + i, cols - i, -kInfinity) - base;
    const Mask live = keep(x, least);
    x = maxOf(least, x);
    const Vec p = select(live, exp2Of(x));
    sum = sum + p;
    weighted = fma(p, x, weighted);
  }
  row.sum = sumLanes(sum);
  row.weighted = sumLanes(weighted);
  combine(part, row);
}

// The part of a whole row of n sums of products, cut as reduceLogits cuts it: the same bits.
template <class T>
inline Part reduceProducts(const T* x, int64_t n, float scale2) {
  Part part{-kInfinity, 0.0f, 0.0f, 0.0f};
  float tile[kTileCols];
  for (int64_t chunk = 0; chunk < n; chunk += kChunk) {
    Part own{-kInfinity, 0.0f, 0.0f, 0.0f};
    const int64_t end = n - chunk < kChunk ? n : chunk + kChunk;
    for (int64_t col = chunk; col < end; col += kTileCols) {
      const int64_t cols = end - col < kTileCols ? end - col : kTileCols;
      for (int64_t i = 0; i < cols; ++i) tile[i] = load(x + col + i);
      scaleRow(tile, cols, scale2, nullptr);
      reduceRow(tile, cols, own);
    }
    if (chunk == 0) part = own;
    else combine(part, own);
  }
  return part;
}

// What the reductions of a row give: logSum = log2 of the sum of 2^t, the entropy in nats, the mean of t, the target's t.
struct RowResult {
  float logSum, entropy, mean, target;
};

enum class Target { Valid, Ignored, Invalid };

template <class T>
TESSERA_INLINE Target targetOf(const Head<T>& h, int64_t row) {
  const int32_t target = h.targets[row];
  if (target == h.ignoreIndex) return Target::Ignored;
  return target >= 0 && target < h.classes ? Target::Valid : Target::Invalid;
}

// Reduces the logits of every row; finish(row, RowResult) reports them. All t of a row stay in `keep`, where it is given.
template <class T, class F>
void reduceLogits(const Head<T>& h, Context& ctx, F&& finish, float* keep = nullptr) {
  const int64_t chunks = (h.classes + kChunk - 1) / kChunk;
  Part* parts = ctx.scratch<Part>(static_cast<size_t>(h.rows * chunks));
  float* targets = ctx.scratch<float>(static_cast<size_t>(h.rows));
  for (int64_t i = 0; i < h.rows * chunks; ++i) parts[i] = {-kInfinity, 0.0f, 0.0f, 0.0f};
  for (int64_t row = 0; row < h.rows; ++row) targets[row] = 0.0f;
  gemm::Options options;
  options.columnChunk = kChunk;
  options.tileCols = kTileCols;
  if (keep != nullptr) options.inPlace = {keep, h.classes, true};
  gemm::gemmTiles(
      ctx, logitsProblem(h, 0, h.classes),
      [&](const gemm::Tile& tile) {
        for (int64_t r = 0; r < tile.rows; ++r) {
          const int64_t row = tile.row + r;
          float* t = tile.data + r * tile.ld;
          scaleRow(t, tile.cols, h.scale2, h.bias != nullptr ? h.bias + tile.col : nullptr);
          reduceRow(t, tile.cols, parts[row * chunks + tile.chunk]);
          const int64_t at = int64_t{h.targets[row]} - tile.col;
          if (at >= 0 && at < tile.cols) targets[row] = t[at];
        }
      },
      options);
  for (int64_t row = 0; row < h.rows; ++row) {
    Part part = parts[row * chunks];
    for (int64_t c = 1; c < chunks; ++c) combine(part, parts[row * chunks + c]);
    const float logSum = __builtin_log2f(part.sum);
    finish(row, RowResult{part.top + logSum, kLn2 * (logSum - part.weighted / part.sum),
                          part.total / static_cast<float>(h.classes), targets[row]});
  }
}

// dL/dlogit of one row = p (all + perLog log2 p) + everywhere, and atTarget more for the target; scale included.
struct RowGradient {
  float logSum;
  float all, perLog, everywhere, atTarget;
  int32_t target;  // -1 for none
  TESSERA_INLINE bool isZero() const { return all == 0.0f && perLog == 0.0f && everywhere == 0.0f && atTarget == 0.0f; }
};

TESSERA_INLINE RowGradient noGradient() { return {0.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1}; }

// Turns columns [col, col + cols) of a row of t into gradients in place.
inline void gradientRow(float* t, int64_t col, int64_t cols, const RowGradient& g) {
  if (g.isZero()) {
    memset(t, 0, static_cast<size_t>(cols) * 4);
    return;
  }
  const Vec base = splat(g.logSum), least = splat(-126.0f);
  const Vec all = splat(g.all), perLog = splat(g.perLog), everywhere = splat(g.everywhere);
  for (int64_t i = 0; i < cols; i += kLanes) {
    Vec x = loadFirst(t + i, cols - i, -kInfinity) - base;
    const Mask live = keep(x, least);
    x = maxOf(least, x);
    const Vec p = select(live, exp2Of(x));
    storeFirst(t + i, fma(p, fma(perLog, x, all), everywhere), cols - i);
  }
  if (g.target >= col && g.target < col + cols) t[g.target - col] += g.atTarget;
}

}  // namespace tessera::TESSERA_ISA::linear_head
