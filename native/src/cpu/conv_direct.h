// Convolutions of few filters, f32, summed where the source lies: lanes are neighbouring positions of the target, and a sum
// runs over channels and taps in order. Products over patches (conv.cc) copy what every tap meets, which for few filters
// takes as long as multiplying; here the source is copied once per column tap (ColumnCopies), and a row tap is a shift.
// Units of work are images and bands of rows, fixed by the shape; an element of the target is one chain over ascending
// channels and taps whatever else is in the batch.
#pragma once

#include "cpu/conv_geometry.h"

namespace tessera::TESSERA_ISA::direct {

using gemm::kLanes;
using gemm::loadVec;
using gemm::storeVec;
using gemm::Vec;

// Filters x vectors of positions whose sums are in registers at a time.
constexpr int kFilters = gemm::kRows >= 12 ? 8 : gemm::kRows, kVectors = gemm::kRows >= 12 ? 3 : 2;
constexpr int64_t kCopyBytes = 192 * 1024;   // of the source of a unit: it shares L2 with the filters
constexpr int64_t kFilterBytes = 256 * 1024;
constexpr int64_t kMostFilters = 96;         // copies for more cost little beside the products
constexpr int64_t kUnitVectors = 12;         // positions of a unit, at least: small images are taken together

// `total` things in as few parts as hold `most` each, of nearly the same size.
struct Split {
  int64_t count, base, longer;

  TESSERA_INLINE Split(int64_t total, int64_t most)
      : count(gemm::ceilDiv(total, most)), base(total / count), longer(total % count) {}
  TESSERA_INLINE int64_t start(int64_t part) const { return part * base + gemm::smaller(part, longer); }
  TESSERA_INLINE int64_t size(int64_t part) const { return base + (part < longer); }
};

// weights[k][filter]; position p of vector v meets from[v][offsets[k] + p].
struct Sums {
  const float* weights;
  const float* bias;
  const int64_t* offsets;
  int64_t taps;
  const float* from[kVectors];
  float* to[kVectors];  // of the first filter; the next is toStride away
  int lanes[kVectors];
  int64_t toStride;
};

template <int kF, int kV>
void addTaps(const Sums& s) {
  Vec sums[kF][kV];
  const float* from[kV];
#pragma GCC unroll 8
  for (int f = 0; f < kF; ++f)
#pragma GCC unroll 3
    for (int v = 0; v < kV; ++v) sums[f][v] = gemm::zero();
#pragma GCC unroll 3
  for (int v = 0; v < kV; ++v) from[v] = s.from[v];
  const float* w = s.weights;
  for (int64_t k = 0; k < s.taps; ++k, w += kF) {
    const int64_t offset = s.offsets[k];
    Vec x[kV];
#pragma GCC unroll 3
    for (int v = 0; v < kV; ++v) x[v] = loadVec(from[v] + offset);
#pragma GCC unroll 8
    for (int f = 0; f < kF; ++f) {
      const Vec weight = gemm::broadcast(w + f);
#pragma GCC unroll 3
      for (int v = 0; v < kV; ++v) sums[f][v] = gemm::fma(weight, x[v], sums[f][v]);
    }
  }
#pragma GCC unroll 8
  for (int f = 0; f < kF; ++f) {
    const Vec bias = s.bias ? gemm::broadcast(s.bias + f) : gemm::zero();
#pragma GCC unroll 3
    for (int v = 0; v < kV; ++v) {
      float* to = s.to[v] + f * s.toStride;
      if (s.lanes[v] == kLanes) {
        storeVec(to, sums[f][v] + bias);
      } else {
        gemm::storePartial(to, sums[f][v] + bias, s.lanes[v]);
      }
    }
  }
}

template <int kF = kFilters, int kV = kVectors>
TESSERA_INLINE auto pickTaps(int64_t filters, int64_t vectors) -> void (*)(const Sums&) {
  if constexpr (kF > 1) {
    if (filters < kF) return pickTaps<kF - 1, kV>(filters, vectors);
  }
  if constexpr (kV > 1) {
    if (vectors < kV) return pickTaps<kF, kV - 1>(filters, vectors);
  }
  return addTaps<kF, kV>;
}

struct Shape {
  Geometry g;
  int64_t batch, groups, channels, filters;  // channels and filters of a group

  TESSERA_INLINE int64_t taps() const { return channels * g.taps(); }
  TESSERA_INLINE int64_t bandBytes(int64_t rows) const { return channels * ColumnCopies(g, rows).channelSize() * 4; }
  // An image is cut into bands of rows whose copies fit; small ones are taken together, and so are groups.
  TESSERA_INLINE int64_t bandRows() const {
    int64_t rows = g.rows.count;
    while (rows > 1 && bandBytes(rows) > kCopyBytes) rows = gemm::ceilDiv(rows, 2);
    return rows;
  }
  TESSERA_INLINE int64_t imagesTogether() const {
    const int64_t wanted = gemm::ceilDiv(kUnitVectors, gemm::ceilDiv(g.positions(), kLanes));
    return gemm::smaller(wanted, gemm::larger(1, kCopyBytes / bandBytes(g.rows.count)));
  }
  TESSERA_INLINE int64_t groupsTogether() const {
    return gemm::smaller(groups, gemm::larger(1, kCopyBytes / (imagesTogether() * bandBytes(bandRows()))));
  }

  TESSERA_INLINE bool pays() const {
    return g.positions() * taps() > 0 && 2 * g.positions() >= gemm::roundUp(g.positions(), kLanes) && !g.isIdentity() &&
           filters <= kMostFilters && filters * taps() * 4 <= kFilterBytes && bandBytes(bandRows()) <= kCopyBytes;
  }
};

// Filters as addTaps reads them: [group][block][tap][filter], blocks as Split(filters, kFilters) has them.
inline void packFilters(const Shape& s, const float* filters, float* to) {
  const Split blocks(s.filters, kFilters);
  const int64_t taps = s.taps();
  for (int64_t group = 0; group < s.groups; ++group)
    for (int64_t b = 0; b < blocks.count; ++b) {
      const int64_t size = blocks.size(b);
      for (int64_t k = 0; k < taps; ++k)
        for (int64_t f = 0; f < size; ++f) *to++ = filters[f * taps + k];
      filters += size * taps;
    }
}

// Sums of a filter, to where their neighbours in a row of the target lie `every` apart.
struct Runs {
  struct Run {
    float* to;  // in the plane of the first filter
    int from, count;
  };
  Run runs[kVectors * kLanes];
  int64_t size = 0;

  // Positions [first, first + count) of the target rows from y on, whose sums begin at `from`.
  TESSERA_INLINE void add(const Geometry& g, float* plane, int64_t y, int64_t first, int64_t count, int64_t from) {
    const int64_t width = g.cols.count, most = 8;
    int64_t row = y + first / width, col = first % width;
    while (count > 0) {
      const int64_t run = gemm::smaller(gemm::smaller(most, count), width - col);
      float* to = plane + (g.rows.first + row * g.rows.every) * g.targetWidth + g.cols.first + col * g.cols.every;
      runs[size++] = {to, static_cast<int>(from), static_cast<int>(run)};
      from += run, count -= run, col += run;
      if (col == width) ++row, col = 0;
    }
  }

  // What store() will write: planes lie too far apart for the processor to fetch them by itself.
  TESSERA_INLINE void fetch(int64_t plane) const {
    for (int64_t i = 0; i < size; ++i) __builtin_prefetch(runs[i].to + plane, 1);
  }

  TESSERA_INLINE void store(const float* sums, int64_t every, int64_t plane) const {
    for (int64_t i = 0; i < size; ++i) {
      const auto [to, from, count] = runs[i];
      if (kInterleaves && every == 2) {
        storeEverySecond(sums + from, to + plane, count);
      } else {
        for (int l = 0; l < count; ++l) to[plane + l * every] = sums[from + l];
      }
    }
  }
};

// target[image][group][filter] = filters of the source [image][group][channel], plus bias per filter where present.
inline void convolve(Context& ctx, const Shape& s, const float* source, const float* filters, const float* bias, float* target) {
  const Geometry& g = s.g;
  const int64_t taps = s.taps(), width = g.cols.count;
  float* packed = ctx.scratch<float>(static_cast<size_t>(s.groups * s.filters * taps));
  packFilters(s, filters, packed);
  const ColumnCopies copies(g, s.bandRows());
  int64_t* offsets = ctx.scratch<int64_t>(static_cast<size_t>(taps));
  copies.listOffsets(s.channels, offsets);
  const int64_t together = s.imagesTogether(), groupsTogether = s.groupsTogether(), bands = gemm::ceilDiv(g.rows.count, copies.targetRows);
  const int64_t groupSize = s.channels * copies.channelSize(), imageSize = gemm::roundUp(groupsTogether * groupSize, kLanes);
  const int64_t perThread = together * imageSize + kLanes;  // positions beyond the last meet what follows
  float* scratch = ctx.scratch<float>(static_cast<size_t>(perThread * ctx.threads()));
  const bool strided = g.rows.every != 1 || g.cols.every != 1;
  const Split blocks(s.filters, kFilters);

  ctx.parallelFor(static_cast<uint32_t>(gemm::ceilDiv(s.batch, together) * bands), [&](uint32_t unit, int thread) {
    float* own = scratch + thread * perThread;
    const int64_t image = unit / bands * together, images = gemm::smaller(together, s.batch - image);
    const int64_t y = unit % bands * copies.targetRows, rows = gemm::smaller(copies.targetRows, g.rows.count - y);
    const int64_t positions = rows * width, perImage = gemm::ceilDiv(positions, kLanes);
    const Split runs(images * perImage, kVectors);
    for (int64_t group = 0; group < s.groups; ++group) {
      const int64_t held = gemm::smaller(groupsTogether, s.groups - group);  // from here on
      for (int64_t i = 0; group % groupsTogether == 0 && i < images; ++i)
        copies.copy(source + ((image + i) * s.groups + group) * s.channels * g.sourceSize(), held * s.channels, y, own + i * imageSize);
      for (int64_t run = 0; run < runs.count; ++run) {
        const int64_t vectors = runs.size(run);
        alignas(64) float staged[kFilters * kVectors * kLanes];
        Runs places;
        Sums sums;
        sums.offsets = offsets;
        sums.taps = taps;
        sums.toStride = strided ? kVectors * kLanes : g.targetSize();
        for (int64_t v = 0; v < vectors; ++v) {
          const int64_t at = runs.start(run) + v, i = at / perImage, first = at % perImage * kLanes;
          float* plane = target + ((image + i) * s.groups + group) * s.filters * g.targetSize();
          sums.from[v] = own + i * imageSize + group % groupsTogether * groupSize + first;
          sums.lanes[v] = static_cast<int>(gemm::smaller(kLanes, positions - first));
          sums.to[v] = strided ? staged + v * kLanes : plane + y * width + first;
          if (strided) places.add(g, plane, y, first, sums.lanes[v], v * kLanes);
        }
        for (int64_t b = 0; b < blocks.count; ++b) {
          const int64_t f = blocks.start(b), size = blocks.size(b);
          sums.weights = packed + (group * s.filters + f) * taps;
          sums.bias = bias ? bias + group * s.filters + f : nullptr;
          for (int64_t r = 0; r < size; ++r) {
            if (strided) places.fetch((f + r) * g.targetSize());
            for (int64_t v = 0; !strided && v < vectors; ++v) __builtin_prefetch(sums.to[v] + r * g.targetSize(), 1);
          }
          pickTaps(size, vectors)(sums);
          if (!strided) {
            for (int64_t v = 0; v < vectors; ++v) sums.to[v] += size * g.targetSize();
            continue;
          }
          for (int64_t r = 0; r < size; ++r)
            places.store(staged + r * kVectors * kLanes, g.cols.every, (f + r) * g.targetSize());
        }
      }
    }
  });
}

}  // namespace tessera::TESSERA_ISA::direct
