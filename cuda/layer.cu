// Sums over each tensor, and the rates that follow from them: a segment is cut into a fixed number of parts, a block each.
#include "gen/layer.h"

#include "layer_rules.h"
#include "optimizer.cuh"
#include "reduce.cuh"

namespace tessera::cuda {

inline constexpr uint32_t kLayerThreads = 256;
inline constexpr uint32_t kLayerParts = 32;

template <class P, class G>
struct TermPartArgs {
  LayerTermsArgs<P, G> a;
  double* partial;  // [segments][parts][2]
};

template <class Formula, class P, class G>
__device__ void termPartKernel(const TermPartArgs<P, G>& args) {
  const auto& a = args.a;
  if (a.skip != nullptr && *a.skip != 0) return;
  const Formula formula(a);
  UnitCursor units(a);
  for (uint32_t s = blockIdx.y; s < a.segments; s += gridDim.y) {
    const Hyper hyper = hyperOf(a, s);
    const uint64_t from = segmentStart(a, s), past = segmentStart(a, s + 1), to = past < a.n ? past : a.n;
    const uint64_t share = to > from ? (to - from - 1) / kLayerParts + 1 : 0;
    const uint64_t begin = from + blockIdx.x * share, end = begin + share < to ? begin + share : to;
    double first = 0, second = 0;
    for (uint64_t i = begin + threadIdx.x; i < end; i += blockDim.x) {
      const float p = a.master != nullptr ? a.master[i] : float(a.param[i]);
      const Exact g = Exact(float(a.grad[i])) * Exact(units.at(i)) * Exact(hyper.gradScale);
      const LayerTermValues values =
          formula(hyper, p, g, a.s0 != nullptr ? a.s0 + i : nullptr, a.s1 != nullptr ? a.s1 + i : nullptr);
      first += double(values.first);
      second += double(values.second);
    }
    first = blockSum(first);
    second = blockSum(second);
    if (threadIdx.x != 0) continue;
    double* out = args.partial + (uint64_t{s} * kLayerParts + blockIdx.x) * 2;
    out[0] = first;
    out[1] = second;
  }
}

struct TermTotalsArgs {
  const double* partial;
  const uint32_t* skip;
  float* sums;
  uint32_t segments;
};

__device__ void termTotalsKernel(const TermTotalsArgs& a) {
  if (a.skip != nullptr && *a.skip != 0) return;
  for (uint64_t at = globalThread(); at < uint64_t{a.segments} * 2; at += globalThreads()) {
    double sum = 0;
    for (uint32_t part = 0; part < kLayerParts; ++part) sum += a.partial[(at / 2 * kLayerParts + part) * 2 + at % 2];
    a.sums[at] = static_cast<float>(sum);
  }
}
EXPORT_KERNEL((kLayerThreads), termTotals)

#define TESSERA_TERMS(name)                                      \
  using name##Of = formula::name;                                \
  EXPORT_KERNEL((kLayerThreads), termPart, name##Of, f32, f32)   \
  EXPORT_KERNEL((kLayerThreads), termPart, name##Of, f32, bf16)  \
  EXPORT_KERNEL((kLayerThreads), termPart, name##Of, bf16, f32)  \
  EXPORT_KERNEL((kLayerThreads), termPart, name##Of, bf16, bf16)
TESSERA_LAYER_TERMS_KERNELS(TESSERA_TERMS)

template <class Formula>
__device__ void layerRateKernel(const LayerRatesArgs& a) {
  for (uint64_t s = globalThread(); s < a.segments; s += globalThreads()) setLayerRate<Formula>(a, static_cast<uint32_t>(s));
}

#define TESSERA_RATES(name)       \
  using name##Of = formula::name; \
  EXPORT_KERNEL((kLayerThreads), layerRate, name##Of)
TESSERA_LAYER_RATES_KERNELS(TESSERA_RATES)

// A block takes the slices of a tensor.
template <class P, class G>
__device__ void plusSlicesKernel(const ProdigyPlusSlicesArgs<P, G>& a) {
  if (a.skip != nullptr && *a.skip != 0) return;
  const PlusSlice<ProdigyPlusSlicesArgs<P, G>> slice(a);
  UnitCursor units(a);
  for (uint32_t s = blockIdx.x; s < a.segments; s += gridDim.x) {
    double sums[3] = {};
    const uint64_t count = slice.count(s);
    for (uint64_t j = threadIdx.x; j < count; j += blockDim.x) slice.look(s, j, units, sums);
    for (uint32_t k = 0; k < 3; ++k) {
      const double sum = blockSum(sums[k]);
      if (threadIdx.x == 0) a.slices[3 * uint64_t{s} + k] = static_cast<float>(sum);
    }
  }
}
EXPORT_KERNEL((kLayerThreads), plusSlices, f32, f32)
EXPORT_KERNEL((kLayerThreads), plusSlices, f32, bf16)
EXPORT_KERNEL((kLayerThreads), plusSlices, bf16, f32)
EXPORT_KERNEL((kLayerThreads), plusSlices, bf16, bf16)

__device__ void plusGatherKernel(const ProdigyPlusGatherArgs& a) {
  if (threadIdx.x == 0) prodigyPlusGatherOf(a);
}
EXPORT_KERNEL((kWarp), plusGather)
__device__ void plusEstimateKernel(const ProdigyPlusEstimateArgs& a) {
  if (threadIdx.x == 0) prodigyPlusEstimateOf(a);
}
EXPORT_KERNEL((kWarp), plusEstimate)

#if TESSERA_HOST
#define TESSERA_TERMS_LAUNCH(name)                                                                                         \
  template <class P, class G>                                                                                              \
  void name(const LayerTermsArgs<P, G>& a, Stream& s) {                                                                    \
    double* partial = s.workspace<double>(uint64_t{a.segments} * kLayerParts * 2 + 1);                                     \
    s.launch(KERNEL(termPart, name##Of, P, G), dim3(kLayerParts, a.segments < 4096 ? a.segments : 4096), kLayerThreads, 0, \
             {a, partial});                                                                                                \
    s.launch(KERNEL(termTotals), gridFor(s, uint64_t{a.segments} * 2, kLayerThreads), kLayerThreads, 0,                    \
             {partial, a.skip, a.sums, a.segments});                                                                       \
  }
TESSERA_LAYER_TERMS_KERNELS(TESSERA_TERMS_LAUNCH)

#define TESSERA_RATES_LAUNCH(name)                                                                   \
  void name(const LayerRatesArgs& a, Stream& s) {                                                    \
    s.launch(KERNEL(layerRate, name##Of), gridFor(s, a.segments, kLayerThreads), kLayerThreads, 0, a); \
  }
TESSERA_LAYER_RATES_KERNELS(TESSERA_RATES_LAUNCH)

template <class P, class G>
void prodigyPlusSlices(const ProdigyPlusSlicesArgs<P, G>& a, Stream& s) {
  s.launch(KERNEL(plusSlices, P, G), gridFor(s, a.segments, 1), kLayerThreads, 0, a);
}
void prodigyPlusGather(const ProdigyPlusGatherArgs& a, Stream& s) { s.launch(KERNEL(plusGather), 1, kWarp, 0, a); }
void prodigyPlusEstimate(const ProdigyPlusEstimateArgs& a, Stream& s) { s.launch(KERNEL(plusEstimate), 1, kWarp, 0, a); }
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/layer.cuda.inc"
#endif
