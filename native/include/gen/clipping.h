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
struct SegmentNormsArgs {
  const G* x;
  const uint32_t* mask;
  const int64_t* segmentStarts;
  float* norms;
  uint64_t n;
  uint32_t segments;
};
static_assert(sizeof(SegmentNormsArgs<float>) == 48);

template <class G, class P>
struct SumNormsArgs {
  const G* x;
  const P* y;
  const float* prior;
  const int64_t* segmentStarts;
  float* norms;
  uint64_t n;
  float factor;
  uint32_t segments;
};
static_assert(sizeof(SumNormsArgs<float, float>) == 56);

struct DistanceStepArgs {
  const float* distance;
  const float* gradient;
  float* furthest;
  float* total;
  float* rate;
  double inside;
  double outside;
  double firstRate;
  uint32_t weighted;
  uint32_t count;
};
static_assert(sizeof(DistanceStepArgs) == 72);

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
