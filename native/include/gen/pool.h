// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class T>
struct MaxPool2dArgs {
  const T* x;
  T* y;
  int32_t* index;
  uint64_t planes;
  uint32_t height;
  uint32_t width;
  uint32_t outHeight;
  uint32_t outWidth;
  uint32_t kernelHeight;
  uint32_t kernelWidth;
  uint32_t strideHeight;
  uint32_t strideWidth;
  uint32_t padHeight;
  uint32_t padWidth;
  uint32_t dilationHeight;
  uint32_t dilationWidth;
};
static_assert(sizeof(MaxPool2dArgs<float>) == 80);

template <class T>
struct MaxPool2dBackwardArgs {
  const T* g;
  const int32_t* index;
  T* dx;
  uint64_t planes;
  uint32_t height;
  uint32_t width;
  uint32_t outHeight;
  uint32_t outWidth;
  uint32_t kernelHeight;
  uint32_t kernelWidth;
  uint32_t strideHeight;
  uint32_t strideWidth;
  uint32_t padHeight;
  uint32_t padWidth;
};
static_assert(sizeof(MaxPool2dBackwardArgs<float>) == 72);

template <class T>
struct AvgPool2dArgs {
  const T* x;
  T* y;
  uint64_t planes;
  uint32_t height;
  uint32_t width;
  uint32_t outHeight;
  uint32_t outWidth;
  uint32_t kernelHeight;
  uint32_t kernelWidth;
  uint32_t strideHeight;
  uint32_t strideWidth;
  uint32_t padHeight;
  uint32_t padWidth;
};
static_assert(sizeof(AvgPool2dArgs<float>) == 64);

template <class T>
struct AvgPool2dBackwardArgs {
  const T* g;
  T* dx;
  uint64_t planes;
  uint32_t height;
  uint32_t width;
  uint32_t outHeight;
  uint32_t outWidth;
  uint32_t kernelHeight;
  uint32_t kernelWidth;
  uint32_t strideHeight;
  uint32_t strideWidth;
  uint32_t padHeight;
  uint32_t padWidth;
};
static_assert(sizeof(AvgPool2dBackwardArgs<float>) == 64);

template <class T>
struct AdaptiveAvgPool2dArgs {
  const T* x;
  T* y;
  uint64_t planes;
  uint32_t height;
  uint32_t width;
  uint32_t outHeight;
  uint32_t outWidth;
};
static_assert(sizeof(AdaptiveAvgPool2dArgs<float>) == 40);

template <class T>
struct AdaptiveAvgPool2dBackwardArgs {
  const T* g;
  T* dx;
  uint64_t planes;
  uint32_t height;
  uint32_t width;
  uint32_t outHeight;
  uint32_t outWidth;
};
static_assert(sizeof(AdaptiveAvgPool2dBackwardArgs<float>) == 40);

template <class T>
struct ResizeArgs {
  const T* x;
  T* y;
  uint64_t planes;
  double scaleHeight;
  double scaleWidth;
  double shiftHeight;
  double shiftWidth;
  uint32_t height;
  uint32_t width;
  uint32_t outHeight;
  uint32_t outWidth;
  uint32_t mode;
};
static_assert(sizeof(ResizeArgs<float>) == 80);

template <class T>
struct ResizeBackwardArgs {
  const T* g;
  T* dx;
  uint64_t planes;
  double scaleHeight;
  double scaleWidth;
  double shiftHeight;
  double shiftWidth;
  uint32_t height;
  uint32_t width;
  uint32_t outHeight;
  uint32_t outWidth;
  uint32_t mode;
};
static_assert(sizeof(ResizeBackwardArgs<float>) == 80);

}  // namespace tessera
