// What the steps over whole flat buffers share on the CPU: blocks of parameters and gradients that are not plain floats in
// place go through L1, so that each array crosses memory once.
#pragma once

#include "clip_units.h"
#include "cpu/kernel.h"
#include "optimizer_step.h"

namespace tessera::TESSERA_ISA {

// A multiple of 32, so that no two chunks share a word of `touched`.
inline constexpr uint64_t kGrain = 32768;

// Sets bit first + i of `bits` where changed[i] is 1. Words that it has a part of may be shared with another thread.
TESSERA_INLINE void orBits(uint32_t* bits, uint64_t first, const uint8_t* changed, uint32_t n) {
  const auto part = [&](uint32_t from, uint32_t to) {
    uint32_t word = 0;
    for (uint32_t i = from; i < to; ++i) word |= uint32_t{changed[i]} << ((first + i) % 32);
    if (word != 0) __atomic_fetch_or(bits + (first + from) / 32, word, __ATOMIC_RELAXED);
  };
  uint32_t i = static_cast<uint32_t>(-first % 32);
  if (i > n) i = n;
  part(0, i);
  for (; n - i >= 32; i += 32) {
    uint32_t word = 0;
    for (int byte = 0; byte < 4; ++byte) {
      uint64_t eight;
      memcpy(&eight, changed + i + 8 * byte, 8);  // bytes of 0 or 1; the product gathers them in its top byte
      word |= static_cast<uint32_t>((eight * 0x0102040810204080u) >> 56) << (8 * byte);
    }
    if (word != 0) bits[(first + i) / 32] |= word;
  }
  part(i, n);
}

// The parts of a block that do not know the rule are functions of their own, compiled once and not in each of the steps.

template <class T>
[[gnu::noinline]] void loadFloats(const T* from, uint32_t n, float* to) {
  for (uint32_t k = 0; k < n; ++k) to[k] = load(from + k);
}

template <class Args>
[[gnu::noinline]] void scaleUnits(UnitCursor<Args>& units, uint64_t i, uint32_t n, float* gradients) {
  units.scale(i, n, gradients);
}

// Stores the values x over those of the parameters, and notes which have changed.
[[gnu::noinline]] inline void storeValues(float* param, uint32_t n, const float* x, uint8_t* changed) {
  for (uint32_t k = 0; k < n; ++k) changed[k] = bitsOf(param[k]) != bitsOf(x[k]);
  for (uint32_t k = 0; k < n; ++k) param[k] = x[k];
}

// The same, rounded to the nearest, or at random with `dither` for the elements from `index`; what was lost goes to `lost`.
[[gnu::noinline]] inline void storeValues(bf16* param, uint32_t n, const float* x, uint8_t* changed, const Dither* dither,
                                          uint64_t index, bf16* lost) {
  alignas(64) uint16_t rounded[kStepBlock];
  if (dither == nullptr) {
    for (uint32_t k = 0; k < n; ++k) rounded[k] = bf16Bits(x[k]);
  } else {
    uint16_t bits[kStepBlock];
    dither->fill(index, n, bits);
    for (uint32_t k = 0; k < n; ++k) rounded[k] = bf16BitsDithered(x[k], bits[k]);
  }
  if (lost != nullptr) {
    for (uint32_t k = 0; k < n; ++k) lost[k].bits = bf16Bits(x[k] - floatOf(uint32_t{rounded[k]} << 16));
  }
  for (uint32_t k = 0; k < n; ++k) changed[k] = param[k].bits != rounded[k];
  for (uint32_t k = 0; k < n; ++k) param[k].bits = rounded[k];
}

// The elements [i, i + n) of a step whose values are not plain floats in place; n <= kStepBlock.
// `run(n, x, g)` steps the values x in place, or, without `moves`, only looks at them.
template <bool moves, class P, class G, class Args, class Run>
TESSERA_INLINE void stepBlock(const Args& a, const Dither& dither, UnitCursor<Args>& units, uint64_t i, uint32_t n,
                              Run&& run) {
  alignas(64) float values[kStepBlock], gradients[kStepBlock];
  uint8_t changed[kStepBlock];
  P* param = a.param + i;
  const float* g = gradients;
  bool copied = true;
  if constexpr (std::is_same_v<G, float>) {
    copied = units.any();
    if (!copied) g = a.grad + i;
  }
  if (copied) {
    loadFloats(a.grad + i, n, gradients);
    scaleUnits(units, i, n, gradients);
  }
  float* x = values;
  bf16* lost = nullptr;
  if (a.master != nullptr) {
    x = a.master + i;
  } else {
    loadFloats(param, n, values);
    if constexpr (std::is_same_v<P, bf16>) {
      if (a.compensation != nullptr) {
        lost = a.compensation + i;
        for (uint32_t k = 0; k < n; ++k) values[k] += load(lost + k);
      }
    }
  }

  run(n, x, g);
  if constexpr (!moves) return;

  if constexpr (std::is_same_v<P, float>) {
    storeValues(param, n, x, changed);
  } else {
    storeValues(param, n, x, changed, a.rounding == 0 ? nullptr : &dither, a.firstIndex + i, lost);
  }
  if (a.touched != nullptr) orBits(a.touched, i, changed, n);
}

}  // namespace tessera::TESSERA_ISA
