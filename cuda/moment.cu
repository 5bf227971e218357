// Optimizer steps that are an elementwise formula.
#include "gen/moment.h"

#include "moment_rules.h"
#include "summed_step.cuh"

namespace tessera::cuda {

#define TESSERA_MOMENT(name)                                                                        \
  using name##Rule = MomentRule<formula::name>;                                                     \
  template <class P, class G> struct AdaptiveOf<name##Rule, P, G> { using type = MomentArgs<P, G>; }; \
  EXPORT_KERNEL((kStepThreads), adaptiveStep, name##Rule, f32, f32)                                 \
  EXPORT_KERNEL((kStepThreads), adaptiveStep, name##Rule, f32, bf16)                                \
  EXPORT_KERNEL((kStepThreads), adaptiveStep, name##Rule, bf16, f32)                                \
  EXPORT_KERNEL((kStepThreads), adaptiveStep, name##Rule, bf16, bf16)
TESSERA_MOMENT_KERNELS(TESSERA_MOMENT)

#if TESSERA_HOST
#define TESSERA_MOMENT_LAUNCH(name)                                                                                    \
  template <class P, class G>                                                                                          \
  void name(const MomentArgs<P, G>& a, Stream& s) {                                                                    \
    s.launch(KERNEL(adaptiveStep, name##Rule, P, G), gridFor(s, a.n, kStepThreads, 8), kStepThreads, 0,                \
             {a, name##Rule(a), momentStates<name##Rule>(a), nullptr});                                                \
  }
TESSERA_MOMENT_KERNELS(TESSERA_MOMENT_LAUNCH)
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/moment.cuda.inc"
#endif
