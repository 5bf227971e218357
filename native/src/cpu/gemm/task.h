// One block of C computed by one thread: the loops between the micro-kernel and the division of a GEMM into tasks.
// Operands come packed (shared panels), are packed here block by block into the thread's scratch, or are read in place;
// finished tiles go to a consumer. Which of these is used is decided in gemm.h and never changes a result.
#pragma once

#include "cpu/gemm/amx_task.h"

namespace tessera::TESSERA_ISA::gemm {

// Panels of columns that are packed before the rows go through them: all of a consumer's tile where their k is short, so
// that the tile stays in L1, and else one, so that B leaves the L2 to A.
template <class T, bool kDot>
TESSERA_INLINE int64_t panelsTogether(const Block<T>& s) {
  constexpr int64_t kTogetherSteps = 1024;
  return s.groupPanels * stepsOf<kDot>(smaller(s.k, s.kBlock)) <= kTogetherSteps ? s.groupPanels : 1;
}

// Tiles of C that a task keeps for each of its row panels until all of k and of the tile's columns are done; 0: a tile is
// finished before the next one begins.
template <class T, bool kDot>
TESSERA_INLINE int64_t tilesKept(const Block<T>& s, int64_t colPanels) {
  if (s.inPlace.c) return 0;
  if (s.k > s.kBlock) return ceilDiv(colPanels, s.groupPanels);
  return panelsTogether<T, kDot>(s) < s.groupPanels ? 1 : 0;
}

template <class T, bool kDot>
TESSERA_INLINE int64_t vectorTaskScratch(const Block<T>& s, int64_t rowPanels, int64_t colPanels) {
  if (s.skinny) return skinnyScratch<T, kDot>(s, colPanels);
  const int64_t steps = stepsOf<kDot>(smaller(s.k, s.kBlock));
  const int64_t tile = s.groupPanels * kCols * kRows;
  return (s.packedA || s.readA ? 0 : rowPanels * kAStride<kDot> * steps) +
         (s.packedB ? 0 : panelsTogether<T, kDot>(s) * kCols * steps) +
         larger(1, rowPanels * tilesKept<T, kDot>(s, colPanels)) * tile;
}

// Calls that share the fetching of a packed panel of B: from beyond its L2 a core gets a few bytes per cycle, and asking for more
// at a time keeps the lines waiting that the multiply-adds ask for.
inline constexpr int64_t kFetchCalls = 8;

// The cache lines of `steps` steps of a panel that begins at data: one per step, so a panel of A or half a panel of B
// (`half`) in one call of the micro-kernel.
template <class T, bool kDot>
TESSERA_INLINE Ahead aheadOf(const T* data, int64_t outer, int64_t inner, int64_t steps, int64_t half) {
  constexpr int64_t size = sizeof(T);
  if (inner == 1) return {reinterpret_cast<const char*>(data + half * kParts * outer), 64, outer * size - 64 * partOf(steps)};
  if (outer != 1) return {};
  const char* at = reinterpret_cast<const char*>(data);
  if (kDot) return {at + half * inner * size, 2 * inner * size, 0};
  return {at + 64 * half, inner * size, 0};
}

// runTask (below) on vectors. Whatever is read from afar (rows of A that are packed with the first panel of columns, the next panel of B, the next
// tile of C) is fetched while the panel before it is multiplied.
template <class T, bool kDot, class Consumer>
void runVectorTask(const Block<T>& s, int64_t row0, int64_t row1, int64_t col0, int64_t col1, float* scratch, int thread,
             Consumer& consume) {
  if (s.skinny) return runSkinnyTask<T, kDot>(s, col0, col1, scratch, thread, consume);
  const RowPanels<kDot> panels(s.m);
  const int64_t blockSteps = stepsOf<kDot>(smaller(s.k, s.kBlock)), together = panelsTogether<T, kDot>(s);
  const int64_t tileLd = s.groupPanels * kCols, tileSize = tileLd * kRows, kept = tilesKept<T, kDot>(s, col1 - col0);
  const bool packA = !s.packedA && !s.readA;
  float* const localA = scratch;
  if (packA) scratch += (row1 - row0) * kAStride<kDot> * blockSteps;
  float* const localB = scratch;
  if (!s.packedB) scratch += together * kCols * blockSteps;
  float* const tiles = scratch;

  int64_t k0 = 0;
  do {  // once even when k is 0: the consumer gets zeros
    const int64_t kNow = smaller(s.k - k0, s.kBlock);
    const int64_t stepsNow = stepsOf<kDot>(kNow), step0 = stepsOf<kDot>(k0);
    const bool onward = k0 > 0 || s.accumulate, finished = k0 + kNow >= s.k;
    const T* const dataA = s.a.data + k0 * s.a.colStride;
    const T* const dataB = s.b.data + k0 * s.b.rowStride;
    for (int64_t j0 = col0, past; j0 < col1; j0 = past) {
      const int64_t group = (j0 - col0) / s.groupPanels, first = col0 + group * s.groupPanels;
      const int64_t groupPast = smaller(first + s.groupPanels, col1);
      past = smaller(j0 + together, groupPast);
      for (int64_t j = j0; j < past && !s.packedB; ++j) {
        const int64_t width = smaller(kCols, s.n - j * kCols);
        if ((s.readB || s.rowsB) && width == kCols) continue;
        packPanelOf<T, kDot, Side::B>(dataB + j * kCols * s.b.colStride, s.b.colStride, s.b.rowStride, width, kNow,
                                      localB + (j - j0) * kCols * blockSteps);
      }
      for (int64_t p = row0; p < row1; ++p) {
        const int rows = panels.rows(p);
        const int64_t row = panels.start(p);
        Access access = Access::K;
        int64_t aStride = kAStride<kDot> * 4;
        const char* a;
        if (s.packedA) {
          a = reinterpret_cast<const char*>(s.packedA + (p * s.packedStepsA + step0) * kAStride<kDot>);
        } else if (packA) {
          float* panel = localA + (p - row0) * kAStride<kDot> * blockSteps;
          if (j0 == col0)
            packPanelOf<T, kDot, Side::A>(dataA + row * s.a.rowStride, s.a.rowStride, s.a.colStride, rows, kNow, panel);
          a = reinterpret_cast<const char*>(panel);
        } else {
          a = reinterpret_cast<const char*>(dataA + row * s.a.rowStride);
          access = s.a.colStride == 1 ? Access::Row : Access::K;
          aStride = (access == Access::Row ? s.a.rowStride : s.a.colStride) * static_cast<int64_t>(sizeof(T));
        }
        float* tile = tiles;
        int64_t ld = tileLd;
        if (s.inPlace.c) {
          tile = s.inPlace.c + row * s.inPlace.ld + first * kCols;
          ld = s.inPlace.ld;
        } else if (kept > 0) {
          tile += ((p - row0) * kept + (kept > 1 ? group : 0)) * tileSize;
        }
        for (int64_t j = j0; j < past; ++j) {
          const int width = static_cast<int>(smaller(kCols, s.n - j * kCols));
          float* panel = localB + (j - j0) * kCols * blockSteps;
          MicroArgs args{stepsNow, a, aStride, reinterpret_cast<const char*>(panel), kCols * 4, panel,
                         tile + (j - first) * kCols, ld, onward, {}, nullptr};
          MicroKernel kernel = pickMicroKernel<kDot>(access, rows, width);
          if (s.packedB) {
            args.b = reinterpret_cast<const char*>(s.packedB + (j * s.packedStepsB + step0) * kCols);
          } else if (width == kCols && (s.readB || (s.rowsB && p == row0))) {
            args.b = reinterpret_cast<const char*>(dataB + j * kCols);
            args.bStride = s.b.rowStride * static_cast<int64_t>(sizeof(T));
            if (!s.readB) kernel = pickPackingKernel<T, kDot>(access, rows);
          }
          // The last panel of columns is followed by the first of the next pass.
          const bool wraps = j + together >= col1, again = wraps && !finished;
          const int64_t next = wraps ? col0 : j + together, call = p - row0 - 1, skip = again ? kNow : 0;
          if (packA && (j == col0 ? p + 1 < row1 : again && p + 1 == row1)) {
            const int64_t panel = again ? row0 : p + 1;
            const bool side = s.a.rowStride == 1;  // the panel's end lies in the line that is new
            const T* data = dataA + (panels.start(panel) + (side ? panels.rows(panel) - 1 : 0)) * s.a.rowStride;
            args.ahead = aheadOf<T, kDot>(data + skip * s.a.colStride, s.a.rowStride, s.a.colStride, stepsNow,
                                          side && kDot ? p % 2 : 0);
          } else if ((!wraps || again) && call >= 0) {
            if (s.packedB) {
              const int64_t calls = smaller(kFetchCalls, row1 - row0 - 1), bytes = ceilDiv(kCols * 4, calls);
              const float* fetched = s.packedB + (next * s.packedStepsB + step0 + (again ? stepsNow : 0)) * kCols;
              if (call < calls) args.ahead = {reinterpret_cast<const char*>(fetched) + call * bytes * stepsNow, bytes, 0};
            } else if (call < 2) {
              args.ahead = aheadOf<T, kDot>(dataB + next * kCols * s.b.colStride + skip * s.b.rowStride, s.b.colStride,
                                            s.b.rowStride, stepsNow, call);
            }
          }
          if ((onward || s.inPlace.c) && p + 1 < row1) args.nextC = args.c + (s.inPlace.c ? rows * ld : kept * tileSize);
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
        if (finished && past == groupPast && (!s.inPlace.c || s.inPlace.finish)) {
          const int64_t col = s.colOffset + first * kCols;
          consume(Tile{tile, ld, row, col, rows, smaller(past * kCols, s.n) - first * kCols,
                       s.columnChunk ? col / s.columnChunk : 0, thread});
        }
      }
    }
    k0 += kNow;
  } while (k0 < s.k);
}

// Computes the row panels [row0, row1) by the panels of columns [col0, col1) of the block. Tiles of one row reach the
// consumer in ascending column order.
template <class T, bool kDot, class Consumer>
void runTask(const Block<T>& s, int64_t row0, int64_t row1, int64_t col0, int64_t col1, float* scratch, int thread,
             Consumer& consume) {
  if constexpr (kAmx<kDot>) {
    runAmxTask(s, row0, row1, col0, col1, scratch, thread, consume);
  } else {
    runVectorTask<T, kDot>(s, row0, row1, col0, col1, scratch, thread, consume);
  }
}

// Scratch one thread needs for a task of that many panels, in floats.
template <class T, bool kDot>
TESSERA_INLINE int64_t taskScratch(const Block<T>& s, int64_t rowPanels, int64_t colPanels) {
  if constexpr (kAmx<kDot>) {
    return amxTaskScratch(s, rowPanels, colPanels);
  } else {
    return vectorTaskScratch<T, kDot>(s, rowPanels, colPanels);
  }
}

}  // namespace tessera::TESSERA_ISA::gemm
