// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class G>
struct GradNormArgs {
  const G* x;
  const uint32_t* mask;
  const float* prior;
  float* norm;
  uint64_t n;
};
static_assert(sizeof(GradNormArgs<float>) == 40);

template <class G>
struct AbsoluteNormArgs {
  const G* x;
  const float* prior;
  float* norm;
  uint64_t n;
  uint32_t largest;
};
static_assert(sizeof(AbsoluteNormArgs<float>) == 40);

template <class G, class P>
struct UnitScalesArgs {
  const G* x;
  const P* param;
  const uint32_t* mask;
  const int64_t* unitTable;
  float* unitScale;
  uint64_t n;
  double limit;
  double eps;
  uint32_t units;
  uint32_t unitTensors;
  uint32_t rule;
};
static_assert(sizeof(UnitScalesArgs<float, float>) == 80);

template <class G>
struct ScaleUnitsArgs {
  const float* unitScale;
  const int64_t* unitTable;
  G* x;
  uint64_t n;
  uint32_t units;
  uint32_t unitTensors;
};
static_assert(sizeof(ScaleUnitsArgs<float>) == 40);

template <class P, class G>
struct DistanceNormsArgs {
  const P* x;
  const float* origin;
  const G* grad;
  const float* gradScale;
  const float* unitScale;
  const int64_t* unitTable;
  const int64_t* segmentStarts;
  const float* segmentDecay;
  float* distance;
  float* gradient;
  uint64_t n;
  float gradFactor;
  uint32_t segments;
  uint32_t gradScales;
  uint32_t units;
  uint32_t unitTensors;
};
static_assert(sizeof(DistanceNormsArgs<float, float>) == 112);

struct DistanceStepArgs {
  const float* distance;
  const float* gradient;
  const float* segmentLr;
  const uint32_t* skip;
  float* furthest;
  float* total;
  float* rate;
  double inside;
  double outside;
  double lr;
  double firstRate;
  uint32_t weighted;
  uint32_t count;
};
static_assert(sizeof(DistanceStepArgs) == 96);

struct ClipScaleArgs {
  const float* norm;
  float* scale;
  double maxNorm;
  double eps;
  uint32_t count;
};
static_assert(sizeof(ClipScaleArgs) == 40);

template <class G>
struct ScaleByArgs {
  const float* scale;
  G* x;
  uint64_t n;
};
static_assert(sizeof(ScaleByArgs<float>) == 24);

template <class G>
struct NonFiniteFlagArgs {
  const G* x;
  const uint32_t* prior;
  uint32_t* found;
  uint64_t n;
};
static_assert(sizeof(NonFiniteFlagArgs<float>) == 32);

}  // namespace tessera
