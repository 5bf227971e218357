// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class T>
struct SoftmaxForwardArgs {
  const T* x;
  T* y;
  uint64_t outer;
  uint64_t cols;
  uint64_t inner;
};
static_assert(sizeof(SoftmaxForwardArgs<float>) == 40);

template <class T>
struct SoftmaxBackwardArgs {
  const T* y;
  const T* g;
  T* dx;
  uint64_t outer;
  uint64_t cols;
  uint64_t inner;
};
static_assert(sizeof(SoftmaxBackwardArgs<float>) == 48);

template <class T>
struct LogSoftmaxForwardArgs {
  const T* x;
  T* y;
  uint64_t outer;
  uint64_t cols;
  uint64_t inner;
};
static_assert(sizeof(LogSoftmaxForwardArgs<float>) == 40);

template <class T>
struct LogSoftmaxBackwardArgs {
  const T* y;
  const T* g;
  T* dx;
  uint64_t outer;
  uint64_t cols;
  uint64_t inner;
};
static_assert(sizeof(LogSoftmaxBackwardArgs<float>) == 48);

template <class T>
struct LogSumExpBackwardArgs {
  const T* x;
  const T* y;
  const T* g;
  T* dx;
  uint64_t outer;
  uint64_t cols;
  uint64_t inner;
};
static_assert(sizeof(LogSumExpBackwardArgs<float>) == 56);

}  // namespace tessera
