// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class T>
struct BinaryArgs {
  const T* a;
  const T* b;
  T* y;
  uint64_t n;
  uint32_t aStep;
  uint32_t bStep;
};
static_assert(sizeof(BinaryArgs<float>) == 40);

template <class T>
struct BinaryBroadcastArgs {
  const T* a;
  const T* b;
  T* y;
  int64_t aStrides[6];
  int64_t bStrides[6];
  uint32_t rank;
  uint32_t shape[6];
};
static_assert(sizeof(BinaryBroadcastArgs<float>) == 152);

template <class T>
struct BinaryFloatArgs {
  const T* a;
  const T* b;
  T* y;
  uint64_t n;
  uint32_t aStep;
  uint32_t bStep;
};
static_assert(sizeof(BinaryFloatArgs<float>) == 40);

template <class T>
struct BinaryFloatBroadcastArgs {
  const T* a;
  const T* b;
  T* y;
  int64_t aStrides[6];
  int64_t bStrides[6];
  uint32_t rank;
  uint32_t shape[6];
};
static_assert(sizeof(BinaryFloatBroadcastArgs<float>) == 152);

template <class T>
struct BinaryBackwardArgs {
  const T* a;
  const T* b;
  const T* g;
  T* d;
  uint64_t n;
  uint32_t aStep;
  uint32_t bStep;
};
static_assert(sizeof(BinaryBackwardArgs<float>) == 48);

template <class T>
struct BinaryBackwardBroadcastArgs {
  const T* a;
  const T* b;
  const T* g;
  T* d;
  int64_t aStrides[6];
  int64_t bStrides[6];
  uint32_t rank;
  uint32_t shape[6];
};
static_assert(sizeof(BinaryBackwardBroadcastArgs<float>) == 160);

template <class T>
struct CompareArgs {
  const T* a;
  const T* b;
  uint8_t* y;
  uint64_t n;
  uint32_t aStep;
  uint32_t bStep;
};
static_assert(sizeof(CompareArgs<float>) == 40);

template <class T>
struct CompareBroadcastArgs {
  const T* a;
  const T* b;
  uint8_t* y;
  int64_t aStrides[6];
  int64_t bStrides[6];
  uint32_t rank;
  uint32_t shape[6];
};
static_assert(sizeof(CompareBroadcastArgs<float>) == 152);

struct LogicalArgs {
  const uint8_t* a;
  const uint8_t* b;
  uint8_t* y;
  uint64_t n;
  uint32_t aStep;
  uint32_t bStep;
};
static_assert(sizeof(LogicalArgs) == 40);

struct LogicalBroadcastArgs {
  const uint8_t* a;
  const uint8_t* b;
  uint8_t* y;
  int64_t aStrides[6];
  int64_t bStrides[6];
  uint32_t rank;
  uint32_t shape[6];
};
static_assert(sizeof(LogicalBroadcastArgs) == 152);

template <class T>
struct WhereArgs {
  const uint8_t* condition;
  const T* a;
  const T* b;
  T* y;
  uint64_t n;
  uint32_t conditionStep;
  uint32_t aStep;
  uint32_t bStep;
};
static_assert(sizeof(WhereArgs<float>) == 56);

template <class T>
struct WhereBroadcastArgs {
  const uint8_t* condition;
  const T* a;
  const T* b;
  T* y;
  int64_t aStrides[6];
  int64_t bStrides[6];
  int64_t conditionStrides[6];
  uint32_t rank;
  uint32_t shape[6];
};
static_assert(sizeof(WhereBroadcastArgs<float>) == 208);

template <class T>
struct MaskedFillArgs {
  const T* x;
  const uint8_t* mask;
  T* y;
  uint64_t n;
  double value;
  uint32_t maskStep;
  uint32_t invert;
};
static_assert(sizeof(MaskedFillArgs<float>) == 48);

template <class T>
struct MaskedFillBroadcastArgs {
  const T* x;
  const uint8_t* mask;
  T* y;
  int64_t xStrides[6];
  int64_t maskStrides[6];
  double value;
  uint32_t rank;
  uint32_t shape[6];
  uint32_t invert;
};
static_assert(sizeof(MaskedFillBroadcastArgs<float>) == 160);

}  // namespace tessera

#define TESSERA_BINARY_KERNELS(X) \
  X(add) \
  X(sub) \
  X(mul) \
  X(maximum) \
  X(minimum)

#define TESSERA_BINARY_BROADCAST_KERNELS(X) \
  X(addBroadcast) \
  X(subBroadcast) \
  X(mulBroadcast) \
  X(maximumBroadcast) \
  X(minimumBroadcast)

#define TESSERA_BINARY_FLOAT_KERNELS(X) \
  X(div) \
  X(pow)

#define TESSERA_BINARY_FLOAT_BROADCAST_KERNELS(X) \
  X(divBroadcast) \
  X(powBroadcast)

#define TESSERA_BINARY_BACKWARD_KERNELS(X) \
  X(divBackwardB) \
  X(powBackwardA) \
  X(powBackwardB) \
  X(maximumBackward) \
  X(minimumBackward)

#define TESSERA_BINARY_BACKWARD_BROADCAST_KERNELS(X) \
  X(divBackwardBBroadcast) \
  X(powBackwardABroadcast) \
  X(powBackwardBBroadcast) \
  X(maximumBackwardBroadcast) \
  X(minimumBackwardBroadcast)

#define TESSERA_COMPARE_KERNELS(X) \
  X(eq) \
  X(ne) \
  X(lt) \
  X(le) \
  X(gt) \
  X(ge)

#define TESSERA_COMPARE_BROADCAST_KERNELS(X) \
  X(eqBroadcast) \
  X(neBroadcast) \
  X(ltBroadcast) \
  X(leBroadcast) \
  X(gtBroadcast) \
  X(geBroadcast)

#define TESSERA_LOGICAL_KERNELS(X) \
  X(logicalAnd) \
  X(logicalOr) \
  X(logicalXor)

#define TESSERA_LOGICAL_BROADCAST_KERNELS(X) \
  X(logicalAndBroadcast) \
  X(logicalOrBroadcast) \
  X(logicalXorBroadcast)
