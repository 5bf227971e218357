// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class T>
struct UnaryArgs {
  const T* x;
  T* y;
  uint64_t n;
};
static_assert(sizeof(UnaryArgs<float>) == 24);

template <class T>
struct InputBackwardArgs {
  const T* x;
  const T* g;
  T* dx;
  uint64_t n;
};
static_assert(sizeof(InputBackwardArgs<float>) == 32);

template <class T>
struct AngleArgs {
  const T* x;
  T* y;
  uint64_t n;
};
static_assert(sizeof(AngleArgs<float>) == 24);

template <class T>
struct AngleBackwardArgs {
  const T* x;
  const T* g;
  T* dx;
  uint64_t n;
};
static_assert(sizeof(AngleBackwardArgs<float>) == 32);

template <class T>
struct OutputBackwardArgs {
  const T* y;
  const T* g;
  T* dx;
  uint64_t n;
};
static_assert(sizeof(OutputBackwardArgs<float>) == 32);

template <class T>
struct UnaryScalarArgs {
  const T* x;
  T* y;
  uint64_t n;
  float p0;
  float p1;
};
static_assert(sizeof(UnaryScalarArgs<float>) == 32);

template <class T>
struct UnaryScalarBackwardArgs {
  const T* x;
  const T* g;
  T* dx;
  uint64_t n;
  float p0;
  float p1;
};
static_assert(sizeof(UnaryScalarBackwardArgs<float>) == 40);

template <class T>
struct CompareScalarArgs {
  const T* x;
  uint8_t* y;
  uint64_t n;
  double p0;
};
static_assert(sizeof(CompareScalarArgs<float>) == 32);

struct LogicalNotArgs {
  const uint8_t* x;
  uint8_t* y;
  uint64_t n;
};
static_assert(sizeof(LogicalNotArgs) == 24);

template <class S, class T>
struct CastArgs {
  const S* x;
  T* y;
  uint64_t n;
};
static_assert(sizeof(CastArgs<float, float>) == 24);

template <class T>
struct CastToBoolArgs {
  const T* x;
  uint8_t* y;
  uint64_t n;
};
static_assert(sizeof(CastToBoolArgs<float>) == 24);

template <class S, class T>
struct AddScaledArgs {
  const S* x;
  T* y;
  uint64_t n;
  float alpha;
};
static_assert(sizeof(AddScaledArgs<float, float>) == 32);

template <class T>
struct LerpArgs {
  const T* a;
  const T* b;
  T* y;
  uint64_t n;
  float weight;
};
static_assert(sizeof(LerpArgs<float>) == 40);

}  // namespace tessera

#define TESSERA_UNARY_KERNELS(X) \
  X(abs) \
  X(neg) \
  X(exp) \
  X(expm1) \
  X(log) \
  X(log1p) \
  X(sqrt) \
  X(rsqrt) \
  X(reciprocal) \
  X(square) \
  X(tanh) \
  X(erf) \
  X(sigmoid) \
  X(logSigmoid) \
  X(softplus) \
  X(relu) \
  X(silu) \
  X(gelu) \
  X(geluTanh) \
  X(floor) \
  X(ceil) \
  X(round) \
  X(sign)

#define TESSERA_INPUT_BACKWARD_KERNELS(X) \
  X(absBackward) \
  X(logBackward) \
  X(log1pBackward) \
  X(squareBackward) \
  X(erfBackward) \
  X(logSigmoidBackward) \
  X(softplusBackward) \
  X(siluBackward) \
  X(geluBackward) \
  X(geluTanhBackward)

#define TESSERA_ANGLE_KERNELS(X) \
  X(sin) \
  X(cos)

#define TESSERA_ANGLE_BACKWARD_KERNELS(X) \
  X(sinBackward) \
  X(cosBackward)

#define TESSERA_OUTPUT_BACKWARD_KERNELS(X) \
  X(expBackward) \
  X(expm1Backward) \
  X(sqrtBackward) \
  X(rsqrtBackward) \
  X(reciprocalBackward) \
  X(tanhBackward) \
  X(sigmoidBackward) \
  X(reluBackward)

#define TESSERA_UNARY_SCALAR_KERNELS(X) \
  X(addScalar) \
  X(mulScalar) \
  X(divScalar) \
  X(affine) \
  X(leakyRelu) \
  X(clamp) \
  X(powScalar)

#define TESSERA_UNARY_SCALAR_BACKWARD_KERNELS(X) \
  X(leakyReluBackward) \
  X(clampBackward) \
  X(powScalarBackward)

#define TESSERA_COMPARE_SCALAR_KERNELS(X) \
  X(eqScalar) \
  X(neScalar) \
  X(ltScalar) \
  X(leScalar) \
  X(gtScalar) \
  X(geScalar)
