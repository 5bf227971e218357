// Draws of one token from a row of logits. Every cut (top-k, top-p, min-p) keeps what comes first in the order of falling
// logits, and a draw is a place in that order, so both are searches for where a running weight passes a value: by a histogram
// of the keys' leading bits, and by sorting only the keys that share those of the one wanted. Probabilities are summed as
// integers, so that no order of additions shows in which token is drawn, as on CUDA.
#pragma once

#include "gen/sort.h"

#include "cpu/kernel.h"
#include "cpu/linear_head.h"
#include "philox.h"
#include "scalar.h"
#include "sort_rows.h"

namespace tessera::TESSERA_ISA {

constexpr int64_t kBlock = 512;  // elements at a time, in L1

// A probability below 2 in whole multiples of 2^-60. A row's sum is about 2^60 and stays below 2^61. By shifts: without
// AVX-512 no vector of doubles becomes one of 64-bit integers.
TESSERA_INLINE uint64_t massOf(float probability) {
  const uint32_t bits = bitsOf(probability), behind = 127 - (bits >> 23);
  const uint64_t leading = uint64_t{(bits & 0x7fffffu) | 0x800000u} << 37;
  return leading >> (behind < 63 ? behind : 63);
}

// A fraction of a mass, 0 <= fraction < 1.
TESSERA_INLINE uint64_t shareOf(double fraction, uint64_t mass) {
  return static_cast<uint64_t>(fraction * static_cast<double>(mass));
}

// Scratch memory of a thread, for as many elements as a row has.
struct SamplingRoom {
  float* probabilities;
  Entry *entries, *spare;
};

// Keys in the order of falling logits.
template <class T>
TESSERA_INLINE uint32_t fallingKey(T x) {
  return ~keyOf(x);
}

// A place in that order, in which equal logits lie by index.
TESSERA_INLINE uint64_t placeOf(uint32_t key, int64_t i) { return uint64_t{key} << 32 | static_cast<uint64_t>(i); }
TESSERA_INLINE uint64_t placeOf(Entry e) { return placeOf(e.key, e.index); }

// The first element at which the running sum of weight(key, index), in the order of falling logits, exceeds `wanted`; where it
// never does, the last that has any weight.
template <class T, class Weight>
inline Entry findFalling(const T* x, int64_t n, uint64_t wanted, const SamplingRoom& room, Weight weight) {
  constexpr int kShift = 21;
  constexpr uint32_t kBins = 1u << (32 - kShift);
  uint64_t bins[kBins] = {};
  for (int64_t first = 0; first < n; first += kBlock) {
    const int64_t size = n - first < kBlock ? n - first : kBlock;
    uint32_t bin[kBlock];
    uint64_t weights[kBlock];
#pragma omp simd
    for (int64_t i = 0; i < size; ++i) {
      const uint32_t key = fallingKey(x[first + i]);
      bin[i] = key >> kShift;
      weights[i] = weight(key, first + i);
    }
    for (int64_t i = 0; i < size; ++i) bins[bin[i]] += weights[i];
  }
  uint64_t before = 0;  // the weight of the bins before `bin`
  uint32_t bin = 0;
  for (uint64_t sum = 0, b = 0; b < kBins && sum <= wanted; sum += bins[b++]) {
    if (bins[b] > 0) before = sum, bin = static_cast<uint32_t>(b);
  }
  int64_t count = 0;
  for (int64_t i = 0; i < n; ++i) {
    const uint32_t key = fallingKey(x[i]);
    room.entries[count] = {key, static_cast<int32_t>(i)};
    count += key >> kShift == bin;
  }
  sortEntries(room.entries, room.spare, count);
  Entry found = room.entries[0];
  for (int64_t k = 0; k < count && before <= wanted; ++k) {
    const uint64_t w = weight(room.entries[k].key, room.entries[k].index);
    if (w > 0) found = room.entries[k];
    before += w;
  }
  return found;
}

// The first index at which the running sum of masses exceeds `wanted`; where it never does, the last that has any mass.
inline int64_t findInOrder(const float* probabilities, int64_t n, uint64_t wanted) {
  int64_t last = 0;
  for (int64_t first = 0; first < n; first += kBlock) {
    const int64_t end = n - first < kBlock ? n : first + kBlock;
    uint64_t sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = first; i < end; ++i) sum += massOf(probabilities[i]);
    if (sum == 0) continue;
    if (sum <= wanted) {
      wanted -= sum;
      last = end - 1;
      continue;
    }
    for (last = first; last + 1 < end && massOf(probabilities[last]) <= wanted; ++last) wanted -= massOf(probabilities[last]);
    return last;
  }
  while (last > 0 && massOf(probabilities[last]) == 0) --last;
  return last;
}

// The drawn index; u is in (0, 1).
template <class T>
inline int32_t drawToken(const SampleTokensArgs<T>& a, const T* x, double u, float top, float logSum,
                         const SamplingRoom& room) {
  const auto n = static_cast<int64_t>(a.cols);
  const float inverse = 1.0f / a.temperature;
  const auto probability = [=](float logit) { return scalar::exp((logit - top) * inverse - logSum); };
  float* p = room.probabilities;
#pragma omp simd
  for (int64_t i = 0; i < n; ++i) p[i] = probability(load(x + i));

  const bool cutByCount = a.topK > 0 && a.topK < a.cols;
  if (!cutByCount && a.topP >= 1.0f && !(a.minP > 0.0f)) {
    return static_cast<int32_t>(findInOrder(p, n, shareOf(u, uint64_t{1} << 60)));
  }
  // The mass of what lies up to the place `last` and has at least the probability `least`. By value: what a closure refers to
  // could change with every store, and loops would not be vectorised.
  const auto kept = [p](uint64_t last, float least) {
    return [=](uint32_t key, int64_t i) { return placeOf(key, i) <= last && p[i] >= least ? massOf(p[i]) : uint64_t{0}; };
  };
  const auto total = [=](auto weight) {
    uint64_t sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < n; ++i) sum += weight(fallingKey(x[i]), i);
    return sum;
  };
  uint64_t last = UINT64_MAX;
  if (cutByCount) last = placeOf(findFalling(x, n, a.topK - 1, room, [](uint32_t, int64_t) { return uint64_t{1}; }));
  if (a.topP < 1.0f) {
    // Elements are kept while the mass before them is below topP of all; the first one always.
    const auto all = static_cast<double>(total(kept(last, 0.0f)));
    const double wanted = __builtin_ceil(static_cast<double>(a.topP) * all);
    last = placeOf(findFalling(x, n, wanted < 1 ? 0 : static_cast<uint64_t>(wanted) - 1, room, kept(last, 0.0f)));
  }
  const auto weight = kept(last, a.minP * probability(top));
  return findFalling(x, n, shareOf(u, total(weight)), room, weight).index;
}

// Draws the token of row r; false where its logits have NaN, +Infinity or nothing finite. The log-probability has the bits
// of linearLogProb, because its sum is that of the language-model head losses.
template <class T>
inline bool sampleRow(const SampleTokensArgs<T>& a, uint64_t r, const SamplingRoom& room) {
  const auto n = static_cast<int64_t>(a.cols);
  const T* x = a.logits + r * a.cols;
  a.id[r] = 0;
  a.logProb[r] = 0.0f;
  float top = -scalar::kInfinity;
  uint32_t nan = 0;
#pragma omp simd reduction(max : top) reduction(| : nan)
  for (int64_t i = 0; i < n; ++i) {
    const float logit = load(x + i);
    top = logit > top ? logit : top;
    nan |= logit != logit ? 1u : 0u;
  }
  if (nan != 0 || top == -scalar::kInfinity || top == scalar::kInfinity) return false;
  const bool greedy = !(a.temperature > 0.0f);
  const float scale2 = (greedy ? 1.0f : 1.0f / a.temperature) * linear_head::kLog2e;
  const linear_head::Part part = linear_head::reduceProducts(x, n, scale2);
  const float logSum = part.top + __builtin_log2f(part.sum);
  if (greedy) {
    while (load(x + a.id[r]) != top) ++a.id[r];
  } else {
    const uint32_t word = philox(static_cast<uint32_t>(a.seeds[r]), static_cast<uint32_t>(a.positions[r])).word[0];
    const double u = (static_cast<double>(word) + 0.5) * 0x1p-32;
    a.id[r] = drawToken(a, x, u, top, linear_head::kLn2 * (logSum - top * scale2), room);
  }
  a.logProb[r] = linear_head::kLn2 * (load(x + a.id[r]) * scale2 - logSum);
  return true;
}

}  // namespace tessera::TESSERA_ISA
