// Vector operations of the kernels that reduce scores on the fly: masks, maxima, sums of lanes and 2^t.
// They extend the GEMM's vectors; everything is force-inlined and lives in the level's namespace.
#pragma once

#include "cpu/gemm/simd.h"

namespace tessera::TESSERA_ISA::simd {

using gemm::broadcast;
using gemm::fma;
using gemm::kLanes;
using gemm::loadVec;
using gemm::storeVec;
using gemm::Vec;
using gemm::zero;

TESSERA_INLINE Vec splat(float x) { return broadcast(&x); }

// keep(t, c): lanes where t is not below c, NaN included. select(): zero in the other lanes.
#if defined(__AVX512F__)
using Mask = __mmask16;
TESSERA_INLINE Vec maxOf(Vec a, Vec b) { return _mm512_maskz_max_ps(0xffff, a, b); }  // b when a is NaN
TESSERA_INLINE Mask keep(Vec t, Vec c) { return _mm512_cmp_ps_mask(t, c, _CMP_NLT_UQ); }
TESSERA_INLINE bool any(Mask m) { return m != 0; }
TESSERA_INLINE Vec select(Mask m, Vec v) { return _mm512_maskz_mov_ps(m, v); }
TESSERA_INLINE Vec exponentOf(Vec z) {
  return _mm512_castsi512_ps(_mm512_maskz_slli_epi32(0xffff, _mm512_castps_si512(z), 23));
}
#elif defined(__AVX2__)
using Mask = __m256;
TESSERA_INLINE Vec maxOf(Vec a, Vec b) { return _mm256_max_ps(a, b); }
TESSERA_INLINE Mask keep(Vec t, Vec c) { return _mm256_cmp_ps(t, c, _CMP_NLT_UQ); }
TESSERA_INLINE bool any(Mask m) { return _mm256_movemask_ps(m) != 0; }
TESSERA_INLINE Vec select(Mask m, Vec v) { return _mm256_and_ps(m, v); }
TESSERA_INLINE Vec exponentOf(Vec z) {
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(z), 23));
}
#elif defined(__SSE2__)
using Mask = __m128;
TESSERA_INLINE Vec maxOf(Vec a, Vec b) { return _mm_max_ps(a, b); }
TESSERA_INLINE Mask keep(Vec t, Vec c) { return _mm_cmpnlt_ps(t, c); }
TESSERA_INLINE bool any(Mask m) { return _mm_movemask_ps(m) != 0; }
TESSERA_INLINE Vec select(Mask m, Vec v) { return _mm_and_ps(m, v); }
TESSERA_INLINE Vec exponentOf(Vec z) { return _mm_castsi128_ps(_mm_slli_epi32(_mm_castps_si128(z), 23)); }
#elif defined(__ARM_NEON)
using Mask = uint32x4_t;
TESSERA_INLINE Vec maxOf(Vec a, Vec b) { return vbslq_f32(vcgtq_f32(a, b), a, b); }
TESSERA_INLINE Mask keep(Vec t, Vec c) { return vmvnq_u32(vcltq_f32(t, c)); }
TESSERA_INLINE bool any(Mask m) { return vmaxvq_u32(m) != 0; }
TESSERA_INLINE Vec select(Mask m, Vec v) { return vreinterpretq_f32_u32(vandq_u32(m, vreinterpretq_u32_f32(v))); }
TESSERA_INLINE Vec exponentOf(Vec z) { return vreinterpretq_f32_u32(vshlq_n_u32(vreinterpretq_u32_f32(z), 23)); }
#endif

// Lanes where a > b; NaN is not.
TESSERA_INLINE Mask greater(Vec a, Vec b) {
#if defined(__AVX512F__)
  return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ);
#elif defined(__AVX2__)
  return _mm256_cmp_ps(a, b, _CMP_GT_OQ);
#elif defined(__SSE2__)
  return _mm_cmplt_ps(b, a);
#else
  return vcgtq_f32(a, b);
#endif
}

TESSERA_INLINE float maxLane(Vec v) {
  float lanes[kLanes];
  storeVec(lanes, v);
  float m = lanes[0];
  for (int i = 1; i < kLanes; ++i) m = lanes[i] > m ? lanes[i] : m;
  return m;
}

// Halves are added to halves.
#if defined(__SSE2__)
TESSERA_INLINE float sumQuad(__m128 v) {
  const __m128 pair = _mm_add_ps(v, _mm_movehl_ps(v, v));
  return _mm_cvtss_f32(_mm_add_ss(pair, _mm_shuffle_ps(pair, pair, 1)));
}
#endif
#if defined(__AVX2__)
TESSERA_INLINE float sumOctet(__m256 v) {
  return sumQuad(_mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1)));
}
#endif
#if defined(__AVX512F__)
// The upper half added to the lower. With zeroed masks: g++ 12 warns of what the plain forms leave undefined.
TESSERA_INLINE __m256 sumHalves(Vec v) {
  return _mm256_add_ps(_mm512_maskz_extractf32x8_ps(0xff, v, 0), _mm512_maskz_extractf32x8_ps(0xff, v, 1));
}
#endif
TESSERA_INLINE float sumLanes(Vec v) {
#if defined(__AVX512F__)
  return sumOctet(sumHalves(v));
#elif defined(__AVX2__)
  return sumOctet(v);
#elif defined(__SSE2__)
  return sumQuad(v);
#else
  const float32x2_t pair = vadd_f32(vget_low_f32(v), vget_high_f32(v));
  return vget_lane_f32(vpadd_f32(pair, pair), 0);
#endif
}

// The sums of the lanes of four vectors, first to last.
TESSERA_INLINE void sumLanesOfFour(Vec a, Vec b, Vec c, Vec d, float* sums) {
#if defined(__AVX2__)
#if defined(__AVX512F__)
  const __m256 octets[] = {sumHalves(a), sumHalves(b), sumHalves(c), sumHalves(d)};
#else
  const __m256 octets[] = {a, b, c, d};
#endif
  const __m256 pairs = _mm256_hadd_ps(_mm256_hadd_ps(octets[0], octets[1]), _mm256_hadd_ps(octets[2], octets[3]));
  _mm_storeu_ps(sums, _mm_add_ps(_mm256_castps256_ps128(pairs), _mm256_extractf128_ps(pairs, 1)));
#elif defined(__SSE2__)
  _MM_TRANSPOSE4_PS(a, b, c, d);
  _mm_storeu_ps(sums, _mm_add_ps(_mm_add_ps(a, b), _mm_add_ps(c, d)));
#else
  vst1q_f32(sums, vpaddq_f32(vpaddq_f32(a, b), vpaddq_f32(c, d)));
#endif
}

// 2^t for t in [-126, 127], NaN for NaN; relative error 2.2e-7. Minimax polynomial of degree 5 on [-1/2, 1/2].
// Adding the large constant rounds t to an integer and leaves its biased exponent in the low bits.
TESSERA_INLINE Vec exp2Of(Vec t) {
  const Vec magic = splat(12582912.0f + 127.0f);
  const Vec z = t + magic;
  const Vec f = t - (z - magic);
  Vec p = splat(0.00132764721678f);
  p = fma(p, f, splat(0.00967554133102f));
  p = fma(p, f, splat(0.0555071327288f));
  p = fma(p, f, splat(0.24022119724f));
  p = fma(p, f, splat(0.693146967065f));
  p = fma(p, f, splat(1.00000007165f));
  return p * exponentOf(z);
}

}  // namespace tessera::TESSERA_ISA::simd
