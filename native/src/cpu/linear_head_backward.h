// The products behind the gradients of the language-model head: G = dL/dlogits is made block by block, and
// dhidden = G weight, dweight = G^T hidden, dbias = column sums of G.
// Logits are made twice, forward and here: four products in all. Keeping whole rows of them from the forward pass takes
// three, but then few rows fit at a time, and weight and dweight pass through memory for each of those: at 2048 x 512 x
// 32000 and 25 MB that was 10 to 15 % faster (2 cores of Emerald Rapids), and the upstream gradient had to be known before.
#pragma once

#include "cpu/linear_head.h"

namespace tessera::TESSERA_ISA::linear_head {

inline constexpr int64_t kBlockFloats = int64_t{1} << 21;  // of G: 8 MB

template <class T>
struct Outputs {
  T* dhidden;
  T* dweight;
  T* dbias;
};

// Adds or writes a tile of a product to f32 storage, or rounds it to bf16.
template <class T>
TESSERA_INLINE void storeTile(const gemm::Tile& tile, T* c, int64_t ld, bool add) {
  for (int64_t r = 0; r < tile.rows; ++r) {
    const float* from = tile.data + r * tile.ld;
    T* to = c + (tile.row + r) * ld + tile.col;
    if constexpr (sizeof(T) == 4) {
      if (add) {
#pragma omp simd
        for (int64_t i = 0; i < tile.cols; ++i) to[i] += from[i];
        continue;
      }
    }
#pragma omp simd
    for (int64_t i = 0; i < tile.cols; ++i) store(to + i, from[i]);
  }
}

// c[m][n] (+)= a b; f32 results that start from nothing are summed where they belong.
template <class T, class C>
void multiply(Context& ctx, const gemm::Problem<T>& problem, C* c, int64_t ld, bool add) {
  gemm::Options options;
  options.tileCols = kTileCols;
  if constexpr (sizeof(C) == 4) {
    if (!add) options.inPlace = {c, ld, false};
  }
  const size_t mark = ctx.scratchMark();
  gemm::gemmTiles(ctx, problem, [=](const gemm::Tile& tile) { storeTile(tile, c, ld, add); }, options);
  ctx.releaseScratch(mark);
}

// sums[col] = sum over the rows of g[row][col].
template <class T>
void sumColumns(Context& ctx, const T* g, int64_t rows, int64_t cols, int64_t ld, T* sums) {
  constexpr int64_t kColumns = 256, kRowsTogether = 64;
  forRange(ctx, static_cast<uint64_t>(cols), kColumns, [=](uint64_t begin, uint64_t end) {
    const int64_t count = static_cast<int64_t>(end - begin);
    float total[kColumns] = {};
    for (int64_t first = 0; first < rows; first += kRowsTogether) {
      float part[kColumns] = {};
      for (int64_t r = first; r < rows && r < first + kRowsTogether; ++r) {
        const T* row = g + r * ld + begin;
#pragma omp simd
        for (int64_t i = 0; i < count; ++i) part[i] += load(row + i);
      }
#pragma omp simd
      for (int64_t i = 0; i < count; ++i) total[i] += part[i];
    }
    for (int64_t i = 0; i < count; ++i) store(sums + begin + i, total[i]);
  });
}

// Gradients from the rows' RowGradients, recomputing the logits: a block of columns of G for all rows at a time, so that
// each row of dweight is finished in one product.
template <class T>
void backward(const Head<T>& h, const RowGradient* gradients, const Outputs<T>& out, Context& ctx) {
  int64_t width = kBlockFloats / h.rows / kTileCols * kTileCols;
  width = gemm::smaller(gemm::larger(width, kTileCols), h.classes);
  T* g = ctx.scratch<T>(static_cast<size_t>(h.rows * width));
  float* dhidden = nullptr;
  if constexpr (sizeof(T) == 4) {
    dhidden = out.dhidden;
  } else if (out.dhidden != nullptr) {
    dhidden = ctx.scratch<float>(static_cast<size_t>(h.rows * h.features));
  }
  for (int64_t from = 0; from < h.classes; from += width) {
    const size_t mark = ctx.scratchMark();
    const int64_t cols = gemm::smaller(width, h.classes - from);
    gemm::Options options;
    options.tileCols = kTileCols;
    if constexpr (sizeof(T) == 4) options.inPlace = {g, width, true};
    gemm::gemmTiles(
        ctx, logitsProblem(h, from, cols),
        [&](const gemm::Tile& tile) {
          for (int64_t r = 0; r < tile.rows; ++r) {
            float* t = tile.data + r * tile.ld;
            scaleRow(t, tile.cols, h.scale2, h.bias != nullptr ? h.bias + from + tile.col : nullptr);
            gradientRow(t, from + tile.col, tile.cols, gradients[tile.row + r]);
          }
          if constexpr (sizeof(T) != 4) storeTile(tile, g, width, false);
        },
        options);
    ctx.releaseScratch(mark);
    if (out.dbias != nullptr) sumColumns(ctx, g, h.rows, cols, width, out.dbias + from);
    if (dhidden != nullptr) {
      multiply(ctx, gemm::Problem<T>{{g, width, 1}, {h.weight + from * h.features, h.features, 1}, h.rows, h.features, cols},
               dhidden, h.features, from > 0);
    }
    if (out.dweight != nullptr) {
      multiply(ctx, gemm::Problem<T>{{g, 1, width}, {h.hidden, h.features, 1}, cols, h.features, h.rows},
               out.dweight + from * h.features, h.features, false);
    }
  }
  if constexpr (sizeof(T) != 4) {
    if (out.dhidden == nullptr) return;
    forRange(ctx, static_cast<uint64_t>(h.rows * h.features), 16384, [&](uint64_t begin, uint64_t end) {
#pragma omp simd
      for (uint64_t i = begin; i < end; ++i) store(out.dhidden + i, dhidden[i]);
    });
  }
}

template <class T>
void clear(T* p, uint64_t n) {
  if (p != nullptr) memset(static_cast<void*>(p), 0, n * sizeof(T));
}

}  // namespace tessera::TESSERA_ISA::linear_head
