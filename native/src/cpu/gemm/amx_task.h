// A task's part of a product of bf16 on AMX. Tiles multiply faster than L2 delivers, so the order differs from that of task.h:
// columns in spans whose sums stay in L2, for a span short passes over k whose panels of B fit L1, and A packed for all
// spans as the first goes through it.
#pragma once

#include "cpu/gemm/skinny.h"

namespace tessera::TESSERA_ISA::gemm {

inline constexpr int64_t kAmxSpanPanels = 8;   // panels of columns

#if defined(__AMX_BF16__)

TESSERA_INLINE int64_t amxSpan(int64_t groupPanels) { return roundUp(kAmxSpanPanels, groupPanels); }

// Scratch one thread needs for a task of that many panels, in floats.
template <class T>
TESSERA_INLINE int64_t amxTaskScratch(const Block<T>& s, int64_t rowPanels, int64_t colPanels) {
  const int64_t steps = stepsOf<true>(s.k);
  if (s.skinny) return kAStride<true> * steps + s.m * colPanels * kCols;
  const int64_t spanPanels = roundUp(smaller(colPanels, amxSpan(s.groupPanels)), s.groupPanels);
  return (s.packedA ? 0 : rowPanels * kAStride<true> * steps) +
         (s.packedB ? 0 : kCols * stepsOf<true>(smaller(s.k, s.kBlock))) +
         (s.inPlace.c ? 0 : rowPanels * kPanelRows<true> * spanPanels * kCols);
}

// The share of one of `parts` calls of the micro-kernel in fetching the panel of B that comes next, of kCols columns and
// steps elements of k times two: as many lines with each tile of A, as all at once would keep those of A waiting.
template <class T>
TESSERA_INLINE Ahead amxAhead(const T* b, int64_t rowStride, int64_t colStride, int64_t steps, int64_t part, int64_t parts) {
  constexpr int64_t kLines = 2 * kAmxSteps, size = sizeof(T);
  const int64_t lines = ceilDiv(kLines, parts), tiles = steps / kAmxSteps, first = part * lines;
  if (first >= kLines || (rowStride != 1 && colStride != 1)) return {};
  const bool byRows = colStride == 1;
  const int64_t stride = (byRows ? rowStride : colStride) * size, jump = byRows ? lines * stride : 64;
  return {reinterpret_cast<const char*>(b) + first * (byRows ? tiles : 1) * stride, stride, jump, static_cast<int>(lines)};
}

// runTask (task.h) where B is packed.
template <class T, class Consumer>
void runAmxPanels(const Block<T>& s, int64_t row0, int64_t row1, int64_t col0, int64_t col1, float* scratch, int thread,
                Consumer& consume) {
  const RowPanels<true> panels(s.m);
  const int64_t steps = stepsOf<true>(s.k), span = amxSpan(s.groupPanels), group = s.groupPanels;
  const int64_t tileLd = group * kCols, tileSize = tileLd * kPanelRows<true>;
  const int64_t groups = ceilDiv(smaller(span, col1 - col0), group);
  float* const localA = scratch;
  if (!s.packedA) scratch += (row1 - row0) * kAStride<true> * steps;
  float* const localB = scratch;
  if (!s.packedB) scratch += kCols * stepsOf<true>(smaller(s.k, s.kBlock));
  float* const tiles = scratch;
  alignas(64) float edge[kPanelRows<true> * kCols];

  for (int64_t first = col0, past; first < col1; first = past) {
    past = smaller(first + span, col1);
    int64_t k0 = 0;
    do {  // once even when k is 0: the consumer gets zeros
      const int64_t kNow = smaller(s.k - k0, s.kBlock), stepsNow = stepsOf<true>(kNow), step0 = stepsOf<true>(k0);
      const bool onward = k0 > 0 || s.accumulate, finished = k0 + kNow >= s.k;
      for (int64_t j = first; j < past; ++j) {
        const int width = static_cast<int>(smaller(kCols, s.n - j * kCols));
        const auto columns = [&](int64_t panel, int64_t k) { return s.b.data + panel * kCols * s.b.colStride + k * s.b.rowStride; };
        const auto packed = [&](int64_t panel, int64_t step) { return s.packedB + (panel * s.packedStepsB + step) * kCols; };
        if (!s.packedB) packPanelOf<T, true, Side::B>(columns(j, k0), s.b.colStride, s.b.rowStride, width, kNow, localB);
        const float* b = s.packedB ? packed(j, step0) : localB;
        const bool last = j + 1 == past, more = !last || !finished || past < col1;
        const int64_t next = !last ? j + 1 : finished ? past : first, nextK = !last ? k0 : finished ? 0 : k0 + kNow;
        const int64_t inGroup = (j - first) % group, groupFirst = j - inGroup;
        for (int64_t p = row0; p < row1; ++p) {
          const int rows = panels.rows(p);
          const int64_t row = panels.start(p);
          float* const own = localA + ((p - row0) * steps + step0) * kAStride<true>;
          const float* a = s.packedA ? s.packedA + (p * s.packedStepsA + step0) * kAStride<true> : own;
          if (!s.packedA && j == col0)
            packPanelOf<T, true, Side::A>(s.a.data + row * s.a.rowStride + k0 * s.a.colStride, s.a.rowStride,
                                          s.a.colStride, rows, kNow, own);
          const int64_t ld = s.inPlace.c ? s.inPlace.ld : tileLd;
          float* tile = s.inPlace.c ? s.inPlace.c + row * ld + groupFirst * kCols
                                    : tiles + ((p - row0) * groups + (j - first) / group) * tileSize;
          float* c = tile + inGroup * kCols;
          // In place, whole tiles would reach over the edge of C: those are computed beside it.
          const bool beside = s.inPlace.c && (width % kLanes != 0 || rows % kAmxRows != 0);
          MicroArgs args{stepsNow, reinterpret_cast<const char*>(a), 0, reinterpret_cast<const char*>(b), kCols * 4, nullptr,
                         beside ? edge : c, beside ? kCols : ld, onward, {}, nullptr};
          if (more) {
            const int64_t part = p - row0, parts = row1 - row0;
            args.ahead = s.packedB ? amxAhead(packed(next, stepsOf<true>(nextK)), 16, 1, stepsNow, part, parts)
                                   : amxAhead(columns(next, nextK), s.b.rowStride, s.b.colStride, stepsNow, part, parts);
          }
          for (int r = 0; beside && onward && r < rows; ++r) copyRow(edge + r * kCols, c + r * ld, width);
          pickAmxKernel<Access::K>(rows, width)(args);
          for (int r = 0; beside && r < rows; ++r) copyRow(c + r * ld, edge + r * kCols, width);
          if (finished && (last || inGroup + 1 == group) && (!s.inPlace.c || s.inPlace.finish)) {
            const int64_t col = s.colOffset + groupFirst * kCols;
            consume(Tile{tile, ld, row, col, rows, smaller((j + 1) * kCols, s.n) - groupFirst * kCols,
                         s.columnChunk ? col / s.columnChunk : 0, thread});
          }
        }
      }
      k0 += kNow;
    } while (k0 < s.k);
  }
}

// The same for few rows where the columns of B have their k side by side: C^T = B^T A^T, for which those columns are rows of
// tiles as they lie, and only the few rows of A are packed: packedA has them as the columns of a B would be.
template <class T, class Consumer>
void runAmxSkinny(const Block<T>& s, int64_t panel0, int64_t panel1, float* scratch, int thread, Consumer& consume) {
  const int64_t steps = stepsOf<true>(s.k), col0 = panel0 * kCols, cols = smaller(panel1 * kCols, s.n) - col0;
  const int64_t ldc = (panel1 - panel0) * kCols;
  float* const edge = scratch;
  float* const c = scratch + kAStride<true> * steps;
  alignas(64) float transposed[kPanelRows<true> * kCols];
  for (int64_t j = 0; j < cols; j += kPanelRows<true>) {
    const int width = static_cast<int>(smaller(kPanelRows<true>, cols - j));
    const T* columns = s.b.data + (col0 + j) * s.b.colStride;
    const bool whole = width == kPanelRows<true> && s.k % (2 * kAmxSteps) == 0;  // or tiles would reach beyond B
    if (!whole) packTiles(columns, s.b.colStride, 1, width, s.k, edge);
    MicroArgs args{};
    args.steps = steps;
    args.a = whole ? reinterpret_cast<const char*>(columns) : reinterpret_cast<const char*>(edge);
    args.aStride = s.b.colStride * static_cast<int64_t>(sizeof(T));
    args.c = transposed;
    args.ldc = kCols;
    for (int64_t row = 0; row < s.m; row += kCols) {
      const int rows = static_cast<int>(smaller(kCols, s.m - row));
      args.b = reinterpret_cast<const char*>(s.packedA + row * steps);
      (whole ? pickAmxKernel<Access::Row>(width, rows) : pickAmxKernel<Access::K>(width, rows))(args);
      for (int64_t at = 0; at < width; at += kLanes)
        packContiguousK<float, false>(transposed + at * kCols, kCols, kLanes, rows, c + row * ldc + j + at, ldc);
    }
  }
  finishSkinny(s, c, ldc, col0, cols, thread, consume);
}

// runTask (task.h) on AMX.
template <class T, class Consumer>
void runAmxTask(const Block<T>& s, int64_t row0, int64_t row1, int64_t col0, int64_t col1, float* scratch, int thread,
                Consumer& consume) {
  const AmxTiles tiles;
  if (s.skinny) {
    runAmxSkinny(s, col0, col1, scratch, thread, consume);
  } else {
    runAmxPanels(s, row0, row1, col0, col1, scratch, thread, consume);
  }
}

#endif

}  // namespace tessera::TESSERA_ISA::gemm
