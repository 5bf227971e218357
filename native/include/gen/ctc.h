// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class T>
struct CtcLossForwardArgs {
  const T* logProbs;
  const int32_t* targets;
  const int32_t* inputLengths;
  const int32_t* targetLengths;
  float* loss;
  float* alpha;
  uint64_t frames;
  uint64_t batch;
  uint64_t classes;
  uint64_t targetWidth;
  uint64_t states;
  uint32_t blank;
  uint32_t zeroInfinity;
};
static_assert(sizeof(CtcLossForwardArgs<float>) == 96);

template <class T>
struct CtcLossBackwardArgs {
  const T* logProbs;
  const int32_t* targets;
  const int32_t* inputLengths;
  const int32_t* targetLengths;
  const float* alpha;
  const float* g;
  T* dx;
  uint64_t frames;
  uint64_t batch;
  uint64_t classes;
  uint64_t targetWidth;
  uint64_t states;
  uint32_t blank;
  uint32_t zeroInfinity;
  uint32_t gStep;
};
static_assert(sizeof(CtcLossBackwardArgs<float>) == 112);

}  // namespace tessera
