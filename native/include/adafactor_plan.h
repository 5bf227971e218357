// How the tensors of a flat buffer are factored and cut, from the table of native/kernels/adafactor.ts; shared by CPU and CUDA.
#pragma once

#include <math.h>

#include "optimizer_frame.h"

namespace tessera {

inline constexpr uint64_t kFactorColumns = 1024;  // of a block of columns

// [outer, rows, inner, columns, side]: matrices of `rows` rows of `width` = columns * side elements.
struct FactoredTensor {
  uint64_t first = 0, outer = 0, rows = 0, inner = 1, columns = 1, side = 1;
  uint32_t kind = 0;
  uint64_t rowAt = 0, columnAt = 0;
  uint64_t height = 1;  // rows of a piece
  uint64_t firstPiece = 0, firstBlock = 0, firstSum = 0, firstColumn = 0, firstMean = 0;
  uint64_t length = 0;

  TESSERA_INLINE uint64_t width() const { return columns * side; }
  TESSERA_INLINE uint64_t matrices() const { return outer * inner; }
  TESSERA_INLINE uint64_t piecesOfMatrix() const { return (rows + height - 1) / height; }
  TESSERA_INLINE uint64_t blocksOfMatrix() const { return (width() + kFactorColumns - 1) / kFactorColumns; }
  TESSERA_INLINE uint64_t pieces() const { return matrices() * piecesOfMatrix(); }
  TESSERA_INLINE uint64_t blocks() const { return kind == 0 ? 0 : matrices() * blocksOfMatrix(); }
  // Numbers of a piece: sums of the columns, the same weighted by rows, and sums of a row.
  TESSERA_INLINE uint64_t sums() const { return kind == 0 ? 0 : 2 * width() + side; }
  // Row `row` of matrix `matrix` among all rows.
  TESSERA_INLINE uint64_t rowOf(uint64_t matrix, uint64_t row) const {
    return (matrix / inner * rows + row) * inner + matrix % inner;
  }
};

// Whether [at, at + x y z) lies in [0, limit).
TESSERA_INLINE bool within(uint64_t at, uint64_t x, uint64_t y, uint64_t z, uint64_t limit) {
  if (static_cast<double>(x) * static_cast<double>(y) * static_cast<double>(z) > 4e18) return false;  // would overflow
  return at <= limit && x * y * z <= limit - at;
}

// Row s of the table. It is the content of a device buffer: a tensor without elements where it does not fit the buffers.
template <class Args>
TESSERA_INLINE FactoredTensor factoredTensor(const Args& a, uint64_t s) {
  const int64_t* row = a.table + 16 * s;
  for (int k = 0; k < 16; ++k) {
    if (row[k] < 0) return {};
  }
  const auto at = [row](int k) { return static_cast<uint64_t>(row[k]); };
  const FactoredTensor t{at(0), at(1), at(2), at(3), at(4),  at(5),  static_cast<uint32_t>(at(6)), at(7),
                         at(8), at(9), at(10), at(11), at(12), at(13), at(14), at(15)};
  if (t.length == 0 || t.height == 0 || t.width() == 0 || !within(t.first, t.length, 1, 1, a.n)) return {};
  if (!within(0, t.outer, t.rows, t.inner, UINT32_MAX) || !within(0, t.columns, t.side, 1, UINT32_MAX)) return {};
  if (t.pieces() > a.pieces || t.firstPiece > a.pieces - t.pieces()) return {};
  if (t.kind == 0) {
    const bool fits = t.outer == 1 && t.inner == 1 && t.side == 1 && t.rows * t.columns >= t.length &&
                      (t.rows - 1) * t.columns < t.length && a.variance != nullptr &&
                      within(t.rowAt, t.length, 1, 1, a.variances);
    return fits ? t : FactoredTensor{};
  }
  const bool over = t.kind == 1;
  const uint64_t rowVars = over ? a.rowVars : a.colVars, columnVars = over ? a.colVars : a.rowVars;
  const bool fits = a.rowVar != nullptr && a.colVar != nullptr && t.kind <= 2 &&
                    within(0, t.outer * t.rows * t.inner, t.width(), 1, t.length) && t.outer * t.rows * t.inner * t.width() == t.length &&
                    within(t.rowAt, t.outer * t.rows, t.inner, t.side, rowVars) &&
                    within(t.columnAt, t.matrices(), t.width(), 1, columnVars) && t.blocks() <= a.blocks &&
                    t.firstBlock <= a.blocks - t.blocks() && within(t.firstSum, t.pieces(), t.sums(), 1, a.sums) &&
                    within(t.firstColumn, t.matrices(), t.width(), 1, a.columns) &&
                    within(t.firstMean, t.matrices(), t.side, 1, a.means);
  return fits ? t : FactoredTensor{};
}

// The tensor that piece (field 10 of the table) or block (field 11) `index` belongs to.
template <int field, class Args>
TESSERA_INLINE uint32_t tensorOf(const Args& a, uint64_t index) {
  uint32_t low = 0, high = a.segments;
  while (high - low > 1) {
    const uint32_t middle = low + (high - low) / 2;
    (a.table[16 * uint64_t{middle} + field] <= static_cast<int64_t>(index) ? low : high) = middle;
  }
  return low;
}

// The numbers of a step that all its parts read.
struct FactoredNumbers {
  float weight, added, most;  // `most`: the largest factor of a gradient
  double least;

  template <class Args>
  TESSERA_INLINE explicit FactoredNumbers(const Args& a)
      : weight(static_cast<float>(1 - a.beta2)),
        added(static_cast<float>(a.added)),
        most(static_cast<float>(1 / a.least)),
        least(a.least) {}

  // The next average of squares whose mean is now `mean`.
  TESSERA_INLINE float moved(float average, double mean) const {
    return Exact(average) + Exact(weight) * (Exact(static_cast<float>(mean)) + Exact(added) - Exact(average));
  }
  // 1/sqrt(V) = 1/sqrt(r/mean) 1/sqrt(c), no larger than 1/least. NaN stays.
  TESSERA_INLINE float bounded(float factor) const { return most < factor ? most : factor; }
  TESSERA_INLINE double meanOf(double mean) const { return least > mean ? least : mean; }
  TESSERA_INLINE float rowFactor(float row, double mean) const { return static_cast<float>(1 / sqrt(row / meanOf(mean))); }
  TESSERA_INLINE float columnFactor(float column) const { return 1 / sqrtf(column); }
};

// What a tensor's parameters move by: p = p keep - rate u.
struct FactoredRate {
  float rate, keep;
};

template <class Args>
TESSERA_INLINE FactoredRate factoredRate(const Args& a, const Hyper& h, uint64_t length, double updates, double parameters) {
  const double lr = h.lr < a.most ? h.lr : a.most, rms = sqrt(updates / static_cast<double>(length));
  const double ratio = rms / a.threshold, size = sqrt(parameters / static_cast<double>(length));
  double scale = ratio <= 1 ? 1 : 1 / ratio;
  if (a.size >= 0) scale *= size < a.size ? a.size : size;
  return {static_cast<float>(lr * scale), static_cast<float>(1 - (a.relative != 0 ? h.lr : 1) * h.decay)};
}

}  // namespace tessera
