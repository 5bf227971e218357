// Dense optimizer steps: a lane takes four consecutive parameters at a time, in packs, and a warp so owns whole words of
// `touched`.
#include "gen/optimizer.h"

#include "optimizer.cuh"
#include "reduce.cuh"

namespace tessera::cuda {

inline constexpr uint32_t kPerLane = 4;

using adam = AdamRule;
using sgd = SgdRule;
using lion = LionRule;
using adagrad = AdagradRule;
using rmsprop = RmspropRule;
using adadelta = AdadeltaRule;
using adamax = AdamaxRule;
using scheduleFree = ScheduleFreeRule;
using ademamix = AdemamixRule;
using adopt = AdoptRule;
using sophia = SophiaRule;

// The argument struct of a rule's schema kernel.
template <class Rule, class P, class G> struct DenseOf;
template <class P, class G> struct DenseOf<adam, P, G> { using type = AdamStepArgs<P, G>; };
template <class P, class G> struct DenseOf<sgd, P, G> { using type = SgdStepArgs<P, G>; };
template <class P, class G> struct DenseOf<lion, P, G> { using type = LionStepArgs<P, G>; };
template <class P, class G> struct DenseOf<adagrad, P, G> { using type = AdagradStepArgs<P, G>; };
template <class P, class G> struct DenseOf<rmsprop, P, G> { using type = RmspropStepArgs<P, G>; };
template <class P, class G> struct DenseOf<adadelta, P, G> { using type = AdadeltaStepArgs<P, G>; };
template <class P, class G> struct DenseOf<adamax, P, G> { using type = AdamaxStepArgs<P, G>; };
template <class P, class G> struct DenseOf<scheduleFree, P, G> { using type = ScheduleFreeStepArgs<P, G>; };
template <class P, class G> struct DenseOf<ademamix, P, G> { using type = AdemamixStepArgs<P, G>; };
template <class P, class G> struct DenseOf<adopt, P, G> { using type = AdoptStepArgs<P, G>; };
template <class P, class G> struct DenseOf<sophia, P, G> { using type = SophiaStepArgs<P, G>; };

template <class Rule, class P, class G>
struct DenseArgs : StepArgs<typename DenseOf<Rule, P, G>::type, Rule> {
  bool packed;  // every pointer is aligned for packs
};

template <class Rule, class P, class G>
__device__ void denseStepKernel(const DenseArgs<Rule, P, G>& args) {
  const auto& a = args.a;
  if (skipped(a)) return;
  HyperCursor cursor(a);
  const uint64_t groups = ceilDiv(a.n, uint64_t{kWarp * kPerLane});
  for (uint64_t group = globalThread() / kWarp; group < groups; group += globalThreads() / kWarp) {
    const uint64_t first = (group * kWarp + static_cast<uint64_t>(laneId())) * kPerLane;
    uint32_t changed = 0;
    if (args.packed && first + kPerLane <= a.n) {
      const Consecutive<kPerLane> places{first};
      changed = stepWithStates<P>(args, cursor, places, places.load(a.grad));
    } else {
      for (uint32_t e = 0; e < kPerLane && first + e < a.n; ++e) {
        const Consecutive<1> place{first + e};
        changed |= stepWithStates<P>(args, cursor, place, place.load(a.grad)) << e;
      }
    }
    if (a.touched == nullptr) continue;
    // The eight lanes of a word.
    const uint32_t word = warpReduce<32 / kPerLane>(changed << (laneId() * kPerLane % 32), [](uint32_t x, uint32_t y) { return x | y; });
    if (word != 0 && first % 32 == 0) a.touched[first / 32] |= word;
  }
}

#define TESSERA_DENSE(rule)                                   \
  EXPORT_KERNEL((kStepThreads), denseStep, rule, f32, f32)    \
  EXPORT_KERNEL((kStepThreads), denseStep, rule, f32, bf16)   \
  EXPORT_KERNEL((kStepThreads), denseStep, rule, bf16, f32)   \
  EXPORT_KERNEL((kStepThreads), denseStep, rule, bf16, bf16)
TESSERA_DENSE(adam)
TESSERA_DENSE(sgd)
TESSERA_DENSE(lion)
TESSERA_DENSE(adagrad)
TESSERA_DENSE(rmsprop)
TESSERA_DENSE(adadelta)
TESSERA_DENSE(adamax)
TESSERA_DENSE(scheduleFree)
TESSERA_DENSE(ademamix)
TESSERA_DENSE(adopt)
TESSERA_DENSE(sophia)

template <class G>
__device__ void momentKernel(const MomentumArgs<G>& a) {
  if (skipped(a)) return;
  const Exact weight = static_cast<float>(1 - a.beta), ofMoment = static_cast<float>(a.momentWeight),
              ofGrad = static_cast<float>(a.gradWeight);
  const Exact scale = a.gradFactor * (a.gradScale != nullptr ? *a.gradScale : 1.0f);
  for (uint64_t i = globalThread(); i < a.n; i += globalThreads()) {
    const Exact g = Exact(float(a.grad[i])) * scale, m = Exact(a.moment[i]) + weight * (g - Exact(a.moment[i]));
    a.moment[i] = m;
    a.update[i] = ofMoment * m + ofGrad * g;
  }
}
EXPORT_KERNEL((kStepThreads), moment, f32)
EXPORT_KERNEL((kStepThreads), moment, bf16)

template <class P>
__device__ void mixKernel(const MixPairArgs<P>& a) {
  const Exact pp = static_cast<float>(a.paramOfParam), po = static_cast<float>(a.paramOfOther),
              op = static_cast<float>(a.otherOfParam), oo = static_cast<float>(a.otherOfOther);
  for (uint64_t i = globalThread(); i < a.n; i += globalThreads()) {
    const Exact x = a.master != nullptr ? a.master[i] : float(a.param[i]), y = a.other[i];
    const float next = pp * x + po * y;
    a.other[i] = op * x + oo * y;
    if (a.master != nullptr) a.master[i] = next;
    a.param[i] = fromFloat<P>(next);
  }
}
EXPORT_KERNEL((kStepThreads), mix, f32)
EXPORT_KERNEL((kStepThreads), mix, bf16)

template <class P>
__device__ void averageKernel(const AverageStepArgs<P>& a) {
  const Exact weight = static_cast<float>(1 - a.decay);
  for (uint64_t i = globalThread(); i < a.n; i += globalThreads()) {
    const Exact old = a.average[i], now = a.master != nullptr ? a.master[i] : float(a.param[i]);
    a.average[i] = old + weight * (now - old);
  }
}
EXPORT_KERNEL((kStepThreads), average, f32)
EXPORT_KERNEL((kStepThreads), average, bf16)

#if TESSERA_HOST
template <class Rule, class P, class G, class Args>
void launchDense(const Args& a, Stream& s, const States<Rule>& states) {
  bool packed = alignedFor<kPerLane>(a.grad) && alignedFor<kPerLane>(a.param) && alignedFor<kPerLane>(a.master) &&
                alignedFor<kPerLane>(a.compensation);
  for (const float* state : states.at) packed &= alignedFor<kPerLane>(state);
  s.launch(KERNEL(denseStep, Rule, P, G), gridFor(s, a.n, kStepThreads * kPerLane, 16), kStepThreads, 0,
           {{a, Rule(a), states}, packed});
}

template <class P, class G>
void adamStep(const AdamStepArgs<P, G>& a, Stream& s) { launchDense<adam, P, G>(a, s, adamStates(a)); }
template <class P, class G>
void sgdStep(const SgdStepArgs<P, G>& a, Stream& s) { launchDense<sgd, P, G>(a, s, sgdStates(a)); }
template <class P, class G>
void lionStep(const LionStepArgs<P, G>& a, Stream& s) { launchDense<lion, P, G>(a, s, lionStates(a)); }
template <class P, class G>
void adagradStep(const AdagradStepArgs<P, G>& a, Stream& s) { launchDense<adagrad, P, G>(a, s, adagradStates(a)); }
template <class P, class G>
void rmspropStep(const RmspropStepArgs<P, G>& a, Stream& s) { launchDense<rmsprop, P, G>(a, s, rmspropStates(a)); }
template <class P, class G>
void adadeltaStep(const AdadeltaStepArgs<P, G>& a, Stream& s) { launchDense<adadelta, P, G>(a, s, adadeltaStates(a)); }
template <class P, class G>
void adamaxStep(const AdamaxStepArgs<P, G>& a, Stream& s) { launchDense<adamax, P, G>(a, s, adamaxStates(a)); }
template <class P, class G>
void scheduleFreeStep(const ScheduleFreeStepArgs<P, G>& a, Stream& s) {
  launchDense<scheduleFree, P, G>(a, s, scheduleFreeStates(a));
}
template <class P, class G>
void ademamixStep(const AdemamixStepArgs<P, G>& a, Stream& s) { launchDense<ademamix, P, G>(a, s, ademamixStates(a)); }
template <class P, class G>
void adoptStep(const AdoptStepArgs<P, G>& a, Stream& s) { launchDense<adopt, P, G>(a, s, adoptStates(a)); }

template <class P, class G>
void sophiaStep(const SophiaStepArgs<P, G>& a, Stream& s) { launchDense<sophia, P, G>(a, s, sophiaStates(a)); }

template <class G>
void momentum(const MomentumArgs<G>& a, Stream& s) {
  s.launch(KERNEL(moment, G), gridFor(s, a.n, kStepThreads, 16), kStepThreads, 0, a);
}

template <class P>
void mixPair(const MixPairArgs<P>& a, Stream& s) {
  s.launch(KERNEL(mix, P), gridFor(s, a.n, kStepThreads, 16), kStepThreads, 0, a);
}

template <class P>
void averageStep(const AverageStepArgs<P>& a, Stream& s) {
  s.launch(KERNEL(average, P), gridFor(s, a.n, kStepThreads, 16), kStepThreads, 0, a);
}
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/optimizer.cuda.inc"
#endif
