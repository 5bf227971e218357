// Convolution as matrix products over patches: a tile of output positions is unfolded into a matrix of patches that
// stays in cache, and the blocked GEMM multiplies it with the filters. Nothing larger than a tile is ever unfolded.
// Units of work are images, groups and tiles fixed by the shape, so results do not depend on the number of threads.
#include "gen/conv.h"

#include "cpu/gemm/gemm.h"
#include "cpu/kernel.h"

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

// Source coordinate that tap `k` of target coordinate `at` reads, or -1 when there is none.
TESSERA_INLINE int64_t sourceAt(bool transposed, int64_t at, int64_t k, int64_t stride, int64_t pad, int64_t dilation,
                                int64_t size) {
  if (!transposed) {
    const int64_t s = at * stride - pad + k * dilation;
    return s >= 0 && s < size ? s : -1;
  }
  const int64_t s = at + pad - k * dilation;
  return s >= 0 && s % stride == 0 && s / stride < size ? s / stride : -1;
}

// Patches of `channels` planes for the positions [first, first + count): patches[(c * taps + tap) * count + position].
template <class T>
void unfold(const Geometry& g, const T* source, int64_t channels, int64_t first, int64_t count, T* patches) {
  for (int64_t c = 0; c < channels; ++c) {
    const T* plane = source + c * g.sourceSize();
    for (int64_t i = 0; i < g.kernelHeight; ++i) {
      for (int64_t j = 0; j < g.kernelWidth; ++j, patches += count) {
        int64_t y = first / g.targetWidth, x = first % g.targetWidth;
        for (int64_t done = 0; done < count; ++y, x = 0) {
          const int64_t run = gemm::smaller(g.targetWidth - x, count - done);
          T* to = patches + done;
          done += run;
          const int64_t sy = sourceAt(g.transposed, y, i, g.strideHeight, g.padHeight, g.dilationHeight, g.sourceHeight);
          if (sy < 0) {
            memset(static_cast<void*>(to), 0, static_cast<size_t>(run) * sizeof(T));
            continue;
          }
          const T* row = plane + sy * g.sourceWidth;
          if (g.strideWidth == 1) {
            // The part of the run inside the row is a plain copy.
            const int64_t offset = j * g.dilationWidth - g.padWidth, shift = g.transposed ? -offset : offset;
            const int64_t begin = gemm::smaller(gemm::larger(x, -shift), x + run);
            const int64_t end = gemm::larger(gemm::smaller(x + run, g.sourceWidth - shift), begin);
            memset(static_cast<void*>(to), 0, static_cast<size_t>(begin - x) * sizeof(T));
            memcpy(static_cast<void*>(to + (begin - x)), row + begin + shift, static_cast<size_t>(end - begin) * sizeof(T));
            memset(static_cast<void*>(to + (end - x)), 0, static_cast<size_t>(x + run - end) * sizeof(T));
            continue;
          }
          for (int64_t k = 0; k < run; ++k) {
            const int64_t sx = sourceAt(g.transposed, x + k, j, g.strideWidth, g.padWidth, g.dilationWidth, g.sourceWidth);
            to[k] = sx < 0 ? T{} : row[sx];
          }
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

  const int64_t patchFloats = identity ? 0 : gemm::ceilDiv(patch * tile * static_cast<int64_t>(sizeof(T)), 64) * 16;
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
      unfold(g, from, sourceChannels, first, count, patches);
      b.b = {patches, count, 1};
    }
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

// dweight[group, m, patch] = sum over images and positions of dy[m, position] patches[patch, position].
template <class T, bool kDot>
void correlate(Context& ctx, const Geometry& g, const T* source, const T* dy, T* dweight, int64_t batch, int64_t groups,
               int64_t sourceChannels, int64_t targetChannels) {
  const int64_t positions = g.positions(), patch = sourceChannels * g.taps();
  const int64_t size = targetChannels * patch;
  if (size == 0) return;
  const bool identity = g.isIdentity();
  const int64_t tile = tilePositions(positions, patch, sizeof(T)), tiles = positions == 0 ? 0 : gemm::ceilDiv(positions, tile);
  const int64_t work = batch * tiles;
  const int64_t colPanels = gemm::ceilDiv(patch, gemm::kCols), ld = colPanels * gemm::kCols;
  const int64_t partialSize = targetChannels * ld;
  // Each segment of the work adds up in its own partial result; the segments are added in order.
  const int64_t affordable = kPartialBytes / gemm::larger(1, groups * partialSize * 4);
  const int64_t segments = gemm::larger(1, gemm::smaller(gemm::smaller(kMaxSegments, affordable), work));
  float* partial = ctx.scratch<float>(static_cast<size_t>(groups * segments * partialSize));

  gemm::Block<T> block{};
  block.m = targetChannels;
  block.n = patch;
  block.k = tile;
  block.kBlock = gemm::evenBlock<kDot>(tile, gemm::kBlockSteps);
  const int64_t rowPanels = gemm::RowPanels(targetChannels).count;
  block.inPlace = {partial, ld, false};
  const int64_t patchFloats = identity ? 0 : gemm::ceilDiv(patch * tile * static_cast<int64_t>(sizeof(T)), 64) * 16;
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
      b.a = {dy + image * targetChannels * positions + first, positions, 1};
      b.k = count;
      b.inPlace.c = sum;
      b.accumulate = at > begin;
      if (identity) {
        b.b = {from + first, 1, g.sourceSize()};
      } else {
        T* patches = reinterpret_cast<T*>(own);
        unfold(g, from, sourceChannels, first, count, patches);
        b.b = {patches, 1, count};
      }
      auto nothing = [](const gemm::Tile&) {};
      gemm::runTask<T, kDot>(b, 0, rowPanels, 0, colPanels, own + patchFloats, thread, nothing);
    }
  });
  forRange(ctx, static_cast<uint64_t>(groups * targetChannels), 8, [&](uint64_t begin, uint64_t end) {
    for (uint64_t row = begin; row < end; ++row) {
      const int64_t group = static_cast<int64_t>(row) / targetChannels, m = static_cast<int64_t>(row) % targetChannels;
      float* total = partial + group * segments * partialSize + m * ld;
      for (int64_t s = 1; s < segments; ++s) {
        const float* more = total + s * partialSize;
#pragma omp simd
        for (int64_t j = 0; j < patch; ++j) total[j] += more[j];
      }
      T* to = dweight + static_cast<int64_t>(row) * patch;
#pragma omp simd
      for (int64_t j = 0; j < patch; ++j) store(to + j, total[j]);
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

template <class T>
void conv2dForward(const Conv2dForwardArgs<T>& a, Context& ctx) {
  withDot<T>([&]<bool kDot>() {
    convolve<T, kDot>(ctx, forwardGeometry(a), a.x, a.weight, a.bias, a.y, a.batch, a.groups, a.channels / a.groups,
                      a.filters / a.groups);
  });
}

template <class T>
void conv2dBackwardInput(const Conv2dBackwardInputArgs<T>& a, Context& ctx) {
  // The gradient is a convolution of dy with the filters, channels and filters exchanged.
  const int64_t channels = a.channels / a.groups, filters = a.filters / a.groups, taps = a.kernelHeight * a.kernelWidth;
  T* exchanged = ctx.scratch<T>(static_cast<size_t>(a.filters * channels * taps));
  for (int64_t group = 0; group < a.groups; ++group)
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t f = 0; f < filters; ++f)
        memcpy(static_cast<void*>(exchanged + ((group * channels + c) * filters + f) * taps),
               a.weight + ((group * filters + f) * channels + c) * taps, static_cast<size_t>(taps) * sizeof(T));
  withDot<T>([&]<bool kDot>() {
    convolve<T, kDot>(ctx, inputGeometry(a), a.dy, exchanged, a.bias, a.dx, a.batch, a.groups, filters, channels);
  });
}

template <class T>
void conv2dBackwardWeight(const Conv2dBackwardWeightArgs<T>& a, Context& ctx) {
  withDot<T>([&]<bool kDot>() {
    correlate<T, kDot>(ctx, forwardGeometry(a), a.x, a.dy, a.dweight, a.batch, a.groups, a.channels / a.groups,
                       a.filters / a.groups);
  });
}

}  // namespace tessera::TESSERA_ISA

#include "gen/conv.cpu.inc"
