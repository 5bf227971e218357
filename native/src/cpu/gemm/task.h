// One block of C computed by one thread: the loops between the micro-kernel and the division of a GEMM into tasks.
// Operands come packed (shared panels), are packed here block by block into the thread's scratch, or are read in place;
// finished tiles go to a consumer. Which of these is used is decided in plan.h and never changes a result.
#pragma once

#include "cpu/gemm/skinny.h"

namespace tessera::TESSERA_ISA::gemm {

// n floats by vectors; rows at the edge of C are too short for calls of memcpy.
TESSERA_INLINE void copyRow(float* to, const float* from, int n) {
  for (; n >= kLanes; n -= kLanes, to += kLanes, from += kLanes) storeVec(to, loadVec(from));
  if (n > 0) storePartial(to, loadPartial(from, n), n);
}

// Scratch one thread needs for a task of that many panels, in floats.
template <class T, bool kDot>
TESSERA_INLINE int64_t taskScratch(const Block<T>& s, int64_t rowPanels, int64_t colPanels) {
  if (s.skinny) return skinnyScratch<T, kDot>(s, colPanels);
  const int64_t steps = stepsOf<kDot>(smaller(s.k, s.kBlock));
  const int64_t tile = s.groupPanels * kCols * kRows;
  const bool keepAll = s.k > s.kBlock && !s.inPlace.c;
  return (s.packedA || s.readA ? 0 : rowPanels * kAStride * steps) + (s.packedB ? 0 : s.groupPanels * kCols * steps) +
         (keepAll ? rowPanels * ceilDiv(colPanels, s.groupPanels) * tile : tile);
}

// Computes the row panels [row0, row1) by the panels of columns [col0, col1) of the block.
// Tiles of one row reach the consumer in ascending column order.
template <class T, bool kDot, class Consumer>
void runTask(const Block<T>& s, int64_t row0, int64_t row1, int64_t col0, int64_t col1, float* scratch, int thread,
             Consumer& consume) {
  if (s.skinny) return runSkinnyTask<T, kDot>(s, col0, col1, scratch, thread, consume);
  const RowPanels panels(s.m);
  const int64_t blockSteps = stepsOf<kDot>(smaller(s.k, s.kBlock));
  const int64_t groups = ceilDiv(col1 - col0, s.groupPanels);
  const int64_t tileLd = s.groupPanels * kCols, tileSize = tileLd * kRows;
  float* const localA = scratch;
  if (!s.packedA && !s.readA) scratch += (row1 - row0) * kAStride * blockSteps;
  float* const localB = scratch;
  if (!s.packedB) scratch += s.groupPanels * kCols * blockSteps;
  float* const tiles = scratch;
  const bool keepAll = s.k > s.kBlock && !s.inPlace.c;

  int64_t k0 = 0;
  do {  // once even when k is 0: the consumer gets zeros
    const int64_t kNow = smaller(s.k - k0, s.kBlock);
    const int64_t stepsNow = stepsOf<kDot>(kNow), step0 = stepsOf<kDot>(k0);
    const bool onward = k0 > 0 || s.accumulate, finished = k0 + kNow >= s.k;
    if (!s.packedA && !s.readA) {
      packPanels<T, kDot>(
          s.a.data + k0 * s.a.colStride, s.a.rowStride, s.a.colStride, row0, row1,
          [&](int64_t p) { return panels.start(p); }, [&](int64_t p) { return panels.rows(p); }, kNow,
          localA - row0 * kAStride * blockSteps, kAStride * blockSteps, kAStride);
    }
    for (int64_t g = 0; g < groups; ++g) {
      const int64_t first = col0 + g * s.groupPanels, past = smaller(first + s.groupPanels, col1);
      if (!s.packedB) {
        for (int64_t j = first; j < past; ++j) {
          const int64_t width = smaller(kCols, s.n - j * kCols);
          if ((s.readB || s.rowsB) && width == kCols) continue;
          packPanel<T, kDot>(s.b.data + j * kCols * s.b.colStride + k0 * s.b.rowStride, s.b.colStride, s.b.rowStride,
                             width, kNow, localB + (j - first) * kCols * blockSteps, kCols);
        }
      }
      for (int64_t p = row0; p < row1; ++p) {
        const int rows = panels.rows(p);
        const int64_t row = panels.start(p);
        Access access = Access::K;
        int64_t aStride = kAStride * 4;
        const char* a;
        if (s.packedA) {
          a = reinterpret_cast<const char*>(s.packedA + (p * s.packedStepsA + step0) * kAStride);
        } else if (!s.readA) {
          a = reinterpret_cast<const char*>(localA + (p - row0) * kAStride * blockSteps);
        } else {
          a = reinterpret_cast<const char*>(s.a.data + row * s.a.rowStride + k0 * s.a.colStride);
          access = s.a.colStride == 1 ? Access::Row : Access::K;
          aStride = (access == Access::Row ? s.a.rowStride : s.a.colStride) * static_cast<int64_t>(sizeof(T));
        }
        float* tile = keepAll ? tiles + ((p - row0) * groups + g) * tileSize : tiles;
        int64_t ld = tileLd;
        if (s.inPlace.c) {
          tile = s.inPlace.c + row * s.inPlace.ld + first * kCols;
          ld = s.inPlace.ld;
        }
        for (int64_t j = first; j < past; ++j) {
          const int width = static_cast<int>(smaller(kCols, s.n - j * kCols));
          float* panel = localB + (j - first) * kCols * blockSteps;
          MicroArgs args{stepsNow, a, aStride, reinterpret_cast<const char*>(panel), kCols * 4, panel,
                         tile + (j - first) * kCols, ld, onward, a, 0, nullptr};
          MicroKernel kernel = pickMicroKernel<kDot>(access, rows, width);
          if (s.packedB) {
            args.b = reinterpret_cast<const char*>(s.packedB + (j * s.packedStepsB + step0) * kCols);
          } else if (width == kCols && (s.readB || (s.rowsB && p == row0))) {
            args.b = reinterpret_cast<const char*>(s.b.data + j * kCols + k0 * s.b.rowStride);
            args.bStride = s.b.rowStride * static_cast<int64_t>(sizeof(T));
            if (!s.readB) kernel = pickPackingKernel<T, kDot>(access, rows);
          }
          // While the row panels below the first run, bring in the next panel of B, a line of every row at a time.
          const int64_t line = (p - row0 - 1) * 64, lines = kCols * static_cast<int64_t>(s.rowsB ? sizeof(T) : 4);
          if (p > row0 && line < lines && j + 2 < col1) {
            if (s.packedB) {
              args.ahead = reinterpret_cast<const char*>(s.packedB + ((j + 1) * s.packedStepsB + step0) * kCols) + line;
              args.aheadStride = lines;
            } else if (s.rowsB) {
              args.ahead = reinterpret_cast<const char*>(s.b.data + (j + 1) * kCols + k0 * s.b.rowStride) + line;
              args.aheadStride = s.b.rowStride * static_cast<int64_t>(sizeof(T)) * (kDot ? 2 : 1);
            }
          }
          if ((onward || s.inPlace.c) && p + 1 < row1) args.nextC = args.c + (s.inPlace.c ? rows * ld : groups * tileSize);
          if (s.inPlace.c && width % kLanes != 0) {
            // The kernel writes whole vectors, which would run over the edge of C: compute beside it.
            float* c = args.c;
            for (int r = 0; r < rows && onward; ++r) copyRow(tiles + r * kCols, c + r * ld, width);
            args.c = tiles;
            args.ldc = kCols;
            kernel(args);
            for (int r = 0; r < rows; ++r) copyRow(c + r * ld, tiles + r * kCols, width);
          } else {
            kernel(args);
          }
        }
        if (finished && (!s.inPlace.c || s.inPlace.finish)) {
          const int64_t col = s.colOffset + first * kCols;
          consume(Tile{tile, ld, row, col, rows, smaller(past * kCols, s.n) - first * kCols,
                       s.columnChunk ? col / s.columnChunk : 0, thread});
        }
      }
    }
    k0 += kNow;
  } while (k0 < s.k);
}

}  // namespace tessera::TESSERA_ISA::gemm
