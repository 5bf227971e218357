// Products with a handful of rows (decoding a token): bound by the passage through B, so B is read once, in the order it
// lies in memory, and never packed. Same chains of multiply-adds as everywhere (micro_kernel.h), so a row gives the same
// bits alone as among thousands.
#pragma once

#include "cpu/gemm/block.h"

namespace tessera::TESSERA_ISA::gemm {

// As many rows as leave registers for a transposition, when each column of B has its k side by side.
inline constexpr int kSkinnyRows = kLanes == 16 ? 16 : 4;

// Rows up to which a B that lies in rows is streamed. The micro-kernel reads it in place as well, from a page per step, and is the
// better one for more rows, but not on Intel's cores (8 rows by 3072 x 768 on two of them: 7 GB/s, streamed 17).
TESSERA_INLINE int64_t streamedRows() { return isIntel() ? kSkinnyRows : 4; }

template <class T, bool kDot>
TESSERA_INLINE bool isSkinny(const Block<T>& s) {
  if (s.packedB) return false;
  if constexpr (kAmx<kDot>) return s.b.rowStride == 1 && s.m <= kAmxSkinnyRows;  // see amx_task.h
  if (s.b.rowStride == 1) return s.m <= kSkinnyRows && s.n >= kLanes;
  return s.m <= streamedRows() && s.b.colStride == 1 && (!kDot || s.k % 2 == 0);
}

template <class T, bool kDot>
TESSERA_INLINE int64_t skinnyScratch(const Block<T>& s, int64_t colPanels) {
  return s.m * (stepsOf<kDot>(s.k) + colPanels * kCols);
}

// kLanes columns with their k side by side, `stride` elements apart, are transposed in registers by 16 bytes at a time.
// a: MR rows of steps, lda apart; c: MR rows. `more`: the columns behind them come next.
template <class T, bool kDot, int MR>
void multiplyColumns(int64_t k, const float* a, int64_t lda, const T* b, int64_t stride, float* c, int64_t ldc, bool more) {
  constexpr int kPerQuad = 16 / sizeof(T);
  constexpr int kSteps = kDot ? kPerQuad / 2 : kPerQuad;
  const int64_t bytes = stride * static_cast<int64_t>(sizeof(T));
  const char* columns = reinterpret_cast<const char*>(b);
  Vec acc[MR];
#pragma GCC unroll 16
  for (int r = 0; r < MR; ++r) acc[r] = zero();
  // Adds 16 bytes of every column; q counts from the current place.
  const auto addQuad = [&](int q) __attribute__((always_inline)) {
    Vec quad[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) quad[i] = gatherQuads([&](int r) { return columns + 16 * q + r * bytes; }, i);
    transposeQuads(quad);
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i)
#pragma GCC unroll 16
      for (int r = 0; r < MR; ++r) {
        const float* from = a + r * lda + q * kSteps;
        if constexpr (sizeof(T) == 4 || kDot) {
          acc[r] = step<kDot>(broadcast(from + i), quad[i], acc[r]);
        } else {
          acc[r] = fma(broadcast(from + 2 * i), lowHalf(quad[i]), acc[r]);
          acc[r] = fma(broadcast(from + 2 * i + 1), highHalf(quad[i]), acc[r]);
        }
      }
  };
  int64_t at = 0;
  // A cache line of each column at a time, while those of the next columns are on their way: to L2, since L1 does not hold
  // a pass over k. Where another task has the next columns, the lines at hand are asked for, which costs nothing.
  const int64_t ahead = more ? kLanes * bytes : 0;
  for (; at + 4 * kPerQuad <= k; at += 4 * kPerQuad, a += 4 * kSteps, columns += 64) {
#pragma GCC unroll 16
    for (int i = 0; i < kLanes; ++i) __builtin_prefetch(columns + ahead + i * bytes, 0, 2);
#pragma GCC unroll 4
    for (int q = 0; q < 4; ++q) addQuad(q);
  }
  for (; at + kPerQuad <= k; at += kPerQuad, a += kSteps, columns += 16) addQuad(0);
  const int64_t first = stepsOf<kDot>(at), steps = stepsOf<kDot>(k);
  for (int64_t s = first; s < steps; ++s, ++a) {
    alignas(64) float lanes[kLanes];
    for (int i = 0; i < kLanes; ++i) packElement<T, kDot>(b + i * stride, 1, s, k, lanes + i);
#pragma GCC unroll 16
    for (int r = 0; r < MR; ++r) acc[r] = step<kDot>(broadcast(a + r * lda), loadVec(lanes), acc[r]);
  }
#pragma GCC unroll 16
  for (int r = 0; r < MR; ++r) storeVec(c + r * ldc, acc[r]);
}

// c (+)= kDepth steps of rows of B, over `cols` columns: kDepth long streams at a time, and for more than one row the next
// kDepth on their way to L2.
template <class T, bool kDot, int MR, int kDepth>
void addRows(const float* a, int64_t lda, const T* b, int64_t stride, int64_t cols, float* c, int64_t ldc, bool start) {
  constexpr Source source = sizeof(T) == 4 ? Source::RowsF32 : Source::RowsBf16;
  const int64_t bytes = stride * static_cast<int64_t>(sizeof(T)), next = kDot ? 2 * bytes : bytes;
  Vec av[MR][kDepth];
#pragma GCC unroll 16
  for (int r = 0; r < MR; ++r)
#pragma GCC unroll 8
    for (int d = 0; d < kDepth; ++d) av[r][d] = broadcast(a + r * lda + d);
  const auto column = [&](const char* at, int64_t rowBytes, int64_t rowNext, float* out) {
    Vec acc[MR];
#pragma GCC unroll 16
    for (int r = 0; r < MR; ++r) acc[r] = start ? zero() : loadVec(out + r * ldc);
#pragma GCC unroll 8
    for (int d = 0; d < kDepth; ++d) {
      const Vec bv = loadB<source, kDot>(at + d * rowNext, rowBytes, 0);
#pragma GCC unroll 16
      for (int r = 0; r < MR; ++r) acc[r] = step<kDot>(av[r][d], bv, acc[r]);
    }
#pragma GCC unroll 16
    for (int r = 0; r < MR; ++r) storeVec(out + r * ldc, acc[r]);
  };
  const char* at = reinterpret_cast<const char*>(b);
  int64_t j = 0;
  for (; j + kLanes <= cols; j += kLanes) {
    const char* here = at + j * static_cast<int64_t>(sizeof(T));
#pragma GCC unroll 8
    for (int d = 0; MR > 1 && d < kDepth; ++d) __builtin_prefetch(here + (d + kDepth) * next, 0, 2);
    column(here, bytes, next, c + j);
  }
  if (j < cols) {
    constexpr int64_t kRowBytes = kLanes * sizeof(T), kRowCount = kDot ? 2 * kDepth : kDepth;
    alignas(64) char edge[kRowCount * kRowBytes] = {};
    for (int64_t i = 0; i < kRowCount; ++i)
      memcpy(edge + i * kRowBytes, b + i * stride + j, static_cast<size_t>(cols - j) * sizeof(T));
    column(edge, kRowBytes, kDot ? 2 * kRowBytes : kRowBytes, c + j);
  }
}

template <class T, bool kDot, int MR>
void multiplySkinny(const Block<T>& s, const float* a, int64_t lda, int64_t col0, int64_t cols, float* c, int64_t ldc) {
  if (s.b.rowStride == 1) {
    const T* b = s.b.data + col0 * s.b.colStride;
    const int64_t stride = s.b.colStride;
    int64_t j = 0;
    for (; j + kLanes <= cols; j += kLanes)
      multiplyColumns<T, kDot, MR>(s.k, a, lda, b + j * stride, stride, c + j, ldc, j + 2 * kLanes <= cols);
    if (const int64_t rest = cols - j) {  // together with columns before them
      float tail[MR * kLanes];
      multiplyColumns<T, kDot, MR>(s.k, a, lda, b + (cols - kLanes) * stride, stride, tail, kLanes, false);
      for (int r = 0; r < MR; ++r)
        memcpy(c + r * ldc + j, tail + (r + 1) * kLanes - rest, static_cast<size_t>(rest) * 4);
    }
    return;
  }
  // As many steps at a time as leave registers for the broadcasts of A.
  constexpr int kWide = MR <= 2 ? 8 : MR <= 4 ? 4 : MR <= 8 ? 2 : 1, kNarrow = MR == 1 ? 8 : MR == 2 ? 4 : 2;
  constexpr int kDepth = kLanes == 16 ? kWide : kNarrow;
  const int64_t steps = stepsOf<kDot>(s.k), rowsPerStep = kDot ? 2 : 1;
  const T* b = s.b.data + col0;
  int64_t at = 0;
  for (; at + kDepth <= steps; at += kDepth)
    addRows<T, kDot, MR, kDepth>(a + at, lda, b + at * rowsPerStep * s.b.rowStride, s.b.rowStride, cols, c, ldc, at == 0);
  for (; at < steps; ++at)
    addRows<T, kDot, MR, 1>(a + at, lda, b + at * rowsPerStep * s.b.rowStride, s.b.rowStride, cols, c, ldc, at == 0);
  if (steps == 0)
    for (int r = 0; r < MR; ++r) memset(c + r * ldc, 0, static_cast<size_t>(cols) * 4);
}

// multiplySkinny for as many rows as there are.
template <class T, bool kDot, int MR = kSkinnyRows>
void multiplyRows(const Block<T>& s, const float* a, int64_t lda, int64_t col0, int64_t cols, float* c, int64_t ldc) {
  if constexpr (MR > 1) {
    if (s.m < MR) return multiplyRows<T, kDot, MR - 1>(s, a, lda, col0, cols, c, ldc);
  }
  multiplySkinny<T, kDot, MR>(s, a, lda, col0, cols, c, ldc);
}

// Gives the consumer all rows of the columns [col0, col0 + cols), which lie at c.
template <class T, class Consumer>
void finishSkinny(const Block<T>& s, float* c, int64_t ldc, int64_t col0, int64_t cols, int thread, Consumer& consume) {
  if (s.inPlace.c) {
    for (int64_t r = 0; r < s.m; ++r)
      memcpy(s.inPlace.c + r * s.inPlace.ld + col0, c + r * ldc, static_cast<size_t>(cols) * 4);
    if (!s.inPlace.finish) return;
  }
  for (int64_t j = 0; j < cols; j += s.groupPanels * kCols) {
    const int64_t col = s.colOffset + col0 + j;
    float* data = s.inPlace.c ? s.inPlace.c + col0 + j : c + j;
    consume(Tile{data, s.inPlace.c ? s.inPlace.ld : ldc, 0, col, s.m, smaller(s.groupPanels * kCols, cols - j),
                 s.columnChunk ? col / s.columnChunk : 0, thread});
  }
}

// runTask (task.h) for a skinny block: all rows by the panels of columns [panel0, panel1).
template <class T, bool kDot, class Consumer>
void runSkinnyTask(const Block<T>& s, int64_t panel0, int64_t panel1, float* scratch, int thread, Consumer& consume) {
  const int64_t steps = stepsOf<kDot>(s.k), col0 = panel0 * kCols, cols = smaller(panel1 * kCols, s.n) - col0;
  const float* a = scratch;
  int64_t lda = steps;
  if (sizeof(T) == 4 && s.a.colStride == 1) {
    a = reinterpret_cast<const float*>(s.a.data);
    lda = s.a.rowStride;
  } else {
    for (int64_t r = 0; r < s.m; ++r)
      for (int64_t i = 0; i < steps; ++i)
        packElement<T, kDot>(s.a.data + r * s.a.rowStride, s.a.colStride, i, s.k, scratch + r * steps + i);
    scratch += s.m * steps;
  }
  float* c = scratch;
  const int64_t ldc = (panel1 - panel0) * kCols;
  multiplyRows<T, kDot>(s, a, lda, col0, cols, c, ldc);
  finishSkinny(s, c, ldc, col0, cols, thread, consume);
}

}  // namespace tessera::TESSERA_ISA::gemm
