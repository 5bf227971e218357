// What dense and sparse optimizer steps share on the device: one parameter's step, from loading its value to rounding.
// Segments are looked up per parameter; where there are none, the hyperparameters are worked out once per thread.
#pragma once

#include "kernel.cuh"
#include "optimizer_rules.h"
#include "philox.h"

namespace tessera::cuda {

inline constexpr int kStepThreads = 256;

// The arguments of a schema kernel with its rule worked out by the host.
template <class Args, class Rule>
struct StepArgs {
  Args a;
  Rule rule;
  States<Rule> states;
};

template <class Rule>
__device__ __forceinline__ float stepOne(const Rule& rule, const Hyper& h, const States<Rule>& states, uint64_t at,
                                         float x, float gradient) {
  const auto run = [&]<int variant>() -> float {
    const Exact scaled = Exact(gradient) * Exact(h.gradScale);
    const Exact grad = h.l2 == 0 ? scaled : scaled + Exact(h.l2) * Exact(x);
    const Exact p = h.l2 == 0 ? Exact(x) * Exact(h.keep) : Exact(x);
    const auto state = [&](int k) { return Rule::uses(variant, k) ? states.at[k] + at : nullptr; };
    return rule.template step<variant>(rule.at(h.lr), p, grad, state(0), state(1), state(2));
  };
  if constexpr (Rule::kVariants > 1) {
    if (states.variant == 1) return run.template operator()<1>();
  }
  if constexpr (Rule::kVariants > 2) {
    if (states.variant == 2) return run.template operator()<2>();
    if constexpr (Rule::kVariants > 3) {
      if (states.variant == 3) return run.template operator()<3>();
    }
  }
  return run.template operator()<0>();
}

// Steps parameter i, whose states, master and compensation are at `at`: `run(hyper, x)` gives its new value. Returns
// whether the stored value changed; without `moves` nothing is stored.
template <class P, bool moves = true, class Args, class Run>
__device__ __forceinline__ bool stepParameter(const Args& a, const Hyper& whole, uint64_t i, uint64_t at, Run&& run) {
  const bool table = a.segmentStarts != nullptr && a.segments > 0;
  const Hyper h = table ? hyperOf(a, segmentOf(a, i)) : whole;
  float x = a.master != nullptr ? a.master[at] : float(a.param[i]);
  bool compensated = false;
  if constexpr (isBf16<P>) {
    compensated = a.master == nullptr && a.compensation != nullptr;
    if (compensated) x = Exact(x) + Exact(float(a.compensation[at]));
  }
  const float y = run(h, x);
  if constexpr (!moves) return false;
  if (a.master != nullptr) a.master[at] = y;
  if constexpr (isBf16<P>) {
    uint16_t bits;
    if (a.rounding == 0) {
      bits = bf16Bits(y);
    } else {
      const uint64_t index = a.firstIndex + i;
      const PhiloxBlock block = philox(a.seed, a.offset + index / 8);
      bits = bf16BitsDithered(y, block.word[index % 8 / 2] >> (index % 2 * 16) & 0xffffu);
    }
    if (compensated) {
      bf16 lost;
      lost.bits = bf16Bits(Exact(y) - Exact(floatOf(uint32_t{bits} << 16)));
      a.compensation[at] = lost;
    }
    const bool changed = a.param[i].bits != bits;
    if (changed) a.param[i].bits = bits;
    return changed;
  } else {
    const bool changed = bitsOf(a.param[i]) != bitsOf(y);
    a.param[i] = y;
    return changed;
  }
}

template <class Args>
__device__ __forceinline__ bool skipped(const Args& a) {
  return a.skip != nullptr && *a.skip != 0;
}

}  // namespace tessera::cuda
