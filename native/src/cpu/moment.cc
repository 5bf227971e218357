// Optimizer steps that are an elementwise formula.
#include "gen/moment.h"

#include "moment_rules.h"
#include "summed_step.h"

namespace tessera::TESSERA_ISA {

#define TESSERA_MOMENT(name)                                   \
  template <class P, class G>                                  \
  void name(const MomentArgs<P, G>& a, Context& context) {     \
    using Rule = MomentRule<formula::name>;                    \
    adaptiveStep(a, context, momentStates<Rule>(a));           \
  }
TESSERA_MOMENT_KERNELS(TESSERA_MOMENT)

}  // namespace tessera::TESSERA_ISA

#include "gen/moment.cpu.inc"
