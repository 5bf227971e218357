// Sums over the segments of a flat buffer, in double by sixteen fixed lanes per piece, and pieces in order: the same bits at
// every ISA level and for any number of threads.
#pragma once

#include "clip_units.h"
#include "cpu/kernel.h"

namespace tessera::TESSERA_ISA {

inline constexpr uint64_t kPiece = 65536;
inline constexpr int kLanes = 16;

// Lanes are added to lanes half of them away, which takes four additions one after the other: segments can be short.
inline double total(const double (&sums)[kLanes]) {
  double rest[kLanes / 2];
  for (int j = 0; j < kLanes / 2; ++j) rest[j] = sums[j] + sums[j + kLanes / 2];
  for (int left = kLanes / 4; left > 0; left /= 2) {
    for (int j = 0; j < left; ++j) rest[j] += rest[j + left];
  }
  return rest[0];
}

// out(s, sums) for the sums of segment s, which add(s, from, to, lanes) adds to `count` times sixteen lanes. Segments
// are cut into pieces of their own, so that the sums of a segment does not depend on where it lies. Boundaries are clamped
// to the buffer: the table is the content of a device buffer.
template <int count, class Args, class Add, class Out>
void sumsOfSegments(const Args& a, Context& context, Add&& add, Out&& out) {
  const auto bound = [&a](uint64_t s) {
    const int64_t start = a.segmentStarts[s];
    return start < 0 ? uint64_t{0} : static_cast<uint64_t>(start) < a.n ? static_cast<uint64_t>(start) : a.n;
  };
  uint64_t* first = context.scratch<uint64_t>(uint64_t{a.segments} + 1);  // piece of each segment
  first[0] = 0;
  for (uint64_t s = 0, from = bound(0); s < a.segments; ++s) {
    const uint64_t to = bound(s + 1), pieces = to > from ? (to - from - 1) / kPiece + 1 : 0;
    first[s + 1] = first[s] + pieces;
    from = to;
  }
  const uint64_t pieceCount = first[a.segments];
  if (pieceCount > UINT32_MAX) return;
  double* partial = context.scratch<double>((pieceCount + 1) * count);
  // A few pieces to a chunk keep thousands of small segments from being thousands of tasks.
  forRange(context, pieceCount, pieceCount > 256 ? 16 : 1, [&](uint64_t begin, uint64_t end) {
    uint64_t low = 0, high = a.segments;
    while (high - low > 1) {
      const uint64_t middle = low + (high - low) / 2;
      (first[middle] <= begin ? low : high) = middle;
    }
    for (uint64_t piece = begin, s = low; piece < end; ++piece) {
      while (first[s + 1] <= piece) ++s;
      const uint64_t from = bound(s) + (piece - first[s]) * kPiece, to = bound(s + 1);
      double lanes[count][kLanes] = {};
      add(s, from, to - from < kPiece ? to : from + kPiece, lanes);
      for (int k = 0; k < count; ++k) partial[piece * count + k] = total(lanes[k]);
    }
  });
  for (uint64_t s = 0; s < a.segments; ++s) {
    double sums[count] = {};
    for (uint64_t piece = first[s]; piece < first[s + 1]; ++piece) {
      for (int k = 0; k < count; ++k) sums[k] += partial[piece * count + k];
    }
    out(s, sums);
  }
}

// Calls run(begin, end, gradient) over consecutive parts of [from, to), all but the last of them a multiple of kLanes;
// gradient(i) is element i of the gradient times the scale of its unit.
template <class Args, class Run>
TESSERA_INLINE void overGradients(const Args& a, uint64_t from, uint64_t to, Run&& run) {
  UnitCursor units(a);
  if (!units.any()) return run(from, to, [&a](uint64_t i) __attribute__((always_inline)) { return load(a.grad + i); });
  constexpr uint64_t kBlock = 512;
  alignas(64) float block[kBlock];
  for (uint64_t begin = from; begin < to;) {
    const uint64_t end = to - begin < kBlock ? to : begin + kBlock;
    for (uint64_t i = begin; i < end; ++i) block[i - begin] = load(a.grad + i);
    units.scale(begin, end - begin, block);
    run(begin, end, [&block, begin](uint64_t i) __attribute__((always_inline)) { return block[i - begin]; });
    begin = end;
  }
}

}  // namespace tessera::TESSERA_ISA
