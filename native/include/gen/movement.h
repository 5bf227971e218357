// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class T>
struct CopyStridedArgs {
  const T* x;
  T* y;
  uint64_t xStart;
  int64_t xStrides[6];
  uint32_t rank;
  uint32_t shape[6];
};
static_assert(sizeof(CopyStridedArgs<float>) == 104);

template <class T>
struct CopyIntoStridedArgs {
  const T* x;
  T* y;
  uint64_t yStart;
  int64_t yStrides[6];
  uint32_t rank;
  uint32_t shape[6];
};
static_assert(sizeof(CopyIntoStridedArgs<float>) == 104);

template <class T>
struct FillArgs {
  T* y;
  uint64_t n;
  double value;
};
static_assert(sizeof(FillArgs<float>) == 24);

template <class T>
struct ArangeArgs {
  T* y;
  uint64_t n;
  double start;
  double step;
};
static_assert(sizeof(ArangeArgs<float>) == 32);

template <class T>
struct PadArgs {
  const T* x;
  T* y;
  double value;
  int64_t before[6];
  uint32_t rank;
  uint32_t shape[6];
  uint32_t xShape[6];
};
static_assert(sizeof(PadArgs<float>) == 128);

template <class T>
struct TrilArgs {
  const T* x;
  T* y;
  uint64_t batch;
  uint64_t rows;
  uint64_t cols;
  int64_t diagonal;
};
static_assert(sizeof(TrilArgs<float>) == 48);

template <class T>
struct TriuArgs {
  const T* x;
  T* y;
  uint64_t batch;
  uint64_t rows;
  uint64_t cols;
  int64_t diagonal;
};
static_assert(sizeof(TriuArgs<float>) == 48);

template <class T>
struct OneHotArgs {
  const int32_t* index;
  T* y;
  uint64_t n;
  uint64_t classes;
};
static_assert(sizeof(OneHotArgs<float>) == 32);

}  // namespace tessera
