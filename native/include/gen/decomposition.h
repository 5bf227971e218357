// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

struct EighArgs {
  const float* a;
  float* values;
  float* vectors;
  uint32_t n;
  uint32_t batch;
};
static_assert(sizeof(EighArgs) == 32);

struct OrthogonalizeArgs {
  const float* a;
  float* q;
  uint32_t n;
  uint32_t batch;
};
static_assert(sizeof(OrthogonalizeArgs) == 24);

}  // namespace tessera
