// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

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
struct CountChangedArgs {
  const P* before;
  const P* after;
  const uint32_t* modes;
  const float* tolerances;
  int64_t* counts;
  uint64_t n;
  uint32_t criteria;
};
static_assert(sizeof(CountChangedArgs<float>) == 56);

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
