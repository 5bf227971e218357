// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class T>
struct LinearCrossEntropyForwardArgs {
  const T* hidden;
  const T* weight;
  const T* bias;
  const int32_t* targets;
  float* loss;
  float* logSums;
  uint32_t rows;
  uint32_t features;
  uint32_t classes;
  int32_t ignoreIndex;
  float scale;
  float labelSmoothing;
};
static_assert(sizeof(LinearCrossEntropyForwardArgs<float>) == 72);

template <class T>
struct LinearCrossEntropyBackwardArgs {
  const float* dloss;
  const T* hidden;
  const T* weight;
  const T* bias;
  const int32_t* targets;
  const float* logSums;
  T* dhidden;
  T* dweight;
  T* dbias;
  uint32_t rows;
  uint32_t features;
  uint32_t classes;
  int32_t ignoreIndex;
  float scale;
  float labelSmoothing;
};
static_assert(sizeof(LinearCrossEntropyBackwardArgs<float>) == 96);

template <class T>
struct LinearCrossEntropyWithGradientsArgs {
  const float* dloss;
  const T* hidden;
  const T* weight;
  const T* bias;
  const int32_t* targets;
  float* loss;
  T* dhidden;
  T* dweight;
  T* dbias;
  uint32_t rows;
  uint32_t features;
  uint32_t classes;
  int32_t ignoreIndex;
  float scale;
  float labelSmoothing;
};
static_assert(sizeof(LinearCrossEntropyWithGradientsArgs<float>) == 96);

template <class T>
struct LinearLogProbForwardArgs {
  const T* hidden;
  const T* weight;
  const T* bias;
  const int32_t* targets;
  float* logProb;
  float* entropy;
  float* logSums;
  uint32_t rows;
  uint32_t features;
  uint32_t classes;
  int32_t ignoreIndex;
  float scale;
};
static_assert(sizeof(LinearLogProbForwardArgs<float>) == 80);

template <class T>
struct LinearLogProbBackwardArgs {
  const float* dlogProb;
  const float* dentropy;
  const T* hidden;
  const T* weight;
  const T* bias;
  const int32_t* targets;
  const float* logSums;
  const float* entropy;
  T* dhidden;
  T* dweight;
  T* dbias;
  uint32_t rows;
  uint32_t features;
  uint32_t classes;
  int32_t ignoreIndex;
  float scale;
};
static_assert(sizeof(LinearLogProbBackwardArgs<float>) == 112);

}  // namespace tessera
