// Convolution as an implicit matrix product: patches are gathered straight from the image into a tile's shared memory and
// are never unfolded in memory. y and dx are filters x patches, the latter with the convolution seen from the other side;
// dweight is dy x patches over all positions, cut into stretches that are fixed by the shape and added up in order.
// Groups with few rows (depthwise) would leave most of a tile empty: there a thread, or for dweight a block, has an element.
#include "conv_tile.cuh"
#include "kernel.cuh"
#include "reduce.cuh"

#include "gen/conv.h"

namespace tessera::cuda {

// n / d for any 32-bit n and 1 <= d < 2^31, without a division.
struct Divisor {
  uint32_t d, multiplier, shift;

  Divisor() = default;
#if TESSERA_HOST
  explicit Divisor(uint32_t divisor) : d(divisor > 0 ? divisor : 1), shift(0) {
    while (shift < 31 && (uint32_t{1} << shift) < d) ++shift;
    multiplier = static_cast<uint32_t>(((uint64_t{1} << 32) * ((uint64_t{1} << shift) - d)) / d + 1);
  }
#endif
  __device__ __forceinline__ uint32_t divide(uint32_t n) const {
    return static_cast<uint32_t>((uint64_t{__umulhi(n, multiplier)} + n) >> shift);
  }
};

// A convolution seen from one side: planes of `source` are gathered into patches for every position of the target plane.
struct ConvGeometry {
  Divisor taps, kernelWidth, positions, targetWidth;  // positions of one target plane
  int32_t sourceHeight, sourceWidth;
  int32_t strideHeight, strideWidth, padHeight, padWidth, dilationHeight, dilationWidth;
  uint32_t sourceChannels, groups;  // channels per group
};

template <class T>
struct ConvArgs {
  ConvGeometry g;
  const T* source;  // gathered
  const T* other;   // the filters, or dy
  const T* bias;
  T* result;
  float* partial;           // dweight: [stretch][group][row][column]
  uint32_t rows, columns;   // of one group's product
  uint32_t depth, stretch;  // of the product, and of what one block adds up
  // Filters: elements from a target channel to the next, from a source channel to the next, from a group to the next.
  uint32_t rowStep, sourceStep, groupStep;
};

// A channel of the group and a place in the kernel.
struct Tap {
  uint32_t channel, i, j;
};
__device__ __forceinline__ Tap tapOf(const ConvGeometry& g, uint32_t index) {
  const uint32_t channel = g.taps.divide(index), tap = index - channel * g.taps.d, i = g.kernelWidth.divide(tap);
  return {channel, i, tap - i * g.kernelWidth.d};
}

// A position of an image of the batch.
struct Position {
  uint32_t image, y, x;
};
__device__ __forceinline__ Position positionOf(const ConvGeometry& g, uint32_t index) {
  const uint32_t image = g.positions.divide(index), at = index - image * g.positions.d, y = g.targetWidth.divide(at);
  return {image, y, at - y * g.targetWidth.d};
}

// Source coordinate that tap k of target coordinate `at` reads, or -1. With `transposed`, where the source's taps reach it.
template <bool transposed>
__device__ __forceinline__ int32_t sourceAt(int32_t at, int32_t k, int32_t stride, int32_t pad, int32_t dilation, int32_t size) {
  if constexpr (!transposed) {
    const int32_t s = at * stride - pad + k * dilation;
    return s >= 0 && s < size ? s : -1;
  } else {
    const int32_t s = at + pad - k * dilation;
    if (stride == 1) return s >= 0 && s < size ? s : -1;
    return s >= 0 && s % stride == 0 && s / stride < size ? s / stride : -1;
  }
}

template <bool transposed, class T>
__device__ __forceinline__ T patchAt(const ConvArgs<T>& a, uint32_t group, const Tap& tap, const Position& p) {
  const ConvGeometry& g = a.g;
  const int32_t y = sourceAt<transposed>(static_cast<int32_t>(p.y), static_cast<int32_t>(tap.i), g.strideHeight, g.padHeight,
                                         g.dilationHeight, g.sourceHeight);
  const int32_t x = sourceAt<transposed>(static_cast<int32_t>(p.x), static_cast<int32_t>(tap.j), g.strideWidth, g.padWidth,
                                         g.dilationWidth, g.sourceWidth);
  if (y < 0 || x < 0) return fromFloat<T>(0.0f);
  const uint64_t plane = (uint64_t{p.image} * g.groups + group) * g.sourceChannels + tap.channel;
  return a.source[(plane * static_cast<uint32_t>(g.sourceHeight) + static_cast<uint32_t>(y)) * static_cast<uint32_t>(g.sourceWidth) +
                  static_cast<uint32_t>(x)];
}

// Eight positions from `index` on, zero from `end` on.
template <bool transposed, class T>
__device__ __forceinline__ Pack<T, 8> patchPack(const ConvArgs<T>& a, uint32_t group, const Tap& tap, uint32_t index, uint32_t end) {
  Pack<T, 8> pack;
  Position p = positionOf(a.g, index);
  const uint32_t height = a.g.positions.d / a.g.targetWidth.d;
#pragma unroll
  for (uint32_t e = 0; e < 8; ++e) {
    pack[e] = index + e < end ? patchAt<transposed>(a, group, tap, p) : fromFloat<T>(0.0f);
    if (++p.x == a.g.targetWidth.d) {
      p.x = 0;
      if (++p.y == height) {
        p.y = 0;
        ++p.image;
      }
    }
  }
  return pack;
}

// A filter's element for a row and a patch index.
template <class T>
__device__ __forceinline__ T filterAt(const ConvArgs<T>& a, uint32_t group, uint32_t row, uint32_t k) {
  const uint32_t channel = a.g.taps.divide(k);
  return a.other[uint64_t{group} * a.groupStep + uint64_t{row} * a.rowStep + uint64_t{channel} * a.sourceStep +
                 (k - channel * a.g.taps.d)];
}

// dy's element for a row and a position.
template <class T>
__device__ __forceinline__ T upstreamAt(const ConvArgs<T>& a, uint32_t group, uint32_t row, uint32_t index) {
  const uint32_t image = a.g.positions.divide(index);
  return a.other[((uint64_t{image} * a.g.groups + group) * a.rows + row) * a.g.positions.d + (index - image * a.g.positions.d)];
}

// The result of a row (target channel) and a column (position).
template <class T>
__device__ __forceinline__ void storeTarget(const ConvArgs<T>& a, uint32_t group, uint32_t row, uint32_t column, float value) {
  const uint32_t image = a.g.positions.divide(column), channel = group * a.rows + row;
  if (a.bias) value += float(a.bias[channel]);
  a.result[(uint64_t{image} * a.g.groups * a.rows + channel) * a.g.positions.d + (column - image * a.g.positions.d)] = fromFloat<T>(value);
}

template <class At>
__device__ __forceinline__ auto packOf(uint32_t first, uint32_t end, At at) {
  Pack<decltype(at(first)), 8> pack;
#pragma unroll
  for (uint32_t e = 0; e < 8; ++e) pack[e] = first + e < end ? at(first + e) : fromFloat<decltype(at(first))>(0.0f);
  return pack;
}

// --- y and dx: blockIdx.x is a tile, blockIdx.y a group ---

template <class T, int transposed>
__device__ void convolveKernel(const ConvArgs<T>& a) {
  using Tile = ConvTile<T, false>;
  Tile tile;
  const uint32_t tileRows = ceilDiv(a.rows, Tile::kM), group = blockIdx.y;
  const uint32_t row0 = blockIdx.x % tileRows * Tile::kM, column0 = blockIdx.x / tileRows * Tile::kN;
  const bool packed = a.sourceStep == a.g.taps.d && a.rowStep % 8 == 0 && a.groupStep % 8 == 0 && alignedFor<8>(a.other);
  tile.compute(
      0, a.depth,
      [&](uint32_t row, uint32_t k) {
        row += row0;
        if (packed && row < a.rows && k + 8 <= a.depth) {
          return loadPack<8>(a.other + uint64_t{group} * a.groupStep + uint64_t{row} * a.rowStep + k);
        }
        return packOf(k, row < a.rows ? a.depth : 0, [&](uint32_t at) { return filterAt(a, group, row, at); });
      },
      [&](uint32_t k, uint32_t column) {
        const bool inside = k < a.depth;
        return patchPack<transposed != 0>(a, group, tapOf(a.g, inside ? k : 0), column0 + column, inside ? a.columns : 0);
      });
  tile.forEach([&](int row, int column, float value) {
    const uint32_t r = row0 + row, c = column0 + column;
    if (r < a.rows && c < a.columns) storeTarget(a, group, r, c, value);
  });
}
EXPORT_KERNEL((128, 2), convolve, f32, 0)
EXPORT_KERNEL((128, 2), convolve, f32, 1)
EXPORT_KERNEL((128, 2), convolve, bf16, 0)
EXPORT_KERNEL((128, 2), convolve, bf16, 1)

template <class T, int transposed>
__device__ void convolveDirectKernel(const ConvArgs<T>& a) {
  const uint64_t each = uint64_t{a.rows} * a.columns;
  for (uint64_t i = globalThread(); i < each * a.g.groups; i += globalThreads()) {
    const auto group = static_cast<uint32_t>(i / each), row = static_cast<uint32_t>(i % each / a.columns);
    const auto column = static_cast<uint32_t>(i % a.columns);
    const Position p = positionOf(a.g, column);
    float sum = 0.0f;
    for (uint32_t k = 0; k < a.depth; ++k) {
      sum = fmaf(float(filterAt(a, group, row, k)), float(patchAt<transposed != 0>(a, group, tapOf(a.g, k), p)), sum);
    }
    storeTarget(a, group, row, column, sum);
  }
}
EXPORT_KERNEL((256), convolveDirect, f32, 0)
EXPORT_KERNEL((256), convolveDirect, f32, 1)
EXPORT_KERNEL((256), convolveDirect, bf16, 0)
EXPORT_KERNEL((256), convolveDirect, bf16, 1)

// --- dweight: blockIdx.x is a tile, blockIdx.y a group, blockIdx.z a stretch of positions ---

template <class T>
__device__ void correlateKernel(const ConvArgs<T>& a) {
  using Tile = ConvTile<T, true>;
  Tile tile;
  const uint32_t tileRows = ceilDiv(a.rows, Tile::kM), group = blockIdx.y;
  const uint32_t row0 = blockIdx.x % tileRows * Tile::kM, column0 = blockIdx.x / tileRows * Tile::kN;
  const uint32_t begin = blockIdx.z * a.stretch, end = min(begin + a.stretch, a.depth);
  const bool packed = a.g.positions.d % 8 == 0 && alignedFor<8>(a.other);
  tile.compute(
      begin, end,
      [&](uint32_t row, uint32_t k) {
        row += row0;
        if (packed && row < a.rows && k + 8 <= end) {
          const uint32_t image = a.g.positions.divide(k);
          return loadPack<8>(a.other + ((uint64_t{image} * a.g.groups + group) * a.rows + row) * a.g.positions.d +
                             (k - image * a.g.positions.d));
        }
        return packOf(k, row < a.rows ? end : 0, [&](uint32_t at) { return upstreamAt(a, group, row, at); });
      },
      [&](uint32_t k, uint32_t column) {
        const bool inside = column0 + column < a.columns;
        return patchPack<false>(a, group, tapOf(a.g, inside ? column0 + column : 0), k, inside ? end : 0);
      });
  float* partial = a.partial + (uint64_t{blockIdx.z} * a.g.groups + group) * a.rows * a.columns;
  tile.forEach([&](int row, int column, float value) {
    const uint32_t r = row0 + row, c = column0 + column;
    if (r < a.rows && c < a.columns) partial[uint64_t{r} * a.columns + c] = value;
  });
}
EXPORT_KERNEL((128, 2), correlate, f32)
EXPORT_KERNEL((128, 2), correlate, bf16)

template <class T>
struct AddStretchesArgs {
  const float* partial;
  T* result;
  uint64_t n;
  uint32_t stretches;
};

template <class T>
__device__ void addStretchesKernel(const AddStretchesArgs<T>& a) {
  for (uint64_t i = globalThread(); i < a.n; i += globalThreads()) {
    float sum = a.partial[i];
    for (uint32_t s = 1; s < a.stretches; ++s) sum += a.partial[s * a.n + i];
    a.result[i] = fromFloat<T>(sum);
  }
}
EXPORT_KERNEL((256), addStretches, f32)
EXPORT_KERNEL((256), addStretches, bf16)

template <class T>
__device__ void correlateDirectKernel(const ConvArgs<T>& a) {
  const uint64_t each = uint64_t{a.rows} * a.columns;
  for (uint64_t i = blockIdx.x; i < each * a.g.groups; i += gridDim.x) {
    const auto group = static_cast<uint32_t>(i / each), row = static_cast<uint32_t>(i % each / a.columns);
    const Tap tap = tapOf(a.g, static_cast<uint32_t>(i % a.columns));
    float sum = 0.0f;
    for (uint32_t k = threadIdx.x; k < a.depth; k += blockDim.x) {
      sum = fmaf(float(upstreamAt(a, group, row, k)), float(patchAt<false>(a, group, tap, positionOf(a.g, k))), sum);
    }
    sum = blockSum(sum);
    if (threadIdx.x == 0) a.result[i] = fromFloat<T>(sum);
  }
}
EXPORT_KERNEL((256), correlateDirect, f32)
EXPORT_KERNEL((256), correlateDirect, bf16)

#if TESSERA_HOST

constexpr uint32_t kFewRows = 8;             // rows of a group below which a tile does not pay
constexpr uint32_t kWantedBlocks = 256;      // of dweight: stretches are cut until there are about so many
constexpr uint32_t kShortestStretch = 512;   // positions, a multiple of the tile's depth

inline uint32_t indexable(uint64_t n) {
  if (n > INT32_MAX) Stream::fail("UNSUPPORTED", "too many elements for one convolution", static_cast<int64_t>(n), uint64_t{1} << 31);
  return static_cast<uint32_t>(n);
}

// A command without groups has no weights either, or its extents would have been refused.
template <class Args>
uint32_t groupsOf(const Args& a) { return max(a.groups, 1u); }

// From x to y; the other way round with source and target exchanged.
template <class Args>
ConvGeometry geometryOf(const Args& a, bool transposed) {
  ConvGeometry g{};
  g.taps = Divisor(a.kernelHeight * a.kernelWidth);
  g.kernelWidth = Divisor(a.kernelWidth);
  g.positions = Divisor(transposed ? a.height * a.width : a.outHeight * a.outWidth);
  g.targetWidth = Divisor(transposed ? a.width : a.outWidth);
  g.sourceHeight = static_cast<int32_t>(transposed ? a.outHeight : a.height);
  g.sourceWidth = static_cast<int32_t>(transposed ? a.outWidth : a.width);
  g.strideHeight = static_cast<int32_t>(max(a.strideHeight, 1u));
  g.strideWidth = static_cast<int32_t>(max(a.strideWidth, 1u));
  g.padHeight = static_cast<int32_t>(a.padHeight);
  g.padWidth = static_cast<int32_t>(a.padWidth);
  g.dilationHeight = static_cast<int32_t>(a.dilationHeight);
  g.dilationWidth = static_cast<int32_t>(a.dilationWidth);
  g.groups = groupsOf(a);
  g.sourceChannels = (transposed ? a.filters : a.channels) / groupsOf(a);
  return g;
}

template <class T>
void convolveWith(const ConvArgs<T>& a, bool transposed, Stream& s) {
  if (a.rows < kFewRows) {
    const auto& kernel = transposed ? KERNEL(convolveDirect, T, 1) : KERNEL(convolveDirect, T, 0);
    s.launch(kernel, gridFor(s, uint64_t{a.rows} * a.columns * a.g.groups, 256), 256, 0, a);
    return;
  }
  const auto& kernel = transposed ? KERNEL(convolve, T, 1) : KERNEL(convolve, T, 0);
  s.launch(kernel, dim3(ceilDiv(a.rows, 64u) * ceilDiv(a.columns, 128u), a.g.groups), 128, 0, a);
}

template <class T>
void conv2dForward(const Conv2dForwardArgs<T>& a, Stream& s) {
  const uint64_t columns = uint64_t{a.batch} * a.outHeight * a.outWidth;
  if (columns * a.filters == 0) return;
  ConvArgs<T> c{};
  c.g = geometryOf(a, false);
  c.source = a.x;
  c.other = a.weight;
  c.bias = a.bias;
  c.result = a.y;
  c.rows = a.filters / groupsOf(a);
  c.columns = indexable(columns);
  c.depth = indexable(uint64_t{a.channels / groupsOf(a)} * a.kernelHeight * a.kernelWidth);
  c.sourceStep = c.g.taps.d;
  c.rowStep = c.depth;
  c.groupStep = indexable(uint64_t{c.rows} * c.depth);
  convolveWith(c, false, s);
}

template <class T>
void conv2dBackwardInput(const Conv2dBackwardInputArgs<T>& a, Stream& s) {
  const uint64_t columns = uint64_t{a.batch} * a.height * a.width;
  if (columns * a.channels == 0) return;
  ConvArgs<T> c{};
  c.g = geometryOf(a, true);
  c.source = a.dy;
  c.other = a.weight;
  c.bias = a.bias;
  c.result = a.dx;
  c.rows = a.channels / groupsOf(a);
  c.columns = indexable(columns);
  c.depth = indexable(uint64_t{a.filters / groupsOf(a)} * a.kernelHeight * a.kernelWidth);
  c.rowStep = c.g.taps.d;
  c.sourceStep = indexable(uint64_t{c.rows} * c.g.taps.d);
  c.groupStep = indexable(uint64_t{c.rows} * c.depth);
  convolveWith(c, true, s);
}

template <class T>
void conv2dBackwardWeight(const Conv2dBackwardWeightArgs<T>& a, Stream& s) {
  ConvArgs<T> c{};
  c.rows = a.filters / groupsOf(a);
  c.columns = indexable(uint64_t{a.channels / groupsOf(a)} * a.kernelHeight * a.kernelWidth);
  c.depth = indexable(uint64_t{a.batch} * a.outHeight * a.outWidth);
  const uint64_t size = uint64_t{a.filters} * c.columns;
  if (size == 0) return;
  if (c.depth == 0) {
    s.fillZero(a.dweight, size * sizeof(T));
    return;
  }
  c.g = geometryOf(a, false);
  c.source = a.x;
  c.other = a.dy;
  c.result = a.dweight;
  if (c.rows < kFewRows) {
    s.launch(KERNEL(correlateDirect, T), gridFor(s, size, 1, 32), 256, 0, c);
    return;
  }
  const uint32_t tiles = ceilDiv(c.rows, 64u) * ceilDiv(c.columns, 128u);
  const uint32_t wanted = ceilDiv(kWantedBlocks, tiles * c.g.groups);
  const uint32_t most = ceilDiv(c.depth, kShortestStretch);
  c.stretch = ceilDiv(ceilDiv(c.depth, wanted < most ? wanted : most), 32u) * 32;
  const uint32_t stretches = ceilDiv(c.depth, c.stretch);
  c.partial = s.workspace<float>(stretches * size);
  s.launch(KERNEL(correlate, T), dim3(tiles, c.g.groups, stretches), 128, 0, c);
  s.launch(KERNEL(addStretches, T), gridFor(s, size, 256), 256, 0, {c.partial, a.dweight, size, stretches});
}
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/conv.cuda.inc"
#endif
