// Scores of rows against codes, a tile at a time, for the quantizer kernels: packing, the register tile, and the vector
// operations that its users need beyond the GEMM's. A score is bias[code] + row . code.
// Invariant: a score is one chain of fused multiply-adds over ascending d that starts from the bias, whatever the tile,
// the neighbours or the vector width. Levels with fused multiply-add (and CUDA) agree on every bit of it.
#pragma once

#include <cmath>

#include "cpu/gemm/simd.h"
#include "cpu/kernel.h"

namespace tessera::TESSERA_ISA::quantizer {

using gemm::broadcast;
using gemm::fma;
using gemm::kLanes;
using gemm::loadVec;
using gemm::storeVec;
using gemm::Vec;
using gemm::zero;

inline constexpr int kVecs = 2;
inline constexpr int kTile = kVecs * kLanes;  // codes side by side in the packed codebook

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

TESSERA_INLINE float sumLanes(Vec v) {
  float lanes[kLanes];
  storeVec(lanes, v);
  for (int n = kLanes / 2; n > 0; n /= 2)
    for (int i = 0; i < n; ++i) lanes[i] += lanes[i + n];
  return lanes[0];
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

// Runs body(Dims<n>) with the number of dimensions as a constant where it is a common one, else n = 0.
template <int n>
struct Dims {
  static constexpr int value = n;
};
template <class F>
TESSERA_INLINE void withDims(uint32_t dims, F&& body) {
  switch (dims) {
    case 4: return body(Dims<4>{});
    case 8: return body(Dims<8>{});
    case 16: return body(Dims<16>{});
    default: return body(Dims<0>{});
  }
}

// kRows rows against kTile codes; epilogue(Vec (&scores)[kRows][kVecs]).
// rows: [dims][kRows]; codes: [dims][kTile]; bias: [kTile].
template <int kRows, int kDims, class Epilogue>
TESSERA_INLINE void scoreTile(const float* rows, const float* codes, const float* bias, int dims, Epilogue&& epilogue) {
  Vec acc[kRows][kVecs];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < kVecs; ++v) acc[r][v] = loadVec(bias + v * kLanes);
  const int count = kDims > 0 ? kDims : dims;
#pragma GCC unroll 16
  for (int d = 0; d < count; ++d) {
    Vec e[kVecs];
#pragma GCC unroll 4
    for (int v = 0; v < kVecs; ++v) e[v] = loadVec(codes + d * kTile + v * kLanes);
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
      const Vec z = broadcast(rows + d * kRows + r);
#pragma GCC unroll 4
      for (int v = 0; v < kVecs; ++v) acc[r][v] = fma(z, e[v], acc[r][v]);
    }
  }
  epilogue(acc);
}

// The codebook as tiles [tiles][dims][kTile] with a bias per code; codes beyond the last have bias padBias and zeros.
struct PackedCodes {
  float* values;
  float* bias;
  uint32_t tiles;
};

// 1 / max(|v|, 1e-12), the factor of l2 normalisation. In double, so that every ISA level finds the same bits.
template <class T>
TESSERA_INLINE double inverseNorm(const T* v, uint32_t dims) {
  double sum = 0;
  for (uint32_t d = 0; d < dims; ++d) {
    const double x = load(v + d);
    sum += x * x;
  }
  const double norm = __builtin_sqrt(sum);
  return 1.0 / (norm < 1e-12 ? 1e-12 : norm);
}

// bias = biasScale * |code|^2; with `normalize` the codes are l2-normalised and the bias is zero.
inline PackedCodes packCodes(Context& ctx, const float* codebook, uint32_t codes, uint32_t dims, double biasScale,
                             bool normalize, float padBias) {
  const uint32_t tiles = (codes + kTile - 1) / kTile;
  PackedCodes packed{ctx.scratch<float>(size_t{tiles} * kTile * dims), ctx.scratch<float>(size_t{tiles} * kTile), tiles};
  forRange(ctx, tiles, 4096 / kTile + 1, [=](uint64_t begin, uint64_t end) {
    for (uint64_t t = begin; t < end; ++t) {
      float* tile = packed.values + t * dims * kTile;
      for (uint32_t i = 0; i < kTile; ++i) {
        const uint64_t k = t * kTile + i;
        if (k >= codes) {
          for (uint32_t d = 0; d < dims; ++d) tile[d * kTile + i] = 0.0f;
          packed.bias[k] = padBias;
          continue;
        }
        const float* code = codebook + k * dims;
        double sum = 0;
        for (uint32_t d = 0; d < dims; ++d) sum += static_cast<double>(code[d]) * code[d];
        packed.bias[k] = normalize ? 0.0f : static_cast<float>(biasScale * sum);
        const double scale = normalize ? inverseNorm(code, dims) : 1.0;
        for (uint32_t d = 0; d < dims; ++d) tile[d * kTile + i] = static_cast<float>(scale * code[d]);
      }
    }
  });
  return packed;
}

// Rows as groups [groups][dims][kRows], times `scale`; rows beyond the last are zero.
template <int kRows, class T>
float* packRows(Context& ctx, const T* z, uint64_t rows, uint32_t dims, double scale, bool normalize) {
  const uint64_t groups = (rows + kRows - 1) / kRows;
  float* packed = ctx.scratch<float>(groups * kRows * dims);
  forRange(ctx, groups, 512, [=](uint64_t begin, uint64_t end) {
    for (uint64_t i = begin * kRows; i < end * kRows; ++i) {
      float* row = packed + i / kRows * kRows * dims + i % kRows;
      const double factor = i >= rows ? 0.0 : normalize ? scale * inverseNorm(z + i * dims, dims) : scale;
      for (uint32_t d = 0; d < dims; ++d) {
        row[d * kRows] = i < rows ? static_cast<float>(factor * load(z + i * dims + d)) : 0.0f;
      }
    }
  });
  return packed;
}

}  // namespace tessera::TESSERA_ISA::quantizer
