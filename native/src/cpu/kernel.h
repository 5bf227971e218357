// What a CPU kernel file includes. Such a file is compiled once per ISA level, with TESSERA_ISA naming the level; all of
// its code lives in namespace tessera::TESSERA_ISA. It holds no global state, takes no locks, throws nothing, and
// allocates only through Context::scratch.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cpu/kernel_type.h"
#include "runtime/context.h"
#include "types.h"

namespace tessera::TESSERA_ISA {

// Elements as float and back, for kernels templated over f32, bf16 and f16. Assigning a temporary bf16 instead of calling
// `store` keeps GCC from vectorising the loop.
template <class T>
TESSERA_INLINE float load(const T* p) {
  return static_cast<float>(*p);
}

template <class T, class V>
TESSERA_INLINE void store(T* p, V value) {
  *p = static_cast<T>(value);
}

// Splits [0, n) at multiples of grain and runs body(begin, end) on the pieces, in parallel when there are several.
// The boundaries depend on n and grain alone, so results are bit-identical for any number of threads.
template <class F>
TESSERA_INLINE void forRange(Context& context, uint64_t n, uint64_t grain, F&& body) {
  if (n == 0) return;
  if (grain == 0) grain = 1;
  while ((n - 1) / grain >= UINT32_MAX) grain *= 2;
  const auto chunks = static_cast<uint32_t>((n - 1) / grain + 1);
  context.parallelFor(chunks, [&body, n, grain](uint32_t chunk) {
    const uint64_t begin = chunk * grain;
    body(begin, n - begin < grain ? n : begin + grain);
  });
}

}  // namespace tessera::TESSERA_ISA
