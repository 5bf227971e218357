// 3x3 convolutions with stride 1 by minimal filtering, F(2x2, 3x3) of Lavin and Gray (arXiv 1509.09308): a 4x4 tile of the
// source becomes 16 values, which are multiplied with 16 values of a filter, summed over channels, and become 2x2 outputs.
// That is 16 multiplications where a direct convolution has 36. The weight gradient is the adjoint: the same source
// values, multiplied with 16 values made of 2x2 gradients, summed over tiles.
//
// Inside, channels lie side by side, so that every transform is a few vector additions and each of the 16 products is a
// small matrix product that the micro-kernel takes as it lies.
// Invariants: an element of the output is one chain over ascending channels whatever else is in the batch; the weight
// gradient adds up segments of tiles that the shape fixes. Coefficients are 1, -1 and 1/2: rounding errors are about
// twice those of a direct sum.
#pragma once

#include "cpu/gemm/gemm.h"

namespace tessera::TESSERA_ISA::winograd {

using gemm::kCols;
using gemm::kLanes;
using gemm::loadVec;
using gemm::storeVec;
using gemm::Vec;

constexpr int64_t kPoints = 16;                   // values per tile and channel
constexpr int64_t kUnitBytes = 320 * 1024;        // of transformed tiles: they share L2 with the transformed filters
constexpr int64_t kFilterBytes = 1024 * 1024;     // larger ones would not stay in L2 from unit to unit
constexpr int64_t kMinChannels = 32;              // of fewer, direct sums (conv_direct.h) are as fast
constexpr int64_t kMinCorrelated = 16;            // the same for weight gradients (conv_dots.h)
constexpr int64_t kSegmentTiles = 128;            // of a partial weight gradient, at least
constexpr int64_t kMaxSegments = 16;

struct Shape {
  int64_t batch, sourceChannels, targetChannels;
  int64_t sourceHeight, sourceWidth, targetHeight, targetWidth;
  int64_t padHeight, padWidth;

  TESSERA_INLINE int64_t sourceSize() const { return sourceHeight * sourceWidth; }
  TESSERA_INLINE int64_t targetSize() const { return targetHeight * targetWidth; }
  TESSERA_INLINE int64_t tileRows() const { return gemm::ceilDiv(targetHeight, 2); }
  TESSERA_INLINE int64_t tileCols() const { return gemm::ceilDiv(targetWidth, 2); }
  // Channels side by side, rounded up to whole vectors.
  TESSERA_INLINE int64_t sourceLd() const { return gemm::roundUp(sourceChannels, kLanes); }
  TESSERA_INLINE int64_t targetLd() const { return gemm::roundUp(targetChannels, kLanes); }
  // A row of tiles across one image is a band; bands are numbered through the batch.
  TESSERA_INLINE int64_t bands() const { return batch * tileRows(); }
  TESSERA_INLINE int64_t bandBytes() const { return kPoints * tileCols() * (sourceLd() + targetLd()) * 4; }
  TESSERA_INLINE int64_t bandsPerUnit() const {
    return gemm::larger(1, gemm::smaller(kUnitBytes / bandBytes(), bands()));
  }

  TESSERA_INLINE bool pays(int64_t minChannels) const {
    return gemm::smaller(sourceChannels, targetChannels) >= minChannels && padHeight >= 0 && padWidth >= 0 &&
           padHeight <= 2 && padWidth <= 2 && gemm::smaller(targetHeight, targetWidth) >= 2 &&
           bandBytes() <= kUnitBytes && kPoints * sourceLd() * targetLd() * 4 <= kFilterBytes;
  }
};

// One dimension of the four transforms.
TESSERA_INLINE void spread(Vec d[4], int64_t step) {  // source: 4 to 4
  const Vec a = d[0] - d[2 * step], b = d[step] + d[2 * step], c = d[2 * step] - d[step], e = d[step] - d[3 * step];
  d[0] = a, d[step] = b, d[2 * step] = c, d[3 * step] = e;
}
TESSERA_INLINE void gather(const Vec* m, int64_t step, Vec* y, int64_t to) {  // target: 4 to 2
  y[0] = m[0] + m[step] + m[2 * step];
  y[to] = m[step] - m[2 * step] - m[3 * step];
}
TESSERA_INLINE void gatherAdjoint(const Vec* y, int64_t step, Vec* m, int64_t to) {  // 2 to 4
  m[0] = y[0];
  m[to] = y[0] + y[step];
  m[2 * to] = y[0] - y[step];
  m[3 * to] = gemm::zero() - y[step];
}
TESSERA_INLINE void filter(const Vec* g, int64_t step, Vec half, Vec* u, int64_t to) {  // 3 to 4
  const Vec ends = (g[0] + g[2 * step]) * half, middle = g[step] * half;
  u[0] = g[0];
  u[to] = ends + middle;
  u[2 * to] = ends - middle;
  u[3 * to] = g[2 * step];
}
TESSERA_INLINE void filterAdjoint(const Vec* u, int64_t step, Vec half, Vec* g, int64_t to) {  // 4 to 3
  const Vec sum = (u[step] + u[2 * step]) * half;
  g[0] = u[0] + sum;
  g[to] = (u[step] - u[2 * step]) * half;
  g[2 * to] = sum + u[3 * step];
}

TESSERA_INLINE Vec oneHalf() {
  const float half = 0.5f;
  return gemm::broadcast(&half);
}

// Row `y` of the planes of an image as [column][channel], `offset` columns of zeros before it and zeros after it.
TESSERA_INLINE void loadRow(const float* image, int64_t channels, int64_t ld, int64_t height, int64_t width, int64_t y,
                            int64_t offset, int64_t columns, float* row) {
  const int64_t present = y < 0 || y >= height ? 0 : gemm::smaller(width, columns - offset);
  if (present == 0) offset = 0;
  memset(row, 0, static_cast<size_t>(offset * ld) * 4);
  memset(row + (offset + present) * ld, 0, static_cast<size_t>((columns - offset - present) * ld) * 4);
  if (present > 0)
    gemm::packPanel<float, false>(image + y * width, height * width, 1, channels, present, row + offset * ld, ld);
}

// The source's tiles of the bands [first, past): values[point][tile][channel], `pointStride` floats between points.
// `rows` holds four rows of the source with their padding.
inline void transformSource(const Shape& s, const float* source, int64_t first, int64_t past, float* values,
                            int64_t pointStride, float* rows) {
  const int64_t ld = s.sourceLd(), columns = 2 * s.tileCols() + 2, rowSize = columns * ld;
  for (int64_t band = first; band < past; ++band) {
    const int64_t image = band / s.tileRows(), r = band % s.tileRows();
    const float* planes = source + image * s.sourceChannels * s.sourceSize();
    // Neighbouring bands of an image share two rows: row y of the padded image is kept in place y % 4.
    for (int64_t i = band > first && r > 0 ? 2 : 0; i < 4; ++i)
      loadRow(planes, s.sourceChannels, ld, s.sourceHeight, s.sourceWidth, 2 * r + i - s.padHeight, s.padWidth, columns,
              rows + (2 * r + i) % 4 * rowSize);
    for (int64_t t = 0; t < s.tileCols(); ++t, values += ld) {
      for (int64_t c = 0; c < ld; c += kLanes) {
        Vec d[16];
#pragma GCC unroll 4
        for (int64_t i = 0; i < 4; ++i)
#pragma GCC unroll 4
          for (int64_t j = 0; j < 4; ++j)
            d[i * 4 + j] = loadVec(rows + (2 * r + i) % 4 * rowSize + (2 * t + j) * ld + c);
#pragma GCC unroll 4
        for (int64_t j = 0; j < 4; ++j) spread(d + j, 4);
#pragma GCC unroll 4
        for (int64_t i = 0; i < 4; ++i) spread(d + i * 4, 1);
#pragma GCC unroll 16
        for (int64_t p = 0; p < kPoints; ++p) storeVec(values + p * pointStride + c, d[p]);
      }
    }
  }
}

// The tiles of dy of the bands [first, past), laid out like the source's. `rows` holds two rows of dy.
inline void transformGradient(const Shape& s, const float* dy, int64_t first, int64_t past, float* values,
                              int64_t pointStride, float* rows) {
  const int64_t ld = s.targetLd(), columns = 2 * s.tileCols(), rowSize = columns * ld;
  for (int64_t band = first; band < past; ++band) {
    const int64_t image = band / s.tileRows(), r = band % s.tileRows();
    const float* planes = dy + image * s.targetChannels * s.targetSize();
    for (int64_t i = 0; i < 2; ++i)
      loadRow(planes, s.targetChannels, ld, s.targetHeight, s.targetWidth, 2 * r + i, 0, columns, rows + i * rowSize);
    for (int64_t t = 0; t < s.tileCols(); ++t, values += ld) {
      for (int64_t c = 0; c < ld; c += kLanes) {
        Vec y[4], half[8], m[16];
#pragma GCC unroll 4
        for (int64_t i = 0; i < 4; ++i) y[i] = loadVec(rows + i / 2 * rowSize + (2 * t + i % 2) * ld + c);
#pragma GCC unroll 2
        for (int64_t j = 0; j < 2; ++j) gatherAdjoint(y + j, 2, half + j, 2);
#pragma GCC unroll 4
        for (int64_t i = 0; i < 4; ++i) gatherAdjoint(half + i * 2, 1, m + i * 4, 1);
#pragma GCC unroll 16
        for (int64_t p = 0; p < kPoints; ++p) storeVec(values + p * pointStride + c, m[p]);
      }
    }
  }
}

// `count` positions of [position][channel] into planes that lie `planeSize` apart. `spare` holds kLanes per channel.
TESSERA_INLINE void storePlanes(const float* rows, int64_t ld, int64_t channels, int64_t count, float* planes,
                                int64_t planeSize, float* spare) {
  for (int64_t at = 0; at < count; at += kLanes) {
    const int lanes = static_cast<int>(gemm::smaller(kLanes, count - at));
    if (lanes == kLanes) {
      gemm::packContiguousK<float, false>(rows + at * ld, ld, lanes, channels, planes + at, planeSize);
    } else {
      gemm::packContiguousK<float, false>(rows + at * ld, ld, lanes, channels, spare, kLanes);
      for (int64_t c = 0; c < channels; ++c)
        gemm::storePartial(planes + c * planeSize + at, loadVec(spare + c * kLanes), lanes);
    }
  }
}

// The outputs of the bands [first, past) from their products. `rows` holds two rows of the target, then `spare`.
inline void transformTarget(const Shape& s, const float* products, int64_t pointStride, const float* bias, int64_t first,
                            int64_t past, float* target, float* rows) {
  const int64_t ld = s.targetLd(), rowSize = 2 * s.tileCols() * ld;
  float* spare = rows + 2 * rowSize;
  for (int64_t band = first; band < past; ++band) {
    for (int64_t t = 0; t < s.tileCols(); ++t, products += ld) {
      for (int64_t c = 0; c < ld; c += kLanes) {
        Vec m[16], half[8], y[4];
#pragma GCC unroll 16
        for (int64_t p = 0; p < kPoints; ++p) m[p] = loadVec(products + p * pointStride + c);
#pragma GCC unroll 4
        for (int64_t j = 0; j < 4; ++j) gather(m + j, 4, half + j, 4);
#pragma GCC unroll 2
        for (int64_t i = 0; i < 2; ++i) gather(half + i * 4, 1, y + i * 2, 1);
        const Vec offset = loadVec(bias + c);
#pragma GCC unroll 4
        for (int64_t i = 0; i < 4; ++i) storeVec(rows + i / 2 * rowSize + (2 * t + i % 2) * ld + c, y[i] + offset);
      }
    }
    const int64_t image = band / s.tileRows(), y = band % s.tileRows() * 2;
    float* planes = target + image * s.targetChannels * s.targetSize() + y * s.targetWidth;
    const int64_t present = gemm::smaller(2, s.targetHeight - y);
    if (s.targetWidth % 2 == 0) {  // both rows are one run
      storePlanes(rows, ld, s.targetChannels, present * s.targetWidth, planes, s.targetSize(), spare);
    } else {
      for (int64_t i = 0; i < present; ++i)
        storePlanes(rows + i * rowSize, ld, s.targetChannels, s.targetWidth, planes + i * s.targetWidth, s.targetSize(), spare);
    }
  }
}

// c[m, n] (+)= a[m, k] b[k, n], where panels of kCols columns of b lie `panelStride` apart.
TESSERA_INLINE void multiply(gemm::Access access, const float* a, int64_t lda, const float* b, int64_t ldb,
                             int64_t panelStride, float* c, int64_t ldc, int64_t m, int64_t n, int64_t k, bool accumulate) {
  const gemm::RowPanels<false> panels(m);
  for (int64_t j = 0; j < n; j += kCols, b += panelStride) {
    for (int64_t p = 0; p < panels.count; ++p) {
      const int64_t row = panels.start(p);
      const char* at = reinterpret_cast<const char*>(a + row * (access == gemm::Access::K ? 1 : lda));
      const gemm::MicroArgs args{k,       at,   lda * 4, reinterpret_cast<const char*>(b), ldb * 4, nullptr,
                                 c + row * ldc + j, ldc, accumulate, {}, nullptr};
      gemm::pickMicroKernel<false>(access, panels.rows(p), static_cast<int>(gemm::smaller(kCols, n - j)))(args);
    }
  }
}

// Where the filter of source channel k and target channel n begins, and whether it is turned by 180 degrees.
struct Filters {
  const float* data;
  int64_t sourceStride, targetStride;
  bool turned;
};

// target = source convolved with filters, plus bias per channel where present.
inline void convolve(Context& ctx, const Shape& s, const float* source, const Filters& filters, const float* bias, float* target) {
  const int64_t k = s.sourceChannels, n = s.targetChannels, ldS = s.sourceLd(), ldT = s.targetLd();
  const int64_t panelSize = k * kCols, pointSize = gemm::ceilDiv(n, kCols) * panelSize;
  float* transformed = ctx.scratch<float>(static_cast<size_t>(kPoints * pointSize));  // [point][panel][k][column]
  float* taps = ctx.scratch<float>(static_cast<size_t>(9 * ldT * ctx.threads()));
  ctx.parallelFor(static_cast<uint32_t>(k), [&](uint32_t channel, int thread) {
    float* own = taps + thread * 9 * ldT;
    gemm::packPanel<float, false>(filters.data + channel * filters.sourceStride, filters.targetStride, 1, n, 9, own, ldT);
    for (int64_t c = 0; c < ldT; c += kLanes) {
      Vec g[9], half[12], u[16];
#pragma GCC unroll 9
      for (int64_t i = 0; i < 9; ++i) g[i] = loadVec(own + (filters.turned ? 8 - i : i) * ldT + c);
#pragma GCC unroll 3
      for (int64_t j = 0; j < 3; ++j) filter(g + j, 3, oneHalf(), half + j, 3);
#pragma GCC unroll 4
      for (int64_t i = 0; i < 4; ++i) filter(half + i * 3, 1, oneHalf(), u + i * 4, 1);
      float* to = transformed + c / kCols * panelSize + channel * kCols + c % kCols;
#pragma GCC unroll 16
      for (int64_t p = 0; p < kPoints; ++p) storeVec(to + p * pointSize, u[p]);
    }
  });
  float* offsets = ctx.scratch<float>(static_cast<size_t>(ldT));
  for (int64_t c = 0; c < ldT; ++c) offsets[c] = bias && c < n ? bias[c] : 0.0f;

  const int64_t step = s.bandsPerUnit(), most = step * s.tileCols();
  const int64_t rowsS = 4 * (2 * s.tileCols() + 2) * ldS, rowsT = 4 * s.tileCols() * ldT + n * kLanes;
  const int64_t perThread = gemm::roundUp(kPoints * most * (ldS + ldT) + gemm::larger(rowsS, rowsT), 16);
  float* scratch = ctx.scratch<float>(static_cast<size_t>(perThread * ctx.threads()));
  ctx.parallelFor(static_cast<uint32_t>(gemm::ceilDiv(s.bands(), step)), [&](uint32_t unit, int thread) {
    const int64_t first = unit * step, past = gemm::smaller(first + step, s.bands()), tiles = (past - first) * s.tileCols();
    float* values = scratch + thread * perThread;
    float* products = values + kPoints * most * ldS;
    float* rows = products + kPoints * most * ldT;
    transformSource(s, source, first, past, values, most * ldS, rows);
    for (int64_t p = 0; p < kPoints; ++p)
      multiply(gemm::Access::Row, values + p * most * ldS, ldS, transformed + p * pointSize, kCols, panelSize,
               products + p * most * ldT, ldT, tiles, n, k, false);
    transformTarget(s, products, most * ldT, offsets, first, past, target, rows);
  });
}

// dweight[target channel][source channel][3][3] = the gradient of convolve() by its filters.
inline void correlate(Context& ctx, const Shape& s, const float* source, const float* dy, float* dweight) {
  const int64_t m = s.sourceChannels, n = s.targetChannels, ldS = s.sourceLd(), ldT = s.targetLd();
  const int64_t bands = s.bands(), partialSize = kPoints * m * ldT;
  const int64_t segments = gemm::larger(1, gemm::smaller(gemm::smaller(kMaxSegments, bands), bands * s.tileCols() / kSegmentTiles));
  float* partial = ctx.scratch<float>(static_cast<size_t>(segments * partialSize));  // [segment][point][source][target]

  const int64_t step = s.bandsPerUnit(), most = step * s.tileCols();
  const int64_t rowsS = 4 * (2 * s.tileCols() + 2) * ldS, rowsT = 4 * s.tileCols() * ldT;
  const int64_t perThread = gemm::roundUp(kPoints * most * (ldS + ldT) + gemm::larger(rowsS, rowsT), 16);
  float* scratch = ctx.scratch<float>(static_cast<size_t>(perThread * ctx.threads()));
  ctx.parallelFor(static_cast<uint32_t>(segments), [&](uint32_t segment, int thread) {
    float* values = scratch + thread * perThread;
    float* gradients = values + kPoints * most * ldS;
    float* rows = gradients + kPoints * most * ldT;
    float* sum = partial + segment * partialSize;
    const int64_t begin = segment * bands / segments, end = (segment + 1) * bands / segments;
    for (int64_t first = begin; first < end; first += step) {
      const int64_t past = gemm::smaller(first + step, end), tiles = (past - first) * s.tileCols();
      transformSource(s, source, first, past, values, most * ldS, rows);
      transformGradient(s, dy, first, past, gradients, most * ldT, rows);
      for (int64_t p = 0; p < kPoints; ++p)
        multiply(gemm::Access::K, values + p * most * ldS, ldS, gradients + p * most * ldT, ldT, kCols,
                 sum + p * m * ldT, ldT, m, n, tiles, first > begin);
    }
  });
  forRange(ctx, static_cast<uint64_t>(m), 4, [&](uint64_t from, uint64_t to) {
    for (uint64_t channel = from; channel < to; ++channel) {
      for (int64_t c = 0; c < ldT; c += kLanes) {
        Vec u[16], half[12], g[9];
#pragma GCC unroll 16
        for (int64_t p = 0; p < kPoints; ++p) {
          const float* at = partial + (p * m + static_cast<int64_t>(channel)) * ldT + c;
          u[p] = loadVec(at);
          for (int64_t i = 1; i < segments; ++i) u[p] = u[p] + loadVec(at + i * partialSize);
        }
#pragma GCC unroll 4
        for (int64_t j = 0; j < 4; ++j) filterAdjoint(u + j, 4, oneHalf(), half + j, 4);
#pragma GCC unroll 3
        for (int64_t i = 0; i < 3; ++i) filterAdjoint(half + i * 4, 1, oneHalf(), g + i * 3, 1);
        float lanes[9][kLanes];
#pragma GCC unroll 9
        for (int64_t i = 0; i < 9; ++i) storeVec(lanes[i], g[i]);
        for (int64_t l = 0; l < kLanes && c + l < n; ++l)
          for (int64_t i = 0; i < 9; ++i) dweight[((c + l) * m + static_cast<int64_t>(channel)) * 9 + i] = lanes[i][l];
      }
    }
  });
}

}  // namespace tessera::TESSERA_ISA::winograd
