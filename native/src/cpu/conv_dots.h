// Weight gradients of convolutions as dot products over positions: dweight[filter][channel][tap] is that of a plane of dy and
// of what the tap meets in the source, copied once per column tap (ColumnCopies) so that lanes are positions. Nothing is
// unfolded or transposed, and dy is read where it lies.
// Segments of the batch, fixed by the shape, add up on their own and are added in order.
#pragma once

#include "cpu/conv_geometry.h"
#include "cpu/vector.h"

namespace tessera::TESSERA_ISA::dots {

using gemm::kLanes;
using gemm::loadVec;
using gemm::storeVec;
using gemm::Vec;

// Filters x taps whose sums are in registers at a time.
constexpr bool kManyRegisters = gemm::kRows >= 12;
constexpr int kFilters = kManyRegisters ? 4 : kLanes == 8 ? 3 : 2, kTaps = kManyRegisters ? 6 : 4;
constexpr int64_t kCopyBytes = 192 * 1024;      // of source planes whose sums are taken together: they stay in L2
constexpr int64_t kRunVectors = 64;             // summed before lanes are added up, about
constexpr int64_t kSegmentPositions = 2048;     // of a partial sum: fewer would not pay for adding up lanes
constexpr int64_t kFewestSegments = 2, kMostSegments = 16;

struct Shape {
  Geometry g;
  int64_t batch, groups, channels, filters;  // channels and filters of a group

  TESSERA_INLINE int64_t patch() const { return channels * g.taps(); }
  TESSERA_INLINE int64_t bandBytes(int64_t rows) const { return channels * ColumnCopies(g, rows).channelSize() * 4; }
  // An image is cut into bands of rows that are long enough and whose copies fit; small ones are taken together.
  TESSERA_INLINE int64_t bandRows() const {
    int64_t rows = gemm::smaller(g.rows.count, gemm::ceilDiv(kRunVectors * kLanes, g.cols.count));
    while (rows > 1 && bandBytes(rows) > kCopyBytes) rows = gemm::ceilDiv(rows, 2);
    return rows;
  }
  TESSERA_INLINE int64_t copyBytes() const { return bandBytes(bandRows()); }
  TESSERA_INLINE int64_t imagesTogether() const {
    const int64_t vectors = gemm::ceilDiv(g.positions(), kLanes);
    return gemm::larger(1, gemm::smaller(kRunVectors / vectors, kCopyBytes / copyBytes()));
  }
  TESSERA_INLINE int64_t groupsTogether() const {
    return gemm::smaller(groups, gemm::larger(1, kCopyBytes / (imagesTogether() * copyBytes())));
  }
  TESSERA_INLINE int64_t segments() const {
    const int64_t most = batch * g.positions() / kSegmentPositions;
    return gemm::smaller(batch, gemm::larger(kFewestSegments, gemm::smaller(most, kMostSegments)));
  }

  TESSERA_INLINE bool pays() const {
    return batch * g.positions() * patch() * filters > 0 && 2 * g.positions() >= gemm::roundUp(g.positions(), kLanes) &&
           copyBytes() <= kCopyBytes;
  }
};

// What is summed together: of each image its copies and as many positions of the planes of dy.
struct Run {
  const float* source;
  const float* dy;
  int64_t images, sourceStep, dyStep;   // between images
  int64_t positions, planeSize;         // of dy
};

// kRows filters and `taps` taps, which meet positions at `offsets`.
template <int kRows>
void addDots(const Run& run, int64_t filter, const int64_t* offsets, int64_t taps, float* to, int64_t step) {
  Vec sums[kRows][kTaps];
#pragma GCC unroll 4
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 8
    for (int t = 0; t < kTaps; ++t) sums[r][t] = gemm::zero();
  const int64_t whole = run.positions / kLanes * kLanes;
  const int rest = static_cast<int>(run.positions - whole);
  for (int64_t image = 0; image < run.images; ++image) {
    const float* gradients = run.dy + image * run.dyStep + filter * run.planeSize;
    const float* met[kTaps];
#pragma GCC unroll 8
    for (int t = 0; t < kTaps; ++t) met[t] = run.source + image * run.sourceStep + offsets[gemm::smaller(t, taps - 1)];
    const auto add = [&](int64_t at, auto&& load) __attribute__((always_inline)) {
      Vec g[kRows];
#pragma GCC unroll 4
      for (int r = 0; r < kRows; ++r) g[r] = load(gradients + r * run.planeSize + at);
#pragma GCC unroll 8
      for (int t = 0; t < kTaps; ++t) {
        const Vec x = load(met[t] + at);
#pragma GCC unroll 4
        for (int r = 0; r < kRows; ++r) sums[r][t] = gemm::fma(g[r], x, sums[r][t]);
      }
    };
    for (int64_t at = 0; at < whole; at += kLanes) add(at, [](const float* p) { return loadVec(p); });
    if (rest > 0) add(whole, [rest](const float* p) { return gemm::loadPartial(p, rest); });
  }
  const auto sum = [&](int r, int t) { return t < kTaps ? sums[r][t] : gemm::zero(); };
#pragma GCC unroll 4
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
    for (int t = 0; t < kTaps; t += 4) {
      float four[4];
      simd::sumLanesOfFour(sum(r, t), sum(r, t + 1), sum(r, t + 2), sum(r, t + 3), four);
      for (int i = 0; i < 4 && t + i < taps; ++i) to[r * step + t + i] += four[i];
    }
  }
}

// addDots for as many filters as there are.
template <int kRows = kFilters>
TESSERA_INLINE void addFilters(int64_t filters, const Run& run, int64_t filter, const int64_t* offsets, int64_t taps,
                               float* to, int64_t step) {
  if constexpr (kRows > 1) {
    if (filters < kRows) return addFilters<kRows - 1>(filters, run, filter, offsets, taps, to, step);
  }
  addDots<kRows>(run, filter, offsets, taps, to, step);
}

// dweight[group][filter][patch] of the source [batch][group][channel] and dy [batch][group][filter].
inline void correlate(Context& ctx, const Shape& s, const float* source, const float* dy, float* dweight) {
  const Geometry& g = s.g;
  const int64_t patch = s.patch(), segments = s.segments(), weights = s.filters * patch;
  const ColumnCopies copies(g, s.bandRows());
  int64_t* offsets = ctx.scratch<int64_t>(static_cast<size_t>(patch));
  copies.listOffsets(s.channels, offsets);
  float* partial = ctx.scratch<float>(static_cast<size_t>(s.groups * segments * weights));
  const int64_t together = s.imagesTogether(), groupsTogether = s.groupsTogether();
  const int64_t groupSize = s.channels * copies.channelSize(), imageSize = gemm::roundUp(groupsTogether * groupSize, kLanes);
  const int64_t perThread = together * imageSize + kLanes;
  float* scratch = ctx.scratch<float>(static_cast<size_t>(perThread * ctx.threads()));
  ctx.parallelFor(static_cast<uint32_t>(gemm::ceilDiv(s.groups, groupsTogether) * segments), [&](uint32_t unit, int thread) {
    const int64_t firstGroup = unit / segments * groupsTogether, segment = unit % segments;
    const int64_t held = gemm::smaller(groupsTogether, s.groups - firstGroup);
    const int64_t begin = segment * s.batch / segments, end = (segment + 1) * s.batch / segments;
    float* own = scratch + thread * perThread;
    for (int64_t i = 0; i < held; ++i)
      memset(partial + ((firstGroup + i) * segments + segment) * weights, 0, static_cast<size_t>(weights) * 4);
    for (int64_t first = begin; first < end; first += together) {
      const int64_t images = gemm::smaller(together, end - first);
      for (int64_t y = 0; y < g.rows.count; y += copies.targetRows) {
        const int64_t positions = gemm::smaller(copies.targetRows, g.rows.count - y) * g.cols.count;
        for (int64_t i = 0; i < images; ++i)
          copies.copy(source + ((first + i) * s.groups + firstGroup) * s.channels * g.sourceSize(), held * s.channels, y, own + i * imageSize);
        for (int64_t i = 0; i < held; ++i) {
          const int64_t group = firstGroup + i;
          const Run run{own + i * groupSize, dy + (first * s.groups + group) * s.filters * g.positions() + y * g.cols.count,
                        images, imageSize, s.groups * s.filters * g.positions(), positions, g.positions()};
          float* sums = partial + (group * segments + segment) * weights;
          for (int64_t t = 0; t < patch; t += kTaps)
            for (int64_t f = 0; f < s.filters; f += kFilters)
              addFilters(gemm::smaller(kFilters, s.filters - f), run, f, offsets + t, gemm::smaller(kTaps, patch - t),
                         sums + f * patch + t, patch);
        }
      }
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
