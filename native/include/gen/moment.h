// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class P, class G>
struct MomentArgs {
  const G* grad;
  const float* gradScale;
  const float* unitScale;
  const int64_t* unitTable;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* s0;
  float* s1;
  float* s2;
  float* s3;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double beta1;
  double beta2;
  double beta3;
  double eps;
  double epsRoot;
  double momentWeight;
  double gradWeight;
  double rootScale;
  double factor;
  double power;
  double least;
  double most;
  double first;
  double proximal;
  double lr;
  double weightDecay;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
  uint32_t units;
  uint32_t unitTensors;
};
static_assert(sizeof(MomentArgs<float, float>) == 320);

}  // namespace tessera

#define TESSERA_MOMENT_KERNELS(X) \
  X(adabeliefStep) \
  X(acpropStep) \
  X(yogiStep) \
  X(adamcStep) \
  X(lapropStep) \
  X(gramsStep) \
  X(adamgStep) \
  X(exadamStep) \
  X(bcosStep) \
  X(kateStep) \
  X(ftrlStep) \
  X(madgradStep) \
  X(asgdStep) \
  X(rpropStep) \
  X(adanStep)
