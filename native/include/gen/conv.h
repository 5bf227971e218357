// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class T>
struct Conv2dForwardArgs {
  const T* x;
  const T* weight;
  const T* bias;
  T* y;
  uint32_t batch;
  uint32_t channels;
  uint32_t height;
  uint32_t width;
  uint32_t filters;
  uint32_t kernelHeight;
  uint32_t kernelWidth;
  uint32_t outHeight;
  uint32_t outWidth;
  uint32_t strideHeight;
  uint32_t strideWidth;
  uint32_t padHeight;
  uint32_t padWidth;
  uint32_t dilationHeight;
  uint32_t dilationWidth;
  uint32_t groups;
};
static_assert(sizeof(Conv2dForwardArgs<float>) == 96);

template <class T>
struct Conv2dBackwardInputArgs {
  const T* dy;
  const T* weight;
  const T* bias;
  T* dx;
  uint32_t batch;
  uint32_t channels;
  uint32_t height;
  uint32_t width;
  uint32_t filters;
  uint32_t kernelHeight;
  uint32_t kernelWidth;
  uint32_t outHeight;
  uint32_t outWidth;
  uint32_t strideHeight;
  uint32_t strideWidth;
  uint32_t padHeight;
  uint32_t padWidth;
  uint32_t dilationHeight;
  uint32_t dilationWidth;
  uint32_t groups;
};
static_assert(sizeof(Conv2dBackwardInputArgs<float>) == 96);

template <class T>
struct Conv2dBackwardWeightArgs {
  const T* x;
  const T* dy;
  T* dweight;
  uint32_t batch;
  uint32_t channels;
  uint32_t height;
  uint32_t width;
  uint32_t filters;
  uint32_t kernelHeight;
  uint32_t kernelWidth;
  uint32_t outHeight;
  uint32_t outWidth;
  uint32_t strideHeight;
  uint32_t strideWidth;
  uint32_t padHeight;
  uint32_t padWidth;
  uint32_t dilationHeight;
  uint32_t dilationWidth;
  uint32_t groups;
};
static_assert(sizeof(Conv2dBackwardWeightArgs<float>) == 88);

}  // namespace tessera
