// Products with few rows on AMX, where the columns of B have their k side by side: C^T = B^T A^T, for which those columns are
// rows of tiles as they lie, and only the few rows of A are packed.
#pragma once

#include "cpu/gemm/skinny.h"

namespace tessera::TESSERA_ISA::gemm {

#if defined(__AMX_BF16__)

// runTask (task.h) for such a block: all rows by the panels of columns [panel0, panel1). packedA has the rows of A as B's
// columns are packed.
template <class T, class Consumer>
void runAmxSkinnyTask(const Block<T>& s, int64_t panel0, int64_t panel1, float* scratch, int thread, Consumer& consume) {
  const int64_t steps = stepsOf<true>(s.k), col0 = panel0 * kCols, cols = smaller(panel1 * kCols, s.n) - col0;
  const int64_t ldc = (panel1 - panel0) * kCols;
  float* const edge = scratch;
  float* const c = scratch + kPanelRows<true> * steps;
  alignas(64) float transposed[kPanelRows<true> * kCols];
  for (int64_t j = 0; j < cols; j += kPanelRows<true>) {
    const int64_t width = smaller(kPanelRows<true>, cols - j);
    const T* columns = s.b.data + (col0 + j) * s.b.colStride;
    MicroArgs args{};
    args.steps = steps;
    args.a = reinterpret_cast<const char*>(columns);
    args.aStride = s.b.colStride * static_cast<int64_t>(sizeof(T));
    args.c = transposed;
    args.ldc = kCols;
    Access access = Access::Row;
    if (width < kPanelRows<true> || s.k % (2 * kAmxSteps) != 0) {  // whole tiles would reach beyond B
      packTiles(columns, s.b.colStride, 1, width, s.k, edge);
      args.a = reinterpret_cast<const char*>(edge);
      access = Access::K;
    }
    for (int64_t row = 0; row < s.m; row += kCols) {
      const int64_t rows = smaller(kCols, s.m - row);
      args.b = reinterpret_cast<const char*>(s.packedA + row * steps);
      pickMicroKernel<true>(access, static_cast<int>(width), static_cast<int>(rows))(args);
      for (int64_t at = 0; at < width; at += kLanes)
        packContiguousK<float, false>(transposed + at * kCols, kCols, kLanes, rows, c + row * ldc + j + at, ldc);
    }
  }
  finishSkinny(s, c, ldc, col0, cols, thread, consume);
}

#endif

}  // namespace tessera::TESSERA_ISA::gemm
