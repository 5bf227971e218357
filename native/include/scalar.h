// Scalar formulas of the elementwise ops and their gradients, shared by the CPU kernels (g++) and the CUDA kernels
// (nvcc): branch-free, under the rules of scalar_math.h, which holds the elementary functions they are made of.
#pragma once
#include "scalar_math.h"

namespace tessera::scalar {

// ---- of one number ---------------------------------------------------------------------------------------------------

TESSERA_INLINE float abs(float x) { return fabs(x); }
TESSERA_INLINE float neg(float x) { return -x; }
TESSERA_INLINE float relu(float x) { return x < 0.0f ? 0.0f : x; }
TESSERA_INLINE float round(float x) { return rint(x); }
TESSERA_INLINE float sign(float x) { return x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : x == x ? 0.0f : x; }

// ---- gradients from the input ---------------------------------------------------------------------------------------

TESSERA_INLINE float absBackward(float x, float g) { return g * sign(x); }
TESSERA_INLINE float logBackward(float x, float g) { return g / x; }
TESSERA_INLINE float log1pBackward(float x, float g) { return g / (1.0f + x); }
TESSERA_INLINE float squareBackward(float x, float g) { return 2.0f * g * x; }
TESSERA_INLINE float erfBackward(float x, float g) { return g * (0x1.20dd76p+0f * exp(-x * x)); }
TESSERA_INLINE float logSigmoidBackward(float x, float g) { return g * sigmoid(-x); }
TESSERA_INLINE float softplusBackward(float x, float g) { return g * sigmoid(x); }
TESSERA_INLINE float sinNearBackward(float x, float g) { return g * cosNear(x); }
TESSERA_INLINE float cosNearBackward(float x, float g) { return -g * sinNear(x); }
TESSERA_INLINE float sinBackward(float x, float g) { return g * cos(x); }
TESSERA_INLINE float cosBackward(float x, float g) { return -g * sin(x); }

TESSERA_INLINE float siluBackward(float x, float g) {
  const float s = sigmoid(x);
  return g * (s * fma(x, 1.0f - s, 1.0f));
}

// Phi(x) + x phi(x), which are 1 and 0 less what the tail has.
TESSERA_INLINE float geluBackward(float x, float g) {
  const NormalTail n = normalTail(x);
  const float below = n.bell * fma(n.a, -0x1.988454p-2f, n.tail);
  return g * (x > 0.0f ? 1.0f - below : below);
}

TESSERA_INLINE float geluTanhBackward(float x, float g) {
  const float s = geluTanhGate(x);
  const float du = fma(x * x, 0x1.b6676cp-3f, 0x1.988454p+0f);
  return g * (s * fma(x * du, 1.0f - s, 1.0f));
}

// ---- gradients from the output --------------------------------------------------------------------------------------

TESSERA_INLINE float expBackward(float y, float g) { return g * y; }
TESSERA_INLINE float expm1Backward(float y, float g) { return g * (y + 1.0f); }
TESSERA_INLINE float sqrtBackward(float y, float g) { return g / (2.0f * y); }
TESSERA_INLINE float rsqrtBackward(float y, float g) { return -0.5f * g * (y * y * y); }
TESSERA_INLINE float reciprocalBackward(float y, float g) { return -g * (y * y); }
TESSERA_INLINE float tanhBackward(float y, float g) { return g * fma(-y, y, 1.0f); }
TESSERA_INLINE float sigmoidBackward(float y, float g) { return g * (y * (1.0f - y)); }
TESSERA_INLINE float reluBackward(float y, float g) { return y > 0.0f ? g : 0.0f; }

// ---- with scalar parameters -----------------------------------------------------------------------------------------

TESSERA_INLINE float addScalar(float x, float p0, float) { return x + p0; }
TESSERA_INLINE float mulScalar(float x, float p0, float) { return x * p0; }
TESSERA_INLINE float divScalar(float x, float p0, float) { return x / p0; }
TESSERA_INLINE float affine(float x, float p0, float p1) { return fma(x, p0, p1); }
TESSERA_INLINE float leakyRelu(float x, float p0, float) { return x > 0.0f ? x : p0 * x; }
TESSERA_INLINE float clamp(float x, float p0, float p1) {
  const float low = x < p0 ? p0 : x;
  return low > p1 ? p1 : low;
}
TESSERA_INLINE float powScalar(float x, float p0, float) { return pow(x, p0); }

TESSERA_INLINE float leakyReluBackward(float x, float g, float p0, float) { return x > 0.0f ? g : p0 * g; }
TESSERA_INLINE float clampBackward(float x, float g, float p0, float p1) { return x >= p0 && x <= p1 ? g : 0.0f; }
TESSERA_INLINE float powScalarBackward(float x, float g, float p0, float) {
  const float d = g * (p0 * pow(x, p0 - 1.0f));
  return p0 == 0.0f ? 0.0f : d;
}

// From the nearer end, so that weight 1 gives b exactly.
TESSERA_INLINE float lerp(float a, float b, float weight) {
  const float d = b - a;
  return weight < 0.5f ? fma(weight, d, a) : fma(weight - 1.0f, d, b);
}

// Towards zero, into the range of the integer type; NaN gives 0.
template <class T>
TESSERA_INLINE T truncate(float x) {
  constexpr bool byte = sizeof(T) == 1;
  const float low = byte ? 0.0f : -0x1p+31f;
  const float high = byte ? 255.0f : 0x1.fffffep+30f;
  float c = x < low ? low : x;
  c = c > high ? high : c;
  c = x == x ? c : 0.0f;
  const int32_t i = static_cast<int32_t>(c);
  return static_cast<T>(!byte && x > high ? INT32_MAX : i);
}

// ---- of two operands ------------------------------------------------------------------------------------------------

TESSERA_INLINE float add(float a, float b) { return a + b; }
TESSERA_INLINE float sub(float a, float b) { return a - b; }
TESSERA_INLINE float mul(float a, float b) { return a * b; }
TESSERA_INLINE int32_t wrap(uint32_t x) { return static_cast<int32_t>(x); }
TESSERA_INLINE int32_t add(int32_t a, int32_t b) { return wrap(static_cast<uint32_t>(a) + static_cast<uint32_t>(b)); }
TESSERA_INLINE int32_t sub(int32_t a, int32_t b) { return wrap(static_cast<uint32_t>(a) - static_cast<uint32_t>(b)); }
TESSERA_INLINE int32_t mul(int32_t a, int32_t b) { return wrap(static_cast<uint32_t>(a) * static_cast<uint32_t>(b)); }
template <class T>
TESSERA_INLINE T maximum(T a, T b) { return a > b || a != a ? a : b; }
template <class T>
TESSERA_INLINE T minimum(T a, T b) { return a < b || a != a ? a : b; }
TESSERA_INLINE float div(float a, float b) { return a / b; }

TESSERA_INLINE float divBackwardB(float a, float b, float g) { return -(g / b) * (a / b); }
TESSERA_INLINE float powBackwardA(float a, float b, float g) {
  const float d = g * (b * pow(a, b - 1.0f));
  return b == 0.0f ? 0.0f : d;
}
TESSERA_INLINE float powBackwardB(float a, float b, float g) {
  const float d = g * (pow(a, b) * log(a));
  return a == 0.0f && b >= 0.0f ? 0.0f : d;
}
TESSERA_INLINE float maximumBackward(float a, float b, float g) { return a > b ? g : a == b ? 0.5f * g : 0.0f; }
TESSERA_INLINE float minimumBackward(float a, float b, float g) { return a < b ? g : a == b ? 0.5f * g : 0.0f; }

template <class T>
TESSERA_INLINE uint8_t eq(T a, T b) { return a == b; }
template <class T>
TESSERA_INLINE uint8_t ne(T a, T b) { return a != b; }
template <class T>
TESSERA_INLINE uint8_t lt(T a, T b) { return a < b; }
template <class T>
TESSERA_INLINE uint8_t le(T a, T b) { return a <= b; }
template <class T>
TESSERA_INLINE uint8_t gt(T a, T b) { return a > b; }
template <class T>
TESSERA_INLINE uint8_t ge(T a, T b) { return a >= b; }

TESSERA_INLINE uint8_t logicalAnd(uint8_t a, uint8_t b) { return (a != 0) & (b != 0); }
TESSERA_INLINE uint8_t logicalOr(uint8_t a, uint8_t b) { return (a | b) != 0; }
TESSERA_INLINE uint8_t logicalXor(uint8_t a, uint8_t b) { return (a != 0) != (b != 0); }

// ---- random words to numbers ----------------------------------------------------------------------------------------

// [0, 1) in steps of 2^-24
TESSERA_INLINE float unit(uint32_t word) { return static_cast<float>(static_cast<int32_t>(word >> 8)) * 0x1p-24f; }

TESSERA_INLINE float uniform(uint32_t word, float low, float high) {
  const float y = fma(unit(word), high - low, low);
  return y < high ? y : low;  // where rounding reached the upper end
}

// Stores without rounding up, so that a bf16 stays below the upper end of its interval.
TESSERA_INLINE void storeBelow(float* p, float x) { *p = x; }
TESSERA_INLINE void storeBelow(bf16* p, float x) {
  const uint32_t bits = bitsOf(x);
  const uint32_t away = (bits >> 31) != 0 && (bits & 0xffffu) != 0 ? 1u : 0u;
  p->bits = static_cast<uint16_t>((bits >> 16) + away);
}

struct NormalPair {
  float first, second;
};

// Box and Muller's transform. The angle is a fraction of a turn, so its quarter and remainder are exact.
TESSERA_INLINE NormalPair normalPair(uint32_t a, uint32_t b) {
  const float u = fma(static_cast<float>(static_cast<int32_t>(a >> 1)), 0x1p-31f, 0x1p-32f);  // (0, 1]
  const float radius = sqrt(-2.0f * logNormal(u, 0.0f));
  const uint32_t quarter = (b + 0x20000000u) >> 30;
  const float r = static_cast<float>(static_cast<int32_t>(b - (quarter << 30))) * 0x1.921fb6p-30f;
  return {radius * sinOf({r, quarter + 1u}), radius * sinOf({r, quarter})};
}

}  // namespace tessera::scalar
