// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class T>
struct UniformArgs {
  T* y;
  uint64_t n;
  uint64_t seed;
  uint64_t offset;
  float low;
  float high;
};
static_assert(sizeof(UniformArgs<float>) == 40);

template <class T>
struct NormalArgs {
  T* y;
  uint64_t n;
  uint64_t seed;
  uint64_t offset;
  float mean;
  float std;
};
static_assert(sizeof(NormalArgs<float>) == 40);

template <class T>
struct BernoulliArgs {
  T* y;
  uint64_t n;
  uint64_t seed;
  uint64_t offset;
  float p;
};
static_assert(sizeof(BernoulliArgs<float>) == 40);

struct RandintArgs {
  int32_t* y;
  uint64_t n;
  uint64_t seed;
  uint64_t offset;
  int32_t low;
  int32_t high;
};
static_assert(sizeof(RandintArgs) == 40);

template <class T>
struct DropoutArgs {
  const T* x;
  T* y;
  uint64_t n;
  uint64_t seed;
  uint64_t offset;
  float p;
};
static_assert(sizeof(DropoutArgs<float>) == 48);

}  // namespace tessera
