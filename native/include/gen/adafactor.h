// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class P, class G>
struct AdafactorStepArgs {
  const G* grad;
  const float* gradScale;
  const float* unitScale;
  const int64_t* unitTable;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  const int64_t* table;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* rowVar;
  float* colVar;
  float* variance;
  float* expAvg;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double beta2;
  double most;
  double least;
  double added;
  double threshold;
  double size;
  double momentum;
  uint64_t rowVars;
  uint64_t colVars;
  uint64_t variances;
  uint64_t sums;
  uint64_t columns;
  uint64_t means;
  double lr;
  double weightDecay;
  uint32_t relative;
  uint32_t pieces;
  uint32_t blocks;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
  uint32_t units;
  uint32_t unitTensors;
};
static_assert(sizeof(AdafactorStepArgs<float, float>) == 328);

}  // namespace tessera
