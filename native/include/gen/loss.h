// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class T>
struct CrossEntropyForwardArgs {
  const T* x;
  const int32_t* target;
  float* loss;
  float* lse;
  uint64_t rows;
  uint64_t cols;
  int32_t ignoreIndex;
  float labelSmoothing;
};
static_assert(sizeof(CrossEntropyForwardArgs<float>) == 56);

template <class T>
struct CrossEntropyBackwardArgs {
  const T* x;
  const int32_t* target;
  const float* lse;
  const float* g;
  T* dx;
  uint64_t rows;
  uint64_t cols;
  int32_t ignoreIndex;
  float labelSmoothing;
  uint32_t gStep;
};
static_assert(sizeof(CrossEntropyBackwardArgs<float>) == 72);

}  // namespace tessera
