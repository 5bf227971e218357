// Convolution as matrix products over patches: a tile of output positions is unfolded into a matrix of patches that
// stays in cache, and the blocked GEMM multiplies it with the filters. Nothing larger than a tile is ever unfolded.
// The most common one, f32 3x3 with stride 1 and enough channels, has a shorter way (winograd.h).
// Units of work are images, groups and tiles fixed by the shape, so results do not depend on the number of threads.
#include "gen/conv.h"

#include "cpu/gemm/gemm.h"
#include "cpu/kernel.h"
#include "cpu/winograd.h"

namespace tessera::TESSERA_ISA {

constexpr int64_t kPatchBytes = 256 * 1024;              // of the unfolded tile: it shares L2 with the packed filters
constexpr int64_t kPartialBytes = int64_t{64} << 20;     // bound on the partial weight gradients
constexpr int64_t kMaxSegments = 16;                     // partial weight gradients

// A convolution seen from one side: `source` planes are gathered into patches for each position of the `target` plane.
struct Geometry {
  int64_t sourceHeight, sourceWidth, targetHeight, targetWidth;
  int64_t kernelHeight, kernelWidth;
  int64_t strideHeight, strideWidth, padHeight, padWidth, dilationHeight, dilationWidth;
  bool transposed;  // position (y, x) of the target meets source ((y + pad - i * dilation) / stride) where that is whole

  TESSERA_INLINE int64_t positions() const { return targetHeight * targetWidth; }
  TESSERA_INLINE int64_t sourceSize() const { return sourceHeight * sourceWidth; }
  TESSERA_INLINE int64_t taps() const { return kernelHeight * kernelWidth; }
  // The patches are the source itself.
  TESSERA_INLINE bool isIdentity() const {
    return taps() == 1 && strideHeight == 1 && strideWidth == 1 && padHeight == 0 && padWidth == 0;
  }
};

template <class Args>
TESSERA_INLINE Geometry forwardGeometry(const Args& a) {
  return {a.height,       a.width,       a.outHeight, a.outWidth, a.kernelHeight,   a.kernelWidth,   a.strideHeight,
          a.strideWidth,  a.padHeight,   a.padWidth,  a.dilationHeight, a.dilationWidth, false};
}

template <class Args>
TESSERA_INLINE Geometry inputGeometry(const Args& a) {
  return {a.outHeight,    a.outWidth,    a.height,    a.width,    a.kernelHeight,   a.kernelWidth,   a.strideHeight,
          a.strideWidth,  a.padHeight,   a.padWidth,  a.dilationHeight, a.dilationWidth, true};
}

// What one tap reads along one dimension: target coordinate `first`, then every `step`-th below `past`, meets source
// coordinate `source`, then every `sourceStep`-th; the other target coordinates meet nothing.
struct Taps {
  int64_t first, past, step, source, sourceStep;
};

TESSERA_INLINE Taps tapsOf(bool transposed, int64_t k, int64_t stride, int64_t pad, int64_t dilation, int64_t sourceSize,
                           int64_t targetSize) {
  const int64_t shift = k * dilation - pad;
  if (!transposed) {  // source = target * stride + shift
    const int64_t first = shift < 0 ? gemm::ceilDiv(-shift, stride) : 0;
    const int64_t past = sourceSize > shift ? gemm::ceilDiv(sourceSize - shift, stride) : 0;
    return {first, gemm::smaller(past, targetSize), 1, first * stride + shift, stride};
  }
  // source = (target - shift) / stride, where that is whole
  const int64_t first = shift < 0 ? gemm::ceilDiv(-shift, stride) * stride + shift : shift;
  return {first, gemm::smaller((sourceSize - 1) * stride + shift + 1, targetSize), stride, (first - shift) / stride, 1};
}

// Rows of patches are short: calls of memcpy and memset would cost more than the copy.
template <class T>
TESSERA_INLINE void copyShort(T* to, const T* from, int64_t n) {
  constexpr int64_t kWide = 32 / sizeof(T);
  int64_t i = 0;
  for (; i + kWide <= n; i += kWide) __builtin_memcpy(static_cast<void*>(to + i), from + i, 32);
  for (; i < n; ++i) to[i] = from[i];
}

template <class T>
TESSERA_INLINE void zeroShort(T* to, int64_t n) {
  for (int64_t i = 0; i < n; ++i) to[i] = T{};
}

// One row of a patch for target columns [x, x + run), from a row of the source.
template <class T>
TESSERA_INLINE void unfoldRow(const Taps& t, const T* row, int64_t x, int64_t run, T* to) {
  const int64_t skipped = t.first < x ? gemm::ceilDiv(x - t.first, t.step) : 0;
  const int64_t begin = t.first + skipped * t.step, past = gemm::smaller(t.past, x + run);
  if (begin >= past) return zeroShort(to, run);
  const T* from = row + t.source + skipped * t.sourceStep;
  if (t.step == 1) {
    zeroShort(to, begin - x);
    if (t.sourceStep == 1) {
      copyShort(to + (begin - x), from, past - begin);
    } else {
      for (int64_t k = begin; k < past; ++k, from += t.sourceStep) to[k - x] = *from;
    }
    zeroShort(to + (past - x), x + run - past);
  } else {
    zeroShort(to, run);
    for (int64_t k = begin; k < past; k += t.step, ++from) to[k - x] = *from;
  }
}

// Patches of `channels` planes for the positions [first, first + count): patches[(c * taps + tap) * ld + position].
template <class T>
void unfold(const Geometry& g, const T* source, int64_t channels, int64_t first, int64_t count, T* patches, int64_t ld) {
  // With stride 1 and planes of one width, a tap sees the plane shifted as a whole, but for columns at the edges.
  const bool shifted = g.strideHeight == 1 && g.strideWidth == 1 && g.sourceWidth == g.targetWidth;
  for (int64_t i = 0; i < g.kernelHeight; ++i) {
    const Taps rows = tapsOf(g.transposed, i, g.strideHeight, g.padHeight, g.dilationHeight, g.sourceHeight, g.targetHeight);
    for (int64_t j = 0; j < g.kernelWidth; ++j) {
      const Taps cols = tapsOf(g.transposed, j, g.strideWidth, g.padWidth, g.dilationWidth, g.sourceWidth, g.targetWidth);
      T* to = patches + (i * g.kernelWidth + j) * ld;
      for (int64_t c = 0; c < channels; ++c, to += g.taps() * ld) {
        const T* plane = source + c * g.sourceSize();
        if (shifted && cols.first < cols.past && rows.first < rows.past) {
          const int64_t shift = (rows.source - rows.first) * g.sourceWidth + cols.source - cols.first;
          const int64_t begin = gemm::smaller(gemm::larger(first, -shift), first + count);
          const int64_t end = gemm::larger(gemm::smaller(first + count, g.sourceSize() - shift), begin);
          zeroShort(to, begin - first);
          memcpy(static_cast<void*>(to + (begin - first)), plane + begin + shift, static_cast<size_t>(end - begin) * sizeof(T));
          zeroShort(to + (end - first), first + count - end);
          if (cols.first == 0 && cols.past == g.targetWidth) continue;
          for (int64_t done = -(first % g.targetWidth); done < count; done += g.targetWidth) {
            for (int64_t x = gemm::larger(0, -done); x < cols.first && done + x < count; ++x) to[done + x] = T{};
            for (int64_t x = gemm::larger(cols.past, -done); x < g.targetWidth && done + x < count; ++x) to[done + x] = T{};
          }
          continue;
        }
        int64_t y = first / g.targetWidth, x = first % g.targetWidth;
        for (int64_t done = 0; done < count; ++y, x = 0) {
          const int64_t run = gemm::smaller(g.targetWidth - x, count - done);
          if (y < rows.first || y >= rows.past || (y - rows.first) % rows.step != 0) {
            zeroShort(to + done, run);
          } else {
            const int64_t sy = rows.source + (y - rows.first) / rows.step * rows.sourceStep;
            unfoldRow(cols, plane + sy * g.sourceWidth, x, run, to + done);
          }
          done += run;
        }
      }
    }
  }
}

// Positions in a tile: as many as keep its patches within bounds, a multiple of the GEMM's panel.
TESSERA_INLINE int64_t tilePositions(int64_t positions, int64_t patchSize, int64_t elementSize) {
  const int64_t fit = kPatchBytes / gemm::larger(1, patchSize * elementSize);
  return gemm::smaller(positions, gemm::larger(4 * gemm::kCols, fit / gemm::kCols * gemm::kCols));
}

// Elements between the rows of unfolded patches: rows a multiple of 1 KB apart would crowd into a few sets of L1.
template <class T>
TESSERA_INLINE int64_t patchStride(int64_t tile) {
  const int64_t bytes = tile * static_cast<int64_t>(sizeof(T));
  return gemm::collides(bytes) ? tile + gemm::kCols : tile;
}

// target[b, group, m, position] = filters[group, m, patch] patches[b, group, patch, position] + bias.
// `filters` are row-major; planes of source and target are contiguous per image.
template <class T, bool kDot>
void convolve(Context& ctx, const Geometry& g, const T* source, const T* filters, const T* bias, T* target,
              int64_t batch, int64_t groups, int64_t sourceChannels, int64_t targetChannels) {
  const int64_t positions = g.positions(), patch = sourceChannels * g.taps();
  if (batch == 0 || positions == 0 || targetChannels == 0) return;
  const bool identity = g.isIdentity();
  const int64_t tile = tilePositions(positions, patch, sizeof(T)), tiles = gemm::ceilDiv(positions, tile);
  const int64_t rowPanels = gemm::RowPanels(targetChannels).count, colPanels = gemm::ceilDiv(tile, gemm::kCols);

  // The filters of a group are packed once for every tile.
  const int64_t steps = gemm::stepsOf<kDot>(patch), packedSize = rowPanels * gemm::kAStride * gemm::larger(1, steps);
  float* packed = ctx.scratch<float>(static_cast<size_t>(groups * packedSize));
  gemm::Block<T> block{};
  block.m = targetChannels;
  block.k = patch;
  block.kBlock = gemm::evenBlock<kDot>(patch, gemm::kBlockSteps);
  block.packedStepsA = steps;
  for (int64_t group = 0; group < groups; ++group) {
    gemm::Block<T> own = block;
    own.a = {filters + group * targetChannels * patch, patch, 1};
    gemm::packShared<T, kDot>(ctx, own, packed + group * packedSize, nullptr);
  }
  block.packedA = packed;

  const int64_t patchLd = patchStride<T>(tile);
  const int64_t patchFloats = identity ? 0 : gemm::ceilDiv(patch * patchLd * static_cast<int64_t>(sizeof(T)), 64) * 16;
  const int64_t perThread = patchFloats + gemm::roundUp(gemm::taskScratch<T, kDot>(block, rowPanels, colPanels), 16);
  float* scratch = ctx.scratch<float>(static_cast<size_t>(perThread * ctx.threads()));
  ctx.parallelFor(static_cast<uint32_t>(batch * groups * tiles), [&](uint32_t unit, int thread) {
    const int64_t first = unit % tiles * tile, count = gemm::smaller(tile, positions - first);
    const int64_t image = unit / tiles, group = image % groups;
    const T* from = source + image * sourceChannels * g.sourceSize();
    float* own = scratch + thread * perThread;
    gemm::Block<T> b = block;
    b.packedA = packed + group * packedSize;
    b.n = count;
    if (identity) {
      b.b = {from + first, g.sourceSize(), 1};
    } else {
      T* patches = reinterpret_cast<T*>(own);
      unfold(g, from, sourceChannels, first, count, patches, patchLd);
      b.b = {patches, patchLd, 1};
    }
    b.rowsB = gemm::rowsOfB<T, kDot>(b.b, patch);
    b.readB = b.rowsB && sizeof(T) == 4 && rowPanels <= 4 && !gemm::collides(b.b.rowStride * 4);
    T* to = target + image * targetChannels * positions + first;
    const T* add = bias ? bias + group * targetChannels : nullptr;
    auto consume = [=](const gemm::Tile& t) {
      for (int64_t r = 0; r < t.rows; ++r) {
        const float offset = add ? load(add + t.row + r) : 0.0f;
        T* row = to + (t.row + r) * positions + t.col;
        const float* value = t.data + r * t.ld;
#pragma omp simd
        for (int64_t j = 0; j < t.cols; ++j) store(row + j, value[j] + offset);
      }
    };
    gemm::runTask<T, kDot>(b, 0, rowPanels, 0, gemm::ceilDiv(count, gemm::kCols), own + patchFloats, thread, consume);
  });
}

// dweight[group, m, patch] = sum over images and positions of dy[m, position] patches[patch, position]. Computed as its
// transpose, so that the larger operand, the patches, is read as it lies.
template <class T, bool kDot>
void correlate(Context& ctx, const Geometry& g, const T* source, const T* dy, T* dweight, int64_t batch, int64_t groups,
               int64_t sourceChannels, int64_t targetChannels) {
  const int64_t positions = g.positions(), patch = sourceChannels * g.taps();
  if (targetChannels * patch == 0) return;
  const bool identity = g.isIdentity();
  const int64_t tile = tilePositions(positions, patch, sizeof(T)), tiles = positions == 0 ? 0 : gemm::ceilDiv(positions, tile);
  const int64_t work = batch * tiles;
  const int64_t colPanels = gemm::ceilDiv(targetChannels, gemm::kCols), ld = colPanels * gemm::kCols;
  const int64_t partialSize = patch * ld;
  // Each segment of the work adds up in its own partial result; the segments are added in order.
  const int64_t affordable = kPartialBytes / gemm::larger(1, groups * partialSize * 4);
  const int64_t segments = gemm::larger(1, gemm::smaller(gemm::smaller(kMaxSegments, affordable), work));
  float* partial = ctx.scratch<float>(static_cast<size_t>(groups * segments * partialSize));

  const int64_t patchLd = identity ? g.sourceSize() : patchStride<T>(tile);
  gemm::Block<T> block{};
  block.m = patch;
  block.n = targetChannels;
  block.k = tile;
  block.kBlock = gemm::evenBlock<kDot>(tile, gemm::kBlockSteps);
  const int64_t rowPanels = gemm::RowPanels(patch).count;
  block.inPlace = {partial, ld, false};
  const int64_t patchFloats = identity ? 0 : gemm::ceilDiv(patch * patchLd * static_cast<int64_t>(sizeof(T)), 64) * 16;
  const int64_t perThread = patchFloats + gemm::roundUp(gemm::taskScratch<T, kDot>(block, rowPanels, colPanels), 16);
  float* scratch = ctx.scratch<float>(static_cast<size_t>(perThread * ctx.threads()));
  ctx.parallelFor(static_cast<uint32_t>(groups * segments), [&](uint32_t unit, int thread) {
    const int64_t group = unit % groups, segment = unit / groups;
    float* own = scratch + thread * perThread;
    float* sum = partial + (group * segments + segment) * partialSize;
    const int64_t begin = segment * work / segments, end = (segment + 1) * work / segments;
    if (begin == end) memset(sum, 0, static_cast<size_t>(partialSize) * 4);
    for (int64_t at = begin; at < end; ++at) {
      const int64_t first = at % tiles * tile, count = gemm::smaller(tile, positions - first);
      const int64_t image = at / tiles * groups + group;
      const T* from = source + image * sourceChannels * g.sourceSize();
      gemm::Block<T> b = block;
      b.b = {dy + image * targetChannels * positions + first, 1, positions};
      b.k = count;
      b.inPlace.c = sum;
      b.accumulate = at > begin;
      if (identity) {
        b.a = {from + first, patchLd, 1};
      } else {
        T* patches = reinterpret_cast<T*>(own);
        unfold(g, from, sourceChannels, first, count, patches, patchLd);
        b.a = {patches, patchLd, 1};
      }
      b.readA = gemm::readableA<T, kDot>(b.a, count) && !gemm::collides(patchLd * static_cast<int64_t>(sizeof(T)));
      auto nothing = [](const gemm::Tile&) {};
      gemm::runTask<T, kDot>(b, 0, rowPanels, 0, colPanels, own + patchFloats, thread, nothing);
    }
  });
  forRange(ctx, static_cast<uint64_t>(groups * patch), gemm::larger(1, 4096 / targetChannels), [&](uint64_t begin, uint64_t end) {
    for (uint64_t row = begin; row < end; ++row) {
      const int64_t group = static_cast<int64_t>(row) / patch, at = static_cast<int64_t>(row) % patch;
      float* total = partial + group * segments * partialSize + at * ld;
      for (int64_t s = 1; s < segments; ++s) {
        const float* more = total + s * partialSize;
#pragma omp simd
        for (int64_t m = 0; m < targetChannels; ++m) total[m] += more[m];
      }
      T* to = dweight + group * targetChannels * patch + at;
      for (int64_t m = 0; m < targetChannels; ++m) store(to + m * patch, total[m]);
    }
  });
}

template <class T, class F>
TESSERA_INLINE void withDot(F&& body) {
  if constexpr (gemm::kHasDot && sizeof(T) == 2) {
    if (gemm::dotPays()) return body.template operator()<true>();
  }
  body.template operator()<false>();
}

// A command without groups has no weights either, or its extents would have been refused.
template <class Args>
int64_t groupsOf(const Args& a) {
  return gemm::larger(1, a.groups);
}

// Whether minimal filtering is possible; Shape::pays() tells whether it is worth it.
template <class Args>
TESSERA_INLINE bool winogradFits(const Args& a) {
  return a.batch > 0 && groupsOf(a) == 1 && a.kernelHeight == 3 && a.kernelWidth == 3 &&
         a.strideHeight == 1 && a.strideWidth == 1 && a.dilationHeight == 1 && a.dilationWidth == 1;
}

template <class Args>
TESSERA_INLINE winograd::Shape winogradShape(const Args& a) {
  return {a.batch, a.channels, a.filters, a.height, a.width, a.outHeight, a.outWidth, a.padHeight, a.padWidth};
}

// The input gradient: from dy to dx.
template <class Args>
TESSERA_INLINE winograd::Shape winogradInputShape(const Args& a) {
  return {a.batch, a.filters, a.channels, a.outHeight, a.outWidth, a.height, a.width,
          2 - int64_t{a.padHeight}, 2 - int64_t{a.padWidth}};
}

template <class T>
void conv2dForward(const Conv2dForwardArgs<T>& a, Context& ctx) {
  if constexpr (std::is_same_v<T, float>) {
    const winograd::Shape shape = winogradShape(a);
    if (winogradFits(a) && shape.pays())
      return winograd::convolve(ctx, shape, a.x, {a.weight, 9, 9 * shape.sourceChannels, false}, a.bias, a.y);
  }
  withDot<T>([&]<bool kDot>() {
    convolve<T, kDot>(ctx, forwardGeometry(a), a.x, a.weight, a.bias, a.y, a.batch, groupsOf(a), a.channels / groupsOf(a),
                      a.filters / groupsOf(a));
  });
}

template <class T>
void conv2dBackwardInput(const Conv2dBackwardInputArgs<T>& a, Context& ctx) {
  if constexpr (std::is_same_v<T, float>) {
    const winograd::Shape shape = winogradInputShape(a);
    if (winogradFits(a) && shape.pays())
      return winograd::convolve(ctx, shape, a.dy, {a.weight, 9 * shape.targetChannels, 9, true}, a.bias, a.dx);
  }
  // The gradient is a convolution of dy with the filters, channels and filters exchanged.
  const int64_t channels = a.channels / groupsOf(a), filters = a.filters / groupsOf(a), taps = a.kernelHeight * a.kernelWidth;
  T* exchanged = ctx.scratch<T>(static_cast<size_t>(a.filters * channels * taps));
  for (int64_t group = 0; group < groupsOf(a); ++group)
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t f = 0; f < filters; ++f)
        memcpy(static_cast<void*>(exchanged + ((group * channels + c) * filters + f) * taps),
               a.weight + ((group * filters + f) * channels + c) * taps, static_cast<size_t>(taps) * sizeof(T));
  withDot<T>([&]<bool kDot>() {
    convolve<T, kDot>(ctx, inputGeometry(a), a.dy, exchanged, a.bias, a.dx, a.batch, groupsOf(a), filters, channels);
  });
}

template <class T>
void conv2dBackwardWeight(const Conv2dBackwardWeightArgs<T>& a, Context& ctx) {
  if constexpr (std::is_same_v<T, float>) {
    const winograd::Shape shape = winogradShape(a);
    if (winogradFits(a) && shape.pays()) return winograd::correlate(ctx, shape, a.x, a.dy, a.dweight);
  }
  withDot<T>([&]<bool kDot>() {
    correlate<T, kDot>(ctx, forwardGeometry(a), a.x, a.dy, a.dweight, a.batch, groupsOf(a), a.channels / groupsOf(a),
                       a.filters / groupsOf(a));
  });
}

}  // namespace tessera::TESSERA_ISA

#include "gen/conv.cpu.inc"
