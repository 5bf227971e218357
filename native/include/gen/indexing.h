// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class T>
struct IndexSelectArgs {
  const T* x;
  const int32_t* index;
  T* y;
  uint64_t outer;
  uint64_t cols;
  uint64_t count;
  uint64_t inner;
};
static_assert(sizeof(IndexSelectArgs<float>) == 56);

template <class S, class T>
struct IndexAddArgs {
  const S* x;
  const int32_t* index;
  T* y;
  uint64_t outer;
  uint64_t cols;
  uint64_t count;
  uint64_t inner;
  int32_t ignoreIndex;
};
static_assert(sizeof(IndexAddArgs<float, float>) == 64);

template <class T>
struct IndexCopyArgs {
  const T* x;
  const int32_t* index;
  T* y;
  uint64_t outer;
  uint64_t cols;
  uint64_t count;
  uint64_t inner;
};
static_assert(sizeof(IndexCopyArgs<float>) == 56);

template <class T>
struct GatherArgs {
  const T* x;
  const int32_t* index;
  T* y;
  uint64_t outer;
  uint64_t cols;
  uint64_t count;
  uint64_t inner;
};
static_assert(sizeof(GatherArgs<float>) == 56);

template <class T>
struct ScatterArgs {
  const T* x;
  const int32_t* index;
  T* y;
  uint64_t outer;
  uint64_t cols;
  uint64_t count;
  uint64_t inner;
};
static_assert(sizeof(ScatterArgs<float>) == 56);

template <class T>
struct ScatterAddArgs {
  const T* x;
  const int32_t* index;
  T* y;
  uint64_t outer;
  uint64_t cols;
  uint64_t count;
  uint64_t inner;
};
static_assert(sizeof(ScatterAddArgs<float>) == 56);

}  // namespace tessera
