// The plain matrix product: the blocked GEMM (gemm/gemm.h) with a consumer that finishes tiles and stores them.
#include "cpu/gemm/batch.h"
#include "cpu/kernel.h"
#include "gen/gemm.h"
#include "scalar.h"

namespace tessera::TESSERA_ISA {

// Values of the `activation` parameter.
enum Activation : uint32_t { kNone, kGelu, kGeluTanh, kSilu, kRelu };

// One matrix of the batch, from its start.
template <class C>
struct Result {
  C* c;
  C* preactivation;
  const C* residual;
  const C* bias;
  int64_t ld;
  float alpha, beta;
  uint32_t activation;
};

template <float (*f)(float)>
TESSERA_INLINE void map(float* x, int64_t n) {
#pragma omp simd
  for (int64_t j = 0; j < n; ++j) x[j] = f(x[j]);
}

TESSERA_INLINE void activate(uint32_t activation, float* x, int64_t n) {
  switch (activation) {
    case kGelu: return map<scalar::gelu>(x, n);
    case kGeluTanh: return map<scalar::geluTanh>(x, n);
    case kSilu: return map<scalar::silu>(x, n);
    case kRelu: return map<scalar::relu>(x, n);
  }
}

// One row of a tile, which is in L1 and may be overwritten: a pass for each thing asked for.
template <class C>
TESSERA_INLINE void finishRow(const Result<C>& r, float* x, int64_t at, int64_t col, int64_t n) {
  C* c = r.c + at;
  if (r.alpha != 1.0f) {
    const float alpha = r.alpha;
#pragma omp simd
    for (int64_t j = 0; j < n; ++j) x[j] *= alpha;
  }
  if (r.bias) {
    const C* bias = r.bias + col;
#pragma omp simd
    for (int64_t j = 0; j < n; ++j) x[j] += load(bias + j);
  }
  if (r.preactivation) {
    C* preactivation = r.preactivation + at;
#pragma omp simd
    for (int64_t j = 0; j < n; ++j) store(preactivation + j, x[j]);
  }
  activate(r.activation, x, n);
  if (r.residual) {
    const C* residual = r.residual + at;
#pragma omp simd
    for (int64_t j = 0; j < n; ++j) x[j] += load(residual + j);
  }
  if (r.beta != 0.0f) {
    const float beta = r.beta;
#pragma omp simd
    for (int64_t j = 0; j < n; ++j) x[j] += beta * load(c + j);
  }
  if (static_cast<const void*>(c) != x) gemm::storeRow(c, x, n);
}

template <class C>
void finishTile(const Result<C>& r, const gemm::Tile& t) {
  const auto finish = [&](int64_t cols) {
    for (int64_t i = 0; i < t.rows; ++i) finishRow(r, t.data + i * t.ld, (t.row + i) * r.ld + t.col, t.col, cols);
  };
  if (t.cols == gemm::kCols) {
    finish(gemm::kCols);  // a width that the compiler knows leaves no loops
  } else {
    finish(t.cols);
  }
}

// Sums may be kept in c itself when nothing else of the command needs what c held.
template <class T, class C>
TESSERA_INLINE bool sumsInPlace(const MatmulArgs<T, C>& g) {
  const void* c = g.c;
  return sizeof(C) == 4 && g.beta == 0.0f && c != g.residual && c != g.preactivation;
}

template <class T, class C>
void matmul(const MatmulArgs<T, C>& g, Context& ctx) {
  uint64_t matrices = 1;
  for (uint32_t d = 0; d < g.batchRank; ++d) matrices *= g.batch[d];
  int64_t m = static_cast<int64_t>(g.m);
  const int64_t n = static_cast<int64_t>(g.n), k = static_cast<int64_t>(g.k);
  if (g.batchRank == 1 && g.bBatch[0] == 0 && g.aBatch[0] == m * g.aRow) {  // rows of one long product
    m *= static_cast<int64_t>(matrices);
    matrices = 1;
  }
  const bool inPlace = sumsInPlace(g);
  const bool plain = inPlace && g.alpha == 1.0f && !g.bias && !g.residual && !g.preactivation && g.activation == kNone;
  const auto matrixAt = [&](int64_t i, const int64_t* strides) {
    int64_t offset = 0;
    uint64_t rest = static_cast<uint64_t>(i);
    for (uint32_t d = g.batchRank; d-- > 0;) {
      offset += static_cast<int64_t>(rest % g.batch[d]) * strides[d];
      rest /= g.batch[d];
    }
    return offset;
  };
  struct Item {
    const MatmulArgs<T, C>& g;
    decltype(matrixAt)& at;
    int64_t m, n;
    bool inPlace, plain;

    void operator()(int64_t i, const T*& a, const T*& b, gemm::InPlace& sums) const {
      a = g.a + at(i, g.aBatch);
      b = g.b + at(i, g.bBatch);
      if constexpr (sizeof(C) == 4) {
        if (inPlace) sums = {g.c + i * m * n, n, !plain};
      }
    }
    void operator()(int64_t i, const gemm::Tile& tile) const {
      const int64_t first = i * m * n;
      finishTile(Result<C>{g.c + first, g.preactivation ? g.preactivation + first : nullptr,
                           g.residual ? g.residual + first : nullptr, g.bias, n, g.alpha, g.beta, g.activation},
                 tile);
    }
  };
  const gemm::Problem<T> shape{{g.a, g.aRow, g.aCol}, {g.b, g.bRow, g.bCol}, m, n, k};
  gemm::gemmBatch(ctx, shape, static_cast<int64_t>(matrices), Item{g, matrixAt, m, n, inPlace, plain});
}

}  // namespace tessera::TESSERA_ISA

#include "gen/gemm.cpu.inc"
