// The vocabulary of the layers above the micro-kernel: operands, tiles, and the part of a product that a task works on.
#pragma once

#include "cpu/gemm/amx_kernel.h"
#include "cpu/gemm/pack.h"

namespace tessera::TESSERA_ISA::gemm {

// A strided matrix: element (i, j) is data[i * rowStride + j * colStride]. Any strides, zero included.
template <class T>
struct Operand {
  const T* data;
  int64_t rowStride;
  int64_t colStride;
};

// Finished values of C, [row, row + rows) x [col, col + cols), as f32 at data[i * ld + j]: what a consumer gets.
// The consumer may overwrite them. `chunk` is col / options.columnChunk, `thread` is below ctx.threads().
struct Tile {
  float* data;
  int64_t ld;
  int64_t row, col;
  int64_t rows, cols;
  int64_t chunk;
  int thread;
};

// Where the accumulators may live in place of scratch: an f32 matrix with the columns of C side by side.
struct InPlace {
  float* c = nullptr;
  int64_t ld = 0;
  bool finish = true;  // hand the finished tiles to the consumer too; false when the product itself is the result
};

TESSERA_INLINE int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }
TESSERA_INLINE int64_t roundUp(int64_t a, int64_t b) { return ceilDiv(a, b) * b; }
TESSERA_INLINE int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
TESSERA_INLINE int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

// Rows are cut into panels of nearly equal height, so that 15 rows are 8 + 7 and not 14 + 1; for AMX, of whole tiles.
template <bool kDot>
struct RowPanels {
  static constexpr int64_t kUnit = kRowUnit<kDot>;
  int64_t m, count, base, longer;  // the first `longer` panels have base + 1 units of rows

  TESSERA_INLINE explicit RowPanels(int64_t rows) : m(rows), count(ceilDiv(rows, kPanelRows<kDot>)) {
    const int64_t units = ceilDiv(rows, kUnit);
    base = count ? units / count : 0;
    longer = count ? units % count : 0;
  }
  TESSERA_INLINE int64_t start(int64_t panel) const { return (panel * base + smaller(panel, longer)) * kUnit; }
  TESSERA_INLINE int rows(int64_t panel) const { return static_cast<int>(smaller(m, start(panel + 1)) - start(panel)); }
};

template <class T>
struct Block {
  Operand<T> a;                    // m x k
  Operand<T> b;                    // k x n
  int64_t m, n, k;
  const float* packedA = nullptr;  // panels of all rows, kAStride<kDot> * packedStepsA floats apart, or null
  const float* packedB = nullptr;  // panels of all columns, kCols * packedStepsB floats apart, or null
  int64_t packedStepsA = 0, packedStepsB = 0;
  bool readA = false;              // without packedA: read A where it is (readableA) instead of packing it
  bool readB = false;              // without packedB: read full panels of B where they are (f32 in rows)
  bool rowsB = false;              // without packedB: let the first row panel pack full panels of B (rowsOfB)
  bool accumulate = false;         // continue from the values already in place (needs inPlace)
  bool skinny = false;             // few rows: see skinny.h
  int64_t kBlock = 0;              // elements of k per pass; even
  int64_t groupPanels = 1;         // panels of columns in a consumer's tile
  int64_t colOffset = 0;           // of this block in C, as the consumer sees it
  int64_t columnChunk = 0;
  InPlace inPlace = {};
};

template <class T, bool kDot>
TESSERA_INLINE bool readableA(const Operand<T>& a, int64_t k) {
  if constexpr (kAmx<kDot>) return false;
  if constexpr (kDot) return a.colStride == 1 && k % 2 == 0;
  return sizeof(T) == 4 && (a.colStride == 1 || a.rowStride == 1);
}

// Whether the micro-kernel can load a full panel of B row by row; f32 then needs no packing at all.
template <class T, bool kDot>
TESSERA_INLINE bool rowsOfB(const Operand<T>& b, int64_t k) {
  return !kAmx<kDot> && b.colStride == 1 && (!kDot || k % 2 == 0);
}

// n floats by vectors; rows at the edge of C are too short for calls of memcpy.
TESSERA_INLINE void copyRow(float* to, const float* from, int n) {
  for (; n >= kLanes; n -= kLanes, to += kLanes, from += kLanes) storeVec(to, loadVec(from));
  if (n > 0) storePartial(to, loadPartial(from, n), n);
}

}  // namespace tessera::TESSERA_ISA::gemm
