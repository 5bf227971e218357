// Matrix products c = activation(alpha a b + bias) + residual + beta c. Plain ones go to cuBLASLt where it is installed, others
// too with a pass over the result for what it lacks. Without it, bf16 takes the tensor-core tile and f32 a tile of fused
// multiply-adds; there an element is one chain over ascending k.
#include "gemm.h"
#include "gemm_tile.cuh"
#include "scalar.h"

namespace tessera::cuda {

// Values of the `activation` parameter.
enum Activation : uint32_t { kNone, kGelu, kGeluTanh, kSilu, kRelu };

__device__ __forceinline__ float activate(float x, uint32_t activation) {
  switch (activation) {
    case kGelu: return scalar::gelu(x);
    case kGeluTanh: return scalar::geluTanh(x);
    case kSilu: return scalar::silu(x);
    case kRelu: return scalar::relu(x);
    default: return x;
  }
}

// Finishes the sums of up to four elements of one row of one matrix and stores them.
template <class T, class C>
__device__ __forceinline__ void finish(const MatmulArgs<T, C>& g, float alpha, uint64_t matrix, uint64_t row, uint64_t column,
                                       const float (&sums)[4]) {
  if (row >= g.m || column >= g.n) return;
  const uint64_t at = (matrix * g.m + row) * g.n + column;
  const int count = static_cast<int>(min(uint64_t{4}, g.n - column));
  Pack<C, 4> result, preactivation;
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    if (i >= count) break;
    float value = alpha * sums[i];
    if (g.bias) value += static_cast<float>(g.bias[column + i]);
    preactivation[i] = fromFloat<C>(value);
    value = activate(value, g.activation);
    if (g.residual) value += static_cast<float>(g.residual[at + i]);
    if (g.beta != 0.0f) value += g.beta * static_cast<float>(g.c[at + i]);
    result[i] = fromFloat<C>(value);
  }
  const bool packed = g.n % 4 == 0 && alignedFor<4>(g.c) && (!g.preactivation || alignedFor<4>(g.preactivation));
  if (packed) {
    storePack(g.c + at, result);
    if (g.preactivation) storePack(g.preactivation + at, preactivation);
    return;
  }
  for (int i = 0; i < count; ++i) {
    g.c[at + i] = result[i];
    if (g.preactivation) g.preactivation[at + i] = preactivation[i];
  }
}

// Where the operands of one matrix of the batch begin, in elements.
template <class T, class C>
TESSERA_INLINE void operandOffsets(const MatmulArgs<T, C>& g, uint64_t matrix, int64_t& a, int64_t& b) {
  a = b = 0;
  for (uint32_t d = g.batchRank; d-- > 0;) {
    const auto index = static_cast<int64_t>(matrix % g.batch[d]);
    matrix /= g.batch[d];
    a += index * g.aBatch[d];
    b += index * g.bBatch[d];
  }
}

template <class T, class C>
struct TileArgs {
  MatmulArgs<T, C> g;
  int64_t lda, ldb;      // tensor cores: rows of the operands as they are stored
  uint64_t firstMatrix;  // of the launch; blockIdx.y counts from it
};

// --- bf16: tensor cores ---

template <class C, int transposeA, int transposeB, int aligned>
__device__ void gemmTensorKernel(const TileArgs<bf16, C>& args) {
  const MatmulArgs<bf16, C>& g = args.g;
  const auto m = static_cast<uint32_t>(g.m), n = static_cast<uint32_t>(g.n), k = static_cast<uint32_t>(g.k);
  const uint64_t matrix = args.firstMatrix + blockIdx.y;
  int64_t a, b;
  operandOffsets(g, matrix, a, b);
  GemmTile<bf16, transposeA, transposeB, aligned> tile;
  const TilePosition at = tileOf(blockIdx.x, ceilDiv(m, 128u), ceilDiv(n, 128u));
  tile.compute(g.a + a, args.lda, g.b + b, args.ldb, m, n, k, at.row * 128, at.column * 128);
  tile.forEachQuad([&](int row, int column, const float(&sums)[4]) {
    finish(g, g.alpha, matrix, at.row * 128 + row, at.column * 128 + column, sums);
  });
}

#define EXPORT_LAYOUTS(C)                                \
  EXPORT_KERNEL((128, 2), gemmTensor, C, 0, 0, 0)        \
  EXPORT_KERNEL((128, 2), gemmTensor, C, 0, 0, 1)        \
  EXPORT_KERNEL((128, 2), gemmTensor, C, 0, 1, 0)        \
  EXPORT_KERNEL((128, 2), gemmTensor, C, 0, 1, 1)        \
  EXPORT_KERNEL((128, 2), gemmTensor, C, 1, 0, 0)        \
  EXPORT_KERNEL((128, 2), gemmTensor, C, 1, 0, 1)        \
  EXPORT_KERNEL((128, 2), gemmTensor, C, 1, 1, 0)        \
  EXPORT_KERNEL((128, 2), gemmTensor, C, 1, 1, 1)
EXPORT_LAYOUTS(f32)
EXPORT_LAYOUTS(bf16)
#undef EXPORT_LAYOUTS

// --- any type and strides: fused multiply-adds ---

constexpr int kSide = 64, kDepth = 16;

// 64 x 64 by 256 threads, 4 x 4 each. Operands are read along whichever dimension is contiguous.
template <class T, class C>
__device__ void gemmFmaKernel(const TileArgs<T, C>& args) {
  const MatmulArgs<T, C>& g = args.g;
  SHARED(float, tileA, [kDepth][kSide + 4]);
  SHARED(float, tileB, [kDepth][kSide + 4]);
  const uint64_t matrix = args.firstMatrix + blockIdx.y;
  int64_t offsetA, offsetB;
  operandOffsets(g, matrix, offsetA, offsetB);
  const uint32_t columns = static_cast<uint32_t>(ceilDiv(g.n, uint64_t{kSide}));
  const uint64_t row0 = uint64_t{blockIdx.x / columns} * kSide, column0 = uint64_t{blockIdx.x % columns} * kSide;
  const int thread = static_cast<int>(threadIdx.x);
  const int row = thread / 16 * 4, column = thread % 16 * 4;
  float sums[4][4] = {};

  for (uint64_t k0 = 0; k0 < g.k; k0 += kDepth) {
#pragma unroll
    for (int i = 0; i < kDepth * kSide / 256; ++i) {
      const int index = i * 256 + thread;
      const int depthA = g.aCol == 1 ? index % kDepth : index / kSide, sideA = g.aCol == 1 ? index / kDepth : index % kSide;
      const int depthB = g.bRow == 1 ? index % kDepth : index / kSide, sideB = g.bRow == 1 ? index / kDepth : index % kSide;
      const bool insideA = row0 + sideA < g.m && k0 + depthA < g.k, insideB = column0 + sideB < g.n && k0 + depthB < g.k;
      tileA[depthA][sideA] =
          insideA ? static_cast<float>(g.a[offsetA + static_cast<int64_t>(row0 + sideA) * g.aRow +
                                           static_cast<int64_t>(k0 + depthA) * g.aCol]) : 0.0f;
      tileB[depthB][sideB] =
          insideB ? static_cast<float>(g.b[offsetB + static_cast<int64_t>(k0 + depthB) * g.bRow +
                                           static_cast<int64_t>(column0 + sideB) * g.bCol]) : 0.0f;
    }
    __syncthreads();
#pragma unroll
    for (int kk = 0; kk < kDepth; ++kk) {
      const auto a = loadPack<4>(&tileA[kk][row]);
      const auto b = loadPack<4>(&tileB[kk][column]);
#pragma unroll
      for (int i = 0; i < 4; ++i) {
#pragma unroll
        for (int j = 0; j < 4; ++j) sums[i][j] = scalar::fma(a[i], b[j], sums[i][j]);
      }
    }
    __syncthreads();
  }
#pragma unroll
  for (int i = 0; i < 4; ++i) finish(g, g.alpha, matrix, row0 + row + i, column0 + column, sums[i]);
}
EXPORT_KERNEL((256), gemmFma, f32, f32)
EXPORT_KERNEL((256), gemmFma, f32, bf16)
EXPORT_KERNEL((256), gemmFma, bf16, f32)
EXPORT_KERNEL((256), gemmFma, bf16, bf16)

// --- what the library's epilogues lack ---

template <class T, class C>
struct FinishArgs {
  MatmulArgs<T, C> g;
  const float* sums;  // alpha a b of all matrices
  uint64_t matrices;
};

template <class T, class C>
__device__ void gemmFinishKernel(const FinishArgs<T, C>& args) {
  const uint64_t quads = ceilDiv(args.g.n, uint64_t{4}), total = args.matrices * args.g.m * quads;
  for (uint64_t i = globalThread(); i < total; i += globalThreads()) {
    const uint64_t row = i / quads, column = i % quads * 4;
    const uint64_t at = row * args.g.n + column;
    Pack<float, 4> sums;
    if (args.g.n % 4 == 0) {
      sums = loadPack<4>(args.sums + at);
    } else {
#pragma unroll
      for (int e = 0; e < 4; ++e) sums[e] = column + e < args.g.n ? args.sums[at + e] : 0.0f;
    }
    finish(args.g, 1.0f, row / args.g.m, row % args.g.m, column, sums.v);
  }
}
EXPORT_KERNEL((256), gemmFinish, f32, f32)
EXPORT_KERNEL((256), gemmFinish, f32, bf16)
EXPORT_KERNEL((256), gemmFinish, bf16, f32)
EXPORT_KERNEL((256), gemmFinish, bf16, bf16)

#if TESSERA_HOST

template <class T> constexpr Gemm::Type gemmType = Gemm::Type::f32;
template <> constexpr Gemm::Type gemmType<bf16> = Gemm::Type::bf16;

// How an operand with two strides is stored: rows of contiguous elements, of the matrix or of its transpose.
struct Storage {
  bool regular, transposed;
  int64_t ld;
};

inline Storage storageOf(uint64_t rows, uint64_t columns, int64_t rowStride, int64_t columnStride) {
  if (columnStride == 1 || columns == 1) return {true, false, rowStride};
  if (rowStride == 1 || rows == 1) return {true, true, columnStride};
  return {false, false, 0};
}

// The batch as one dimension, if the strides of both operands allow it.
template <class T, class C>
bool flattenBatch(const MatmulArgs<T, C>& g, uint64_t& matrices, int64_t& strideA, int64_t& strideB) {
  matrices = 1;
  strideA = strideB = 0;
  bool flat = true, first = true;
  for (uint32_t d = g.batchRank; d-- > 0;) {
    if (g.batch[d] != 1) {
      const auto count = static_cast<int64_t>(matrices);
      if (first) {
        strideA = g.aBatch[d];
        strideB = g.bBatch[d];
      } else if (g.aBatch[d] != strideA * count || g.bBatch[d] != strideB * count) {
        flat = false;
      }
      first = false;
    }
    matrices *= g.batch[d];
  }
  return flat;
}

// Tries the vendor's library.
template <class T, class C>
bool matmulByLibrary(const MatmulArgs<T, C>& g, Stream& s) {
  const Storage a = storageOf(g.m, g.k, g.aRow, g.aCol), b = storageOf(g.k, g.n, g.bRow, g.bCol);
  uint64_t matrices;
  int64_t strideA, strideB;
  if (!flattenBatch(g, matrices, strideA, strideB) || !a.regular || !b.regular) return false;
  const auto m = static_cast<int64_t>(g.m), n = static_cast<int64_t>(g.n), k = static_cast<int64_t>(g.k);
  if (k == 0 || a.ld < (a.transposed ? m : k) || b.ld < (b.transposed ? k : n)) return false;
  if (g.m > INT32_MAX || g.n > INT32_MAX || g.k > INT32_MAX || matrices > INT32_MAX) return false;
  Gemm gemm{};
  gemm.type = gemmType<T>;
  gemm.outputType = gemmType<C>;
  gemm.transposeA = a.transposed;
  gemm.transposeB = b.transposed;
  gemm.m = static_cast<uint32_t>(m);
  gemm.n = static_cast<uint32_t>(n);
  gemm.k = static_cast<uint32_t>(k);
  gemm.batch = static_cast<uint32_t>(matrices);
  gemm.a = g.a;
  gemm.b = g.b;
  gemm.c = g.c;
  gemm.lda = a.ld;
  gemm.ldb = b.ld;
  gemm.ldc = n;
  gemm.strideA = strideA;
  gemm.strideB = strideB;
  gemm.strideC = m * n;
  gemm.alpha = g.alpha;
  if constexpr (isBf16<C>) {
    // The library's GELU is this one, approximated: well enough for bf16. It wants whole packs of the preactivation.
    const bool packed = !g.preactivation || (n % 8 == 0 && alignedFor<8>(g.preactivation));
    if (g.activation == kGeluTanh && !g.residual && g.beta == 0.0f && matrices == 1 && packed) {
      Gemm activated = gemm;
      activated.bias = g.bias;
      activated.geluTanh = true;
      activated.preactivation = g.preactivation;
      if (s.gemm(activated)) return true;
    }
  }
  if (g.activation == kNone && !g.preactivation && !(g.residual && g.beta != 0.0f)) {
    gemm.addend = g.residual;
    gemm.beta = g.residual ? 1.0f : g.beta;
    gemm.bias = g.bias;
    return s.gemm(gemm);
  }
  // The sums go to memory in f32, so that nothing is rounded before it is finished.
  gemm.outputType = Gemm::Type::f32;
  if (!s.hasGemm(gemm)) return false;
  float* sums = s.workspace<float>(matrices * g.m * g.n);
  gemm.c = sums;
  if (!s.gemm(gemm)) return false;
  s.launch(KERNEL(gemmFinish, T, C), gridFor(s, matrices * g.m * ceilDiv(g.n, uint64_t{4}), 256), 256, 0, {g, sums, matrices});
  return true;
}

// Calls launch(first, count) for runs of matrices that fit the grid's second dimension.
template <class F>
void forMatrices(uint64_t matrices, F&& launch) {
  constexpr uint64_t kMost = 65535;
  for (uint64_t first = 0; first < matrices; first += kMost) {
    launch(first, static_cast<uint32_t>(matrices - first < kMost ? matrices - first : kMost));
  }
}

template <class C>
bool matmulByTensorCores(const MatmulArgs<bf16, C>& g, uint64_t matrices, Stream& s) {
  const Storage a = storageOf(g.m, g.k, g.aRow, g.aCol), b = storageOf(g.k, g.n, g.bRow, g.bCol);
  if (!a.regular || !b.regular) return false;
  bool aligned = a.ld % 8 == 0 && b.ld % 8 == 0 && alignedFor<8>(g.a) && alignedFor<8>(g.b);
  for (uint32_t d = 0; d < g.batchRank; ++d) aligned &= g.aBatch[d] % 8 == 0 && g.bBatch[d] % 8 == 0;
  const auto& kernel = [&]() -> const Kernel<TileArgs<bf16, C>>& {
    switch (a.transposed << 2 | b.transposed << 1 | static_cast<int>(aligned)) {
      case 0: return KERNEL(gemmTensor, C, 0, 0, 0);
      case 1: return KERNEL(gemmTensor, C, 0, 0, 1);
      case 2: return KERNEL(gemmTensor, C, 0, 1, 0);
      case 3: return KERNEL(gemmTensor, C, 0, 1, 1);
      case 4: return KERNEL(gemmTensor, C, 1, 0, 0);
      case 5: return KERNEL(gemmTensor, C, 1, 0, 1);
      case 6: return KERNEL(gemmTensor, C, 1, 1, 0);
      default: return KERNEL(gemmTensor, C, 1, 1, 1);
    }
  }();
  const auto tiles = static_cast<uint32_t>(ceilDiv(g.m, uint64_t{128}) * ceilDiv(g.n, uint64_t{128}));
  forMatrices(matrices, [&](uint64_t first, uint32_t count) {
    s.launch(kernel, dim3(tiles, count), 128, GemmTile<bf16, false, false, true>::kSharedBytes, {g, a.ld, b.ld, first});
  });
  return true;
}

template <class T, class C>
void matmul(const MatmulArgs<T, C>& g, Stream& s) {
  uint64_t matrices = 1;
  for (uint32_t d = 0; d < g.batchRank; ++d) matrices *= g.batch[d];
  if (matrices * g.m * g.n == 0) return;
  if (matmulByLibrary(g, s)) return;
  if constexpr (std::is_same_v<T, bf16>) {
    if (matmulByTensorCores(g, matrices, s)) return;
  }
  const auto tiles = static_cast<uint32_t>(ceilDiv(g.m, uint64_t{kSide}) * ceilDiv(g.n, uint64_t{kSide}));
  forMatrices(matrices, [&](uint64_t first, uint32_t count) {
    s.launch(KERNEL(gemmFma, T, C), dim3(tiles, count), 256, 0, {g, 0, 0, first});
  });
}

template void matmul(const MatmulArgs<f32, f32>&, Stream&);
template void matmul(const MatmulArgs<f32, bf16>&, Stream&);
template void matmul(const MatmulArgs<bf16, f32>&, Stream&);
template void matmul(const MatmulArgs<bf16, bf16>&, Stream&);

#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/gemm.cuda.inc"
#endif
