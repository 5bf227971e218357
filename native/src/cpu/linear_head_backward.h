// The products behind the gradients of the language-model head: G = dL/dlogits is made block by block, and
// dhidden = G weight, dweight = G^T hidden, dbias = column sums of G.
// Where upstream gradients come later, the logits are made twice, forward and in backward(): four products in all. Where
// they are known beforehand, withGradients() makes them once.
#pragma once

#include "cpu/linear_head.h"

namespace tessera::TESSERA_ISA::linear_head {

inline constexpr int64_t kBlockFloats = int64_t{1} << 21;  // of G: 8 MB
inline constexpr int64_t kLeastRows = 192;  // of G where it holds whole rows: fewer would not pay for going through weight

template <class T>
struct Outputs {
  T* dhidden;
  T* dweight;
  T* dbias;
};

// Rounds a tile of a product to bf16.
template <class T>
TESSERA_INLINE void storeTile(const gemm::Tile& tile, T* c, int64_t ld) {
  for (int64_t r = 0; r < tile.rows; ++r) {
    gemm::storeRow(c + (tile.row + r) * ld + tile.col, tile.data + r * tile.ld, tile.cols);
  }
}

// c[m][n] (+)= a b; f32 results are summed where they belong, and `add` is for them alone.
template <class T, class C>
void multiply(Context& ctx, const gemm::Problem<T>& problem, C* c, int64_t ld, bool add) {
  gemm::Options options;
  options.tileCols = kTileCols;
  if constexpr (sizeof(C) == 4) {
    options.inPlace = {c, ld, false};
    options.accumulate = add;
  }
  const size_t mark = ctx.scratchMark();
  gemm::gemmTiles(ctx, problem, [=](const gemm::Tile& tile) { storeTile(tile, c, ld); }, options);
  ctx.releaseScratch(mark);
}

// sums[col] = sum over the rows of g[row][col], added to what is there if `add`.
template <class T>
void sumColumns(Context& ctx, const T* g, int64_t rows, int64_t cols, int64_t ld, T* sums, bool add = false) {
  constexpr int64_t kColumns = 256, kRowsTogether = 64;
  forRange(ctx, static_cast<uint64_t>(cols), kColumns, [=](uint64_t begin, uint64_t end) {
    const int64_t count = static_cast<int64_t>(end - begin);
    float total[kColumns] = {};
    for (int64_t i = 0; i < count && add; ++i) total[i] = load(sums + begin + i);
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
          if constexpr (sizeof(T) != 4) storeTile(tile, g, width);
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

// Reduces the logits of every row, as reduceLogits does, and makes the gradients of those rows: finish(row, RowResult)
// gives their RowGradient. Whole rows of logits are kept, for a block of rows at a time, and become G where they lie.
template <class Finish>
void withGradients(const Head<float>& h, const Outputs<float>& out, Context& ctx, Finish&& finish) {
  const int64_t most = gemm::larger(kLeastRows, kBlockFloats / h.classes), blocks = gemm::ceilDiv(h.rows, most);
  const int64_t rowsEach = gemm::smaller(h.rows, gemm::roundUp(gemm::ceilDiv(h.rows, blocks), gemm::kRows));
  const int64_t chunks = gemm::ceilDiv(h.classes, kChunk);
  float* g = ctx.scratch<float>(static_cast<size_t>(rowsEach * h.classes));
  RowGradient* gradients = ctx.scratch<RowGradient>(static_cast<size_t>(rowsEach));
  for (int64_t first = 0; first < h.rows; first += rowsEach) {
    const size_t mark = ctx.scratchMark();
    Head<float> part = h;
    part.hidden += first * h.features;
    part.targets += first;
    part.rows = gemm::smaller(rowsEach, h.rows - first);
    reduceLogits(part, ctx, [&](int64_t row, const RowResult& result) { gradients[row] = finish(first + row, result); }, g);
    ctx.parallelFor(static_cast<uint32_t>(part.rows * chunks), [&](uint32_t unit) {
      const int64_t row = unit / chunks, col = unit % chunks * kChunk;
      gradientRow(g + row * h.classes + col, col, gemm::smaller(kChunk, h.classes - col), gradients[row]);
    });
    ctx.releaseScratch(mark);
    if (out.dbias != nullptr) sumColumns(ctx, g, part.rows, h.classes, h.classes, out.dbias, first > 0);
    if (out.dhidden != nullptr) {
      multiply(ctx, gemm::Problem<float>{{g, h.classes, 1}, {h.weight, h.features, 1}, part.rows, h.features, h.classes},
               out.dhidden + first * h.features, h.features, false);
    }
    if (out.dweight != nullptr) {
      multiply(ctx, gemm::Problem<float>{{g, 1, h.classes}, {part.hidden, h.features, 1}, h.classes, h.features, part.rows},
               out.dweight, h.features, first > 0);
    }
  }
}

template <class T>
void clear(T* p, uint64_t n) {
  if (p != nullptr) memset(static_cast<void*>(p), 0, n * sizeof(T));
}

}  // namespace tessera::TESSERA_ISA::linear_head
