// What the ways to compute a convolution share: which coordinates of the source a position of the target meets, and copies
// of source planes with their borders.
#pragma once

#include <numeric>

#include "cpu/gemm/gemm.h"
#include "cpu/kernel.h"

namespace tessera::TESSERA_ISA {

// One dimension of a convolution, seen from the side that is computed, the target. Position t is coordinate
// first + t * every of the target; under tap i, which is row or column kernel + i * kernelStep of the filters, it meets
// coordinate t * step + shift + i * shiftStep of the source.
struct Axis {
  int64_t count, first, every;
  int64_t taps, kernel, kernelStep;
  int64_t step, shift, shiftStep;

  // From the first source coordinate that a position meets to the last.
  TESSERA_INLINE int64_t span() const { return taps > 0 ? (taps - 1) * (shiftStep < 0 ? -shiftStep : shiftStep) : 0; }
  TESSERA_INLINE int64_t least() const { return shiftStep < 0 ? shift - span() : shift; }
  // What tap i meets, counted from the first.
  TESSERA_INLINE int64_t reach(int64_t i) const { return shift + i * shiftStep - least(); }
  TESSERA_INLINE bool isIdentity(int64_t sourceSize) const {
    return taps == 1 && step == 1 && shift == 0 && count == sourceSize;
  }
};

TESSERA_INLINE Axis forwardAxis(int64_t target, int64_t kernel, int64_t stride, int64_t pad, int64_t dilation) {
  return {target, 0, 1, kernel, 0, 1, stride, -pad, dilation};
}

// The gradient by the input: target coordinate x meets (x + pad - k * dilation) / stride where that is whole. Coordinates
// with the same remainder by the stride, a phase, meet the same taps: a convolution of step 1 with a part of the filters.
TESSERA_INLINE Axis phaseAxis(int64_t phase, int64_t target, int64_t kernel, int64_t stride, int64_t pad, int64_t dilation) {
  const int64_t period = stride / std::gcd(stride, dilation), tried = gemm::smaller(period, kernel);
  int64_t first = 0;
  while (first < tried && (phase + pad - first * dilation) % stride != 0) ++first;
  const int64_t taps = first < tried ? gemm::ceilDiv(kernel - first, period) : 0;
  return {gemm::ceilDiv(target - phase, stride), phase, stride, taps, first, period,
          1, (phase + pad - first * dilation) / stride, -(period * dilation / stride)};
}

struct Geometry {
  Axis rows, cols;
  int64_t sourceHeight, sourceWidth, targetHeight, targetWidth;

  TESSERA_INLINE int64_t positions() const { return rows.count * cols.count; }
  TESSERA_INLINE int64_t sourceSize() const { return sourceHeight * sourceWidth; }
  TESSERA_INLINE int64_t targetSize() const { return targetHeight * targetWidth; }
  TESSERA_INLINE int64_t taps() const { return rows.taps * cols.taps; }
  // The patches are the source itself.
  TESSERA_INLINE bool isIdentity() const { return rows.isIdentity(sourceHeight) && cols.isIdentity(sourceWidth); }
  // What a tap meets is the source plane shifted as a whole, but for columns at the edges.
  TESSERA_INLINE bool isShift() const { return rows.step == 1 && cols.step == 1 && cols.count == sourceWidth; }
};

template <class Args>
TESSERA_INLINE Geometry forwardGeometry(const Args& a) {
  return {forwardAxis(a.outHeight, a.kernelHeight, a.strideHeight, a.padHeight, a.dilationHeight),
          forwardAxis(a.outWidth, a.kernelWidth, a.strideWidth, a.padWidth, a.dilationWidth),
          a.height, a.width, a.outHeight, a.outWidth};
}

template <class Args>
TESSERA_INLINE Geometry inputGeometry(const Args& a, int64_t rowPhase, int64_t colPhase) {
  return {phaseAxis(rowPhase, a.height, a.kernelHeight, a.strideHeight, a.padHeight, a.dilationHeight),
          phaseAxis(colPhase, a.width, a.kernelWidth, a.strideWidth, a.padWidth, a.dilationWidth),
          a.outHeight, a.outWidth, a.height, a.width};
}

// The rows of a source plane that a tile of positions meets, with zeros where the plane has ended. With a step above 1 a
// row is kept as its columns 0, step, ..., then 1, step + 1, ...: so what neighbouring positions meet lies side by side.
struct Bordered {
  int64_t y, height, x, width;   // the tile's positions
  int64_t parts, pitch, rowSize, rows;

  TESSERA_INLINE Bordered(const Geometry& g, int64_t first, int64_t count)
      : y(first / g.cols.count),
        height((first + count - 1) / g.cols.count - y + 1),
        x(height == 1 ? first % g.cols.count : 0),
        width(height == 1 ? count : g.cols.count),
        parts(gemm::smaller(g.cols.step, g.cols.span() + 1)),
        pitch(width + g.cols.span() / g.cols.step),
        rowSize(parts * pitch),
        rows((height - 1) * g.rows.step + g.rows.span() + 1) {}

  // Rows are written in ascending order, and f32 by whole vectors: what is too much is overwritten by the next row.
  template <class T>
  void fill(const Geometry& g, const T* plane, T* to) const {
    const int64_t top = y * g.rows.step + g.rows.least(), left = x * g.cols.step + g.cols.least();
    for (int64_t r = 0; r < rows; ++r) {
      const bool inside = top + r >= 0 && top + r < g.sourceHeight;
      const T* row = plane + (inside ? (top + r) * g.sourceWidth : 0);
      for (int64_t part = 0; part < parts; ++part, to += pitch)
        fillPart(row, left + part, g.cols.step, inside ? g.sourceWidth : 0, to);
    }
  }

  // to[k] = row[start + k * step], or zero outside [0, size).
  template <class T>
  TESSERA_INLINE void fillPart(const T* row, int64_t start, int64_t step, int64_t size, T* to) const {
    if constexpr (std::is_same_v<T, float>) {
      for (int64_t k = 0; step == 1 && k < pitch; k += gemm::kLanes) {
        const int64_t low = gemm::smaller(gemm::kLanes, gemm::larger(0, -start - k));
        const int64_t high = gemm::larger(low, gemm::smaller(gemm::kLanes, size - start - k));
        gemm::storeVec(to + k, gemm::loadBetween(row + start + k, static_cast<int>(low), static_cast<int>(high)));
      }
      if (step == 1) return;
    }
    const int64_t low = gemm::smaller(pitch, start < 0 ? gemm::ceilDiv(-start, step) : 0);
    const int64_t high = size > start ? gemm::larger(low, gemm::smaller(pitch, (size - start - 1) / step + 1)) : low;
    for (int64_t k = 0; k < low; ++k) to[k] = T{};
    if (step == 2) {  // a step that the compiler knows makes vectors
      for (int64_t k = low; k < high; ++k) to[k] = row[start + 2 * k];
    } else {
      for (int64_t k = low; k < high; ++k) to[k] = row[start + step * k];
    }
    for (int64_t k = high; k < pitch; ++k) to[k] = T{};
  }
};

}  // namespace tessera::TESSERA_ISA
