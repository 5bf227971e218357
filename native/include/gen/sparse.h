// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class P, class G>
struct SparseAdamStepArgs {
  const uint32_t* mask;
  const uint32_t* offsets;
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
  float* expAvg;
  float* expAvgSq;
  float* maxExpAvgSq;
  uint64_t n;
  uint64_t active;
  uint64_t gradCount;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double beta1;
  double beta2;
  double eps;
  double momentWeight;
  double gradWeight;
  double rootScale;
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
static_assert(sizeof(SparseAdamStepArgs<float, float>) == 280);

template <class P, class G>
struct SparseSgdStepArgs {
  const uint32_t* mask;
  const uint32_t* offsets;
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
  float* momentumBuffer;
  uint64_t n;
  uint64_t active;
  uint64_t gradCount;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double momentum;
  double gradGain;
  double lr;
  double weightDecay;
  uint32_t nesterov;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
  uint32_t units;
  uint32_t unitTensors;
};
static_assert(sizeof(SparseSgdStepArgs<float, float>) == 232);

template <class P, class G>
struct SparseLionStepArgs {
  const uint32_t* mask;
  const uint32_t* offsets;
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
  float* expAvg;
  uint64_t n;
  uint64_t active;
  uint64_t gradCount;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double beta1;
  double beta2;
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
static_assert(sizeof(SparseLionStepArgs<float, float>) == 232);

}  // namespace tessera
