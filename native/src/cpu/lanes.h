// Sums in a fixed order. A sum runs in 32 lanes whatever the width of the machine's vectors, lanes fold in a fixed tree, and
// blocks of 1024 elements add up in double, so all ISA levels and any number of threads give the same bits and long sums
// stay accurate. The lane loops compile to vector registers at every level.
#pragma once
#include "cpu/kernel.h"

namespace tessera::TESSERA_ISA {

constexpr uint64_t kLanes = 32;
constexpr uint64_t kSumBlock = 1024;

template <int width, class L>
TESSERA_INLINE void foldHalf(L* lane) {
#pragma omp simd
  for (int l = 0; l < width; ++l) lane[l] += lane[l + width];
}

template <class L>
TESSERA_INLINE L foldLanes(L* lane) {
  foldHalf<16>(lane);
  foldHalf<8>(lane);
  foldHalf<4>(lane);
  return (lane[0] + lane[2]) + (lane[1] + lane[3]);
}

// lane[i % kLanes] += f(i) for i in [0, n), from lane 0.
template <class L, class F>
TESSERA_INLINE void addLanes(L* lane, uint64_t n, F f) {
  uint64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
#pragma omp simd
    for (uint64_t l = 0; l < kLanes; ++l) lane[l] += f(i + l);
  }
#if defined(__AVX512F__)
  if (i < n) {
#pragma omp simd
    for (uint64_t l = 0; l < kLanes; ++l) {
      const L more = i + l < n ? f(i + l) : L{};  // whole lanes are stored: a load would wait for parts
      lane[l] += more;
    }
  }
#else  // no masked loads of every type: the loop above would be one of branches
  for (uint64_t l = 0; i + l < n; ++l) lane[l] += f(i + l);
#endif
}

// f(0) + ... + f(n - 1) for n up to about kSumBlock.
template <class L, class F>
TESSERA_INLINE L sumLanes(uint64_t n, F f) {
  L lane[kLanes] = {};
  addLanes(lane, n, f);
  return foldLanes(lane);
}

// The same for any n, in D (double for floats).
template <class L, class D, class F>
TESSERA_INLINE D sumBlocks(uint64_t n, F f) {
  D total = 0;
  for (uint64_t first = 0; first < n; first += kSumBlock) {
    const uint64_t size = n - first < kSumBlock ? n - first : kSumBlock;
    total += static_cast<D>(sumLanes<L>(size, [=](uint64_t i) { return f(first + i); }));
  }
  return total;
}

// The largest of f(0), ..., f(n - 1) and `least`; NaN wins, or with `numbers` is passed over, which takes a third of the
// time. In twice the lanes of a sum, for a comparison waits longer for the one before it than an addition.
template <bool numbers = false, class F>
TESSERA_INLINE float maxLanes(uint64_t n, float least, F f) {
  constexpr uint64_t kWide = 2 * kLanes;
  const auto larger = [](float a, float b) { return numbers ? (b > a ? b : a) : a >= b ? a : a != a ? a : b; };
  float lane[kWide];
#pragma omp simd
  for (uint64_t l = 0; l < kWide; ++l) lane[l] = least;
  uint64_t i = 0;
  for (; i + kWide <= n; i += kWide) {
#pragma omp simd
    for (uint64_t l = 0; l < kWide; ++l) lane[l] = larger(lane[l], f(i + l));
  }
#if defined(__AVX512F__)
  if (i < n) {
#pragma omp simd
    for (uint64_t l = 0; l < kWide; ++l) {
      const float more = i + l < n ? f(i + l) : least;
      lane[l] = larger(lane[l], more);
    }
  }
#else
  for (uint64_t l = 0; i + l < n; ++l) lane[l] = larger(lane[l], f(i + l));
#endif
  for (uint64_t half = kWide / 2; half > 0; half /= 2) {
#pragma omp simd
    for (uint64_t l = 0; l < half; ++l) lane[l] = larger(lane[l], lane[l + half]);
  }
  return lane[0];
}

}  // namespace tessera::TESSERA_ISA
