// The few vector operations that the GEMM needs, per ISA level, and the register block that fits that level.
// Not a general SIMD library. Everything is force-inlined and lives in the level's namespace.
// Invariant: fma() is one fused operation where the level has one and a separate multiply and add where it has none,
// in every code path alike, so that an element's value never depends on the path that computed it.
#pragma once

#include "cpu/kernel.h"

#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

namespace tessera::TESSERA_ISA::gemm {

// kLanes: floats in a vector. The micro-kernel keeps kRows x kVecs accumulators, kVecs vectors of B and one broadcast
// of A in registers: 31 of 32 (AVX-512), 15 of 16 (AVX2), 12 of 16 (SSE, whose product needs a register too).
#if defined(__AVX512F__)
using Vec = __m512;
inline constexpr int kLanes = 16;
inline constexpr int kRows = 14;

TESSERA_INLINE Vec zero() { return _mm512_setzero_ps(); }
TESSERA_INLINE Vec loadVec(const void* p) { return _mm512_loadu_ps(p); }
TESSERA_INLINE void storeVec(void* p, Vec v) { _mm512_storeu_ps(p, v); }
TESSERA_INLINE Vec fma(Vec a, Vec b, Vec c) { return _mm512_fmadd_ps(a, b, c); }
TESSERA_INLINE Vec broadcast(const void* p) {
  float x;
  memcpy(&x, p, 4);
  return _mm512_set1_ps(x);
}
// The first `count` floats, zero beyond them; never reads past them.
TESSERA_INLINE Vec loadPartial(const void* p, int count) {
  return _mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << count) - 1), p);
}
TESSERA_INLINE void storePartial(void* p, Vec v, int count) {
  _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << count) - 1), v);
}
// The floats [low, high), zero beside them; never reads those.
TESSERA_INLINE Vec loadBetween(const float* p, int low, int high) {
  return _mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << high) - (1u << low)), p);
}
TESSERA_INLINE Vec keepFirst(Vec v, int count) {
  return _mm512_maskz_mov_ps(static_cast<__mmask16>((1u << count) - 1), v);
}
TESSERA_INLINE Vec widenBf16(const void* p) {
  return _mm512_castsi512_ps(
      _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256(static_cast<const __m256i*>(p))), 16));
}
// The first `count` bf16 as floats, zero beyond them; never reads past them.
TESSERA_INLINE Vec widenPartialBf16(const void* p, int count) {
  const __m256i half = _mm256_maskz_loadu_epi16(static_cast<__mmask16>((1u << count) - 1), p);
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(half), 16));
}
// Pairs of bf16 in 32-bit lanes: both halves as floats, and two rows of bf16 made into pairs.
TESSERA_INLINE Vec lowHalf(Vec pairs) { return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_castps_si512(pairs), 16)); }
TESSERA_INLINE Vec highHalf(Vec pairs) {
  return _mm512_castsi512_ps(_mm512_and_si512(_mm512_castps_si512(pairs), _mm512_set1_epi32(static_cast<int>(0xffff0000u))));
}
TESSERA_INLINE Vec pairBf16(const void* even, const void* odd) {
  const __m512i lo = _mm512_cvtepu16_epi32(_mm256_loadu_si256(static_cast<const __m256i*>(even)));
  const __m512i hi = _mm512_cvtepu16_epi32(_mm256_loadu_si256(static_cast<const __m256i*>(odd)));
  return _mm512_castsi512_ps(_mm512_or_si512(lo, _mm512_slli_epi32(hi, 16)));
}
TESSERA_INLINE Vec pairPartialBf16(const void* even, const void* odd, int count) {
  const __mmask16 first = static_cast<__mmask16>((1u << count) - 1);
  const __m512i lo = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(first, even));
  const __m512i hi = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(first, odd));
  return _mm512_castsi512_ps(_mm512_or_si512(lo, _mm512_slli_epi32(hi, 16)));
}
// The 128-bit groups of the result are 16 bytes from row(i), row(i + 4), row(i + 8), ...
template <class Row>
TESSERA_INLINE Vec gatherQuads(Row&& row, int i) {
  const auto quad = [&](int r) { return _mm_loadu_ps(reinterpret_cast<const float*>(row(r))); };
  Vec v = _mm512_castps128_ps512(quad(i));
  v = _mm512_insertf32x4(v, quad(i + 4), 1);
  v = _mm512_insertf32x4(v, quad(i + 8), 2);
  return _mm512_insertf32x4(v, quad(i + 12), 3);
}
TESSERA_INLINE Vec unpackLow32(Vec a, Vec b) { return _mm512_unpacklo_ps(a, b); }
TESSERA_INLINE Vec unpackHigh32(Vec a, Vec b) { return _mm512_unpackhi_ps(a, b); }
TESSERA_INLINE Vec unpackLow64(Vec a, Vec b) {
  return _mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(a), _mm512_castps_pd(b)));
}
TESSERA_INLINE Vec unpackHigh64(Vec a, Vec b) {
  return _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(a), _mm512_castps_pd(b)));
}

#elif defined(__AVX2__)
using Vec = __m256;
inline constexpr int kLanes = 8;
inline constexpr int kRows = 6;

TESSERA_INLINE Vec zero() { return _mm256_setzero_ps(); }
TESSERA_INLINE Vec loadVec(const void* p) { return _mm256_loadu_ps(static_cast<const float*>(p)); }
TESSERA_INLINE void storeVec(void* p, Vec v) { _mm256_storeu_ps(static_cast<float*>(p), v); }
TESSERA_INLINE Vec fma(Vec a, Vec b, Vec c) { return _mm256_fmadd_ps(a, b, c); }
TESSERA_INLINE Vec broadcast(const void* p) { return _mm256_broadcast_ss(static_cast<const float*>(p)); }
TESSERA_INLINE __m256i firstLanes(int count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
TESSERA_INLINE Vec loadPartial(const void* p, int count) {
  return _mm256_maskload_ps(static_cast<const float*>(p), firstLanes(count));
}
TESSERA_INLINE void storePartial(void* p, Vec v, int count) {
  _mm256_maskstore_ps(static_cast<float*>(p), firstLanes(count), v);
}
TESSERA_INLINE Vec loadBetween(const float* p, int low, int high) {
  return _mm256_maskload_ps(p, _mm256_andnot_si256(firstLanes(low), firstLanes(high)));
}
TESSERA_INLINE Vec keepFirst(Vec v, int count) { return _mm256_and_ps(v, _mm256_castsi256_ps(firstLanes(count))); }
TESSERA_INLINE Vec widenBf16(const void* p) {
  return _mm256_castsi256_ps(
      _mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128(static_cast<const __m128i*>(p))), 16));
}
TESSERA_INLINE Vec lowHalf(Vec pairs) { return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(pairs), 16)); }
TESSERA_INLINE Vec highHalf(Vec pairs) {
  return _mm256_and_ps(pairs, _mm256_castsi256_ps(_mm256_set1_epi32(static_cast<int>(0xffff0000u))));
}
template <class Row>
TESSERA_INLINE Vec gatherQuads(Row&& row, int i) {
  const auto quad = [&](int r) { return _mm_loadu_ps(reinterpret_cast<const float*>(row(r))); };
  return _mm256_insertf128_ps(_mm256_castps128_ps256(quad(i)), quad(i + 4), 1);
}
TESSERA_INLINE Vec unpackLow32(Vec a, Vec b) { return _mm256_unpacklo_ps(a, b); }
TESSERA_INLINE Vec unpackHigh32(Vec a, Vec b) { return _mm256_unpackhi_ps(a, b); }
TESSERA_INLINE Vec unpackLow64(Vec a, Vec b) {
  return _mm256_castpd_ps(_mm256_unpacklo_pd(_mm256_castps_pd(a), _mm256_castps_pd(b)));
}
TESSERA_INLINE Vec unpackHigh64(Vec a, Vec b) {
  return _mm256_castpd_ps(_mm256_unpackhi_pd(_mm256_castps_pd(a), _mm256_castps_pd(b)));
}

#elif defined(__SSE2__)
using Vec = __m128;
inline constexpr int kLanes = 4;
inline constexpr int kRows = 4;

TESSERA_INLINE Vec zero() { return _mm_setzero_ps(); }
TESSERA_INLINE Vec loadVec(const void* p) { return _mm_loadu_ps(static_cast<const float*>(p)); }
TESSERA_INLINE void storeVec(void* p, Vec v) { _mm_storeu_ps(static_cast<float*>(p), v); }
TESSERA_INLINE Vec fma(Vec a, Vec b, Vec c) { return _mm_add_ps(_mm_mul_ps(a, b), c); }
TESSERA_INLINE Vec broadcast(const void* p) {
  float x;
  memcpy(&x, p, 4);
  return _mm_set1_ps(x);
}
TESSERA_INLINE Vec keepFirst(Vec v, int count) {
  return _mm_and_ps(v, _mm_castsi128_ps(_mm_cmpgt_epi32(_mm_set1_epi32(count), _mm_setr_epi32(0, 1, 2, 3))));
}
TESSERA_INLINE Vec widenBf16(const void* p) {
  return _mm_castsi128_ps(_mm_unpacklo_epi16(_mm_setzero_si128(), _mm_loadl_epi64(static_cast<const __m128i*>(p))));
}
TESSERA_INLINE Vec lowHalf(Vec pairs) { return _mm_castsi128_ps(_mm_slli_epi32(_mm_castps_si128(pairs), 16)); }
TESSERA_INLINE Vec highHalf(Vec pairs) {
  return _mm_and_ps(pairs, _mm_castsi128_ps(_mm_set1_epi32(static_cast<int>(0xffff0000u))));
}
template <class Row>
TESSERA_INLINE Vec gatherQuads(Row&& row, int i) { return loadVec(row(i)); }
TESSERA_INLINE Vec unpackLow32(Vec a, Vec b) { return _mm_unpacklo_ps(a, b); }
TESSERA_INLINE Vec unpackHigh32(Vec a, Vec b) { return _mm_unpackhi_ps(a, b); }
TESSERA_INLINE Vec unpackLow64(Vec a, Vec b) { return _mm_movelh_ps(a, b); }
TESSERA_INLINE Vec unpackHigh64(Vec a, Vec b) { return _mm_movehl_ps(b, a); }

#elif defined(__ARM_NEON)
using Vec = float32x4_t;
inline constexpr int kLanes = 4;
inline constexpr int kRows = 12;

TESSERA_INLINE Vec zero() { return vdupq_n_f32(0.0f); }
TESSERA_INLINE Vec loadVec(const void* p) { return vreinterpretq_f32_u8(vld1q_u8(static_cast<const uint8_t*>(p))); }
TESSERA_INLINE void storeVec(void* p, Vec v) { vst1q_u8(static_cast<uint8_t*>(p), vreinterpretq_u8_f32(v)); }
TESSERA_INLINE Vec fma(Vec a, Vec b, Vec c) { return vfmaq_f32(c, a, b); }
TESSERA_INLINE Vec broadcast(const void* p) {
  float x;
  memcpy(&x, p, 4);
  return vdupq_n_f32(x);
}
TESSERA_INLINE Vec keepFirst(Vec v, int count) {
  const int32_t lanes[4] = {0, 1, 2, 3};
  const uint32x4_t mask = vcgtq_s32(vdupq_n_s32(count), vld1q_s32(lanes));
  return vreinterpretq_f32_u32(vandq_u32(vreinterpretq_u32_f32(v), mask));
}
TESSERA_INLINE Vec widenBf16(const void* p) {
  const uint16x4_t half = vreinterpret_u16_u8(vld1_u8(static_cast<const uint8_t*>(p)));
  return vreinterpretq_f32_u32(vshll_n_u16(half, 16));
}
TESSERA_INLINE Vec lowHalf(Vec pairs) { return vreinterpretq_f32_u32(vshlq_n_u32(vreinterpretq_u32_f32(pairs), 16)); }
TESSERA_INLINE Vec highHalf(Vec pairs) {
  return vreinterpretq_f32_u32(vandq_u32(vreinterpretq_u32_f32(pairs), vdupq_n_u32(0xffff0000u)));
}
template <class Row>
TESSERA_INLINE Vec gatherQuads(Row&& row, int i) { return loadVec(row(i)); }
TESSERA_INLINE Vec unpackLow32(Vec a, Vec b) { return vzip1q_f32(a, b); }
TESSERA_INLINE Vec unpackHigh32(Vec a, Vec b) { return vzip2q_f32(a, b); }
TESSERA_INLINE Vec unpackLow64(Vec a, Vec b) {
  return vreinterpretq_f32_f64(vzip1q_f64(vreinterpretq_f64_f32(a), vreinterpretq_f64_f32(b)));
}
TESSERA_INLINE Vec unpackHigh64(Vec a, Vec b) {
  return vreinterpretq_f32_f64(vzip2q_f64(vreinterpretq_f64_f32(a), vreinterpretq_f64_f32(b)));
}
#else
#error "gemm: no vector operations for this ISA level"
#endif

#if !defined(__AVX512F__)
TESSERA_INLINE Vec widenPartialBf16(const void* p, int count) {
  uint16_t lanes[kLanes] = {};
  memcpy(lanes, p, static_cast<size_t>(count) * 2);
  return widenBf16(lanes);
}
#endif

#if !defined(__AVX2__)
TESSERA_INLINE Vec loadPartial(const void* p, int count) {
  alignas(16) float lanes[4] = {};
  memcpy(lanes, p, static_cast<size_t>(count) * 4);
  return loadVec(lanes);
}
TESSERA_INLINE Vec loadBetween(const float* p, int low, int high) {
  alignas(16) float lanes[4] = {};
  if (low < high) memcpy(lanes + low, p + low, static_cast<size_t>(high - low) * 4);
  return loadVec(lanes);
}
TESSERA_INLINE void storePartial(void* p, Vec v, int count) {
  alignas(16) float lanes[4];
  storeVec(lanes, v);
  memcpy(p, lanes, static_cast<size_t>(count) * 4);
}
#endif

// n floats to where results are stored, rounded where those are bf16 (types.h).
TESSERA_INLINE void storeRow(float* to, const float* from, int64_t n) { memcpy(to, from, static_cast<size_t>(n) * 4); }
TESSERA_INLINE void storeRow(bf16* to, const float* from, int64_t n) {
  int64_t j = 0;
#if defined(__AVX512BF16__)
  for (; j + 2 * kLanes <= n; j += 2 * kLanes) {
    const Vec low = loadVec(from + j), high = loadVec(from + j + kLanes);
    constexpr int denormal = 0x20;  // which the instruction takes for zeros
    if (__builtin_expect(_mm512_fpclass_ps_mask(low, denormal) | _mm512_fpclass_ps_mask(high, denormal), 0)) {
      for (int64_t i = j; i < j + 2 * kLanes; ++i) to[i] = bf16(from[i]);
      continue;
    }
    const __m512bh rounded = _mm512_cvtne2ps_pbh(high, low);
    memcpy(to + j, &rounded, sizeof rounded);
  }
#endif
#pragma omp simd
  for (int64_t i = j; i < n; ++i) to[i].bits = bf16Bits(from[i]);  // GCC makes no vectors of structs assigned as a whole
}

#if defined(__AVX512BF16__)
// acc + a.low*b.low + a.high*b.high per 32-bit lane, denormals flushed, as the instruction defines it.
TESSERA_INLINE Vec dotBf16(Vec a, Vec b, Vec acc) {
#if defined(__clang__)
  // Clang 16 recurses without end where the intrinsic's vectors of bf16 are cast from values that a loop carries.
  asm("vdpbf16ps %2, %1, %0" : "+v"(acc) : "v"(a), "vm"(b));
  return acc;
#else
  return _mm512_dpbf16_ps(acc, (__m512bh)_mm512_castps_si512(a), (__m512bh)_mm512_castps_si512(b));
#endif
}
inline constexpr bool kHasDot = true;
#else
inline constexpr bool kHasDot = false;
#endif

TESSERA_INLINE bool isIntel() {
#if defined(__x86_64__)
  return __builtin_cpu_is("intel");
#else
  return false;
#endif
}

#if defined(__AMX_BF16__)
inline constexpr bool kHasAmx = true;
TESSERA_INLINE constexpr bool dotPays() { return true; }
#else
inline constexpr bool kHasAmx = false;
TESSERA_INLINE bool dotPays() {
#if defined(__AVX512BF16__)
  // Intel cores issue a 512-bit dot every second cycle, half the multiply-adds of plain f32 (measured on Emerald Rapids:
  // 88 against 178 GFLOP/s), so without AMX bf16 is widened there while packing. AMD cores issue it at full rate.
  return !isIntel();
#else
  return false;
#endif
}
#endif

inline constexpr int kVecs = 2;
inline constexpr int kCols = kVecs * kLanes;  // columns of a tile and of a panel of B

// The panels of a product of floats, or of pairs of bf16 (kDot). AMX multiplies the latter in tiles (amx_kernel.h), and
// then a panel of A is two tiles high and every panel as long as whole tiles are.
template <bool kDot>
inline constexpr bool kAmx = kDot && kHasAmx;
inline constexpr int kAmxRows = 16, kAmxSteps = 16;  // of a tile of A
inline constexpr int kAmxSkinnyRows = 64;  // up to where packing B would take longer than multiplying
template <bool kDot>
inline constexpr int kPanelRows = kAmx<kDot> ? 2 * kAmxRows : kRows;
template <bool kDot>
inline constexpr int kAStride = (kPanelRows<kDot> + kLanes - 1) / kLanes * kLanes;  // rows of a panel of A, padded
template <bool kDot>
inline constexpr int kRowUnit = kAmx<kDot> ? kAmxRows : 1;  // the micro-kernel writes so many rows, or a multiple of them
template <bool kDot>
inline constexpr int kStepUnit = kAmx<kDot> ? kAmxSteps : 1;  // steps of a panel are a multiple of these

}  // namespace tessera::TESSERA_ISA::gemm
