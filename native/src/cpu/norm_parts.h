// What normalisations share: their weights, and how their work is cut.
#pragma once

#include "cpu/kernel.h"
#include "cpu/strided.h"

namespace tessera::TESSERA_ISA {

constexpr uint64_t kTileCols = 256;

// Weights in f32; absent ones read as `absent`.
template <class T>
TESSERA_INLINE const float* weightsOf(Context& context, const T* weight, uint64_t n, float absent) {
  float* w = context.scratch<float>(n);
  for (uint64_t i = 0; i < n; ++i) w[i] = weight != nullptr ? load(weight + i) : absent;
  return w;
}

TESSERA_INLINE uint64_t grainOf(uint64_t elementsPerUnit) {
  return elementsPerUnit >= kRowGrain ? 1 : kRowGrain / (elementsPerUnit == 0 ? 1 : elementsPerUnit);
}

}  // namespace tessera::TESSERA_ISA
