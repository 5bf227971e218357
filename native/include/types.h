// Element types that C++ has no standard name for, shared by g++, MSVC and nvcc.
// bf16 and f16 are storage types: arithmetic happens in float. Conversions round to nearest even and keep NaN a (quiet) NaN.
// Everything here is force-inlined: the CPU kernels are compiled once per ISA level, and an out-of-line copy made for
// AVX-512 could otherwise be linked into the code that an older CPU runs.
#pragma once

#include <cstdint>
#include <cstring>

#if defined(__F16C__) && !defined(__CUDA_ARCH__)
#include <immintrin.h>
#endif

#if defined(__CUDACC__)
#define TESSERA_INLINE __host__ __device__ __forceinline__
#elif defined(_MSC_VER)
#define TESSERA_INLINE __forceinline
#else
#define TESSERA_INLINE [[gnu::always_inline]] inline
#endif

namespace tessera {

TESSERA_INLINE uint32_t bitsOf(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

TESSERA_INLINE float floatOf(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

TESSERA_INLINE uint16_t bf16Bits(float value) {
  // Masks, not a choice between two results, each of which a vector would narrow for itself.
  const uint32_t u = bitsOf(value), nan = value != value ? 0xffffffffu : 0u;
  const uint32_t half = 0x7fffu + ((u >> 16) & 1u);
  return static_cast<uint16_t>(((u | (nan & 0x400000u)) + (half & ~nan)) >> 16);
}

TESSERA_INLINE uint16_t f16Bits(float value) {
#if defined(__CUDA_ARCH__)
  uint16_t bits;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value));
  return bits;
#elif defined(__F16C__)
  return _cvtss_sh(value, 0);
#else
  uint32_t u = bitsOf(value);
  const uint32_t sign = (u >> 16) & 0x8000u;
  u &= 0x7fffffffu;
  uint32_t half;
  if (u > 0x7f800000u) {
    half = 0x7e00u | ((u >> 13) & 0x3ffu);
  } else if (u >= 143u << 23) {  // 2^16 and above
    half = 0x7c00u;
  } else if (u < 113u << 23) {  // subnormal: the float adder does the rounding
    const float magic = floatOf(126u << 23);
    half = bitsOf(floatOf(u) + magic) - (126u << 23);
  } else {
    half = (u - (112u << 23) + 0xfffu + ((u >> 13) & 1u)) >> 13;
  }
  return static_cast<uint16_t>(sign | half);
#endif
}

TESSERA_INLINE float f16Value(uint16_t bits) {
#if defined(__CUDA_ARCH__)
  float value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits));
  return value;
#elif defined(__F16C__)
  return _cvtsh_ss(bits);
#else
  const uint32_t sign = static_cast<uint32_t>(bits & 0x8000u) << 16;
  const uint32_t magnitude = bits & 0x7fffu;
  if (magnitude > 0x7c00u) return floatOf(sign | 0x7fc00000u | (magnitude << 13));
  if (magnitude == 0x7c00u) return floatOf(sign | 0x7f800000u);
  if (magnitude < 0x400u) return floatOf(sign | bitsOf(static_cast<float>(magnitude) * floatOf(103u << 23)));
  return floatOf(sign | ((magnitude << 13) + (112u << 23)));
#endif
}

struct bf16 {
  uint16_t bits;

  bf16() = default;
  TESSERA_INLINE explicit bf16(float value) : bits(bf16Bits(value)) {}
  TESSERA_INLINE operator float() const { return floatOf(static_cast<uint32_t>(bits) << 16); }
};

struct f16 {
  uint16_t bits;

  f16() = default;
  TESSERA_INLINE explicit f16(float value) : bits(f16Bits(value)) {}
  TESSERA_INLINE operator float() const { return f16Value(bits); }
};

static_assert(sizeof(bf16) == 2 && sizeof(f16) == 2);

}  // namespace tessera
