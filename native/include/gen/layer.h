// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class P, class G>
struct LayerTermsArgs {
  const G* grad;
  const P* param;
  const float* master;
  const float* s0;
  const float* s1;
  const float* estimate;
  const float* updateScale;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  const uint32_t* skip;
  const float* gradScale;
  const float* unitScale;
  const int64_t* unitTable;
  float* sums;
  uint64_t n;
  double beta1;
  double beta2;
  double eps;
  double momentWeight;
  double rootScale;
  double rate;
  double lr;
  double weightDecay;
  float gradFactor;
  uint32_t variant;
  uint32_t decoupled;
  uint32_t segments;
  uint32_t gradScales;
  uint32_t units;
  uint32_t unitTensors;
};
static_assert(sizeof(LayerTermsArgs<float, float>) == 224);

struct LayerRatesArgs {
  const float* sums;
  const float* size;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  const uint32_t* skip;
  const float* gradScale;
  float* state;
  float* rate;
  float* decay;
  double lr;
  double beta;
  double eps;
  double factor;
  double coefficient;
  double correction;
  double first;
  uint32_t segments;
};
static_assert(sizeof(LayerRatesArgs) == 144);

template <class P, class G>
struct ProdigyPlusSlicesArgs {
  const G* grad;
  const P* param;
  const float* master;
  const float* z;
  const bf16* p0;
  const float* estimate;
  const int64_t* sliceStarts;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  const uint32_t* skip;
  const float* gradScale;
  const float* unitScale;
  const int64_t* unitTable;
  bf16* s;
  float* slices;
  uint64_t n;
  uint64_t count;
  double beta3;
  double d0;
  uint32_t slice;
  float gradFactor;
  uint32_t segments;
  uint32_t gradScales;
  uint32_t units;
  uint32_t unitTensors;
};
static_assert(sizeof(ProdigyPlusSlicesArgs<float, float>) == 184);

struct ProdigyPlusGatherArgs {
  const float* slices;
  const float* estimate;
  const uint32_t* skip;
  float* history;
  float* sums;
  double d0;
  uint32_t speed;
  uint32_t segments;
  uint32_t more;
};
static_assert(sizeof(ProdigyPlusGatherArgs) == 64);

struct ProdigyPlusEstimateArgs {
  const float* sums;
  const uint32_t* skip;
  float* estimate;
  double lr;
  double rate;
  double decay;
  double d0;
  double coefficient;
  double growth;
  uint32_t speed;
};
static_assert(sizeof(ProdigyPlusEstimateArgs) == 80);

}  // namespace tessera

#define TESSERA_LAYER_TERMS_KERNELS(X) \
  X(gradientTerms) \
  X(adamTerms) \
  X(normalizedTerms) \
  X(prodigyPlusTerms) \
  X(prodigyPlusMask)

#define TESSERA_LAYER_RATES_KERNELS(X) \
  X(lambRates) \
  X(normalizedRates) \
  X(larsRates) \
  X(fromageRates) \
  X(novogradRates) \
  X(amosRates) \
  X(rmsScale) \
  X(maskScale)
