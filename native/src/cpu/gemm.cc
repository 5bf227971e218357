// The plain matrix product: the blocked GEMM (gemm/gemm.h) with a consumer that finishes tiles and stores them.
#include "cpu/gemm/gemm.h"

#include "cpu/kernel.h"
#include "gen/gemm.h"
#include "scalar.h"

namespace tessera::TESSERA_ISA {

// Values of the `activation` parameter.
enum Activation : uint32_t { kNone, kGelu, kGeluTanh, kSilu, kRelu };

template <uint32_t activation>
TESSERA_INLINE float activate(float x) {
  if constexpr (activation == kGelu) return scalar::gelu(x);
  if constexpr (activation == kGeluTanh) return scalar::geluTanh(x);
  if constexpr (activation == kSilu) return scalar::silu(x);
  if constexpr (activation == kRelu) return scalar::relu(x);
  return x;
}

// One matrix of the batch, from its start.
template <class C>
struct Result {
  C* c;
  C* preactivation;
  const C* residual;
  const C* bias;
  int64_t ld;
  float alpha, beta;
};

template <class C, uint32_t activation>
TESSERA_INLINE void finishRow(const Result<C>& r, const float* tile, int64_t at, int64_t col, int64_t cols) {
  C* c = r.c + at;
  C* pre = r.preactivation ? r.preactivation + at : nullptr;
  const C* residual = r.residual ? r.residual + at : nullptr;
  const C* bias = r.bias ? r.bias + col : nullptr;
  const bool plain = !pre && !residual && !bias && r.beta == 0;
#pragma omp simd
  for (int64_t j = 0; j < cols; ++j) {
    const float value = r.alpha * tile[j];
    if (plain) {
      store(c + j, activate<activation>(value));
      continue;
    }
    const float sum = bias ? value + load(bias + j) : value;
    if (pre) store(pre + j, sum);
    float y = activate<activation>(sum);
    if (residual) y += load(residual + j);
    if (r.beta != 0) y += r.beta * load(c + j);
    store(c + j, y);
  }
}

template <class C, uint32_t activation>
void finishTile(const Result<C>& r, const gemm::Tile& t) {
  for (int64_t i = 0; i < t.rows; ++i)
    finishRow<C, activation>(r, t.data + i * t.ld, (t.row + i) * r.ld + t.col, t.col, t.cols);
}

template <class C>
void finish(const Result<C>& r, uint32_t activation, const gemm::Tile& t) {
  switch (activation) {
    case kGelu: return finishTile<C, kGelu>(r, t);
    case kGeluTanh: return finishTile<C, kGeluTanh>(r, t);
    case kSilu: return finishTile<C, kSilu>(r, t);
    case kRelu: return finishTile<C, kRelu>(r, t);
    default: return finishTile<C, kNone>(r, t);
  }
}

template <class T, class C>
void matmul(const MatmulArgs<T, C>& g, Context& ctx) {
  uint64_t matrices = 1;
  for (uint32_t d = 0; d < g.batchRank; ++d) matrices *= g.batch[d];
  const int64_t m = static_cast<int64_t>(g.m), n = static_cast<int64_t>(g.n), k = static_cast<int64_t>(g.k);
  for (uint64_t i = 0; i < matrices; ++i) {
    int64_t a = 0, b = 0;
    uint64_t rest = i;
    for (uint32_t d = g.batchRank; d-- > 0;) {
      const auto index = static_cast<int64_t>(rest % g.batch[d]);
      rest /= g.batch[d];
      a += index * g.aBatch[d];
      b += index * g.bBatch[d];
    }
    const int64_t at = static_cast<int64_t>(i) * m * n;
    const Result<C> result{g.c + at, g.preactivation ? g.preactivation + at : nullptr,
                           g.residual ? g.residual + at : nullptr, g.bias, n, g.alpha, g.beta};
    const gemm::Problem<T> problem{{g.a + a, g.aRow, g.aCol}, {g.b + b, g.bRow, g.bCol}, m, n, k};
    gemm::gemmTiles(ctx, problem, [&](const gemm::Tile& tile) { finish(result, g.activation, tile); });
  }
}

}  // namespace tessera::TESSERA_ISA

#include "gen/gemm.cpu.inc"
