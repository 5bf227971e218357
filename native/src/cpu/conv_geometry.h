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

// Of `places` coordinates start, start + step, ..., those within [0, size): the first, how many, and where it lies.
struct Overlap {
  int64_t first, count, source;

  TESSERA_INLINE Overlap(int64_t start, int64_t step, int64_t places, int64_t size)
      : first(start < 0 ? gemm::smaller(places, gemm::ceilDiv(-start, step)) : 0),
        count(gemm::larger(0, gemm::smaller(places - first, gemm::ceilDiv(size - start, step) - first))),
        source(count > 0 ? start + first * step : 0) {}
};

// Moves between neighbouring floats and every second one, where the level has instructions for them.
#if defined(__AVX512F__)
inline constexpr bool kInterleaves = true;
// Lanes [low, high) of from[2 * lane], zero beside them; never reads those.
TESSERA_INLINE gemm::Vec loadEverySecond(const float* from, int low, int high) {
  const uint64_t present = ((uint64_t{1} << 2 * high) - (uint64_t{1} << 2 * low)) & 0x55555555;
  const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  return _mm512_permutex2var_ps(_mm512_maskz_loadu_ps(static_cast<__mmask16>(present), from), even,
                                _mm512_maskz_loadu_ps(static_cast<__mmask16>(present >> 16), from + 16));
}
// to[2 * i] = from[i] for i in [0, count), at most 8; what lies between stays.
TESSERA_INLINE void storeEverySecond(const float* from, float* to, int64_t count) {
  const __mmask16 even = static_cast<__mmask16>(((1u << 2 * count) - 1) & 0x5555);
  _mm512_mask_storeu_ps(to, even, _mm512_maskz_expandloadu_ps(even, from));
}
#elif defined(__AVX2__)
inline constexpr bool kInterleaves = true;
TESSERA_INLINE gemm::Vec loadEverySecond(const float* from, int low, int high) {
  if (low == 0 && high == 8) {  // 15 floats: what lies behind the last may not be read
    const __m256d halves = _mm256_castps_pd(_mm256_shuffle_ps(_mm256_loadu_ps(from), _mm256_loadu_ps(from + 7), 0xd8));
    return _mm256_castpd_ps(_mm256_permute4x64_pd(halves, 0xd8));
  }
  alignas(32) float lanes[8] = {};
  for (int l = low; l < high; ++l) lanes[l] = from[2 * l];
  return _mm256_load_ps(lanes);
}
TESSERA_INLINE void storeEverySecond(const float* from, float* to, int64_t count) {
  if (count == 8) {  // what lies between is written back: a masked store takes ten times as long
    const __m256 v = _mm256_loadu_ps(from), low = _mm256_unpacklo_ps(v, v), high = _mm256_unpackhi_ps(v, v);
    const __m256 first = _mm256_loadu_ps(to), second = _mm256_loadu_ps(to + 7);
    _mm256_storeu_ps(to, _mm256_blend_ps(first, _mm256_permute2f128_ps(low, high, 0x20), 0x55));
    _mm256_storeu_ps(to + 7, _mm256_blend_ps(second, _mm256_permute2f128_ps(low, high, 0x31), 0xaa));
    return;
  }
  for (int64_t l = 0; l < count; ++l) to[2 * l] = from[l];
}
#else
inline constexpr bool kInterleaves = false;
TESSERA_INLINE gemm::Vec loadEverySecond(const float*, int, int) { return gemm::zero(); }
TESSERA_INLINE void storeEverySecond(const float*, float*, int64_t) {}
#endif

// What `rows` rows of the target meet, copied so that neighbouring positions meet neighbouring elements under every tap:
// [channel][column tap][row phase of the step][row], rows as wide as the target's. So a row tap is a shift.
struct ColumnCopies {
  Geometry g;
  int64_t targetRows, rowPhases, phaseRows, phaseSize, tapSize;

  TESSERA_INLINE ColumnCopies(const Geometry& geometry, int64_t rows)
      : g(geometry),
        targetRows(rows),
        rowPhases(gemm::smaller(g.rows.step, g.rows.span() + 1)),
        phaseRows(rows + g.rows.span() / g.rows.step),
        phaseSize(phaseRows * g.cols.count),
        tapSize(rowPhases * phaseSize) {}

  TESSERA_INLINE int64_t channelSize() const { return g.cols.taps * tapSize; }

  // What position p meets under a tap is at the tap's offset + p. Taps in the order of filters: channel, row, column.
  TESSERA_INLINE void listOffsets(int64_t channels, int64_t* offsets) const {
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t i = 0; i < g.rows.taps; ++i)
        for (int64_t j = 0; j < g.cols.taps; ++j)
          *offsets++ = c * channelSize() + j * tapSize + g.rows.reach(i) % g.rows.step * phaseSize +
                       g.rows.reach(i) / g.rows.step * g.cols.count;
  }

  // For target rows y, y + 1, ...
  void copy(const float* source, int64_t channels, int64_t y, float* to) const {
    for (int64_t phase = 0; phase < rowPhases; ++phase) {
      const Overlap rows(y * g.rows.step + g.rows.least() + phase, g.rows.step, phaseRows, g.sourceHeight);
      for (int64_t j = 0; j < g.cols.taps; ++j)
        copyRows(source, channels, rows, g.cols.shift + j * g.cols.shiftStep, to + j * tapSize + phase * phaseSize);
    }
  }

 private:
  // The rows of every channel from column `left` on, with zeros where the plane has ended.
  TESSERA_INLINE void copyRows(const float* source, int64_t channels, const Overlap& rows, int64_t left, float* to) const {
    const int64_t width = g.cols.count, step = g.cols.step, before = rows.first * width, after = before + rows.count * width;
    for (int64_t c = 0; c < channels; ++c) {
      float* own = to + c * channelSize();
      for (int64_t i = 0; i < before; ++i) own[i] = 0.0f;
      for (int64_t i = after; i < phaseSize; ++i) own[i] = 0.0f;
    }
    for (int64_t x = 0; x < width; x += gemm::kLanes) {
      const int64_t lanes = gemm::smaller(gemm::kLanes, width - x), start = left + x * step;
      const Overlap cols(start, step, lanes, g.sourceWidth);
      const int low = static_cast<int>(cols.first), high = static_cast<int>(cols.first + cols.count);
      const auto forRows = [&](auto&& copyRow) __attribute__((always_inline)) {
        for (int64_t c = 0; c < channels; ++c) {
          const float* from = source + c * g.sourceSize() + rows.source * g.sourceWidth + start;
          float* at = to + c * channelSize() + before + x;
          for (int64_t r = 0; r < rows.count; ++r, from += g.rows.step * g.sourceWidth, at += width) copyRow(from, at);
        }
      };
      const auto store = [=](float* at, gemm::Vec v) __attribute__((always_inline)) {
        lanes == gemm::kLanes ? gemm::storeVec(at, v) : gemm::storePartial(at, v, static_cast<int>(lanes));
      };
      if (step == 1) {
        forRows([=](const float* from, float* at) { store(at, gemm::loadBetween(from, low, high)); });
      } else if (kInterleaves && step == 2) {
        forRows([=](const float* from, float* at) { store(at, loadEverySecond(from, low, high)); });
      } else {
        forRows([=](const float* from, float* at) {
          for (int l = 0; l < lanes; ++l) at[l] = l >= low && l < high ? from[l * step] : 0.0f;
        });
      }
    }
  }
};

}  // namespace tessera::TESSERA_ISA
