// Entropy of soft code assignments, forward and backward, in O(rows + codes) memory.
// p[i][k] = 2^(t), t = score - logSum, with scores in log2 units from which |z|^2 is dropped, as it cancels in p. Nothing
// of size rows x codes is kept: each of the four passes computes the scores anew, rows first where it sums over codes,
// codes first where it sums over rows, so that no pass has partial sums to combine.
// Invariant: p below 2^cutoff of its row counts as zero. The cutoff is so low that a whole row of such terms stays below
// float resolution, and vectors without a larger term are skipped; with eps = 0 only what underflows is dropped.
#pragma once

#include "cpu/quantizer_score.h"
#include "gen/quantizer.h"

namespace tessera::TESSERA_ISA::quantizer {

#if defined(__AVX512F__) || !defined(__SSE2__)
inline constexpr int kRows = 8;      // rows of a score tile
inline constexpr int kDimGroup = 8;  // dimensions whose sums stay in registers
#else
inline constexpr int kRows = 4;
inline constexpr int kDimGroup = 4;
#endif
inline constexpr uint32_t kCodeBlock = 256;  // codes per block of a pass over rows
inline constexpr uint32_t kRowBlock = 64;    // rows per block of a pass over codes
inline constexpr uint32_t kBlockTiles = kCodeBlock / kTile;
inline constexpr uint32_t kBlockVecs = kCodeBlock / kLanes;
inline constexpr float kLog2e = 1.44269504f;
inline constexpr float kLn2 = 0.693147181f;
static_assert(kBlockVecs <= 64 && kRowBlock <= 64 && kRowBlock % kRows == 0);

struct Assignment {
  PackedCodes codes;
  const float* panels;  // rows times 2 log2(e) / temperature
  uint64_t groups;
  uint32_t rows, count, dims;
  Vec cutoff;
  uint64_t rowGrain, tileGrain;  // groups and tiles per chunk of work
};

template <class Args>
Assignment prepare(const Args& a, Context& ctx) {
  Assignment s;
  const double inverse = 1.4426950408889634 / a.temperature;
  s.codes = packCodes(ctx, a.codebook, a.codes, a.dims, -inverse, false, -1e30f);
  s.panels = packRows<kRows>(ctx, a.z, a.rows, a.dims, 2 * inverse, false);
  s.groups = (uint64_t{a.rows} + kRows - 1) / kRows;
  s.rows = a.rows;
  s.count = a.codes;
  s.dims = a.dims;
  float cutoff = -26.0f - __builtin_ceilf(__builtin_log2f(static_cast<float>(a.codes)));
  const float forEpsilon = a.epsilon > 0 ? __builtin_log2f(a.epsilon) - 24.0f : -126.0f;
  cutoff = forEpsilon < cutoff ? forEpsilon : cutoff;
  s.cutoff = splat(cutoff > -126.0f ? cutoff : -126.0f);
  s.rowGrain = (1u << 18) / (uint64_t{s.codes.tiles} * kTile * kRows) + 1;
  s.tileGrain = (1u << 18) / (s.groups * kRows * kTile) + 1;
  return s;
}

// Brings t into the range of exp2Of, for the lanes that are then not selected. Keeps NaN.
TESSERA_INLINE Vec raise(Vec t, Vec cutoff) { return maxOf(cutoff, t); }

// Scores of one group of rows against one block of codes.
template <int kDims>
void scoreBlock(const Assignment& s, const float* panel, uint32_t first, uint32_t last, float (*out)[kCodeBlock]) {
  for (uint32_t t = first; t < last; ++t) {
    scoreTile<kRows, kDims>(panel, s.codes.values + size_t{t} * kTile * s.dims, s.codes.bias + size_t{t} * kTile,
                            static_cast<int>(s.dims), [&](Vec(&score)[kRows][kVecs]) {
                              float* at = out[0] + (t - first) * kTile;
#pragma GCC unroll 8
                              for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
                                for (int v = 0; v < kVecs; ++v) storeVec(at + r * kCodeBlock + v * kLanes, score[r][v]);
                            });
  }
}

// Pass 1, over rows: logSums[i] = log2 of the sum of 2^score, and the entropy of the row.
template <int kDims>
void rowEntropies(const Assignment& s, uint64_t group, float* logSums, float* entropies) {
  alignas(64) float scores[kRows][kCodeBlock];
  float top[kRows];
  Vec sum[kRows], weighted[kRows];  // of 2^(score - top), and the same times (score - top)
  for (int r = 0; r < kRows; ++r) {
    top[r] = -__builtin_inff();
    sum[r] = weighted[r] = zero();
  }
  const float* panel = s.panels + group * kRows * s.dims;
  for (uint32_t first = 0; first < s.codes.tiles; first += kBlockTiles) {
    const uint32_t last = s.codes.tiles - first < kBlockTiles ? s.codes.tiles : first + kBlockTiles;
    const uint32_t vecs = (last - first) * kVecs;
    scoreBlock<kDims>(s, panel, first, last, scores);
    for (int r = 0; r < kRows; ++r) {
      const float* row = scores[r];
      Vec m = splat(top[r]);
      for (uint32_t v = 0; v < vecs; ++v) m = maxOf(loadVec(row + v * kLanes), m);
      if (any(greater(m, splat(top[r])))) {
        const float blockTop = maxLane(m);
        const float down = top[r] - blockTop;
        const float factor = down >= -126.0f ? __builtin_exp2f(down) : 0.0f;
        weighted[r] = factor > 0.0f ? splat(factor) * fma(splat(down), sum[r], weighted[r]) : zero();
        sum[r] = splat(factor) * sum[r];
        top[r] = blockTop;
      }
      const Vec base = splat(top[r]);
      Vec l = sum[r], u = weighted[r];
      for (uint32_t v = 0; v < vecs; ++v) {
        Vec t = loadVec(row + v * kLanes) - base;
        const Mask live = keep(t, s.cutoff);
        if (!any(live)) continue;
        t = raise(t, s.cutoff);
        const Vec p = select(live, exp2Of(t));
        l = l + p;
        u = fma(p, t, u);
      }
      sum[r] = l;
      weighted[r] = u;
    }
  }
  for (int r = 0; r < kRows; ++r) {
    const uint64_t i = group * kRows + r;
    if (i >= s.rows) break;
    const float l = sumLanes(sum[r]), log2l = __builtin_log2f(l);
    logSums[i] = top[r] + log2l;
    entropies[i] = kLn2 * (log2l - sumLanes(weighted[r]) / l);
  }
}

// logSums for whole groups; rows beyond the last get infinity, which makes their p zero.
inline float* padLogSums(const Assignment& s, Context& ctx, const float* logSums) {
  float* padded = ctx.scratch<float>(s.groups * kRows);
  for (uint64_t i = 0; i < s.groups * kRows; ++i) padded[i] = i < s.rows ? logSums[i] : __builtin_inff();
  return padded;
}

// Pass 2, over codes: mean over the rows of p, for one tile.
template <int kDims>
void meanOfTile(const Assignment& s, uint32_t tile, const float* logSums, float* mean) {
  Vec total[kVecs] = {};
  for (uint64_t g = 0; g < s.groups;) {
    const uint64_t end = s.groups - g < kRowBlock / kRows ? s.groups : g + kRowBlock / kRows;
    Vec sum[kVecs] = {};
    for (; g < end; ++g) {
      scoreTile<kRows, kDims>(s.panels + g * kRows * s.dims, s.codes.values + size_t{tile} * kTile * s.dims,
                              s.codes.bias + size_t{tile} * kTile, static_cast<int>(s.dims),
                              [&](Vec(&score)[kRows][kVecs]) {
#pragma GCC unroll 8
                                for (int r = 0; r < kRows; ++r) {
                                  const Vec base = splat(logSums[g * kRows + r]);
#pragma GCC unroll 4
                                  for (int v = 0; v < kVecs; ++v) {
                                    const Vec t = score[r][v] - base;
                                    const Mask live = keep(t, s.cutoff);
                                    if (any(live)) sum[v] = sum[v] + select(live, exp2Of(raise(t, s.cutoff)));
                                  }
                                }
                              });
    }
    for (int v = 0; v < kVecs; ++v) total[v] = total[v] + sum[v];
  }
  float lanes[kTile];
  for (int v = 0; v < kVecs; ++v) storeVec(lanes + v * kLanes, total[v]);
  for (uint32_t i = 0; i < kTile && tile * kTile + i < s.count; ++i) {
    mean[tile * kTile + i] = lanes[i] / static_cast<float>(s.rows);
  }
}

// What the upstream gradients make of one element: dL/ds = p (codeTerm[k] - logFactor t - c[i]) with c[i] the mean of
// the other two terms under p. Rounding of logSum keeps the sum of p a little off 1; the mean is divided by it, or what is
// left of c where one code has nearly all of p would be that error.
struct Upstream {
  const float* codeTerms;
  Vec logFactor;
};

// sums[j] += a side . b for the live vectors: kCount dimensions of sum over codes of w e and p e.
template <int kCount>
TESSERA_INLINE void addWeightedCodes(const float* w, const float* p, uint64_t live, const float* tiles, int dims,
                                     float* sums) {
  Vec a[kCount], b[kCount];
  for (int j = 0; j < kCount; ++j) {
    a[j] = loadVec(sums + 2 * j * kLanes);
    b[j] = loadVec(sums + (2 * j + 1) * kLanes);
  }
  for (; live != 0; live &= live - 1) {
    const int v = __builtin_ctzll(live);
    const Vec wv = loadVec(w + v * kLanes), pv = loadVec(p + v * kLanes);
    const float* e = tiles + (v / kVecs) * kTile * dims + v % kVecs * kLanes;
#pragma GCC unroll 8
    for (int j = 0; j < kCount; ++j) {
      const Vec ev = loadVec(e + j * kTile);
      a[j] = fma(wv, ev, a[j]);
      b[j] = fma(pv, ev, b[j]);
    }
  }
  for (int j = 0; j < kCount; ++j) {
    storeVec(sums + 2 * j * kLanes, a[j]);
    storeVec(sums + (2 * j + 1) * kLanes, b[j]);
  }
}

// Pass 3, over rows: c[i] and dz[i] = 2/T (sum_k w e - c sum_k p e). `sums`: [kRows][dims][2][kLanes].
template <int kDims, class T>
void rowGradients(const Assignment& s, uint64_t group, const float* logSums, const Upstream& up, float factor,
                  float* sums, float* centers, T* dz) {
  alignas(64) float weights[kRows][kCodeBlock];
  alignas(64) float p[kCodeBlock];
  const int dims = static_cast<int>(s.dims);
  const size_t rowSums = size_t{s.dims} * 2 * kLanes;
  Vec center[kRows] = {}, mass[kRows] = {};
  for (size_t i = 0; i < kRows * rowSums; ++i) sums[i] = 0.0f;
  for (uint32_t first = 0; first < s.codes.tiles; first += kBlockTiles) {
    const uint32_t last = s.codes.tiles - first < kBlockTiles ? s.codes.tiles : first + kBlockTiles;
    const uint32_t vecs = (last - first) * kVecs;
    scoreBlock<kDims>(s, s.panels + group * kRows * s.dims, first, last, weights);
    const float* codeTerms = up.codeTerms + size_t{first} * kTile;
    const float* tiles = s.codes.values + size_t{first} * kTile * s.dims;
    for (int r = 0; r < kRows; ++r) {
      const Vec base = splat(logSums[group * kRows + r]);
      uint64_t alive = 0;
      for (uint32_t v = 0; v < vecs; ++v) {
        Vec t = loadVec(weights[r] + v * kLanes) - base;
        const Mask live = keep(t, s.cutoff);
        if (!any(live)) continue;
        t = raise(t, s.cutoff);
        const Vec pv = select(live, exp2Of(t));
        const Vec w = pv * (loadVec(codeTerms + v * kLanes) - up.logFactor * t);
        center[r] = center[r] + w;
        mass[r] = mass[r] + pv;
        storeVec(p + v * kLanes, pv);
        storeVec(weights[r] + v * kLanes, w);
        alive |= uint64_t{1} << v;
      }
      if (alive == 0 || dz == nullptr) continue;
      int d = 0;
      float* rowSum = sums + r * rowSums;
      for (; d + kDimGroup <= dims; d += kDimGroup) {
        addWeightedCodes<kDimGroup>(weights[r], p, alive, tiles + d * kTile, dims, rowSum + size_t(d) * 2 * kLanes);
      }
      for (; d < dims; ++d) {
        addWeightedCodes<1>(weights[r], p, alive, tiles + d * kTile, dims, rowSum + size_t(d) * 2 * kLanes);
      }
    }
  }
  for (int r = 0; r < kRows; ++r) {
    const uint64_t i = group * kRows + r;
    if (i >= s.rows) {
      centers[i] = 0.0f;
      continue;
    }
    const float c = sumLanes(center[r]) / sumLanes(mass[r]);
    centers[i] = c;
    if (dz == nullptr) continue;
    for (int d = 0; d < dims; ++d) {
      const float* at = sums + r * rowSums + size_t(d) * 2 * kLanes;
      store(dz + i * s.dims + d, factor * (sumLanes(loadVec(at)) - c * sumLanes(loadVec(at + kLanes))));
    }
  }
}

// sums[j][kTile] += sum over the live rows of g[row][kTile] times dimension j of the row.
template <int kCount>
TESSERA_INLINE void addWeightedRows(const float (*g)[kTile], uint64_t live, const float* panels, int dims, float* sums) {
  Vec acc[kCount][kVecs];
  for (int j = 0; j < kCount; ++j)
    for (int v = 0; v < kVecs; ++v) acc[j][v] = loadVec(sums + j * kTile + v * kLanes);
  for (; live != 0; live &= live - 1) {
    const int r = __builtin_ctzll(live);
    const float* z = panels + size_t(r / kRows) * kRows * dims + r % kRows;
    Vec gv[kVecs];
    for (int v = 0; v < kVecs; ++v) gv[v] = loadVec(g[r] + v * kLanes);
#pragma GCC unroll 8
    for (int j = 0; j < kCount; ++j) {
      const Vec zv = broadcast(z + j * kRows);
      for (int v = 0; v < kVecs; ++v) acc[j][v] = fma(gv[v], zv, acc[j][v]);
    }
  }
  for (int j = 0; j < kCount; ++j)
    for (int v = 0; v < kVecs; ++v) storeVec(sums + j * kTile + v * kLanes, acc[j][v]);
}

// Pass 4, over codes: dcodebook[k] = 2/T (sum_i g z - (sum_i g) e), for one tile. `sums`: [dims][kTile].
template <int kDims>
void codeGradients(const Assignment& s, uint32_t tile, const float* logSums, const float* centers, const Upstream& up,
                   float factor, float* sums, float* dcodebook) {
  alignas(64) float g[kRowBlock][kTile];
  const int dims = static_cast<int>(s.dims);
  const float* codes = s.codes.values + size_t{tile} * kTile * s.dims;
  Vec codeTerm[kVecs], total[kVecs] = {};
  for (int v = 0; v < kVecs; ++v) codeTerm[v] = loadVec(up.codeTerms + size_t{tile} * kTile + v * kLanes);
  for (int i = 0; i < dims * kTile; ++i) sums[i] = 0.0f;
  for (uint64_t first = 0; first < s.groups; first += kRowBlock / kRows) {
    const uint64_t last = s.groups - first < kRowBlock / kRows ? s.groups : first + kRowBlock / kRows;
    const float* panels = s.panels + first * kRows * s.dims;
    uint64_t alive = 0;
    for (uint64_t group = first; group < last; ++group) {
      scoreTile<kRows, kDims>(s.panels + group * kRows * s.dims, codes, s.codes.bias + size_t{tile} * kTile, dims,
                              [&](Vec(&score)[kRows][kVecs]) {
#pragma GCC unroll 8
                                for (int r = 0; r < kRows; ++r) {
                                  const uint64_t i = group * kRows + r, at = i - first * kRows;
                                  const Vec base = splat(logSums[i]), center = splat(centers[i]);
                                  Vec t[kVecs];
                                  Mask live[kVecs];
                                  bool some = false;
                                  for (int v = 0; v < kVecs; ++v) {
                                    t[v] = score[r][v] - base;
                                    live[v] = keep(t[v], s.cutoff);
                                    some = some || any(live[v]);
                                  }
                                  if (!some) continue;
                                  for (int v = 0; v < kVecs; ++v) {
                                    t[v] = raise(t[v], s.cutoff);
                                    const Vec p = select(live[v], exp2Of(t[v]));
                                    const Vec gv = p * (codeTerm[v] - up.logFactor * t[v] - center);
                                    total[v] = total[v] + gv;
                                    storeVec(g[at] + v * kLanes, gv);
                                  }
                                  alive |= uint64_t{1} << at;
                                }
                              });
    }
    if (alive == 0) continue;
    int d = 0;
    for (; d + kDimGroup <= dims; d += kDimGroup) {
      addWeightedRows<kDimGroup>(g, alive, panels + d * kRows, dims, sums + d * kTile);
    }
    for (; d < dims; ++d) addWeightedRows<1>(g, alive, panels + d * kRows, dims, sums + d * kTile);
  }
  float totals[kTile];
  for (int v = 0; v < kVecs; ++v) storeVec(totals + v * kLanes, total[v]);
  for (uint32_t i = 0; i < kTile && tile * kTile + i < s.count; ++i) {
    for (int d = 0; d < dims; ++d) {
      dcodebook[(size_t{tile} * kTile + i) * s.dims + d] =
          kLn2 * sums[d * kTile + i] - factor * totals[i] * codes[d * kTile + i];
    }
  }
}

}  // namespace tessera::TESSERA_ISA::quantizer
