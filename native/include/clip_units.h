// Units of tensors that are clipped by themselves (rows, columns, whole tensors as one row), shared by CPU and CUDA.
#pragma once

#include <math.h>

#include "types.h"

namespace tessera {

// The factor up to 1 that brings a unit of `count` elements to its limit; see unitScales in native/kernels/clipping.ts. NaN
// for a norm of NaN.
TESSERA_INLINE float unitFactor(double squares, double sizes, uint64_t count, uint32_t rule, double limit, double eps) {
  const double norm = sqrt(squares);
  if (rule == 0) {
    const float factor = static_cast<float>(limit) / (static_cast<float>(norm) + static_cast<float>(eps));
    return factor > 1 ? 1.0f : factor;
  }
  if (rule == 1) {
    const double ratio = sqrt(squares / static_cast<double>(count)) / limit;
    return ratio <= 1 ? 1.0f : static_cast<float>(1 / ratio);
  }
  const double size = sqrt(sizes), most = limit * (size > eps ? size : eps);
  return norm < most || norm == 0 ? 1.0f : static_cast<float>(most / norm);
}

// An entry of a table of units.
struct UnitTensor {
  uint64_t first = 0, rows = 0, columns = 1, scale = 0;
  bool byColumn = false;

  TESSERA_INLINE uint64_t past() const { return first + rows * columns; }
  TESSERA_INLINE uint64_t units() const { return byColumn ? columns : rows; }
};

// Entry t of the table. It is the content of a device buffer: a tensor without rows where it does not fit the buffers.
template <class Args>
TESSERA_INLINE UnitTensor unitTensor(const Args& a, uint64_t t) {
  const int64_t* entry = a.unitTable + 5 * t;
  if (entry[0] < 0 || entry[1] <= 0 || entry[2] <= 0 || entry[4] < 0) return {};
  const UnitTensor tensor{static_cast<uint64_t>(entry[0]), static_cast<uint64_t>(entry[1]), static_cast<uint64_t>(entry[2]),
                          static_cast<uint64_t>(entry[4]), entry[3] != 0};
  const bool fits = tensor.first <= a.n && tensor.rows <= a.n && tensor.columns <= a.n &&
                    tensor.rows * tensor.columns <= a.n - tensor.first && tensor.units() <= a.units &&
                    tensor.scale <= a.units - tensor.units();
  return fits ? tensor : UnitTensor{};
}

// The scales of elements of a flat buffer, tensor by tensor: cheap in ascending order.
template <class Args>
class UnitCursor {
 public:
  TESSERA_INLINE explicit UnitCursor(const Args& a)
      : a_(a), any_(a.unitScale != nullptr && a.unitTable != nullptr && a.unitTensors > 0) {}

  TESSERA_INLINE bool any() const { return any_; }

  // The factor of element i.
  TESSERA_INLINE float at(uint64_t i) {
    if (!any_) return 1;
    const UnitTensor& t = tensorOf(i);
    if (i < t.first || i >= t.past()) return 1;
    const uint64_t element = i - t.first;
    if ((element | t.columns) <= UINT32_MAX) {
      const auto low = static_cast<uint32_t>(element), columns = static_cast<uint32_t>(t.columns);
      return a_.unitScale[t.scale + (t.byColumn ? low % columns : low / columns)];
    }
    return a_.unitScale[t.scale + (t.byColumn ? element % t.columns : element / t.columns)];
  }

  // Multiplies the elements [i, i + n), which are at x.
  TESSERA_INLINE void scale(uint64_t i, uint64_t n, float* x) {
    for (uint64_t k = 0; any_ && k < n;) {
      const UnitTensor& t = tensorOf(i + k);
      const uint64_t left = n - k;
      if (i + k < t.first || i + k >= t.past()) {  // between tensors
        const uint64_t gap = past_ - (i + k);
        k += gap < left ? gap : left;
        continue;
      }
      const uint64_t row = (i + k - t.first) / t.columns, column = (i + k - t.first) % t.columns;
      const uint64_t room = t.columns - column, count = room < left ? room : left;
      const float* scales = a_.unitScale + t.scale;
      if (t.byColumn) {
        for (uint64_t j = 0; j < count; ++j) x[k + j] *= scales[column + j];
      } else {
        const float factor = scales[row];
        for (uint64_t j = 0; j < count; ++j) x[k + j] *= factor;
      }
      k += count;
    }
  }

 private:
  // The last tensor that starts at or before element i.
  TESSERA_INLINE const UnitTensor& tensorOf(uint64_t i) {
    if (i >= from_ && i < past_) return tensor_;
    uint32_t low = 0, high = a_.unitTensors;
    while (high - low > 1) {
      const uint32_t middle = low + (high - low) / 2;
      (start(middle) <= i ? low : high) = middle;
    }
    tensor_ = unitTensor(a_, low);
    from_ = low == 0 ? 0 : start(low);
    past_ = low + 1 < a_.unitTensors && start(low + 1) > i ? start(low + 1) : UINT64_MAX;
    return tensor_;
  }

  TESSERA_INLINE uint64_t start(uint32_t t) const {
    const int64_t value = a_.unitTable[5 * uint64_t{t}];
    return value < 0 ? 0 : static_cast<uint64_t>(value);
  }

  const Args& a_;
  bool any_;
  UnitTensor tensor_;
  uint64_t from_ = 0, past_ = 0;
};

}  // namespace tessera
