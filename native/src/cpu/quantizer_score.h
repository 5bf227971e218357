// Scores of rows against codes, a tile at a time, for the quantizer kernels: packing and the register tile.
// A score is bias[code] + row . code.
// Invariant: a score is one chain of fused multiply-adds over ascending d that starts from the bias, whatever the tile,
// the neighbours or the vector width. Levels with fused multiply-add (and CUDA) agree on every bit of it.
#pragma once

#include "cpu/kernel.h"
#include "cpu/vector.h"

namespace tessera::TESSERA_ISA::quantizer {

using namespace simd;

inline constexpr int kVecs = 2;
inline constexpr int kTile = kVecs * kLanes;  // codes side by side in the packed codebook

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
