// Optimizer steps that sum terms over all parameters on the way.
#include "gen/adaptive.h"

#include "adaptive_estimates.h"
#include "prodigy_plus.h"
#include "summed_step.h"

namespace tessera::TESSERA_ISA {

template <class P, class G>
void dadaptAdamStep(const DadaptAdamStepArgs<P, G>& a, Context& context) {
  adaptiveStep(a, context, dadaptAdamStates(a));
}

template <class P, class G>
void startTerms(const StartTermsArgs<P, G>& a, Context& context) {
  adaptiveStep(a, context, startTermsStates(a));
}

template <class P, class G>
void dadaptLionStep(const DadaptLionStepArgs<P, G>& a, Context& context) {
  adaptiveStep(a, context, dadaptLionStates(a));
}

template <class P, class G>
void dadaptSgdStep(const DadaptSgdStepArgs<P, G>& a, Context& context) {
  adaptiveStep(a, context, dadaptSgdStates(a));
}

template <class P, class G>
void dadaptAdagradStep(const DadaptAdagradStepArgs<P, G>& a, Context& context) {
  adaptiveStep(a, context, dadaptAdagradStates(a));
}

template <class P, class G>
void dadaptAdanStep(const DadaptAdanStepArgs<P, G>& a, Context& context) {
  adaptiveStep(a, context, dadaptAdanStates(a));
}

template <class P, class G>
void scheduleFreePlusTerms(const ScheduleFreePlusTermsArgs<P, G>& a, Context& context) {
  adaptiveStep(a, context, scheduleFreePlusTermsStates(a));
}

template <class P, class G>
void scheduleFreePlusStep(const ScheduleFreePlusStepArgs<P, G>& a, Context& context) {
  adaptiveStep(a, context, scheduleFreePlusStates(a));
}

template <class P, class G>
void prodigyPlusStep(const ProdigyPlusStepArgs<P, G>& a, Context& context) {
  adaptiveStep(a, context, prodigyPlusStates(a));
}

template <class P, class G>
void avagradStep(const AvagradStepArgs<P, G>& a, Context& context) {
  adaptiveStep(a, context, avagradStates(a));
}

template <class P, class G>
void prodigyStep(const ProdigyStepArgs<P, G>& a, Context& context) {
  if (a.s != nullptr) return adaptiveStep(a, context, prodigyStates(a));
  // prodigySlice made the sums: this step must not touch them.
  float sums[kMostTerms];
  ProdigyStepArgs<P, G> rest = a;
  rest.sums = sums;
  adaptiveStep(rest, context, prodigyStates(rest));
}

template <class P, class G>
void prodigySlice(const ProdigySliceArgs<P, G>& a, Context& context) {
  if (idle(a)) return;
  ProdigyRule rule(a);
  rule.fetch(a);
  const uint64_t slice = a.slice == 0 ? 1 : a.slice;
  const auto bound = [&a](uint32_t segment) {
    const int64_t start = a.sliceStarts[segment];
    return start < 0 ? uint64_t{0} : static_cast<uint64_t>(start) < a.count ? static_cast<uint64_t>(start) : a.count;
  };
  sumChunks<2>(a, a.count, kGrain, context, [&](uint64_t begin, uint64_t end, Terms<2>& terms) {
    UnitCursor units(a);
    uint32_t low = 0, high = a.segments;
    while (high - low > 1) {
      const uint32_t middle = low + (high - low) / 2;
      (bound(middle) <= begin ? low : high) = middle;
    }
    for (uint32_t segment = low; segment < a.segments && bound(segment) < end; ++segment) {
      const Hyper hyper = hyperOf(a, segment);
      const auto numbers = rule.at(hyper);
      const uint64_t from = bound(segment), stop = bound(segment + 1);
      for (uint64_t j = from < begin ? begin : from; j < end && j < stop;) {
        uint32_t n = 0;
        for (; n < kStepBlock && j < end && j < stop; ++n, ++j) {
          const uint64_t i = segmentStart(a, segment) + (j - from) * slice;
          if (i >= a.n) return;
          const float p = a.master != nullptr ? a.master[i] : load(a.param + i);
          float g = load(a.grad + i) * units.at(i) * hyper.gradScale;
          if (hyper.l2 != 0) g = g + hyper.l2 * p;
          rule.look(numbers, p, g, a.s + j, a.p0[j], terms.at[0] + n, terms.at[1] + n);
        }
        if (hyper.counts) terms.add(n);
      }
    }
  });
}

template <class P, class G>
void prodigyCorrection(const ProdigyCorrectionArgs<P, G>& a, Context& context) {
  adaptiveStep(a, context, prodigyCorrectionStates(a));
}

template <class P, class G>
void momoMoments(const MomoMomentsArgs<P, G>& a, Context& context) {
  adaptiveStep(a, context, momoMomentsStates(a));
}

template <class P, class G>
void momoStep(const MomoStepArgs<P, G>& a, Context& context) {
  adaptiveStep(a, context, momoStates(a));
}

template <class P, class G>
void mechanicMeasure(const MechanicMeasureArgs<P, G>& a, Context& context) {
  adaptiveStep(a, context, mechanicMeasureStates(a));
}

template <class P, class G>
void mechanicStep(const MechanicStepArgs<P, G>& a, Context& context) {
  adaptiveStep(a, context, mechanicStates(a));
}

template <class P, class G>
void cocobStep(const CocobStepArgs<P, G>& a, Context& context) {
  adaptiveStep(a, context, cocobStates(a));
}

void distanceEstimate(const DistanceEstimateArgs& a, Context&) { distanceEstimateOf(a); }

void startNorm(const StartNormArgs& a, Context&) { startNormOf(a); }

void momoEstimate(const MomoEstimateArgs& a, Context&) { momoEstimateOf(a); }

void scheduleFreePlusEstimate(const ScheduleFreePlusEstimateArgs& a, Context&) { scheduleFreePlusEstimateOf(a); }

void avagradEstimate(const AvagradEstimateArgs& a, Context&) { avagradEstimateOf(a); }

void mechanicEstimate(const MechanicEstimateArgs& a, Context&) { mechanicEstimateOf(a); }

}  // namespace tessera::TESSERA_ISA

#include "gen/adaptive.cpu.inc"
