// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class T>
struct LayerNormForwardArgs {
  const T* x;
  const T* weight;
  const T* bias;
  T* y;
  float* mean;
  float* rstd;
  uint64_t rows;
  uint64_t cols;
  float eps;
};
static_assert(sizeof(LayerNormForwardArgs<float>) == 72);

template <class T>
struct LayerNormBackwardArgs {
  const T* x;
  const T* weight;
  const float* mean;
  const float* rstd;
  const T* g;
  T* dx;
  T* dweight;
  T* dbias;
  uint64_t rows;
  uint64_t cols;
};
static_assert(sizeof(LayerNormBackwardArgs<float>) == 80);

template <class T>
struct RmsNormForwardArgs {
  const T* x;
  const T* weight;
  T* y;
  float* rstd;
  uint64_t rows;
  uint64_t cols;
  float eps;
};
static_assert(sizeof(RmsNormForwardArgs<float>) == 56);

template <class T>
struct RmsNormBackwardArgs {
  const T* x;
  const T* weight;
  const float* rstd;
  const T* g;
  T* dx;
  T* dweight;
  uint64_t rows;
  uint64_t cols;
};
static_assert(sizeof(RmsNormBackwardArgs<float>) == 64);

template <class T>
struct GroupNormForwardArgs {
  const T* x;
  const T* weight;
  const T* bias;
  T* y;
  float* mean;
  float* rstd;
  uint64_t batch;
  uint64_t channels;
  uint64_t spatial;
  uint64_t groups;
  float eps;
};
static_assert(sizeof(GroupNormForwardArgs<float>) == 88);

template <class T>
struct GroupNormBackwardArgs {
  const T* x;
  const T* weight;
  const float* mean;
  const float* rstd;
  const T* g;
  T* dx;
  T* dweight;
  T* dbias;
  uint64_t batch;
  uint64_t channels;
  uint64_t spatial;
  uint64_t groups;
};
static_assert(sizeof(GroupNormBackwardArgs<float>) == 96);

template <class T>
struct BatchNormForwardArgs {
  const T* x;
  const T* weight;
  const T* bias;
  float* runningMean;
  float* runningVariance;
  T* y;
  float* mean;
  float* rstd;
  uint64_t batch;
  uint64_t channels;
  uint64_t spatial;
  float eps;
  float momentum;
  uint32_t training;
};
static_assert(sizeof(BatchNormForwardArgs<float>) == 104);

template <class T>
struct BatchNormBackwardArgs {
  const T* x;
  const T* weight;
  const float* mean;
  const float* rstd;
  const T* g;
  T* dx;
  T* dweight;
  T* dbias;
  uint64_t batch;
  uint64_t channels;
  uint64_t spatial;
  uint32_t training;
};
static_assert(sizeof(BatchNormBackwardArgs<float>) == 96);

}  // namespace tessera
