// What dense and sparse optimizer steps share on the CPU: rules over runs of elements, the walk over segments, and the
// random bits of stochastic rounding.
#pragma once

#include "optimizer_rules.h"
#include "philox.h"

namespace tessera::TESSERA_ISA {

// Elements a step works on at a time when values have to be converted on the way: small enough to stay in L1.
inline constexpr uint32_t kStepBlock = 512;

template <int variant, bool l2, class Rule>
TESSERA_INLINE void runLanes(Rule rule, const Hyper& h, uint32_t n, float* x, const float* g, const States<Rule>& s) {
  const auto numbers = rule.at(h);
  const float scale = h.gradScale, keep = h.keep, decay = h.l2;
  float *s0 = s.at[0], *s1 = s.at[1], *s2 = s.at[2];
#pragma omp simd
  for (uint32_t i = 0; i < n; ++i) {
    const float p = l2 ? x[i] : x[i] * keep;
    const float grad = l2 ? g[i] * scale + decay * x[i] : g[i] * scale;
    x[i] = rule.template step<variant>(numbers, p, grad, Rule::uses(variant, 0) ? s0 + i : nullptr,
                                       Rule::uses(variant, 1) ? s1 + i : nullptr,
                                       Rule::uses(variant, 2) ? s2 + i : nullptr);
  }
}

// Steps n consecutive values in place.
template <class Rule>
void runRule(const Rule& rule, const Hyper& h, uint32_t n, float* x, const float* g, const States<Rule>& s) {
  const auto run = [&]<int variant>() __attribute__((always_inline)) {
    if constexpr (variant < Rule::kVariants) {
      h.l2 == 0 ? runLanes<variant, false>(rule, h, n, x, g, s) : runLanes<variant, true>(rule, h, n, x, g, s);
    }
  };
  switch (s.variant) {
    case 0: return run.template operator()<0>();
    case 1: return run.template operator()<1>();
    case 2: return run.template operator()<2>();
    case 3: return run.template operator()<3>();
  }
}

// Walks the segments of a flat buffer in ascending order.
template <class Args>
class Segments {
 public:
  TESSERA_INLINE explicit Segments(const Args& a) : a_(a) {}

  struct Run {
    uint64_t end;  // the hyperparameters hold up to here
    Hyper hyper;
  };

  // The run that starts at element i, at most up to `limit`.
  TESSERA_INLINE Run at(uint64_t i, uint64_t limit) {
    if (a_.segmentStarts == nullptr || a_.segments == 0) return {limit, hyperOf(a_, 0)};
    if (!found_) segment_ = segmentOf(a_, i);
    found_ = true;
    while (segment_ + 1 < a_.segments && segmentStart(a_, segment_ + 1) <= i) ++segment_;
    const uint64_t end = segment_ + 1 < a_.segments ? segmentStart(a_, segment_ + 1) : limit;
    return {end < limit ? end : limit, hyperOf(a_, segment_)};
  }

 private:
  const Args& a_;
  uint32_t segment_ = 0;
  bool found_ = false;
};

// 16 random bits for every parameter: half-word i % 8 of the Philox block at counter offset + i / 8.
class Dither {
 public:
  TESSERA_INLINE Dither(uint64_t seed, uint64_t offset) : seed_(seed), offset_(offset) {}

  TESSERA_INLINE uint32_t at(uint64_t i) {
    if (i / 8 != block_) {
      block_ = i / 8;
      words_ = philox(seed_, offset_ + block_);
    }
    return words_.word[i % 8 / 2] >> (i % 2 * 16) & 0xffffu;
  }

  // Those of n <= kStepBlock parameters from i on, eight by eight in a loop that vectorises.
  void fill(uint64_t i, uint32_t n, uint16_t* bits) const {
    constexpr uint32_t kMostBlocks = kStepBlock / 8 + 1;
    uint32_t words[4 * kMostBlocks];
    const uint64_t first = offset_ + i / 8;
    const auto skipped = static_cast<uint32_t>(i % 8);
    const uint32_t blocks = (skipped + n + 7) / 8;
#pragma omp simd
    for (uint32_t k = 0; k < blocks; ++k) {
      const PhiloxBlock block = philox(seed_, first + k);
      for (int j = 0; j < 4; ++j) words[4 * k + j] = block.word[j];
    }
    for (uint32_t k = 0; k < n; ++k) {
      const uint32_t half = skipped + k;
      bits[k] = static_cast<uint16_t>(words[half / 2] >> (half % 2 * 16));
    }
  }

 private:
  uint64_t seed_, offset_;
  uint64_t block_ = UINT64_MAX;
  PhiloxBlock words_{};
};

}  // namespace tessera::TESSERA_ISA
