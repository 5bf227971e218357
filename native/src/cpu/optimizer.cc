// Dense optimizer steps over flat parameter buffers. f32 parameters with f32 gradients are updated in place by the rule;
// everything else goes block by block through L1, so each array crosses memory once either way.
#include "gen/optimizer.h"

#include "cpu/kernel.h"
#include "dense_step.h"

namespace tessera::TESSERA_ISA {
namespace {

template <template <class, class> class Args, class P, class G, class Rule>
void denseStep(const Args<P, G>& a, Context& context, const States<Rule>& states) {
  if (a.skip != nullptr && *a.skip != 0) return;
  const Rule rule(a);
  forRange(context, a.n, kGrain, [&](uint64_t begin, uint64_t end) {
    Segments segments(a);
    Dither dither(a.seed, a.offset);
    UnitCursor units(a);
    for (uint64_t i = begin; i < end;) {
      const auto run = segments.at(i, end);
      if constexpr (std::is_same_v<P, float> && std::is_same_v<G, float>) {
        if (a.master == nullptr && a.touched == nullptr && !units.any()) {
          runRule(rule, run.hyper, static_cast<uint32_t>(run.end - i), a.param + i, a.grad + i, states.from(i));
          i = run.end;
          continue;
        }
      }
      while (i < run.end) {
        const auto n = static_cast<uint32_t>(run.end - i < kStepBlock ? run.end - i : kStepBlock);
        stepBlock<true, P, G>(a, dither, units, i, n, [&](uint32_t count, float* x, const float* g) {
          runRule(rule, run.hyper, count, x, g, states.from(i));
        });
        i += n;
      }
    }
  });
}

}  // namespace

template <class P, class G>
void adamStep(const AdamStepArgs<P, G>& a, Context& context) {
  denseStep(a, context, adamStates(a));
}

template <class P, class G>
void sgdStep(const SgdStepArgs<P, G>& a, Context& context) {
  denseStep(a, context, sgdStates(a));
}

template <class P, class G>
void lionStep(const LionStepArgs<P, G>& a, Context& context) {
  denseStep(a, context, lionStates(a));
}

template <class P, class G>
void adagradStep(const AdagradStepArgs<P, G>& a, Context& context) {
  denseStep(a, context, adagradStates(a));
}

template <class P, class G>
void rmspropStep(const RmspropStepArgs<P, G>& a, Context& context) {
  denseStep(a, context, rmspropStates(a));
}

template <class P, class G>
void adadeltaStep(const AdadeltaStepArgs<P, G>& a, Context& context) {
  denseStep(a, context, adadeltaStates(a));
}

template <class P, class G>
void adamaxStep(const AdamaxStepArgs<P, G>& a, Context& context) {
  denseStep(a, context, adamaxStates(a));
}

template <class P, class G>
void scheduleFreeStep(const ScheduleFreeStepArgs<P, G>& a, Context& context) {
  denseStep(a, context, scheduleFreeStates(a));
}

template <class P, class G>
void ademamixStep(const AdemamixStepArgs<P, G>& a, Context& context) {
  denseStep(a, context, ademamixStates(a));
}

template <class P, class G>
void adoptStep(const AdoptStepArgs<P, G>& a, Context& context) {
  denseStep(a, context, adoptStates(a));
}

template <class P, class G>
void sophiaStep(const SophiaStepArgs<P, G>& a, Context& context) {
  denseStep(a, context, sophiaStates(a));
}

template <class G>
void momentum(const MomentumArgs<G>& a, Context& context) {
  if (a.skip != nullptr && *a.skip != 0) return;
  const float weight = static_cast<float>(1 - a.beta), ofMoment = static_cast<float>(a.momentWeight),
              ofGrad = static_cast<float>(a.gradWeight);
  const float scale = a.gradFactor * (a.gradScale != nullptr ? *a.gradScale : 1.0f);
  forRange(context, a.n, kGrain, [&](uint64_t begin, uint64_t end) {
#pragma omp simd
    for (uint64_t i = begin; i < end; ++i) {
      const float g = load(a.grad + i) * scale, m = a.moment[i] + weight * (g - a.moment[i]);
      a.moment[i] = m;
      a.update[i] = ofMoment * m + ofGrad * g;
    }
  });
}

template <class P>
void mixPair(const MixPairArgs<P>& a, Context& context) {
  const float pp = static_cast<float>(a.paramOfParam), po = static_cast<float>(a.paramOfOther),
              op = static_cast<float>(a.otherOfParam), oo = static_cast<float>(a.otherOfOther);
  forRange(context, a.n, kGrain, [&](uint64_t begin, uint64_t end) {
    for (uint64_t i = begin; i < end; ++i) {
      const float x = a.master != nullptr ? a.master[i] : load(a.param + i), y = a.other[i];
      const float next = pp * x + po * y;
      a.other[i] = op * x + oo * y;
      if (a.master != nullptr) a.master[i] = next;
      store(a.param + i, next);
    }
  });
}

template <class P>
void averageStep(const AverageStepArgs<P>& a, Context& context) {
  const float weight = static_cast<float>(1 - a.decay);
  forRange(context, a.n, kGrain, [&](uint64_t begin, uint64_t end) {
    float* average = a.average;
    if (a.master != nullptr) {
#pragma omp simd
      for (uint64_t i = begin; i < end; ++i) average[i] += weight * (a.master[i] - average[i]);
    } else {
#pragma omp simd
      for (uint64_t i = begin; i < end; ++i) average[i] += weight * (load(a.param + i) - average[i]);
    }
  });
}

}  // namespace tessera::TESSERA_ISA

#include "gen/optimizer.cpu.inc"
