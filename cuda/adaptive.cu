// Optimizer steps that sum terms over all parameters on the way: blocks take fixed parts of the buffer and add their terms
// in double, one block adds up the blocks in order. The rates come from the device, so every thread fetches them.
#include "gen/adaptive.h"

#include "adaptive_estimates.h"
#include "adaptive_rules.h"
#include "optimizer.cuh"
#include "reduce.cuh"

namespace tessera::cuda {

using dadaptAdam = DadaptAdamRule;
using dadaptLion = DadaptLionRule;
using dadaptSgd = DadaptSgdRule;
using dadaptAdagrad = DadaptAdagradRule;
using prodigy = ProdigyRule;
using prodigyEnd = ProdigyCorrectionRule;
using momoMoment = MomoMomentsRule;
using momo = MomoRule;
using mechanicLook = MechanicMeasureRule;
using mechanic = MechanicRule;
using cocob = CocobRule;

template <class Rule, class P, class G> struct AdaptiveOf;
template <class P, class G> struct AdaptiveOf<dadaptAdam, P, G> { using type = DadaptAdamStepArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<dadaptLion, P, G> { using type = DadaptLionStepArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<dadaptSgd, P, G> { using type = DadaptSgdStepArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<dadaptAdagrad, P, G> { using type = DadaptAdagradStepArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<prodigy, P, G> { using type = ProdigyStepArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<prodigyEnd, P, G> { using type = ProdigyCorrectionArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<momoMoment, P, G> { using type = MomoMomentsArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<momo, P, G> { using type = MomoStepArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<mechanicLook, P, G> { using type = MechanicMeasureArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<mechanic, P, G> { using type = MechanicStepArgs<P, G>; };
template <class P, class G> struct AdaptiveOf<cocob, P, G> { using type = CocobStepArgs<P, G>; };

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
    for (int k = 0; k < Rule::kTerms; ++k) sums[k] += double(terms[k]);
    return y;
  };
  if constexpr (Rule::kVariants > 1) {
    if (states.variant == 1) return run.template operator()<1>();
  }
  return run.template operator()<0>();
}

template <class Rule, class P, class G>
__device__ void adaptiveStepKernel(const AdaptiveArgs<typename AdaptiveOf<Rule, P, G>::type, Rule>& args) {
  const auto& a = args.a;
  if (idle(a)) return;
  Rule rule = args.rule;
  rule.fetch(a);
  if (idleRule(rule)) return;
  HyperCursor cursor(a);
  double sums[4] = {};
  const uint64_t words = (a.n + 31) / 32;
  for (uint64_t word = globalThread() / kWarp; word < words; word += globalThreads() / kWarp) {
    const uint64_t i = word * 32 + static_cast<uint64_t>(laneId());
    uint32_t changed = 0;
    if (i < a.n) {
      changed = stepParameters<P, Rule::kMoves>(a, cursor, Consecutive<1>{i}, [&](const Hyper& h, float x, int) {
        return stepWith(rule, h, args.states, i, x, float(a.grad[i]), sums);
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

#define TESSERA_ADAPTIVE(rule)                                 \
  EXPORT_KERNEL((kStepThreads), adaptiveStep, rule, f32, f32)  \
  EXPORT_KERNEL((kStepThreads), adaptiveStep, rule, f32, bf16) \
  EXPORT_KERNEL((kStepThreads), adaptiveStep, rule, bf16, f32) \
  EXPORT_KERNEL((kStepThreads), adaptiveStep, rule, bf16, bf16)
TESSERA_ADAPTIVE(dadaptAdam)
TESSERA_ADAPTIVE(dadaptLion)
TESSERA_ADAPTIVE(dadaptSgd)
TESSERA_ADAPTIVE(dadaptAdagrad)
TESSERA_ADAPTIVE(prodigy)
TESSERA_ADAPTIVE(prodigyEnd)
TESSERA_ADAPTIVE(momoMoment)
TESSERA_ADAPTIVE(momo)
TESSERA_ADAPTIVE(mechanicLook)
TESSERA_ADAPTIVE(mechanic)
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
    Exact g = Exact(float(a.grad[i])) * Exact(h.gradScale);
    if (h.l2 != 0) g = g + Exact(h.l2) * Exact(p);
    float reward, size;
    rule.look(rule.at(h), p, g, a.s + j, a.p0[j], &reward, &size);
    sums[0] += double(reward);
    sums[1] += double(size);
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
  if (threadIdx.x == 0 && a.estimate[5] == 0) a.estimate[5] = *a.norm * fabsf(a.gradFactor);
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

void distanceEstimate(const DistanceEstimateArgs& a, Stream& s) { s.launch(KERNEL(distanceEstimate), 1, kWarp, 0, a); }
void startNorm(const StartNormArgs& a, Stream& s) { s.launch(KERNEL(startNorm), 1, kWarp, 0, a); }
void momoEstimate(const MomoEstimateArgs& a, Stream& s) { s.launch(KERNEL(momoEstimate), 1, kWarp, 0, a); }
void mechanicEstimate(const MechanicEstimateArgs& a, Stream& s) { s.launch(KERNEL(mechanicEstimate), 1, kWarp, 0, a); }
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/adaptive.cuda.inc"
#endif
