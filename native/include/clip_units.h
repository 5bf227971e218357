// Units of tensors that are clipped by themselves (rows, columns, whole tensors), shared by CPU and CUDA.
#pragma once

#include <math.h>

#include "types.h"

namespace tessera {

// The factor up to 1 that brings a unit of `count` elements to its limit; see clipUnits in native/kernels/clipping.ts.
TESSERA_INLINE double unitFactor(double squares, double sizes, uint64_t count, uint32_t rule, double limit, double eps) {
  const double norm = sqrt(squares);
  if (rule == 0) return norm > limit ? limit / norm : 1;
  if (rule == 1) {
    const double ratio = sqrt(squares / static_cast<double>(count)) / limit;
    return ratio > 1 ? 1 / ratio : 1;
  }
  const double size = sqrt(sizes), most = limit * (size > eps ? size : eps);
  return norm >= most && norm > 0 ? most / norm : 1;
}

// Entry t of the table. It is the content of a device buffer: false where it does not fit the buffer.
template <class Args>
TESSERA_INLINE bool unitsOf(const Args& a, uint64_t t, uint64_t& first, uint64_t& rows, uint64_t& columns, int64_t& unit) {
  const int64_t* entry = a.table + 4 * t;
  if (entry[0] < 0 || entry[1] <= 0 || entry[2] <= 0) return false;
  first = static_cast<uint64_t>(entry[0]);
  rows = static_cast<uint64_t>(entry[1]);
  columns = static_cast<uint64_t>(entry[2]);
  unit = entry[3];
  return first <= a.n && rows <= a.n && columns <= a.n && rows * columns <= a.n - first;
}

}  // namespace tessera
