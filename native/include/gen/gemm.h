// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class T, class C>
struct MatmulArgs {
  const T* a;
  const T* b;
  const C* bias;
  const C* residual;
  C* c;
  C* preactivation;
  uint64_t m;
  uint64_t n;
  uint64_t k;
  int64_t aRow;
  int64_t aCol;
  int64_t bRow;
  int64_t bCol;
  int64_t aBatch[4];
  int64_t bBatch[4];
  uint32_t batchRank;
  uint32_t batch[4];
  float alpha;
  float beta;
  uint32_t activation;
};
static_assert(sizeof(MatmulArgs<float, float>) == 200);

}  // namespace tessera
