// Convolution as matrix products over patches: a tile of output positions is unfolded into a matrix of patches that
// stays in cache, and the blocked GEMM multiplies it with the filters. Nothing larger than a tile is ever unfolded. Where
// source and target are equally wide and the stride is 1, a tap is a shift of the plane. Otherwise the rows of a plane
// that a tile meets are copied with their borders first, so that a tap is a shift of those.
// In f32 the most common one, 3x3 with stride 1 and enough channels, has a shorter way (winograd.h), and so have few filters
// (conv_direct.h) and weight gradients (conv_dots.h) over planes of which enough rows stay in cache.
// Units of work are images, groups and tiles fixed by the shape, so results do not depend on the number of threads.
#include "gen/conv.h"

#include "cpu/conv_direct.h"
#include "cpu/conv_dots.h"
#include "cpu/conv_geometry.h"
#include "cpu/gemm/gemm.h"
#include "cpu/kernel.h"
#include "cpu/winograd.h"

namespace tessera::TESSERA_ISA {

constexpr int64_t kPatchBytes = 256 * 1024;              // of the unfolded tile: it shares L2 with the packed filters
constexpr int64_t kPartialBytes = int64_t{64} << 20;     // bound on the partial weight gradients
constexpr int64_t kMaxSegments = 16;                     // partial weight gradients

// Rows of patches are mostly short, and calls of memcpy would cost more than the copy. They are copied by whole pieces:
// what is too much is overwritten by what comes behind it, or lies in the slack at the end.
constexpr int64_t kPieceBytes = 64;

template <int64_t kPieces, class T>
TESSERA_INLINE void copyPieces(T* to, const T* from, int64_t fromStep, int64_t rows, int64_t width) {
  constexpr int64_t kPiece = kPieceBytes / static_cast<int64_t>(sizeof(T));
  for (int64_t y = 0; y < rows; ++y, to += width, from += fromStep)
    for (int64_t i = 0; i < kPieces; ++i) __builtin_memcpy(static_cast<void*>(to + i * kPiece), from + i * kPiece, kPieceBytes);
}

// Rows of `width` elements, fromStep apart, become one run.
template <class T>
TESSERA_INLINE void copyRows(T* to, const T* from, int64_t fromStep, int64_t rows, int64_t width) {
  switch (gemm::ceilDiv(width * static_cast<int64_t>(sizeof(T)), kPieceBytes)) {
    case 1: return copyPieces<1>(to, from, fromStep, rows, width);
    case 2: return copyPieces<2>(to, from, fromStep, rows, width);
    default:
      for (int64_t y = 0; y < rows; ++y, to += width, from += fromStep)
        memcpy(static_cast<void*>(to), from, static_cast<size_t>(width) * sizeof(T));
  }
}

// Planes whose rows are bordered before any of them is unfolded: stores need time until others than their own loads see them.
constexpr int64_t kPlanesTogether = 8;

// Elements of the bordered rows of any tile of `tile` positions, slack included; what follows them is aligned.
TESSERA_INLINE int64_t borderedSize(const Geometry& g, int64_t tile) {
  if (g.isShift()) return 0;
  const Bordered whole(g, 0, g.positions());
  const int64_t height = gemm::smaller(g.rows.count, (tile - 1) / g.cols.count + 2);
  const int64_t rows = (height - 1) * g.rows.step + g.rows.span() + 1;
  return gemm::roundUp(kPlanesTogether * rows * whole.parts * (g.cols.count + g.cols.span() / g.cols.step) + kPieceBytes, 64);
}

// to[k] is what position first + k meets, rowShift rows and colShift columns away, where a tap is a shift of the plane.
template <class T>
TESSERA_INLINE void copyShifted(const Geometry& g, const T* plane, int64_t rowShift, int64_t colShift, int64_t first,
                                int64_t count, T* to) {
  const int64_t width = g.sourceWidth, from = first + rowShift * width + colShift;
  const int64_t begin = gemm::smaller(gemm::larger(0, -from), count);
  const int64_t end = gemm::larger(begin, gemm::smaller(count, g.sourceSize() - from));
  for (int64_t k = 0; k < begin; ++k) to[k] = T{};
  memcpy(static_cast<void*>(to + begin), plane + from + begin, static_cast<size_t>(end - begin) * sizeof(T));
  for (int64_t k = end; k < count; ++k) to[k] = T{};
  // Columns that meet nothing have got the other end of a neighbouring row.
  const int64_t low = colShift < 0 ? 0 : gemm::larger(0, width - colShift);
  const int64_t high = colShift < 0 ? gemm::smaller(width, -colShift) : width;
  for (int64_t x = low; x < high; ++x)
    for (int64_t k = (x - first % width + width) % width; k < count; k += width) to[k] = T{};
}

// Patches of `channels` planes for the positions [first, first + count): patches[(c * taps + tap) * ld + position], and
// kPieceBytes of slack.
template <class T>
void unfold(const Geometry& g, const T* source, int64_t channels, int64_t first, int64_t count, T* bordered, T* patches,
            int64_t ld) {
  if (g.isShift()) {
    T* to = patches;
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t i = 0; i < g.rows.taps; ++i)
        for (int64_t j = 0; j < g.cols.taps; ++j, to += ld)
          copyShifted(g, source + c * g.sourceSize(), g.rows.shift + i * g.rows.shiftStep,
                      g.cols.shift + j * g.cols.shiftStep, first, count, to);
    return;
  }
  const Bordered tile(g, first, count);
  const int64_t rowStep = g.rows.step * tile.rowSize, before = first % tile.width;
  const bool wholeRows = count == tile.height * tile.width;
  const int64_t planeSize = tile.rows * tile.rowSize;
  T* to = patches;
  for (int64_t c = 0; c < channels; ++c) {
    const int64_t slot = c % kPlanesTogether;
    for (int64_t i = 0; slot == 0 && i < kPlanesTogether && c + i < channels; ++i)
      tile.fill(g, source + (c + i) * g.sourceSize(), bordered + i * planeSize);
    for (int64_t i = 0; i < g.rows.taps; ++i) {
      const T* rows = bordered + slot * planeSize + g.rows.reach(i) * tile.rowSize;
      for (int64_t j = 0; j < g.cols.taps; ++j, to += ld) {
        const int64_t reach = g.cols.reach(j);
        const T* from = rows + (g.cols.step == 1 ? reach : reach % g.cols.step * tile.pitch + reach / g.cols.step);
        if (wholeRows) {
          copyRows(to, from, rowStep, tile.height, tile.width);
          continue;
        }
        int64_t x = before;
        for (int64_t done = 0; done < count; from += rowStep, x = 0) {
          const int64_t run = gemm::smaller(tile.width - x, count - done);
          copyRows(to + done, from + x, 0, 1, run);
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

// Room of one thread for the patches of a tile and the bordered rows, in floats.
template <class T>
TESSERA_INLINE int64_t unfoldedFloats(const Geometry& g, int64_t patch, int64_t tile) {
  if (g.isIdentity() || tile == 0) return 0;
  const int64_t bytes = (patch * patchStride<T>(tile) + borderedSize(g, tile)) * static_cast<int64_t>(sizeof(T)) + kPieceBytes;
  return gemm::ceilDiv(bytes, 64) * 16;
}

// target[b, group, m, position] = filters[group, m, patch] patches[b, group, patch, position] + bias.
// `filters` are row-major; planes of source and target are contiguous per image.
template <class T, bool kDot>
void convolve(Context& ctx, const Geometry& g, const T* source, const T* filters, const T* bias, T* target,
              int64_t batch, int64_t groups, int64_t sourceChannels, int64_t targetChannels) {
  const int64_t positions = g.positions(), patch = sourceChannels * g.taps();
  if (batch == 0 || positions == 0 || targetChannels == 0) return;
  if constexpr (std::is_same_v<T, float>) {
    const direct::Shape shape{g, batch, groups, sourceChannels, targetChannels};
    if (shape.pays()) return direct::convolve(ctx, shape, source, filters, bias, target);
  }
  const bool identity = g.isIdentity();
  const int64_t tile = tilePositions(positions, patch, sizeof(T)), tiles = gemm::ceilDiv(positions, tile);
  const int64_t rowPanels = gemm::RowPanels<kDot>(targetChannels).count, colPanels = gemm::ceilDiv(tile, gemm::kCols);

  // The filters of a group are packed once for every tile.
  const int64_t steps = gemm::stepsOf<kDot>(patch), packedSize = rowPanels * gemm::kAStride<kDot> * gemm::larger(1, steps);
  float* packed = ctx.scratch<float>(static_cast<size_t>(groups * packedSize));
  gemm::Block<T> block{};
  block.m = targetChannels;
  block.k = patch;
  block.kBlock = gemm::evenBlock<kDot>(patch);
  block.packedStepsA = steps;
  for (int64_t group = 0; group < groups; ++group) {
    gemm::Block<T> own = block;
    own.a = {filters + group * targetChannels * patch, patch, 1};
    gemm::packShared<T, kDot>(ctx, own, packed + group * packedSize, nullptr);
  }
  block.packedA = packed;

  const int64_t patchLd = patchStride<T>(tile), patchFloats = unfoldedFloats<T>(g, patch, tile);
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
      T *bordered = reinterpret_cast<T*>(own), *patches = bordered + borderedSize(g, tile);
      unfold(g, from, sourceChannels, first, count, bordered, patches, patchLd);
      b.b = {patches, patchLd, 1};
    }
    b.rowsB = gemm::rowsOfB<T, kDot>(b.b, patch);
    b.readB = b.rowsB && sizeof(T) == 4 && rowPanels <= 4 && !gemm::collides(b.b.rowStride * 4);
    T* to = target + image * targetChannels * g.targetSize();
    const T* add = bias ? bias + group * targetChannels : nullptr;
    const bool apart = g.rows.every != 1 || g.cols.every != 1;  // neighbouring positions are not neighbours in the target
    if constexpr (std::is_same_v<T, float>) {
      if (!apart) b.inPlace = {to + first, g.targetSize(), add != nullptr};
    }
    auto consume = [=, &g](const gemm::Tile& t) {
      for (int64_t r = 0; r < t.rows; ++r) {
        const float offset = add ? load(add + t.row + r) : 0.0f;
        T* plane = to + (t.row + r) * g.targetSize();
        float* value = t.data + r * t.ld;
        if (!apart) {
          T* row = plane + first + t.col;
          const auto finish = [=](int64_t cols) {
            if (add) {
#pragma omp simd
              for (int64_t j = 0; j < cols; ++j) value[j] += offset;
            }
            if (static_cast<const void*>(row) != value) gemm::storeRow(row, value, cols);
          };
          if (t.cols == gemm::kCols) {
            finish(gemm::kCols);  // a width that the compiler knows leaves no loops
          } else {
            finish(t.cols);
          }
          continue;
        }
        int64_t y = (first + t.col) / g.cols.count, x = (first + t.col) % g.cols.count;
        for (int64_t j = 0; j < t.cols; ++y, x = 0) {
          T* row = plane + (g.rows.first + y * g.rows.every) * g.targetWidth + g.cols.first;
          for (; x < g.cols.count && j < t.cols; ++x, ++j) store(row + x * g.cols.every, value[j] + offset);
        }
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

  const int64_t patchLd = identity ? g.sourceSize() : patchStride<T>(tile), patchFloats = unfoldedFloats<T>(g, patch, tile);
  gemm::Block<T> block{};
  block.m = patch;
  block.n = targetChannels;
  block.k = tile;
  block.kBlock = gemm::evenBlock<kDot>(tile);
  const int64_t rowPanels = gemm::RowPanels<kDot>(patch).count;
  block.inPlace = {partial, ld, false};
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
        T *bordered = reinterpret_cast<T*>(own), *patches = bordered + borderedSize(g, tile);
        unfold(g, from, sourceChannels, first, count, bordered, patches, patchLd);
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
    if (winogradFits(a) && shape.pays(winograd::kMinChannels))
      return winograd::convolve(ctx, shape, a.x, {a.weight, 9, 9 * shape.sourceChannels, false}, a.bias, a.y);
  }
  gemm::withDot<T>([&]<bool kDot>() {
    convolve<T, kDot>(ctx, forwardGeometry(a), a.x, a.weight, a.bias, a.y, a.batch, groupsOf(a), a.channels / groupsOf(a),
                      a.filters / groupsOf(a));
  });
}

template <class T>
void conv2dBackwardInput(const Conv2dBackwardInputArgs<T>& a, Context& ctx) {
  if constexpr (std::is_same_v<T, float>) {
    const winograd::Shape shape = winogradInputShape(a);
    if (winogradFits(a) && shape.pays(winograd::kMinChannels))
      return winograd::convolve(ctx, shape, a.dy, {a.weight, 9 * shape.targetChannels, 9, true}, a.bias, a.dx);
  }
  // The gradient is a convolution of dy, phase by phase, with the filters' taps of the phase, channels and filters exchanged.
  const int64_t channels = a.channels / groupsOf(a), filters = a.filters / groupsOf(a);
  T* exchanged = ctx.scratch<T>(static_cast<size_t>(a.filters * channels * a.kernelHeight * a.kernelWidth));
  const int64_t rowPhases = gemm::smaller(a.strideHeight, a.height), colPhases = gemm::smaller(a.strideWidth, a.width);
  // Phases that meet no tap are zero, all at once.
  const bool zeroed = a.bias == nullptr && (a.kernelHeight < rowPhases || a.kernelWidth < colPhases);
  if (zeroed) {
    forRange(ctx, static_cast<uint64_t>(a.batch) * a.channels * a.height * a.width, 1 << 16,
             [&a](uint64_t begin, uint64_t end) { memset(static_cast<void*>(a.dx + begin), 0, (end - begin) * sizeof(T)); });
  }
  for (int64_t phase = 0; phase < rowPhases * colPhases; ++phase) {
    const Geometry g = inputGeometry(a, phase / colPhases, phase % colPhases);
    if (zeroed && g.taps() == 0) continue;
    T* to = exchanged;
    for (int64_t group = 0; group < groupsOf(a); ++group)
      for (int64_t c = 0; c < channels; ++c)
        for (int64_t f = 0; f < filters; ++f) {
          const T* filter = a.weight + ((group * filters + f) * channels + c) * a.kernelHeight * a.kernelWidth;
          for (int64_t i = 0; i < g.rows.taps; ++i)
            for (int64_t j = 0; j < g.cols.taps; ++j)
              *to++ = filter[(g.rows.kernel + i * g.rows.kernelStep) * a.kernelWidth + g.cols.kernel + j * g.cols.kernelStep];
        }
    const size_t mark = ctx.scratchMark();
    gemm::withDot<T>([&]<bool kDot>() {
      convolve<T, kDot>(ctx, g, a.dy, exchanged, a.bias, a.dx, a.batch, groupsOf(a), filters, channels);
    });
    ctx.releaseScratch(mark);
  }
}

template <class T>
void conv2dBackwardWeight(const Conv2dBackwardWeightArgs<T>& a, Context& ctx) {
  if constexpr (std::is_same_v<T, float>) {
    const winograd::Shape shape = winogradShape(a);
    if (winogradFits(a) && shape.pays(winograd::kMinCorrelated)) return winograd::correlate(ctx, shape, a.x, a.dy, a.dweight);
    const int64_t groups = groupsOf(a);
    const dots::Shape dots{forwardGeometry(a), a.batch, groups, a.channels / groups, a.filters / groups};
    if (dots.pays()) return dots::correlate(ctx, dots, a.x, a.dy, a.dweight);
  }
  gemm::withDot<T>([&]<bool kDot>() {
    correlate<T, kDot>(ctx, forwardGeometry(a), a.x, a.dy, a.dweight, a.batch, groupsOf(a), a.channels / groupsOf(a),
                       a.filters / groupsOf(a));
  });
}

}  // namespace tessera::TESSERA_ISA

#include "gen/conv.cpu.inc"
