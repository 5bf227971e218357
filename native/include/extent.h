// Saturating 64-bit arithmetic for buffer extents. Extents come from a command that anybody may have written, so a
// product that overflows must read as "larger than any buffer", never wrap around to a small number.
#pragma once
#include <cstdint>

namespace tessera {

struct Extent {
  static constexpr uint64_t kMax = UINT64_MAX;
  uint64_t value;

  constexpr Extent(uint64_t v) : value(v) {}
  constexpr Extent(uint32_t v) : value(v) {}
  constexpr Extent(int v) : value(v < 0 ? kMax : static_cast<uint64_t>(v)) {}
  constexpr Extent(int64_t v) : value(v < 0 ? kMax : static_cast<uint64_t>(v)) {}

  friend constexpr Extent operator*(Extent a, Extent b) {
    if (a.value == 0 || b.value == 0) return Extent(uint64_t{0});
    if (a.value > kMax / b.value) return Extent(kMax);
    return Extent(a.value * b.value);
  }
  friend constexpr Extent operator+(Extent a, Extent b) {
    return Extent(a.value > kMax - b.value ? kMax : a.value + b.value);
  }
  friend constexpr Extent operator-(Extent a, Extent b) {
    return Extent(a.value == kMax ? kMax : a.value < b.value ? uint64_t{0} : a.value - b.value);
  }
  friend constexpr Extent operator/(Extent a, Extent b) {
    return Extent(a.value == kMax || b.value == 0 ? kMax : a.value / b.value);
  }
};

// Elements that a strided view touches: one past its largest index, or kMax when any index would be negative.
// `rank` above `limit` (the length of the arrays) is malformed and reads as kMax too.
inline Extent stridedExtent(uint64_t start, uint32_t rank, uint32_t limit, const uint32_t* shape,
                            const int64_t* strides) {
  if (rank > limit) return Extent(Extent::kMax);
  Extent last(start);
  uint64_t back = 0;  // how far negative strides reach below `start`
  for (uint32_t d = 0; d < rank; ++d) {
    if (shape[d] == 0) return Extent(uint64_t{0});
    const Extent steps(shape[d] - 1);
    if (strides[d] >= 0) {
      last = last + steps * Extent(static_cast<uint64_t>(strides[d]));
    } else {
      const Extent reach = steps * Extent(uint64_t{0} - static_cast<uint64_t>(strides[d]));
      if (reach.value > start - back) return Extent(Extent::kMax);
      back += reach.value;
    }
  }
  return last + Extent(uint64_t{1});
}

// Elements of a contiguous tensor; `rank` above `limit` is malformed and reads as kMax.
inline Extent shapeExtent(uint32_t rank, uint32_t limit, const uint32_t* shape) {
  if (rank > limit) return Extent(Extent::kMax);
  Extent elements(uint64_t{1});
  for (uint32_t d = 0; d < rank; ++d) elements = elements * Extent(shape[d]);
  return elements;
}

// Elements that a batch of strided matrices [batch..., rows, cols] touches; strides are not negative.
inline Extent matrixExtent(uint32_t rank, uint32_t limit, const uint32_t* batch, const int64_t* batchStrides,
                           uint64_t rows, int64_t rowStride, uint64_t cols, int64_t colStride) {
  if (rows == 0 || cols == 0) return Extent(uint64_t{0});
  const Extent batches = stridedExtent(0, rank, limit, batch, batchStrides);
  if (batches.value == 0 || batches.value == Extent::kMax) return batches;
  return batches + Extent(rows - 1) * Extent(rowStride) + Extent(cols - 1) * Extent(colStride);
}

// Elements that [batch, heads, rows, dim] touches when its last dimension is contiguous; strides are not negative.
inline Extent rowsExtent(uint32_t batch, int64_t batchStride, uint32_t heads, int64_t headStride, uint64_t rows,
                         int64_t rowStride, uint32_t dim) {
  if (batch == 0 || heads == 0 || rows == 0 || dim == 0) return Extent(uint64_t{0});
  return Extent(batch - 1) * Extent(batchStride) + Extent(heads - 1) * Extent(headStride) +
         Extent(rows - 1) * Extent(rowStride) + Extent(dim);
}

// Elements that a broadcast mask over [batch, heads, rows, cols] touches; strides are not negative.
inline Extent maskExtent(uint32_t batch, int64_t batchStride, uint32_t heads, int64_t headStride, uint32_t rows,
                         int64_t rowStride, uint32_t cols, int64_t colStride) {
  if (batch == 0 || heads == 0 || rows == 0 || cols == 0) return Extent(uint64_t{0});
  return Extent(batch - 1) * Extent(batchStride) + Extent(heads - 1) * Extent(headStride) +
         Extent(rows - 1) * Extent(rowStride) + Extent(cols - 1) * Extent(colStride) + Extent(1);
}

// Elements of a flat operand that advances by `step` 1, or by 0 when one element serves all; no other step is allowed.
inline Extent steppedExtent(uint64_t n, uint32_t step) {
  if (step > 1) return Extent(Extent::kMax);
  return Extent(step == 1 || n == 0 ? n : uint64_t{1});
}

}  // namespace tessera
