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
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  P* param;
  float* master;
  P* compensation;
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
};
static_assert(sizeof(SparseAdamStepArgs<float, float>) == 256);

template <class P, class G>
struct SparseSgdStepArgs {
  const uint32_t* mask;
  const uint32_t* offsets;
  const G* grad;
  const float* gradScale;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  P* param;
  float* master;
  P* compensation;
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
};
static_assert(sizeof(SparseSgdStepArgs<float, float>) == 208);

template <class P, class G>
struct SparseLionStepArgs {
  const uint32_t* mask;
  const uint32_t* offsets;
  const G* grad;
  const float* gradScale;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  P* param;
  float* master;
  P* compensation;
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
};
static_assert(sizeof(SparseLionStepArgs<float, float>) == 208);

struct MaskOffsetsArgs {
  const uint32_t* mask;
  uint32_t* offsets;
  uint64_t n;
};
static_assert(sizeof(MaskOffsetsArgs) == 24);

struct MaskSegmentCountsArgs {
  const uint32_t* mask;
  const int64_t* segmentStarts;
  int64_t* counts;
  uint64_t n;
  uint32_t segments;
};
static_assert(sizeof(MaskSegmentCountsArgs) == 40);

template <class P>
struct MaskChangedArgs {
  const P* before;
  const P* after;
  uint32_t* mask;
  uint64_t n;
  float tolerance;
  uint32_t mode;
};
static_assert(sizeof(MaskChangedArgs<float>) == 40);

template <class P>
struct MaskSmallArgs {
  const P* p;
  uint32_t* mask;
  uint64_t n;
  float threshold;
};
static_assert(sizeof(MaskSmallArgs<float>) == 32);

struct MaskFromBytesArgs {
  const uint8_t* bytes;
  uint32_t* mask;
  uint64_t n;
};
static_assert(sizeof(MaskFromBytesArgs) == 24);

struct MaskToBytesArgs {
  const uint32_t* mask;
  uint8_t* bytes;
  uint64_t n;
};
static_assert(sizeof(MaskToBytesArgs) == 24);

template <class I>
struct MaskFromIndicesArgs {
  const I* indices;
  uint32_t* mask;
  uint64_t n;
  uint64_t count;
};
static_assert(sizeof(MaskFromIndicesArgs<float>) == 32);

template <class I>
struct MaskToIndicesArgs {
  const uint32_t* mask;
  const uint32_t* offsets;
  I* indices;
  uint64_t n;
  uint64_t active;
};
static_assert(sizeof(MaskToIndicesArgs<float>) == 40);

struct MaskCombineArgs {
  const uint32_t* a;
  const uint32_t* b;
  uint32_t* y;
  uint64_t n;
};
static_assert(sizeof(MaskCombineArgs) == 32);

template <class D, class C>
struct GatherMaskedArgs {
  const D* dense;
  const uint32_t* mask;
  const uint32_t* offsets;
  C* compact;
  uint64_t n;
  uint64_t active;
};
static_assert(sizeof(GatherMaskedArgs<float, float>) == 48);

template <class D, class C>
struct ScatterMaskedArgs {
  const C* compact;
  const uint32_t* mask;
  const uint32_t* offsets;
  D* dense;
  uint64_t n;
  uint64_t active;
};
static_assert(sizeof(ScatterMaskedArgs<float, float>) == 48);

template <class D>
struct ApplyMaskArgs {
  const uint32_t* mask;
  D* x;
  uint64_t n;
};
static_assert(sizeof(ApplyMaskArgs<float>) == 24);

}  // namespace tessera

#define TESSERA_MASK_COMBINE_KERNELS(X) \
  X(maskOr) \
  X(maskAnd) \
  X(maskAndNot) \
  X(maskXor)
