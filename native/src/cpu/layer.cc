// Sums over each tensor, and the rates that follow from them.
#include "gen/layer.h"

#include "layer_rules.h"
#include "segment_sums.h"

namespace tessera::TESSERA_ISA {
namespace {

template <class Formula, class P, class G>
void layerTerms(const LayerTermsArgs<P, G>& a, Context& context) {
  if (a.skip != nullptr && *a.skip != 0) return;
  if ((Formula::kStates > 0 && a.s0 == nullptr) || (Formula::kStates > 1 && a.s1 == nullptr)) return;
  const Formula formula(a);
  sumsOfSegments<2>(
      a, context,
      [&](uint64_t s, uint64_t from, uint64_t to, double (*lanes)[kLanes]) {
        const Hyper hyper = hyperOf(a, static_cast<uint32_t>(s));
        const Formula own = formula;
        double first[kLanes] = {}, second[kLanes] = {};
        const auto run = [&]<bool copied>(uint64_t begin, uint64_t end, const auto& gradient) __attribute__((always_inline)) {
          const auto add = [&](uint64_t i, int j) __attribute__((always_inline)) {
            const float p = copied ? a.master[i] : load(a.param + i), g = gradient(i) * hyper.gradScale;
            const LayerTermValues values = own(hyper, p, g, Formula::kStates > 0 ? a.s0 + i : nullptr,
                                               Formula::kStates > 1 ? a.s1 + i : nullptr);
            first[j] += double{values.first};
            second[j] += double{values.second};
          };
          uint64_t i = begin;
          for (; end - i >= kLanes; i += kLanes) {
            for (int j = 0; j < kLanes; ++j) add(i + j, j);
          }
          for (int j = 0; i < end; ++i, ++j) add(i, j);
        };
        overGradients(a, from, to, [&](uint64_t begin, uint64_t end, const auto& gradient) __attribute__((always_inline)) {
          a.master != nullptr ? run.template operator()<true>(begin, end, gradient)
                              : run.template operator()<false>(begin, end, gradient);
        });
        for (int j = 0; j < kLanes; ++j) {
          lanes[0][j] = first[j];
          lanes[1][j] = second[j];
        }
      },
      [&a](uint64_t s, const double* sums) {
        a.sums[2 * s] = static_cast<float>(sums[0]);
        a.sums[2 * s + 1] = static_cast<float>(sums[1]);
      });
}

}  // namespace

#define TESSERA_TERMS(name)                                     \
  template <class P, class G>                                   \
  void name(const LayerTermsArgs<P, G>& a, Context& context) {  \
    layerTerms<formula::name>(a, context);                      \
  }
TESSERA_LAYER_TERMS_KERNELS(TESSERA_TERMS)

#define TESSERA_RATES(name)                                                             \
  void name(const LayerRatesArgs& a, Context&) {                                        \
    for (uint32_t s = 0; s < a.segments; ++s) setLayerRate<formula::name>(a, s);        \
  }
TESSERA_LAYER_RATES_KERNELS(TESSERA_RATES)

template <class P, class G>
void prodigyPlusSlices(const ProdigyPlusSlicesArgs<P, G>& a, Context& context) {
  if (a.skip != nullptr && *a.skip != 0) return;
  const PlusSlice<ProdigyPlusSlicesArgs<P, G>> slice(a);
  forRange(context, a.segments, 16, [&](uint64_t begin, uint64_t end) {
    UnitCursor units(a);
    for (uint64_t s = begin; s < end; ++s) {
      double sums[3] = {};
      const uint64_t count = slice.count(static_cast<uint32_t>(s));
      for (uint64_t j = 0; j < count; ++j) slice.look(static_cast<uint32_t>(s), j, units, sums);
      for (int k = 0; k < 3; ++k) a.slices[3 * s + k] = static_cast<float>(sums[k]);
    }
  });
}

void prodigyPlusGather(const ProdigyPlusGatherArgs& a, Context&) { prodigyPlusGatherOf(a); }

void prodigyPlusEstimate(const ProdigyPlusEstimateArgs& a, Context&) { prodigyPlusEstimateOf(a); }

}  // namespace tessera::TESSERA_ISA

#include "gen/layer.cpu.inc"
