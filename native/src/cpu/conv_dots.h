// Weight gradients of convolutions as dot products over positions: dweight[filter][channel][tap] is that of a plane of dy and
// the source plane as the tap meets it. Planes are copied with their borders, by phases of the stride, into rows as wide
// as those of dy, so that a tap is a shift of one of them: nothing is unfolded or transposed, and lanes
// are positions. Where those of dy are too few to fill vectors, products over patches (conv.cc) are faster.
// Segments of the batch, fixed by the shape, add up on their own and are added in order.
#pragma once

#include "cpu/conv_geometry.h"

namespace tessera::TESSERA_ISA::dots {

using gemm::kLanes;
using gemm::loadVec;
using gemm::storeVec;
using gemm::Vec;

// Filters x taps whose sums are in registers at a time.
constexpr bool kManyRegisters = gemm::kRows >= 12;
constexpr int kFilters = kManyRegisters ? 4 : 2, kTaps = kManyRegisters ? 6 : 4;
constexpr int64_t kGroupBytes = 384 * 1024;     // of planes whose sums are taken together: they stay in L2
constexpr int64_t kSegmentPositions = 2048;     // of a partial sum: fewer would not pay for adding up lanes
constexpr int64_t kFewestSegments = 2, kMostSegments = 16;

// Of `count` coordinates start, start + step, ..., those within [0, size): the first, how many, and where it lies.
struct Overlap {
  int64_t first, count, source;

  TESSERA_INLINE Overlap(int64_t start, int64_t step, int64_t places, int64_t size)
      : first(start < 0 ? gemm::smaller(places, gemm::ceilDiv(-start, step)) : 0),
        count(gemm::larger(0, gemm::smaller(places - first, gemm::ceilDiv(size - start, step) - first))),
        source(count > 0 ? start + first * step : 0) {}
};

struct Shape {
  Geometry g;
  int64_t batch, groups, channels, filters;  // channels and filters of a group

  // The copy of a source plane: [row phase][column phase][row][column], rows `pitch` apart.
  TESSERA_INLINE int64_t pitch() const { return g.cols.count + g.cols.span() / g.cols.step; }
  TESSERA_INLINE int64_t planeRows() const { return g.rows.count + g.rows.span() / g.rows.step; }
  TESSERA_INLINE int64_t rowPhases() const { return gemm::smaller(g.rows.step, g.rows.span() + 1); }
  TESSERA_INLINE int64_t colPhases() const { return gemm::smaller(g.cols.step, g.cols.span() + 1); }
  TESSERA_INLINE int64_t phaseSize() const { return planeRows() * pitch(); }
  TESSERA_INLINE int64_t sourceSize() const { return rowPhases() * colPhases() * phaseSize(); }
  // Whole vectors of positions; those beyond the last are zero in dy.
  TESSERA_INLINE int64_t vectors() const { return gemm::ceilDiv(g.rows.count * pitch(), kLanes); }
  TESSERA_INLINE int64_t targetSize() const { return vectors() * kLanes; }
  TESSERA_INLINE int64_t patch() const { return channels * g.taps(); }
  TESSERA_INLINE int64_t imageFloats() const { return channels * sourceSize() + filters * targetSize(); }
  TESSERA_INLINE int64_t imagesTogether() const { return gemm::larger(1, kGroupBytes / 4 / imageFloats()); }
  TESSERA_INLINE int64_t segments() const {
    const int64_t most = batch * g.positions() / kSegmentPositions;
    return gemm::smaller(batch, gemm::larger(kFewestSegments, gemm::smaller(most, kMostSegments)));
  }
  // Where what tap (i, j) meets at position 0 lies in the copy of a plane.
  TESSERA_INLINE int64_t offset(int64_t i, int64_t j) const {
    const int64_t row = g.rows.reach(i), col = g.cols.reach(j);
    return (row % g.rows.step * colPhases() + col % g.cols.step) * phaseSize() + row / g.rows.step * pitch() + col / g.cols.step;
  }

  TESSERA_INLINE bool pays() const {
    return batch * g.positions() * patch() * filters > 0 && 4 * g.positions() >= 3 * targetSize() && imageFloats() * 4 <= kGroupBytes;
  }
};

// Rows of `width` floats, to rows `step` apart; what lies between those stays.
TESSERA_INLINE void copyRows(const float* from, int64_t fromStep, int64_t rows, int64_t width, float* to, int64_t step) {
  const int64_t whole = width / kLanes * kLanes;
  const int rest = static_cast<int>(width - whole);
  for (int64_t y = 0; y < rows; ++y, from += fromStep, to += step) {
    for (int64_t x = 0; x < whole; x += kLanes) storeVec(to + x, loadVec(from + x));
    if (rest > 0) gemm::storePartial(to + whole, gemm::loadPartial(from + whole, rest), rest);
  }
}

// Copies go to memory that was cleared, whose borders they leave as they are.
TESSERA_INLINE void copySource(const Shape& s, const float* source, float* to) {
  const Geometry& g = s.g;
  for (int64_t c = 0; c < s.channels; ++c, source += g.sourceSize())
    for (int64_t i = 0; i < s.rowPhases(); ++i)
      for (int64_t j = 0; j < s.colPhases(); ++j, to += s.phaseSize()) {
        const Overlap rows(g.rows.least() + i, g.rows.step, s.planeRows(), g.sourceHeight);
        const Overlap cols(g.cols.least() + j, g.cols.step, s.pitch(), g.sourceWidth);
        const float* from = source + rows.source * g.sourceWidth + cols.source;
        float* first = to + rows.first * s.pitch() + cols.first;
        if (g.cols.step == 1) {
          copyRows(from, g.rows.step * g.sourceWidth, rows.count, cols.count, first, s.pitch());
          continue;
        }
        for (int64_t row = 0; row < rows.count; ++row, from += g.rows.step * g.sourceWidth, first += s.pitch())
          for (int64_t x = 0; x < cols.count; ++x) first[x] = from[x * g.cols.step];
      }
}

// The sum of the lanes of sums[r][t] added to to[r * step + t], for kRows filters and the first `taps` of kTaps taps.
template <int kRows>
TESSERA_INLINE void addLanes(const Vec (&sums)[kRows][kTaps], int64_t taps, float* to, int64_t step) {
  float lanes[kRows * kTaps][kLanes];
  for (int r = 0; r < kRows; ++r)
    for (int t = 0; t < kTaps; ++t) storeVec(lanes[r * kTaps + t], sums[r][t]);
  for (int half = kLanes / 2; half >= 2; half /= 2)
    for (int i = 0; i < kRows * kTaps; ++i) {
#pragma omp simd
      for (int l = 0; l < half; ++l) lanes[i][l] += lanes[i][l + half];
    }
  for (int r = 0; r < kRows; ++r)
    for (int64_t t = 0; t < taps; ++t) to[r * step + t] += lanes[r * kTaps + t][0] + lanes[r * kTaps + t][1];
}

// kRows filters and `taps` taps, whose places in an image are `offsets`, over `images` images.
template <int kRows>
void addDots(const Shape& s, const float* source, const float* dy, int64_t images, const int64_t* offsets, int64_t taps, float* to) {
  Vec sums[kRows][kTaps];
#pragma GCC unroll 4
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 8
    for (int t = 0; t < kTaps; ++t) sums[r][t] = gemm::zero();
  const int64_t size = s.targetSize();
  for (int64_t image = 0; image < images; ++image) {
    const float* gradients = dy + image * s.filters * size;
    const float* shifted[kTaps];
#pragma GCC unroll 8
    for (int t = 0; t < kTaps; ++t) shifted[t] = source + image * s.channels * s.sourceSize() + offsets[gemm::smaller(t, taps - 1)];
    for (int64_t at = 0; at < size; at += kLanes) {
      Vec g[kRows];
#pragma GCC unroll 4
      for (int r = 0; r < kRows; ++r) g[r] = loadVec(gradients + r * size + at);
#pragma GCC unroll 8
      for (int t = 0; t < kTaps; ++t) {
        const Vec x = loadVec(shifted[t] + at);
#pragma GCC unroll 4
        for (int r = 0; r < kRows; ++r) sums[r][t] = gemm::fma(g[r], x, sums[r][t]);
      }
    }
  }
  addLanes<kRows>(sums, taps, to, s.patch());
}

// addDots for as many filters as there are.
template <int kRows = kFilters>
TESSERA_INLINE void addFilters(int64_t filters, const Shape& s, const float* source, const float* dy, int64_t images,
                               const int64_t* offsets, int64_t taps, float* to) {
  if constexpr (kRows > 1) {
    if (filters < kRows) return addFilters<kRows - 1>(filters, s, source, dy, images, offsets, taps, to);
  }
  addDots<kRows>(s, source, dy, images, offsets, taps, to);
}

// dweight[group][filter][patch] of the source [batch][group][channel] and dy [batch][group][filter].
inline void correlate(Context& ctx, const Shape& s, const float* source, const float* dy, float* dweight) {
  const int64_t patch = s.patch(), segments = s.segments(), weights = s.filters * patch;
  int64_t* offsets = ctx.scratch<int64_t>(static_cast<size_t>(patch));
  int64_t* offset = offsets;
  for (int64_t c = 0; c < s.channels; ++c)
    for (int64_t i = 0; i < s.g.rows.taps; ++i)
      for (int64_t j = 0; j < s.g.cols.taps; ++j) *offset++ = c * s.sourceSize() + s.offset(i, j);
  float* partial = ctx.scratch<float>(static_cast<size_t>(s.groups * segments * weights));
  const int64_t together = gemm::smaller(s.imagesTogether(), gemm::ceilDiv(s.batch, segments));
  const int64_t sourceRoom = together * s.channels * s.sourceSize() + 2 * kLanes;  // positions beyond the last meet what follows
  const int64_t perThread = gemm::roundUp(sourceRoom + together * s.filters * s.targetSize(), 16);
  float* scratch = ctx.scratch<float>(static_cast<size_t>(perThread * ctx.threads()));
  memset(scratch, 0, static_cast<size_t>(perThread * ctx.threads()) * 4);
  ctx.parallelFor(static_cast<uint32_t>(s.groups * segments), [&](uint32_t unit, int thread) {
    const int64_t group = unit / segments, segment = unit % segments;
    const int64_t begin = segment * s.batch / segments, end = (segment + 1) * s.batch / segments;
    float *planes = scratch + thread * perThread, *gradients = planes + sourceRoom;
    float* sums = partial + unit * weights;
    memset(sums, 0, static_cast<size_t>(weights) * 4);
    for (int64_t first = begin; first < end; first += together) {
      const int64_t images = gemm::smaller(together, end - first);
      for (int64_t i = 0; i < images; ++i) {
        const int64_t image = (first + i) * s.groups + group;
        copySource(s, source + image * s.channels * s.g.sourceSize(), planes + i * s.channels * s.sourceSize());
        for (int64_t f = 0; f < s.filters; ++f)
          copyRows(dy + (image * s.filters + f) * s.g.positions(), s.g.cols.count, s.g.rows.count, s.g.cols.count,
                   gradients + (i * s.filters + f) * s.targetSize(), s.pitch());
      }
      for (int64_t t = 0; t < patch; t += kTaps)
        for (int64_t f = 0; f < s.filters; f += kFilters)
          addFilters(gemm::smaller(kFilters, s.filters - f), s, planes, gradients + f * s.targetSize(), images, offsets + t,
                     gemm::smaller(kTaps, patch - t), sums + f * patch + t);
    }
  });
  forRange(ctx, static_cast<uint64_t>(s.groups * weights), 4096, [&](uint64_t begin, uint64_t end) {
    for (uint64_t i = begin; i < end; ++i) {
      const float* sums = partial + static_cast<int64_t>(i) / weights * segments * weights + static_cast<int64_t>(i) % weights;
      float total = sums[0];
      for (int64_t segment = 1; segment < segments; ++segment) total += sums[segment * weights];
      dweight[i] = total;
    }
  });
}

}  // namespace tessera::TESSERA_ISA::dots
