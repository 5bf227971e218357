// Elementary functions in f32 and double, shared by the CPU kernels (g++) and the CUDA kernels (nvcc).
// Every formula is branch-free float arithmetic, so that an `omp simd` loop around it vectorises at every ISA level and
// one CUDA thread never diverges from its warp. Coefficients are Chebyshev fits made for these intervals; the largest
// errors, in units in the last place, are held by test/tensor/accuracy.test.ts. The files that use
// this header on the CPU are compiled with -ffp-contract=off: a product and a sum are fused exactly where `fma` is
// written, so all levels that have FMA give the same bits. x86-64-v2 has no FMA and may differ in the last place.
// TESSERA_FUSED_FMA asks for fused multiply-adds where the compiler would have to call a function: the CUDA emulator's.
#pragma once
#include "types.h"

namespace tessera::scalar {

constexpr float kInfinity = __builtin_huge_valf();

#if defined(__CUDA_ARCH__)
TESSERA_INLINE float fma(float a, float b, float c) { return ::fmaf(a, b, c); }
TESSERA_INLINE double fma(double a, double b, double c) { return ::fma(a, b, c); }
TESSERA_INLINE float fabs(float x) { return ::fabsf(x); }
TESSERA_INLINE float rint(float x) { return ::rintf(x); }
TESSERA_INLINE float sqrt(float x) { return ::sqrtf(x); }
TESSERA_INLINE float floor(float x) { return ::floorf(x); }
TESSERA_INLINE float ceil(float x) { return ::ceilf(x); }
#else
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA) || defined(TESSERA_FUSED_FMA)
TESSERA_INLINE float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
TESSERA_INLINE double fma(double a, double b, double c) { return __builtin_fma(a, b, c); }
#else
TESSERA_INLINE float fma(float a, float b, float c) { return a * b + c; }
TESSERA_INLINE double fma(double a, double b, double c) { return a * b + c; }
#endif
TESSERA_INLINE float fabs(float x) { return __builtin_fabsf(x); }
TESSERA_INLINE float rint(float x) { return __builtin_rintf(x); }
TESSERA_INLINE float sqrt(float x) { return __builtin_sqrtf(x); }
TESSERA_INLINE float floor(float x) { return __builtin_floorf(x); }
TESSERA_INLINE float ceil(float x) { return __builtin_ceilf(x); }
#endif

TESSERA_INLINE int32_t signedBits(float x) { return static_cast<int32_t>(bitsOf(x)); }
TESSERA_INLINE float floatOfSigned(int32_t bits) { return floatOf(static_cast<uint32_t>(bits)); }

TESSERA_INLINE uint64_t bitsOfDouble(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

TESSERA_INLINE double doubleOf(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

// ---- exponentials ---------------------------------------------------------------------------------------------------

// x = n ln 2 + r with |r| <= ln 2 / 2, and n at most 128, beyond which r grows. n by adding 1.5 * 2^23 + 254, whose low
// mantissa bits then hold n + 254: the bias of two exponents.
struct ExpParts {
  float r;
  uint32_t biased;
};

TESSERA_INLINE ExpParts splitExp(float x) {
  constexpr float kShift = 0x1.8p+23f + 254.0f;
  constexpr int32_t kMost = 0x4b400000 + 254 + 128;
  int32_t sum = signedBits(fma(x, 0x1.715476p+0f, kShift));
  sum = sum < kMost ? sum : kMost;  // as integers: one instruction, where floats take a comparison and a selection
  const float n = floatOfSigned(sum) - kShift;
  const float r = fma(n, -0x1.7f7d1cp-20f, fma(n, -0x1.62e4p-1f, x));
  return {r, static_cast<uint32_t>(sum)};
}

// e^r - 1 for |r| <= ln 2 / 2
TESSERA_INLINE float expm1Near(float r) {
  float p = 0x1.a12528p-13f;
  p = fma(p, r, 0x1.6d4362p-10f);
  p = fma(p, r, 0x1.1110ep-7f);
  p = fma(p, r, 0x1.5554e8p-5f);
  p = fma(p, r, 0x1.555556p-3f);
  p = fma(p, r, 0.5f);
  return fma(p * r, r, r);
}

// e^x in two halves, for loops that do one after the other: the chain of operations is longer than what a core looks ahead.
// Where nothing is left, as of a masked score, no product underflows: that takes an Intel core a hundred cycles.
TESSERA_INLINE ExpParts expParts(float x) {
  const bool vanishes = x < -104.0f;
  const ExpParts s = splitExp(vanishes ? 0.0f : x);
  return {s.r, vanishes ? 0u : s.biased};
}

TESSERA_INLINE float expOf(const ExpParts& s) {
  const uint32_t half = s.biased >> 1;  // two steps, so that subnormal results round once and large ones overflow late
  return (1.0f + expm1Near(s.r)) * floatOf(half << 23) * floatOf((s.biased - half) << 23);
}

TESSERA_INLINE float exp(float x) { return expOf(expParts(x)); }

TESSERA_INLINE float expm1(float x) {
  const ExpParts s = splitExp(x < -20.0f ? -20.0f : x);
  const float scale = floatOf((s.biased - 128) << 23);  // half of 2^n, which overflows no earlier than the result
  const float result = 2.0f * fma(scale, expm1Near(s.r), scale - 0.5f);
  return x == 0.0f ? x : result;
}

// ---- logarithms -----------------------------------------------------------------------------------------------------

// x = 2^e (1 + f) with f in [-1/3, 1/3), for positive normal x
struct LogParts {
  float f;
  float e;
};

TESSERA_INLINE LogParts splitLog(float x) {
  const int32_t i = signedBits(x) - 0x3f2aaaab;
  const int32_t e = i >> 23;
  return {floatOfSigned((i & 0x7fffff) + 0x3f2aaaab) - 1.0f, static_cast<float>(e)};
}

// (ln(1 + f) - f + f^2 / 2) / f^3
TESSERA_INLINE float logTail(float f) {
  float p = 0x1.d01a22p-4f;
  p = fma(p, f, -0x1.fcd036p-4f);
  p = fma(p, f, 0x1.bf1afp-4f);
  p = fma(p, f, -0x1.f75896p-4f);
  p = fma(p, f, 0x1.24b28cp-3f);
  p = fma(p, f, -0x1.557832p-3f);
  p = fma(p, f, 0x1.999954p-3f);
  p = fma(p, f, -0x1.ffffb6p-3f);
  return fma(p, f, 0x1.555556p-2f);
}

// ln x + extra, for positive normal x
TESSERA_INLINE float logNormal(float x, float extra) {
  const LogParts s = splitLog(x);
  const float f2 = s.f * s.f;
  const float low = fma(s.e, 0x1.7f7d1cp-20f, extra);
  const float tail = fma(f2 * s.f, logTail(s.f), fma(f2, -0.5f, low));
  return fma(s.e, 0x1.62e4p-1f, s.f + tail);
}

TESSERA_INLINE float log(float x) {
  const bool tiny = x < 0x1p-126f;
  float y = logNormal(tiny ? x * 0x1p+23f : x, 0.0f);
  y = tiny ? y - 0x1.fe2804p+3f : y;  // 23 ln 2
  y = x == 0.0f ? -kInfinity : y;
  y = x < 0.0f ? __builtin_nanf("") : y;
  return x < kInfinity ? y : x;
}

TESSERA_INLINE float log1p(float x) {
  const float u = 1.0f + x;
  const float lost = x > 1.0f ? 1.0f - (u - x) : x - (u - 1.0f);  // what rounding took from u
  float y = logNormal(u, lost / u);
  y = x == 0.0f ? x : y;
  y = x == -1.0f ? -kInfinity : y;
  y = x < -1.0f ? __builtin_nanf("") : y;
  return x < kInfinity ? y : x;
}

// ---- sine and cosine ------------------------------------------------------------------------------------------------

// Arguments up to here are reduced in double arithmetic, which vectorises; beyond, one at a time with many bits of 2 / pi.
constexpr float kNearAngle = 0x1p+25f;

struct Angle {
  float r;           // in [-pi / 4, pi / 4]
  uint32_t quarter;  // quarter turns, modulo 4
};

TESSERA_INLINE Angle reduceNear(float x) {
  const double d = static_cast<double>(x);
  const double shifted = d * 0x1.45f306dc9c883p-1 + 0x1.8p+52;
  const double n = shifted - 0x1.8p+52;
  const double r = (d - n * 0x1.921fb54p+0) - n * 0x1.10b4611a62633p-30;
  return {static_cast<float>(r), static_cast<uint32_t>(bitsOfDouble(shifted))};
}

// Payne and Hanek's reduction for finite |x| >= 2: the 24-bit significand times the bits of 2 / pi that matter.
TESSERA_INLINE Angle reduceFar(float x) {
  const uint32_t bits2OverPi[8] = {0x00000000u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u,
                                   0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu};
  const uint32_t ix = bitsOf(x);
  const uint32_t exponent = ((ix >> 23) & 0xffu) - 127u;  // |x| = m 2^(exponent - 31)
  const uint64_t m = static_cast<uint64_t>((ix & 0x7fffffu) | 0x800000u) << 8;
  // Drop whole words of 2 / pi that only add multiples of 4 quarter turns.
  const uint32_t skip = (exponent + 1u) >> 5;
  const uint32_t shift = (exponent + 1u) & 31u;
  uint32_t w[3];
  for (uint32_t k = 0; k < 3; ++k) {
    const uint32_t hi = bits2OverPi[skip + k];
    const uint32_t lo = bits2OverPi[skip + k + 1];
    w[k] = shift == 0 ? hi : (hi << shift) | (lo >> (32u - shift));
  }
  // m * w as quarter turns with 62 fractional bits, modulo 4
  const uint64_t low = (m * w[2]) >> 34;
  const uint64_t middle = (m * w[1]) >> 2;
  const uint64_t high = (m * w[0]) << 30;
  const uint64_t turns = high + middle + low;
  const uint64_t rounded = turns + (uint64_t{1} << 61);
  const int64_t fraction = static_cast<int64_t>(turns - (rounded >> 62 << 62));
  const double r = static_cast<double>(fraction) * (0x1p-62 * 0x1.921fb54442d18p+0);
  const uint32_t quarter = static_cast<uint32_t>(rounded >> 62);
  const bool negative = (ix >> 31) != 0;
  return {static_cast<float>(negative ? -r : r), negative ? 0u - quarter : quarter};
}

// sin(r + quarter * pi / 2)
TESSERA_INLINE float sinOf(Angle a) {
  const float z = a.r * a.r;
  float s = fma(0x1.6dbdd2p-19f, z, -0x1.a013a6p-13f);
  s = fma(s, z, 0x1.11110ep-7f);
  s = fma(s, z, -0x1.555556p-3f);
  s = fma(s * z, a.r, a.r);
  float c = fma(-0x1.25242ap-22f, z, 0x1.a015c4p-16f);
  c = fma(c, z, -0x1.6c16cp-10f);
  c = fma(c, z, 0x1.555556p-5f);
  c = fma(c * z, z, fma(z, -0.5f, 1.0f));
  const float y = (a.quarter & 1u) != 0 ? c : s;
  return floatOf(bitsOf(y) ^ ((a.quarter & 2u) << 30));
}

// For |x| <= kNearAngle.
TESSERA_INLINE float sinNear(float x) {
  const float y = sinOf(reduceNear(x));
  return x == 0.0f ? x : y;
}

TESSERA_INLINE float cosNear(float x) {
  Angle a = reduceNear(x);
  a.quarter += 1u;
  return sinOf(a);
}

TESSERA_INLINE float sin(float x) {
  const float a = fabs(x);
  if (a <= kNearAngle) return sinNear(x);
  return a < kInfinity ? sinOf(reduceFar(x)) : __builtin_nanf("");
}

TESSERA_INLINE float cos(float x) {
  const float a = fabs(x);
  if (a <= kNearAngle) return cosNear(x);
  Angle angle = a < kInfinity ? reduceFar(x) : Angle{__builtin_nanf(""), 0u};
  angle.quarter += 1u;
  return sinOf(angle);
}

// ---- sigmoids -------------------------------------------------------------------------------------------------------

TESSERA_INLINE float sigmoid(float x) {
  const float e = exp(-fabs(x));
  return (x >= 0.0f ? 1.0f : e) / (1.0f + e);
}

// ln(1 + e) for e in [0, 1]
TESSERA_INLINE float log1pUnit(float e) {
  const float u = 1.0f + e;
  return logNormal(u, (e - (u - 1.0f)) / u);
}

TESSERA_INLINE float softplus(float x) { return (x > 0.0f ? x : 0.0f) + log1pUnit(exp(-fabs(x))); }
TESSERA_INLINE float logSigmoid(float x) { return (x < 0.0f ? x : 0.0f) - log1pUnit(exp(-fabs(x))); }
TESSERA_INLINE float silu(float x) { return x * sigmoid(x); }

TESSERA_INLINE float tanh(float x) {
  const float a = fabs(x);
  const float z = x * x;
  float p = 0x1.2c83cp-9f;
  p = fma(p, z, -0x1.116a16p-7f);
  p = fma(p, z, 0x1.64a976p-6f);
  p = fma(p, z, -0x1.ba08c4p-5f);
  p = fma(p, z, 0x1.1110eap-3f);
  p = fma(p, z, -0x1.555556p-2f);
  const float small = fma(p * z, x, x);
  const float large = 1.0f - 2.0f / (exp(2.0f * (a < 10.0f ? a : 10.0f)) + 1.0f);
  const float y = floatOf(bitsOf(a < 0.625f ? small : large) | (bitsOf(x) & 0x80000000u));
  return x == x ? y : x;
}

// ---- the normal distribution ----------------------------------------------------------------------------------------

// e^(-scale a^2) for a in [0, 15] and scale 1/2 or 1: what rounding took from the square is not lost.
TESSERA_INLINE float expMinusSquare(float a, float scale) {
  const float square = a * a;
  ExpParts s = splitExp(-scale * square);
  s.r = fma(fma(a, a, -square), -scale, s.r);
  return expOf(s);
}

// e^(a^2) erfc(a) for a in [0, 11]: t P(t) with t = 1 / (1 + 0.3 a). P in pairs, because loops around it wait for the
// longest chain of operations.
TESSERA_INLINE float erfcxPositive(float a) {
  const float t = 1.0f / fma(a, 0.3f, 1.0f);
  const float u = t - 0x1.3b88eep-1f;
  const float u2 = u * u;
  const float p01 = fma(0x1.90d14ep-1f, u, 0x1.9b5a9ap-2f);
  const float p23 = fma(0x1.786bc8p+0f, u, 0x1.361cb2p+0f);
  const float p45 = fma(0x1.a832a4p-1f, u, 0x1.5839dep+0f);
  const float p67 = fma(-0x1.395a42p-3f, u, 0x1.a3e582p-3f);
  const float low = fma(p23, u2, p01);
  const float high = fma(fma(-0x1.0954aep-3f, u2, p67), u2, p45);
  return t * fma(high, u2 * u2, low);
}

TESSERA_INLINE float erf(float x) {
  const float a = fabs(x);
  const float z = x * x;
  float p = 0x1.4a5690p-14f;
  p = fma(p, z, -0x1.a45088p-11f);
  p = fma(p, z, 0x1.541270p-8f);
  p = fma(p, z, -0x1.b7fabap-6f);
  p = fma(p, z, 0x1.ce2d10p-4f);
  p = fma(p, z, -0x1.81273ep-2f);
  p = fma(p, z, 0x1.06eba8p-3f);  // 2 / sqrt(pi) - 1, so that the product below is exact enough
  const float small = fma(p, x, x);
  const float b = a < 5.0f ? a : 5.0f;
  const float large = 1.0f - expMinusSquare(b, 1.0f) * erfcxPositive(b);
  const float y = a < 1.0f ? small : floatOf(bitsOf(large) | (bitsOf(x) & 0x80000000u));
  return x == x ? y : x;
}

// The normal distribution beyond a, which is |x| up to where nothing is left of it: the probability is tail * bell, exact
// however small, and the density bell / sqrt(2 pi).
struct NormalTail {
  float a, tail, bell;
};

TESSERA_INLINE NormalTail normalTail(float x) {
  const float magnitude = fabs(x);
  const float a = 15.0f < magnitude ? 15.0f : magnitude;  // NaN stays
  return {a, 0.5f * erfcxPositive(a * 0x1.6a09e6p-1f), expMinusSquare(a, 0.5f)};
}

// x Phi(x) = max(x, 0) - |x| Phi(-|x|)
TESSERA_INLINE float gelu(float x) {
  const NormalTail n = normalTail(x);
  return fma(-n.a, n.tail * n.bell, x > 0.0f ? x : 0.0f);
}

// tanh(u) = 2 sigmoid(2 u) - 1
TESSERA_INLINE float geluTanhGate(float x) {
  const float u = x * fma(x * x, 0x1.2444f2p-4f, 0x1.988454p+0f);  // 2 sqrt(2 / pi) (x + 0.044715 x^3)
  return sigmoid(u);
}
TESSERA_INLINE float geluTanh(float x) { return x * geluTanhGate(x); }

// ---- powers ---------------------------------------------------------------------------------------------------------

TESSERA_INLINE float reciprocal(float x) { return 1.0f / x; }
TESSERA_INLINE float rsqrt(float x) { return 1.0f / sqrt(x); }
TESSERA_INLINE float square(float x) { return x * x; }

// log2 a for finite a > 0, in double
TESSERA_INLINE double log2Double(float a) {
  const uint64_t bits = bitsOfDouble(static_cast<double>(a));  // a subnormal float is a normal double
  const uint64_t e = (bits + 0xaaaaaaaaaaaabu) >> 52;          // biased, for a significand in [2/3, 4/3)
  const double m = doubleOf(bits - (e << 52) + (uint64_t{1023} << 52));
  const double whole = doubleOf(e | 0x4330000000000000u) - (0x1p+52 + 1023.0);
  const double s = (m - 1.0) / (m + 1.0);
  const double z = s * s;
  double p = 0x1.f931c5a577905p-3;
  p = fma(p, z, 0x1.0b703a6dc784ep-2);
  p = fma(p, z, 0x1.4851554310a18p-2);
  p = fma(p, z, 0x1.a617538c1e191p-2);
  p = fma(p, z, 0x1.2776c515a1152p-1);
  p = fma(p, z, 0x1.ec709dc39f4d4p-1);
  return fma(s, 0x1.71547652b82fep+1, fma(p * z, s, whole));
}

// 2^t for |t| <= 1000, in double
TESSERA_INLINE double exp2Double(double t) {
  const double shifted = t + 0x1.8p+52;
  const double f = t - (shifted - 0x1.8p+52);
  double p = 0x1.63d1523780311p-20;
  p = fma(p, f, 0x1.00dc6396f4ca0p-16);
  p = fma(p, f, 0x1.4308ac70a8e77p-13);
  p = fma(p, f, 0x1.5d874581411cbp-10);
  p = fma(p, f, 0x1.3b2ab71824365p-7);
  p = fma(p, f, 0x1.c6b08dd71cba5p-5);
  p = fma(p, f, 0x1.ebfbdff823cb5p-3);
  p = fma(p, f, 0x1.62e42fef84c25p-1);
  p = fma(p, f, 1.0);
  return p * doubleOf((bitsOfDouble(shifted) + 1023u) << 52);
}

// The special cases of C pow (IEEE 754 section 9.2.1). What depends on y alone becomes numbers and bit masks: y is often
// the same for a whole loop, and a condition on it would keep the loop from being vectorised.
TESSERA_INLINE float pow(float x, float y) {
  const float nan = __builtin_nanf("");
  const bool whole = rint(y) == y;
  const float half = y * 0.5f;
  const uint32_t oddSign = whole && rint(half) != half ? 0x80000000u : 0u;
  const uint32_t keep = y == 0.0f ? 0u : 0xffffffffu;
  const float notWhole = whole ? -0.0f : nan;  // -0 leaves what it is added to as it is
  const float notNumber = y == y ? -0.0f : nan;
  const float ofZero = y > 0.0f ? 0.0f : kInfinity;
  const float ofInfinity = y > 0.0f ? kInfinity : 0.0f;

  const float a = fabs(x);
  double t = static_cast<double>(y) * log2Double(a);
  t = t > 900.0 ? 900.0 : t;
  t = t < -900.0 ? -900.0 : t;
  float z = static_cast<float>(exp2Double(t));
  z = a == 1.0f ? 1.0f : z;
  z = a == 0.0f ? ofZero : z;
  z = a == kInfinity ? ofInfinity : z;
  z = floatOf(bitsOf(z) | (bitsOf(x) & oddSign)) + notNumber;
  z = x < 0.0f && a < kInfinity ? z + notWhole : z;
  z = a <= kInfinity ? z : nan;
  z = x == 1.0f ? 1.0f : z;
  return floatOf((bitsOf(z) & keep) | (0x3f800000u & ~keep));
}

}  // namespace tessera::scalar
