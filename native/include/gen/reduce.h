// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class T>
struct SumArgs {
  const T* x;
  T* y;
  uint64_t outer;
  uint64_t cols;
  uint64_t inner;
  float scale;
};
static_assert(sizeof(SumArgs<float>) == 48);

template <class T>
struct ReduceArgs {
  const T* x;
  T* y;
  uint64_t outer;
  uint64_t cols;
  uint64_t inner;
};
static_assert(sizeof(ReduceArgs<float>) == 40);

template <class T>
struct ProdArgs {
  const T* x;
  T* y;
  uint64_t outer;
  uint64_t cols;
  uint64_t inner;
};
static_assert(sizeof(ProdArgs<float>) == 40);

template <class T>
struct ReduceIndexArgs {
  const T* x;
  T* y;
  int32_t* index;
  uint64_t outer;
  uint64_t cols;
  uint64_t inner;
};
static_assert(sizeof(ReduceIndexArgs<float>) == 48);

template <class T>
struct VarianceArgs {
  const T* x;
  T* variance;
  float* mean;
  uint64_t outer;
  uint64_t cols;
  uint64_t inner;
  float correction;
};
static_assert(sizeof(VarianceArgs<float>) == 56);

template <class T>
struct VarianceBackwardArgs {
  const T* x;
  const float* mean;
  const T* g;
  T* dx;
  uint64_t outer;
  uint64_t cols;
  uint64_t inner;
  float correction;
};
static_assert(sizeof(VarianceBackwardArgs<float>) == 64);

template <class T>
struct CumsumArgs {
  const T* x;
  T* y;
  uint64_t outer;
  uint64_t cols;
  uint64_t inner;
  uint32_t reverse;
};
static_assert(sizeof(CumsumArgs<float>) == 48);

template <class T>
struct CountNonZeroArgs {
  const T* x;
  int32_t* y;
  uint64_t outer;
  uint64_t cols;
  uint64_t inner;
};
static_assert(sizeof(CountNonZeroArgs<float>) == 40);

template <class T>
struct NonFiniteArgs {
  const T* x;
  int32_t* y;
  uint64_t n;
};
static_assert(sizeof(NonFiniteArgs<float>) == 24);

}  // namespace tessera

#define TESSERA_REDUCE_KERNELS(X) \
  X(sumSquares) \
  X(norm2) \
  X(sumAbs) \
  X(logSumExp)

#define TESSERA_REDUCE_INDEX_KERNELS(X) \
  X(max) \
  X(min)
