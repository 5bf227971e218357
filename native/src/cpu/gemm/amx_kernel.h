// The micro-kernel for pairs of bf16 on AMX: C (+)= A B in up to 2 x 2 tiles of 16 x 16 floats, of which each step of the
// loop multiplies 16 x 32 elements of A by 32 x 16 of B.
// Invariant: an element is one chain over ascending multiples of 32 k; tdpbf16ps adds up the products of such a stretch from
// zero, denormals flushed, and then adds them to the element. Zeros fill the last stretch. So again a result does not
// depend on blocking, height, width or neighbours; nor on which operand is called A, as products commute (amx_task.h).
#pragma once

#include "cpu/gemm/micro_kernel.h"

namespace tessera::TESSERA_ISA::gemm {

#if defined(__AMX_BF16__)

struct alignas(64) AmxConfig {
  uint8_t palette = 1, startRow = 0, reserved[14] = {};
  uint16_t rowBytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

// The thread's tiles while this exists: eight, each full. They are given up after a task, because the state of tiles makes
// switching threads slow.
struct AmxTiles {
  TESSERA_INLINE AmxTiles() {
    static constexpr AmxConfig config;
    _tile_loadconfig(&config);
  }
  TESSERA_INLINE ~AmxTiles() { _tile_release(); }
  AmxTiles(const AmxTiles&) = delete;
  AmxTiles& operator=(const AmxTiles&) = delete;
};

// Access::K is a packed panel (pack.h). MR and NC count tiles.
template <Access kAccess, int MR, int NC>
void amxKernel(const MicroArgs& args) {
  asm volatile("" ::: "memory");  // GCC's intrinsics do not say that they read memory
  constexpr int64_t kStep = kAccess == Access::Row ? 64 : kAStride<true> * 64;
  const int64_t aStride = kAccess == Access::Row ? args.aStride : 64, bStride = kCols * 4, cStride = args.ldc * 4;
  const char *a = args.a, *a1 = a + kAmxRows * aStride, *b = args.b;
  float *c = args.c, *c1 = c + kAmxRows * args.ldc;
  if (args.accumulate) {
    _tile_loadd(0, c, cStride);
    if constexpr (NC > 1) _tile_loadd(1, c + kLanes, cStride);
    if constexpr (MR > 1) _tile_loadd(2, c1, cStride);
    if constexpr (MR > 1 && NC > 1) _tile_loadd(3, c1 + kLanes, cStride);
  } else {
    _tile_zero(0);
    if constexpr (NC > 1) _tile_zero(1);
    if constexpr (MR > 1) _tile_zero(2);
    if constexpr (MR > 1 && NC > 1) _tile_zero(3);
  }
  const Ahead& next = args.ahead;
  const char* ahead = next.at;
  for (int64_t left = args.steps; left > 0; left -= kAmxSteps, a += kStep, a1 += kStep, b += kAmxSteps * bStride) {
    for (int i = 0; i < next.lines; ++i) __builtin_prefetch(ahead + i * next.stride, 0, 2);
    ahead += next.jump;
    _tile_loadd(6, b, bStride);
    _tile_loadd(4, a, aStride);
    _tile_dpbf16ps(0, 4, 6);
    if constexpr (NC > 1) {
      _tile_loadd(7, b + 64, bStride);
      _tile_dpbf16ps(1, 4, 7);
    }
    if constexpr (MR > 1) {
      _tile_loadd(5, a1, aStride);
      _tile_dpbf16ps(2, 5, 6);
    }
    if constexpr (MR > 1 && NC > 1) _tile_dpbf16ps(3, 5, 7);
  }
  _tile_stored(0, c, cStride);
  if constexpr (NC > 1) _tile_stored(1, c + kLanes, cStride);
  if constexpr (MR > 1) _tile_stored(2, c1, cStride);
  if constexpr (MR > 1 && NC > 1) _tile_stored(3, c1 + kLanes, cStride);
}

template <Access kAccess>
TESSERA_INLINE MicroKernel pickAmxKernel(int rows, int cols) {
  if (rows > kAmxRows) return cols > kLanes ? amxKernel<kAccess, 2, 2> : amxKernel<kAccess, 2, 1>;
  return cols > kLanes ? amxKernel<kAccess, 1, 2> : amxKernel<kAccess, 1, 1>;
}

#endif

}  // namespace tessera::TESSERA_ISA::gemm
