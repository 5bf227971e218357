// What all update rules share on both devices: arithmetic that is not fused, the hyperparameters of segments, the states of a
// step, and stochastic rounding.
#pragma once

#include <math.h>

#include "types.h"

namespace tessera {

// A float in expressions that the compiler must not fuse.
struct Exact {
  float v;

  TESSERA_INLINE Exact(float value) : v(value) {}
  TESSERA_INLINE operator float() const { return v; }
};

#if defined(__CUDA_ARCH__)
TESSERA_INLINE Exact operator*(Exact a, Exact b) { return __fmul_rn(a.v, b.v); }
TESSERA_INLINE Exact operator+(Exact a, Exact b) { return __fadd_rn(a.v, b.v); }
TESSERA_INLINE Exact operator-(Exact a, Exact b) { return __fsub_rn(a.v, b.v); }
TESSERA_INLINE Exact operator/(Exact a, Exact b) { return __fdiv_rn(a.v, b.v); }
TESSERA_INLINE Exact root(Exact a) { return __fsqrt_rn(a.v); }
#else
TESSERA_INLINE Exact operator*(Exact a, Exact b) { return a.v * b.v; }
TESSERA_INLINE Exact operator+(Exact a, Exact b) { return a.v + b.v; }
TESSERA_INLINE Exact operator-(Exact a, Exact b) { return a.v - b.v; }
TESSERA_INLINE Exact operator/(Exact a, Exact b) { return a.v / b.v; }
TESSERA_INLINE Exact root(Exact a) { return sqrtf(a.v); }
#endif

// What holds for one segment: learning rate, gradient multiplier, weight decay as a factor or as an L2 term.
struct Hyper {
  double lr, decay;  // decay 0 where it is added to the gradient
  float gradScale;
  float keep;  // 1 - lr*decay when decay is decoupled, else 1
  float l2;    // decay when it is added to the gradient, else 0
  float updateScale = 1, moveScale = 0;  // for steps that take them; a moveScale of 0 is none
  bool counts = true;                    // in sums over all parameters: not where the segment's learning rate is 0
};

// The hyperparameters of segment s of the step `a`; those of the whole buffer where there are no segments.
template <class Args>
TESSERA_INLINE Hyper hyperOf(const Args& a, uint32_t s) {
  const bool table = a.segmentStarts != nullptr && s < a.segments;
  double lr = a.lr, decay = a.weightDecay;
  if (table && a.segmentLr != nullptr) lr *= a.segmentLr[s];
  if (table && a.segmentDecay != nullptr) decay = a.segmentDecay[s];
  float scale = a.gradFactor;
  if (a.gradScale != nullptr && a.gradScales > 0) scale *= a.gradScale[table && s < a.gradScales ? s : 0];
  Hyper h{lr, a.decoupled != 0 ? decay : 0, scale, a.decoupled == 1 ? static_cast<float>(1 - lr * decay) : 1.0f,
          a.decoupled == 0 ? static_cast<float>(decay) : 0.0f};
  h.counts = !table || a.segmentLr == nullptr || a.segmentLr[s] != 0;
  if constexpr (requires { a.updateScale; }) h.updateScale = table && a.updateScale != nullptr ? a.updateScale[s] : 1.0f;
  if constexpr (requires { a.moveScale; }) h.moveScale = table && a.moveScale != nullptr ? a.moveScale[s] : 0.0f;
  return h;
}

// Start of segment s. Boundaries come from a device buffer that anybody may have written: a table that is not ascending
// gives strange hyperparameters, never a wrong address.
template <class Args>
TESSERA_INLINE uint64_t segmentStart(const Args& a, uint32_t s) {
  const int64_t value = a.segmentStarts[s];
  return value < 0 ? 0 : static_cast<uint64_t>(value);
}

// The last segment that starts at or before element i.
template <class Args>
TESSERA_INLINE uint32_t segmentOf(const Args& a, uint64_t i) {
  uint32_t low = 0, high = a.segments;
  while (high - low > 1) {
    const uint32_t middle = low + (high - low) / 2;
    (segmentStart(a, middle) <= i ? low : high) = middle;
  }
  return low;
}

// bf16 bits of x, rounded up with the probability of the part that does not fit. NaN and infinities keep their kind.
TESSERA_INLINE uint16_t bf16BitsDithered(float x, uint32_t noise) {
  const uint32_t u = bitsOf(x);
  return (u & 0x7f800000u) == 0x7f800000u ? bf16Bits(x) : static_cast<uint16_t>((u + noise) >> 16);
}

// The states of a step in the order its rule numbers them, absent ones null, and the variant that follows from them.
template <class Rule>
struct States {
  float* at[Rule::kStates];
  int variant;

  TESSERA_INLINE States from(uint64_t i) const {
    States result = *this;
    for (float*& state : result.at) state = state ? state + i : nullptr;
    return result;
  }
};

}  // namespace tessera
