// Steps with up to five states that may sum terms over all parameters on the way: blocks take fixed parts of the buffer and
// add their terms in double, one block adds up the blocks in order. Rates come from the device, so every thread fetches
// them.
#pragma once

#include "adaptive_rules.h"
#include "optimizer.cuh"
#include "reduce.cuh"

namespace tessera::cuda {

// The argument struct of a rule's schema kernel.
template <class Rule, class P, class G> struct AdaptiveOf;

template <class Args, class Rule>
struct AdaptiveArgs {
  Args a;
  Rule rule;
  States<Rule> states;
  double* partial;  // [blocks][kTerms]
};

// The new value of one parameter that was x; its terms are added to `sums`.
template <class Rule>
__device__ __forceinline__ float stepWith(const Rule& rule, const Hyper& h, const States<Rule>& states, uint64_t at, float x,
                                          float gradient, double* sums) {
  const auto run = [&]<int variant>() -> float {
    const Exact scaled = Exact(gradient) * Exact(h.gradScale);
    const Exact grad = h.l2 == 0 ? scaled : scaled + Exact(h.l2) * Exact(x);
    const auto state = [&](int k) -> float* { return k < Rule::kStates && Rule::uses(variant, k) ? states.at[k] + at : nullptr; };
    float terms[4] = {};
    const float y = rule.template step<variant>(rule.at(h), x, grad, state(0), state(1), state(2), state(3), state(4), terms,
                                                terms + 1, terms + 2, terms + 3);
    for (int k = 0; k < Rule::kTerms; ++k) sums[k] += h.counts ? double(terms[k]) : 0;
    return y;
  };
  if constexpr (Rule::kVariants > 1) {
    if (states.variant == 1) return run.template operator()<1>();
  }
  if constexpr (Rule::kVariants > 2) {
    if (states.variant == 2) return run.template operator()<2>();
    if (states.variant == 3) return run.template operator()<3>();
  }
  return run.template operator()<0>();
}

template <class Rule, class P, class G>
__device__ void adaptiveStepKernel(const AdaptiveArgs<typename AdaptiveOf<Rule, P, G>::type, Rule>& args) {
  const auto& a = args.a;
  if (idle(a)) return;
  Rule rule = args.rule;
  rule.fetch(a);
  HyperCursor cursor(a);
  double sums[4] = {};
  const uint64_t words = idleRule(rule) ? 0 : (a.n + 31) / 32;
  for (uint64_t word = globalThread() / kWarp; word < words; word += globalThreads() / kWarp) {
    const uint64_t i = word * 32 + static_cast<uint64_t>(laneId());
    uint32_t changed = 0;
    if (i < a.n) {
      changed = stepParameters<P, Rule::kMoves>(a, cursor, Consecutive<1>{i}, [&](const Hyper& h, float x, int) {
        return stepWith(rule, h, args.states, i, x, cursor.scaled(i, float(a.grad[i])), sums);
      });
    }
    if (!Rule::kMoves || a.touched == nullptr) continue;
    const uint32_t bits = __ballot_sync(kFullMask, changed);
    if (laneId() == 0 && bits != 0) a.touched[word] |= bits;
  }
  for (int k = 0; k < Rule::kTerms; ++k) {
    const double sum = blockSum(sums[k]);
    if (threadIdx.x == 0) args.partial[blockIdx.x * Rule::kTerms + static_cast<uint32_t>(k)] = sum;
  }
}

}  // namespace tessera::cuda
