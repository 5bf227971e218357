// Products with a handful of rows (decoding a token): bound by the passage through B, so B is read once, in the order it
// lies in memory, and never packed. Same chains of multiply-adds as everywhere (micro_kernel.h), so a row gives the same
// bits alone as among thousands.
#pragma once

#include "cpu/gemm/block.h"

namespace tessera::TESSERA_ISA::gemm {

inline constexpr int64_t kSkinnyRows = 4;

template <class T, bool kDot>
TESSERA_INLINE bool isSkinny(const Block<T>& s) {
  return s.m <= kSkinnyRows && !s.packedB && (s.b.rowStride == 1 || (s.b.colStride == 1 && (!kDot || s.k % 2 == 0)));
}

template <class T, bool kDot>
TESSERA_INLINE int64_t skinnyScratch(const Block<T>& s, int64_t colPanels) {
  return s.m * (stepsOf<kDot>(s.k) + colPanels * kCols);
}

// Columns with their k side by side: kLanes columns by 16 bytes at a time are transposed in registers. `rows` points to
// the start of kVecs * kLanes columns; a: MR rows of steps, lda apart; c: MR rows of kCols.
template <class T, bool kDot, int MR>
void multiplyColumns(int64_t k, const float* a, int64_t lda, const char* const* rows, float* c, int64_t ldc) {
  constexpr int kPerQuad = 16 / sizeof(T);
  constexpr int kSteps = kDot ? kPerQuad / 2 : kPerQuad;
  Vec acc[MR][kVecs];
#pragma GCC unroll 4
  for (int r = 0; r < MR; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < kVecs; ++v) acc[r][v] = zero();
  // Adds 16 bytes of every column of vector v; q counts from `at`.
  const auto addQuad = [&](int64_t at, int q, int v) __attribute__((always_inline)) {
    Vec quad[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) quad[i] = gatherQuads(rows + v * kLanes, at * static_cast<int64_t>(sizeof(T)) + 16 * q, i);
    transposeQuads(quad);
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i)
#pragma GCC unroll 4
      for (int r = 0; r < MR; ++r) {
        const float* from = a + r * lda + q * kSteps;
        if constexpr (sizeof(T) == 4 || kDot) {
          acc[r][v] = step<kDot>(broadcast(from + i), quad[i], acc[r][v]);
        } else {
          acc[r][v] = fma(broadcast(from + 2 * i), lowHalf(quad[i]), acc[r][v]);
          acc[r][v] = fma(broadcast(from + 2 * i + 1), highHalf(quad[i]), acc[r][v]);
        }
      }
  };
  int64_t at = 0;
  for (; at + 4 * kPerQuad <= k; at += 4 * kPerQuad, a += 4 * kSteps) {  // a cache line of each column
#pragma GCC unroll 4
    for (int v = 0; v < kVecs; ++v)
#pragma GCC unroll 4
      for (int q = 0; q < 4; ++q) addQuad(at, q, v);
  }
  for (; at + kPerQuad <= k; at += kPerQuad, a += kSteps)
    for (int v = 0; v < kVecs; ++v) addQuad(at, 0, v);
  const int64_t first = stepsOf<kDot>(at), steps = stepsOf<kDot>(k);
  for (int64_t s = first; s < steps; ++s, ++a)
    for (int v = 0; v < kVecs; ++v) {
      alignas(64) float lanes[kLanes];
      for (int i = 0; i < kLanes; ++i)
        packElement<T, kDot>(reinterpret_cast<const T*>(rows[v * kLanes + i]), 1, s, k, lanes + i);
      for (int r = 0; r < MR; ++r) acc[r][v] = step<kDot>(broadcast(a + r * lda), loadVec(lanes), acc[r][v]);
    }
  for (int r = 0; r < MR; ++r)
    for (int v = 0; v < kVecs; ++v) storeVec(c + r * ldc + v * kLanes, acc[r][v]);
}

// c (+)= kDepth steps of rows of B, over `cols` columns: kDepth long streams at a time.
template <class T, bool kDot, int MR, int kDepth>
void addRows(const float* a, int64_t lda, const T* b, int64_t stride, int64_t cols, float* c, int64_t ldc, bool start) {
  constexpr Source source = sizeof(T) == 4 ? Source::RowsF32 : Source::RowsBf16;
  const int64_t bytes = stride * static_cast<int64_t>(sizeof(T)), next = kDot ? 2 * bytes : bytes;
  Vec av[MR][kDepth];
#pragma GCC unroll 4
  for (int r = 0; r < MR; ++r)
#pragma GCC unroll 8
    for (int d = 0; d < kDepth; ++d) av[r][d] = broadcast(a + r * lda + d);
  const auto column = [&](const char* at, int64_t rowBytes, int64_t rowNext, float* out) {
    Vec acc[MR];
#pragma GCC unroll 4
    for (int r = 0; r < MR; ++r) acc[r] = start ? zero() : loadVec(out + r * ldc);
#pragma GCC unroll 8
    for (int d = 0; d < kDepth; ++d) {
      const Vec bv = loadB<source, kDot>(at + d * rowNext, rowBytes, 0);
#pragma GCC unroll 4
      for (int r = 0; r < MR; ++r) acc[r] = step<kDot>(av[r][d], bv, acc[r]);
    }
#pragma GCC unroll 4
    for (int r = 0; r < MR; ++r) storeVec(out + r * ldc, acc[r]);
  };
  const char* at = reinterpret_cast<const char*>(b);
  int64_t j = 0;
  for (; j + kLanes <= cols; j += kLanes) column(at + j * static_cast<int64_t>(sizeof(T)), bytes, next, c + j);
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
    for (int64_t j = 0; j < cols; j += kCols) {
      const char* columns[kCols];
      for (int64_t i = 0; i < kCols; ++i)
        columns[i] = reinterpret_cast<const char*>(s.b.data + (col0 + smaller(j + i, cols - 1)) * s.b.colStride);
      multiplyColumns<T, kDot, MR>(s.k, a, lda, columns, c + j, ldc);
    }
    return;
  }
  // As many steps at a time as leave registers for the broadcasts of A.
  constexpr int kDepth = kLanes == 16 ? (MR <= 2 ? 8 : 4) : (MR == 1 ? 8 : MR == 2 ? 4 : 2);
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

// runTask (task.h) for a skinny block: all rows by the panels of columns [col0, col1).
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
  switch (s.m) {
    case 1: multiplySkinny<T, kDot, 1>(s, a, lda, col0, cols, c, ldc); break;
    case 2: multiplySkinny<T, kDot, 2>(s, a, lda, col0, cols, c, ldc); break;
    case 3: multiplySkinny<T, kDot, 3>(s, a, lda, col0, cols, c, ldc); break;
    default: multiplySkinny<T, kDot, 4>(s, a, lda, col0, cols, c, ldc);
  }
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

}  // namespace tessera::TESSERA_ISA::gemm
