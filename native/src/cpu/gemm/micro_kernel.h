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

// b: `steps` rows of NV vectors, `bStride` floats apart. c: MR rows of NV full vectors, ldc floats apart.
template <bool kDot, Access kAccess, int MR, int NV>
void microKernel(int64_t steps, const char* a, int64_t stride, const float* b, int64_t bStride, float* c, int64_t ldc,
                 bool accumulate) {
  Vec acc[MR][NV];
  if (accumulate) {
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
  const char* base[kBases];
  if constexpr (kAccess == Access::Row) {
#pragma GCC unroll 8
    for (int i = 0; i < kBases; ++i) {
      base[i] = a + 3 * i * stride;
      asm("" : "+r"(base[i]));  // keeps the compiler from deriving one pointer per row, which spills
    }
  }
  for (int64_t k = 0; k < steps; ++k) {
    Vec bv[NV];
#pragma GCC unroll 4
    for (int v = 0; v < NV; ++v) bv[v] = loadVec(b + v * kLanes);
#pragma GCC unroll 16
    for (int r = 0; r < MR; ++r) {
      Vec av;
      if constexpr (kAccess == Access::Row) {
        av = broadcast(base[r / 3] + (r % 3) * stride);
      } else {
        av = broadcast(a + r * 4);
      }
#pragma GCC unroll 4
      for (int v = 0; v < NV; ++v) {
#if defined(__AVX512BF16__)
        if constexpr (kDot) {
          acc[r][v] = dotBf16(av, bv[v], acc[r][v]);
          continue;
        }
#endif
        acc[r][v] = fma(av, bv[v], acc[r][v]);
      }
    }
    b += bStride;
    if constexpr (kAccess == Access::Row) {
#pragma GCC unroll 8
      for (int i = 0; i < kBases; ++i) base[i] += 4;
    } else {
      a += stride;
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

using MicroKernel = void (*)(int64_t steps, const char* a, int64_t stride, const float* b, int64_t bStride, float* c,
                             int64_t ldc, bool accumulate);

template <int... kIndex>
struct Indices {};
template <int kCount, int... kIndex>
struct MakeIndices : MakeIndices<kCount - 1, kCount - 1, kIndex...> {};
template <int... kIndex>
struct MakeIndices<0, kIndex...> {
  using type = Indices<kIndex...>;
};

template <bool kDot, Access kAccess, int NV, int... kIndex>
TESSERA_INLINE MicroKernel pickRows(int rows, Indices<kIndex...>) {
  static constexpr MicroKernel table[] = {microKernel<kDot, kAccess, kIndex + 1, NV>...};
  return table[rows - 1];
}

// The micro-kernel for a tile of 1..kRows rows and 1..kCols columns. It writes whole vectors: a tile narrower than
// kCols occupies vectorsFor(cols) * kLanes columns of c.
TESSERA_INLINE constexpr int vectorsFor(int cols) { return (cols + kLanes - 1) / kLanes; }

template <bool kDot>
TESSERA_INLINE MicroKernel pickMicroKernel(Access access, int rows, int cols) {
  using Rows = typename MakeIndices<kRows>::type;
  if (access == Access::K) {
    return cols > kLanes ? pickRows<kDot, Access::K, 2>(rows, Rows{}) : pickRows<kDot, Access::K, 1>(rows, Rows{});
  }
  return cols > kLanes ? pickRows<kDot, Access::Row, 2>(rows, Rows{}) : pickRows<kDot, Access::Row, 1>(rows, Rows{});
}

}  // namespace tessera::TESSERA_ISA::gemm
