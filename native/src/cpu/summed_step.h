// Steps with up to five states that may sum terms over all parameters on the way. Blocks of kStepBlock parameters leave their
// terms in L1, from where sixteen lanes add them up in double; chunks are combined in order: sums have the same bits at
// every ISA level and for any number of threads.
#pragma once

#include "adaptive_rules.h"
#include "dense_step.h"

namespace tessera::TESSERA_ISA {

inline constexpr int kSumLanes = 16;
inline constexpr int kMostTerms = 4;

template <int count>
struct Terms {
  alignas(64) float at[count == 0 ? 1 : count][kStepBlock];
  double sums[count == 0 ? 1 : count][kSumLanes] = {};

  TESSERA_INLINE float* of(int k) { return k < count ? at[k] : nullptr; }

  void add(uint32_t n) {
    for (int k = 0; k < count; ++k) {
      double lane[kSumLanes];
      for (int j = 0; j < kSumLanes; ++j) lane[j] = sums[k][j];
      uint32_t i = 0;
      for (; n - i >= kSumLanes; i += kSumLanes) {
        for (int j = 0; j < kSumLanes; ++j) lane[j] += double{at[k][i + j]};
      }
      for (int j = 0; i < n; ++i, ++j) lane[j] += double{at[k][i]};
      for (int j = 0; j < kSumLanes; ++j) sums[k][j] = lane[j];
    }
  }

  double total(int k) const {
    double sum = 0;
    for (int j = 0; j < kSumLanes; ++j) sum += sums[k][j];
    return sum;
  }
};

template <int variant, bool l2, class Rule>
TESSERA_INLINE void runLanesWith(Rule rule, const Hyper& h, uint32_t n, float* x, const float* g, const States<Rule>& s,
                                 Terms<Rule::kTerms>& terms) {
  const auto numbers = rule.at(h);
  const float scale = h.gradScale, decay = h.l2;
  const auto state = [&s](int k) -> float* { return k < Rule::kStates && Rule::uses(variant, k) ? s.at[k] : nullptr; };
  float *s0 = state(0), *s1 = state(1), *s2 = state(2), *s3 = state(3), *s4 = state(4);
  float *t0 = terms.of(0), *t1 = terms.of(1), *t2 = terms.of(2), *t3 = terms.of(3);
#pragma omp simd
  for (uint32_t i = 0; i < n; ++i) {
    const float grad = l2 ? g[i] * scale + decay * x[i] : g[i] * scale;
    const float y = rule.template step<variant>(
        numbers, x[i], grad, Rule::uses(variant, 0) ? s0 + i : nullptr, Rule::uses(variant, 1) ? s1 + i : nullptr,
        Rule::uses(variant, 2) ? s2 + i : nullptr, Rule::uses(variant, 3) ? s3 + i : nullptr,
        Rule::uses(variant, 4) ? s4 + i : nullptr, Rule::kTerms > 0 ? t0 + i : nullptr, Rule::kTerms > 1 ? t1 + i : nullptr,
        Rule::kTerms > 2 ? t2 + i : nullptr, Rule::kTerms > 3 ? t3 + i : nullptr);
    if constexpr (Rule::kMoves) x[i] = y;
  }
}

template <class Rule>
[[gnu::noinline]] void runRuleWith(const Rule& rule, const Hyper& h, uint32_t n, float* x, const float* g,
                                   const States<Rule>& s, Terms<Rule::kTerms>& terms) {
  const auto run = [&]<int variant>() __attribute__((always_inline)) {
    h.l2 == 0 ? runLanesWith<variant, false>(rule, h, n, x, g, s, terms)
              : runLanesWith<variant, true>(rule, h, n, x, g, s, terms);
  };
  if constexpr (Rule::kVariants > 1) {
    if (s.variant == 1) return run.template operator()<1>();
  }
  if constexpr (Rule::kVariants > 2) {
    if (s.variant == 2) return run.template operator()<2>();
    if (s.variant == 3) return run.template operator()<3>();
  }
  run.template operator()<0>();
}

// Adds up the terms of chunks: `body(begin, end, terms)` for each chunk of [0, n).
template <int count, class Args, class F>
void sumChunks(const Args& a, uint64_t n, uint64_t grain, Context& context, F&& body) {
  const uint64_t chunks = n == 0 ? 0 : (n - 1) / grain + 1;
  double* partial = context.scratch<double>((chunks + 1) * kMostTerms);
  forRange(context, n, grain, [&](uint64_t begin, uint64_t end) {
    Terms<count> terms;
    body(begin, end, terms);
    for (int k = 0; k < count; ++k) partial[begin / grain * kMostTerms + k] = terms.total(k);
  });
  if constexpr (count > 0) {
    for (int k = 0; k < count; ++k) {
      double sum = a.more != 0 ? double{a.sums[k]} : 0.0;
      for (uint64_t c = 0; c < chunks; ++c) sum += partial[c * kMostTerms + k];
      a.sums[k] = static_cast<float>(sum);
    }
  }
}

template <template <class, class> class Args, class P, class G, class Rule>
void adaptiveStep(const Args<P, G>& a, Context& context, const States<Rule>& states) {
  if (idle(a)) return;
  Rule rule(a);
  rule.fetch(a);
  const uint64_t n = idleRule(rule) ? 0 : a.n;  // one that has nothing to do leaves sums of nothing
  sumChunks<Rule::kTerms>(a, n, kGrain, context, [&](uint64_t begin, uint64_t end, Terms<Rule::kTerms>& terms) {
    Segments segments(a);
    Dither dither(a.seed, a.offset);
    UnitCursor units(a);
    for (uint64_t i = begin; i < end;) {
      const auto run = segments.at(i, end);
      while (i < run.end) {
        const auto n = static_cast<uint32_t>(run.end - i < kStepBlock ? run.end - i : kStepBlock);
        const auto step = [&](uint32_t count, float* x, const float* g) __attribute__((always_inline)) {
          runRuleWith(rule, run.hyper, count, x, g, states.from(i), terms);
        };
        bool plain = false;
        if constexpr (std::is_same_v<P, float> && std::is_same_v<G, float>) {
          plain = a.master == nullptr && (a.touched == nullptr || !Rule::kMoves) && !units.any();
          if (plain) step(n, a.param + i, a.grad + i);
        }
        if (!plain) stepBlock<Rule::kMoves, P, G>(a, dither, units, i, n, step);
        if (run.hyper.counts) terms.add(n);
        i += n;
      }
    }
  });
}

}  // namespace tessera::TESSERA_ISA
