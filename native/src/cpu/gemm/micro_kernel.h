// The innermost loop: a tile of at most kRows x kCols floats, tile (+)= A panel * B panel, accumulated in registers.
// It knows nothing of blocking, epilogues or element types other than "a step": one float of A times a vector of B, or
// one pair of bf16 times a vector of pairs.
// Invariant: each element of the tile is one chain of steps in ascending k, started from zero or from the tile's
// present value. Hence a result never depends on how k was blocked, on the tile's height or width, or on the neighbours
// it was computed with.
#pragma once

#include "cpu/gemm/simd.h"

namespace tessera::TESSERA_ISA::gemm {

// Where consecutive k of A lie: AccessK has the rows of one k side by side and `stride` bytes from k to k+1 (a packed
// panel, or a transposed matrix as it is); AccessRow has the k of one row side by side and `stride` bytes between rows.
enum class Access { K, Row };

// Where B comes from. Panel: packed (or any f32 rows that can be read as they are). RowsF32 and RowsBf16: the rows of a
// matrix, of which this call also writes the packed panel to `panel` (kCols wide), for the calls that follow with other
// rows of A: packing B costs two stores per step that hide behind the multiply-adds.
enum class Source { Panel, RowsF32, RowsBf16 };

// A call makes its steps in at most kParts parts of this length, and few steps in one: the end of each loop is
// mispredicted now and then.
inline constexpr int kParts = 16;

TESSERA_INLINE int64_t partOf(int64_t steps) { return steps < kParts * kParts ? steps : (steps + kParts - 1) / kParts; }

// Cache lines to fetch to L2 on the way, one per step, because a later call or packing reads them: `stride` bytes apart
// within a part and `jump` more from one part to the next. With lines side by side in a part, the parts are rows.
// On AMX: `lines` with each tile of A, `stride` bytes apart, and those with the next `jump` bytes further.
struct Ahead {
  const char* at = nullptr;
  int64_t stride = 0, jump = 0;
  int lines = 0;
};

struct MicroArgs {
  int64_t steps;
  const char* a;
  int64_t aStride;   // bytes, see Access
  const char* b;
  int64_t bStride;   // bytes from one k to the next
  float* panel;
  float* c;
  int64_t ldc;
  bool accumulate;   // continue from the values in c
  Ahead ahead;
  const float* nextC;  // the tile that comes next, where it lies in C, or null
};

template <Source kSource, bool kDot>
TESSERA_INLINE Vec loadB(const char* b, [[maybe_unused]] int64_t stride, int v) {
  if constexpr (kSource == Source::RowsBf16) {
#if defined(__AVX512BF16__)
    if constexpr (kDot) return pairBf16(b + v * kLanes * 2, b + stride + v * kLanes * 2);
#endif
    return widenBf16(b + v * kLanes * 2);
  } else {
    return loadVec(b + v * kLanes * 4);
  }
}

template <bool kDot>
TESSERA_INLINE Vec step(Vec a, Vec b, Vec acc) {
#if defined(__AVX512BF16__)
  if constexpr (kDot) return dotBf16(a, b, acc);
#endif
  return fma(a, b, acc);
}

// How far ahead the rows of B are prefetched: the hardware does not follow strides across pages.
inline constexpr int kRowsAhead = 8;

// c: MR rows of NV full vectors.
template <bool kDot, Access kAccess, Source kSource, int MR, int NV>
void microKernel(const MicroArgs& args) {
  const char* a = args.a;
  const char* b = args.b;
  float* c = args.c;
  const int64_t stride = args.aStride, ldc = args.ldc;
  Vec acc[MR][NV];
  if (args.accumulate) {
    const float* row = c;
#pragma GCC unroll 16
    for (int r = 0; r < MR; ++r) {
#pragma GCC unroll 4
      for (int v = 0; v < NV; ++v) acc[r][v] = loadVec(row + v * kLanes);
      row += ldc;
      asm("" : "+r"(row));  // one walking pointer; the compiler would compute all row addresses first and spill them
    }
  } else {
#pragma GCC unroll 16
    for (int r = 0; r < MR; ++r)
#pragma GCC unroll 4
      for (int v = 0; v < NV; ++v) acc[r][v] = zero();
  }
  // Every third row has its own pointer, and the rows between are reached by scaled indexing: 14 rows in 5 registers.
  constexpr int kBases = (MR + 2) / 3;
  [[maybe_unused]] const char* base[kBases];
  if constexpr (kAccess == Access::Row) {
#pragma GCC unroll 8
    for (int i = 0; i < kBases; ++i) {
      base[i] = a + 3 * i * stride;
      asm("" : "+r"(base[i]));  // keeps the compiler from deriving one pointer per row, which spills
    }
  }
  const char* ahead = args.ahead.at ? args.ahead.at : a;  // never nothing, which is a walk through page tables each time
  const int64_t aheadStride = args.ahead.stride;
  const int64_t bStride = args.bStride, bStep = kSource == Source::RowsBf16 && kDot ? 2 * bStride : bStride;
  [[maybe_unused]] float* panel = args.panel;
  const auto makeSteps = [&](int64_t count) __attribute__((always_inline)) {
#pragma GCC unroll 2
    for (int64_t k = count; k > 0; --k) {
      Vec bv[NV];
#pragma GCC unroll 4
      for (int v = 0; v < NV; ++v) bv[v] = loadB<kSource, kDot>(b, bStride, v);
      if constexpr (kSource != Source::Panel) {
#pragma GCC unroll 4
        for (int v = 0; v < NV; ++v) storeVec(panel + v * kLanes, bv[v]);
        panel += kCols;
        for (int64_t line = 0; line < kCols * (kSource == Source::RowsF32 ? 4 : 2); line += 64)
          __builtin_prefetch(b + kRowsAhead * bStep + line);
      }
      __builtin_prefetch(ahead, 0, 2);
      ahead += aheadStride;
#pragma GCC unroll 16
      for (int r = 0; r < MR; ++r) {
        const Vec av = broadcast(kAccess == Access::Row ? base[r / 3] + (r % 3) * stride : a + r * 4);
#pragma GCC unroll 4
        for (int v = 0; v < NV; ++v) acc[r][v] = step<kDot>(av, bv[v], acc[r][v]);
      }
      b += bStep;
      if constexpr (kAccess == Access::Row) {
#pragma GCC unroll 8
        for (int i = 0; i < kBases; ++i) base[i] += 4;
      } else {
        a += stride;
      }
    }
  };
  // All lines at once would keep those of A and B waiting. To L2: in L1 they would cost lines of B.
  const auto fetchRow = [&](int r) {
    for (int v = 0; v < NV * kLanes; v += 16) __builtin_prefetch(args.nextC + r * ldc + v, 0, 2);
  };
  const int64_t part = partOf(args.steps);
  if (part == args.steps) {  // a loop of its own: around the one below it costs 3 % of 128 steps
    for (int r = 0; args.nextC && r < MR; ++r) fetchRow(r);
    makeSteps(part);
  } else {
    int64_t left = args.steps;
    for (int p = 0; left > 0; ++p, left -= part, ahead += args.ahead.jump) {
      if (args.nextC && p < MR) fetchRow(p);
      makeSteps(left < part ? left : part);
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < MR; ++r) {
#pragma GCC unroll 4
    for (int v = 0; v < NV; ++v) storeVec(c + v * kLanes, acc[r][v]);
    c += ldc;
    asm("" : "+r"(c));
  }
}

using MicroKernel = void (*)(const MicroArgs& args);

template <int... kIndex>
struct Indices {};
template <int kCount, int... kIndex>
struct MakeIndices : MakeIndices<kCount - 1, kCount - 1, kIndex...> {};
template <int... kIndex>
struct MakeIndices<0, kIndex...> {
  using type = Indices<kIndex...>;
};

template <bool kDot, Access kAccess, Source kSource, int NV, int... kIndex>
TESSERA_INLINE MicroKernel pickRows(int rows, Indices<kIndex...>) {
  static constexpr MicroKernel table[] = {microKernel<kDot, kAccess, kSource, kIndex + 1, NV>...};
  return table[rows - 1];
}

// The micro-kernel for a tile of 1..kRows rows and 1..kCols columns (from Source::Panel). It writes whole vectors: a
// tile of cols columns occupies them rounded up to kLanes.
template <bool kDot>
TESSERA_INLINE MicroKernel pickMicroKernel(Access access, int rows, int cols) {
  using Rows = typename MakeIndices<kRows>::type;
  constexpr Source panel = Source::Panel;
  if (access == Access::K) {
    return cols > kLanes ? pickRows<kDot, Access::K, panel, 2>(rows, Rows{})
                         : pickRows<kDot, Access::K, panel, 1>(rows, Rows{});
  }
  return cols > kLanes ? pickRows<kDot, Access::Row, panel, 2>(rows, Rows{})
                       : pickRows<kDot, Access::Row, panel, 1>(rows, Rows{});
}

// The same for a full panel of columns read from rows of Ts, packing it on the way.
template <class T, bool kDot>
TESSERA_INLINE MicroKernel pickPackingKernel(Access access, int rows) {
  using Rows = typename MakeIndices<kRows>::type;
  constexpr Source source = sizeof(T) == 4 ? Source::RowsF32 : Source::RowsBf16;
  return access == Access::K ? pickRows<kDot, Access::K, source, 2>(rows, Rows{})
                             : pickRows<kDot, Access::Row, source, 2>(rows, Rows{});
}

}  // namespace tessera::TESSERA_ISA::gemm
