// Optimizer steps that sum terms over all parameters on the way.
#include "gen/adaptive.h"

#include "adaptive_estimates.h"
#include "adaptive_rules.h"
#include "prodigy_plus.h"
#include "summed_step.cuh"

namespace tessera::cuda {

using dadaptAdam = DadaptAdamRule;
using distanceStart = StartTermsRule;
using dadaptLion = DadaptLionRule;
using dadaptSgd = DadaptSgdRule;
using dadaptAdagrad = DadaptAdagradRule;
using prodigy = ProdigyRule;
using prodigyEnd = ProdigyCorrectionRule;
using momoMoment = MomoMomentsRule;
using momo = MomoRule;
using mechanicLook = MechanicMeasureRule;
using mechanic = MechanicRule;
using dadaptAdan = DadaptAdanRule;
using freePlusTerms = ScheduleFreePlusTermsRule;
using freePlus = ScheduleFreePlusRule;
using avagrad = AvagradRule;
using prodigyPlus = ProdigyPlusRule;
using cocob = CocobRule;

template <class P, class G> struct AdaptiveOf<dadaptAdam, P, G> { using type = DadaptAdamStepArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<distanceStart, P, G> { using type = StartTermsArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<dadaptLion, P, G> { using type = DadaptLionStepArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<dadaptSgd, P, G> { using type = DadaptSgdStepArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<dadaptAdagrad, P, G> { using type = DadaptAdagradStepArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<prodigy, P, G> { using type = ProdigyStepArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<prodigyEnd, P, G> { using type = ProdigyCorrectionArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<momoMoment, P, G> { using type = MomoMomentsArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<momo, P, G> { using type = MomoStepArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<mechanicLook, P, G> { using type = MechanicMeasureArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<mechanic, P, G> { using type = MechanicStepArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<dadaptAdan, P, G> { using type = DadaptAdanStepArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<freePlusTerms, P, G> { using type = ScheduleFreePlusTermsArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<freePlus, P, G> { using type = ScheduleFreePlusStepArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<prodigyPlus, P, G> { using type = ProdigyPlusStepArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<avagrad, P, G> { using type = AvagradStepArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<cocob, P, G> { using type = CocobStepArgs<P, G>; };

#define TESSERA_ADAPTIVE(rule)                                 \
  EXPORT_KERNEL((kStepThreads), adaptiveStep, rule, f32, f32)  \
  EXPORT_KERNEL((kStepThreads), adaptiveStep, rule, f32, bf16) \
  EXPORT_KERNEL((kStepThreads), adaptiveStep, rule, bf16, f32) \
  EXPORT_KERNEL((kStepThreads), adaptiveStep, rule, bf16, bf16)
TESSERA_ADAPTIVE(dadaptAdam)
TESSERA_ADAPTIVE(distanceStart)
TESSERA_ADAPTIVE(dadaptLion)
TESSERA_ADAPTIVE(dadaptSgd)
TESSERA_ADAPTIVE(dadaptAdagrad)
TESSERA_ADAPTIVE(prodigy)
TESSERA_ADAPTIVE(prodigyEnd)
TESSERA_ADAPTIVE(momoMoment)
TESSERA_ADAPTIVE(momo)
TESSERA_ADAPTIVE(mechanicLook)
TESSERA_ADAPTIVE(mechanic)
TESSERA_ADAPTIVE(dadaptAdan)
TESSERA_ADAPTIVE(freePlusTerms)
TESSERA_ADAPTIVE(freePlus)
TESSERA_ADAPTIVE(avagrad)
TESSERA_ADAPTIVE(prodigyPlus)
TESSERA_ADAPTIVE(cocob)

template <class P, class G>
struct SliceArgs {
  ProdigySliceArgs<P, G> a;
  ProdigyRule rule;
  double* partial;
};

template <class P, class G>
__device__ void sliceKernel(const SliceArgs<P, G>& args) {
  const auto& a = args.a;
  if (idle(a)) return;
  ProdigyRule rule = args.rule;
  rule.fetch(a);
  double sums[2] = {};
  UnitCursor units(a);
  const uint64_t slice = a.slice == 0 ? 1 : a.slice;
  for (uint64_t j = globalThread(); j < a.count; j += globalThreads()) {
    uint32_t low = 0, high = a.segments;
    while (high - low > 1) {
      const uint32_t middle = low + (high - low) / 2;
      (a.sliceStarts[middle] <= static_cast<int64_t>(j) ? low : high) = middle;
    }
    const uint64_t i = segmentStart(a, low) + (j - static_cast<uint64_t>(a.sliceStarts[low])) * slice;
    if (i >= a.n) continue;
    const Hyper h = hyperOf(a, low);
    const float p = a.master != nullptr ? a.master[i] : float(a.param[i]);
    Exact g = Exact(float(a.grad[i])) * Exact(units.at(i)) * Exact(h.gradScale);
    if (h.l2 != 0) g = g + Exact(h.l2) * Exact(p);
    float reward, size;
    rule.look(rule.at(h), p, g, a.s + j, a.p0[j], &reward, &size);
    sums[0] += h.counts ? double(reward) : 0;
    sums[1] += h.counts ? double(size) : 0;
  }
  for (int k = 0; k < 2; ++k) {
    const double sum = blockSum(sums[k]);
    if (threadIdx.x == 0) args.partial[blockIdx.x * 2 + static_cast<uint32_t>(k)] = sum;
  }
}
EXPORT_KERNEL((kStepThreads), slice, f32, f32)
EXPORT_KERNEL((kStepThreads), slice, f32, bf16)
EXPORT_KERNEL((kStepThreads), slice, bf16, f32)
EXPORT_KERNEL((kStepThreads), slice, bf16, bf16)

struct TermTotalArgs {
  const double* partial;
  const uint32_t* skip;
  float* sums;
  uint32_t blocks, terms, more, idle;
};

__device__ void termTotalKernel(const TermTotalArgs& a) {
  if (a.idle != 0 || (a.skip != nullptr && *a.skip != 0)) return;
  for (uint32_t k = 0; k < a.terms; ++k) {
    double sum = 0;
    for (uint32_t block = threadIdx.x; block < a.blocks; block += blockDim.x) sum += a.partial[block * a.terms + k];
    sum = blockSum(sum);
    if (threadIdx.x == 0) a.sums[k] = static_cast<float>(a.more != 0 ? double(a.sums[k]) + sum : sum);
  }
}
EXPORT_KERNEL((kStepThreads), termTotal)

__device__ void distanceEstimateKernel(const DistanceEstimateArgs& a) {
  if (threadIdx.x == 0) distanceEstimateOf(a);
}
EXPORT_KERNEL((kWarp), distanceEstimate)
__device__ void startNormKernel(const StartNormArgs& a) {
  if (threadIdx.x == 0) startNormOf(a);
}
EXPORT_KERNEL((kWarp), startNorm)
__device__ void momoEstimateKernel(const MomoEstimateArgs& a) {
  if (threadIdx.x == 0) momoEstimateOf(a);
}
EXPORT_KERNEL((kWarp), momoEstimate)
__device__ void mechanicEstimateKernel(const MechanicEstimateArgs& a) {
  if (threadIdx.x == 0) mechanicEstimateOf(a);
}
EXPORT_KERNEL((kWarp), mechanicEstimate)
__device__ void scheduleFreePlusEstimateKernel(const ScheduleFreePlusEstimateArgs& a) {
  if (threadIdx.x == 0) scheduleFreePlusEstimateOf(a);
}
EXPORT_KERNEL((kWarp), scheduleFreePlusEstimate)
__device__ void avagradEstimateKernel(const AvagradEstimateArgs& a) {
  if (threadIdx.x == 0) avagradEstimateOf(a);
}
EXPORT_KERNEL((kWarp), avagradEstimate)

#if TESSERA_HOST
template <class Args>
void addUp(const Args& a, Stream& s, const double* partial, uint32_t blocks, uint32_t terms) {
  bool resting = false;
  if constexpr (requires { a.form; a.corrected; }) resting = a.lr == 0 && a.form == 0;
  s.launch(KERNEL(termTotal), 1, kStepThreads, 0, {partial, a.skip, a.sums, blocks, terms, a.more, resting});
}

template <class Rule, class P, class G, class Args>
void launchAdaptive(const Args& a, Stream& s, const States<Rule>& states, bool keep = true) {
  const uint32_t blocks = gridFor(s, a.n, kStepThreads, 8);
  double* partial = s.workspace<double>(uint64_t{blocks} * 4 + 1);
  s.launch(KERNEL(adaptiveStep, Rule, P, G), blocks, kStepThreads, 0, {a, Rule(a), states, partial});
  if constexpr (Rule::kTerms > 0) {
    if (keep) addUp(a, s, partial, blocks, Rule::kTerms);
  }
}

template <class P, class G>
void dadaptAdamStep(const DadaptAdamStepArgs<P, G>& a, Stream& s) { launchAdaptive<dadaptAdam, P, G>(a, s, dadaptAdamStates(a)); }
template <class P, class G>
void startTerms(const StartTermsArgs<P, G>& a, Stream& s) { launchAdaptive<distanceStart, P, G>(a, s, startTermsStates(a)); }
template <class P, class G>
void dadaptLionStep(const DadaptLionStepArgs<P, G>& a, Stream& s) { launchAdaptive<dadaptLion, P, G>(a, s, dadaptLionStates(a)); }
template <class P, class G>
void dadaptSgdStep(const DadaptSgdStepArgs<P, G>& a, Stream& s) { launchAdaptive<dadaptSgd, P, G>(a, s, dadaptSgdStates(a)); }
template <class P, class G>
void dadaptAdagradStep(const DadaptAdagradStepArgs<P, G>& a, Stream& s) {
  launchAdaptive<dadaptAdagrad, P, G>(a, s, dadaptAdagradStates(a));
}
template <class P, class G>
void prodigyStep(const ProdigyStepArgs<P, G>& a, Stream& s) {
  launchAdaptive<prodigy, P, G>(a, s, prodigyStates(a), a.s != nullptr);  // else prodigySlice made the sums
}
template <class P, class G>
void prodigySlice(const ProdigySliceArgs<P, G>& a, Stream& s) {
  const uint32_t blocks = gridFor(s, a.count, kStepThreads, 8);
  double* partial = s.workspace<double>(uint64_t{blocks} * 2 + 1);
  s.launch(KERNEL(slice, P, G), blocks, kStepThreads, 0, {a, ProdigyRule(a), partial});
  addUp(a, s, partial, blocks, 2);
}
template <class P, class G>
void prodigyCorrection(const ProdigyCorrectionArgs<P, G>& a, Stream& s) {
  launchAdaptive<prodigyEnd, P, G>(a, s, prodigyCorrectionStates(a));
}
template <class P, class G>
void momoMoments(const MomoMomentsArgs<P, G>& a, Stream& s) { launchAdaptive<momoMoment, P, G>(a, s, momoMomentsStates(a)); }
template <class P, class G>
void momoStep(const MomoStepArgs<P, G>& a, Stream& s) { launchAdaptive<momo, P, G>(a, s, momoStates(a)); }
template <class P, class G>
void mechanicMeasure(const MechanicMeasureArgs<P, G>& a, Stream& s) {
  launchAdaptive<mechanicLook, P, G>(a, s, mechanicMeasureStates(a));
}
template <class P, class G>
void mechanicStep(const MechanicStepArgs<P, G>& a, Stream& s) { launchAdaptive<mechanic, P, G>(a, s, mechanicStates(a)); }
template <class P, class G>
void cocobStep(const CocobStepArgs<P, G>& a, Stream& s) { launchAdaptive<cocob, P, G>(a, s, cocobStates(a)); }
template <class P, class G>
void dadaptAdanStep(const DadaptAdanStepArgs<P, G>& a, Stream& s) { launchAdaptive<dadaptAdan, P, G>(a, s, dadaptAdanStates(a)); }
template <class P, class G>
void scheduleFreePlusTerms(const ScheduleFreePlusTermsArgs<P, G>& a, Stream& s) {
  launchAdaptive<freePlusTerms, P, G>(a, s, scheduleFreePlusTermsStates(a));
}
template <class P, class G>
void scheduleFreePlusStep(const ScheduleFreePlusStepArgs<P, G>& a, Stream& s) {
  launchAdaptive<freePlus, P, G>(a, s, scheduleFreePlusStates(a));
}
template <class P, class G>
void prodigyPlusStep(const ProdigyPlusStepArgs<P, G>& a, Stream& s) {
  launchAdaptive<prodigyPlus, P, G>(a, s, prodigyPlusStates(a));
}
template <class P, class G>
void avagradStep(const AvagradStepArgs<P, G>& a, Stream& s) { launchAdaptive<avagrad, P, G>(a, s, avagradStates(a)); }

void distanceEstimate(const DistanceEstimateArgs& a, Stream& s) { s.launch(KERNEL(distanceEstimate), 1, kWarp, 0, a); }
void startNorm(const StartNormArgs& a, Stream& s) { s.launch(KERNEL(startNorm), 1, kWarp, 0, a); }
void momoEstimate(const MomoEstimateArgs& a, Stream& s) { s.launch(KERNEL(momoEstimate), 1, kWarp, 0, a); }
void scheduleFreePlusEstimate(const ScheduleFreePlusEstimateArgs& a, Stream& s) {
  s.launch(KERNEL(scheduleFreePlusEstimate), 1, kWarp, 0, a);
}
void avagradEstimate(const AvagradEstimateArgs& a, Stream& s) { s.launch(KERNEL(avagradEstimate), 1, kWarp, 0, a); }
void mechanicEstimate(const MechanicEstimateArgs& a, Stream& s) { s.launch(KERNEL(mechanicEstimate), 1, kWarp, 0, a); }
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/adaptive.cuda.inc"
#endif
