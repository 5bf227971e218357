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

}  // namespace tessera
