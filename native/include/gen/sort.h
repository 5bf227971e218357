// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class T>
struct SortArgs {
  const T* x;
  T* values;
  int32_t* index;
  uint64_t rows;
  uint64_t cols;
  uint32_t descending;
};
static_assert(sizeof(SortArgs<float>) == 48);

template <class T>
struct TopkArgs {
  const T* x;
  T* values;
  int32_t* index;
  uint64_t rows;
  uint64_t cols;
  uint64_t k;
  uint32_t largest;
};
static_assert(sizeof(TopkArgs<float>) == 56);

template <class T>
struct SampleTokensArgs {
  const T* logits;
  const int32_t* seeds;
  const int32_t* positions;
  int32_t* id;
  float* logProb;
  uint64_t rows;
  uint64_t cols;
  uint32_t topK;
  float temperature;
  float topP;
  float minP;
};
static_assert(sizeof(SampleTokensArgs<float>) == 72);

}  // namespace tessera
