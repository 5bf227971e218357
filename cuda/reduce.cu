// Reductions over the middle dimension of [outer, cols, inner]. One block takes one unit of work: a part of a row (inner 1),
// or a part of 32 neighbouring columns. How many parts there are depends on the problem alone, and parts are combined in
// order, so results are the same on every GPU and from run to run.
#include "kernel.cuh"
#include "map.cuh"
#include "reduce.cuh"
#include "reduce_accumulators.cuh"

#include "gen/reduce.h"

namespace tessera::cuda {

inline constexpr uint32_t kReduceThreads = 256;
inline constexpr uint32_t kColumns = 32;                           // columns of a unit
inline constexpr uint32_t kRowLanes = kReduceThreads / kColumns;   // threads that share a column
inline constexpr uint64_t kPartElements = 65536;

// The value of an accumulator in another lane, for accumulators of 4 or 8 bytes.
template <class A>
__device__ __forceinline__ A shuffleXor(A a, int offset) {
  static_assert(sizeof(A) == 4 || sizeof(A) == 8);
  if constexpr (sizeof(A) == 4) {
    uint32_t word;
    memcpy(&word, &a, 4);
    word = __shfl_xor_sync(kFullMask, word, offset);
    memcpy(&a, &word, 4);
  } else {
    unsigned long long word;
    memcpy(&word, &a, 8);
    word = __shfl_xor_sync(kFullMask, word, offset);
    memcpy(&a, &word, 8);
  }
  return a;
}

template <class Op, class A>
__device__ __forceinline__ A combineWarp(A a) {
#pragma unroll
  for (int offset = kWarp / 2; offset > 0; offset /= 2) a = Op::combine(a, shuffleXor(a, offset));
  return a;
}

template <class Op, class A>
__device__ __forceinline__ A combineBlock(A a) {
  SHARED(A, perWarp, [32]);
  a = combineWarp<Op>(a);
  __syncthreads();
  if (laneId() == 0) perWarp[warpId()] = a;
  __syncthreads();
  return combineWarp<Op>(laneId() < static_cast<int>(blockDim.x) / kWarp ? perWarp[laneId()] : Op::identity());
}

template <class Op, class T>
__device__ __forceinline__ void deliver(const ReduceKernelArgs<T>& a, uint64_t o, uint64_t part, uint64_t i,
                                        typename Op::A acc) {
  if (a.layout.parts > 1) {
    static_cast<typename Op::A*>(a.partial)[(o * a.layout.parts + part) * a.layout.inner + i] = acc;
  } else {
    Op::write(a, o * a.layout.inner + i, acc);
  }
}

template <class Op, class T>
__device__ void reducePartKernel(const ReduceKernelArgs<T>& a) {
  using A = typename Op::A;
  const ReduceLayout& l = a.layout;
  SHARED(A, shared, [kRowLanes][kColumns + 1]);
  for (uint64_t unit = blockIdx.x; unit < l.outer * l.parts * l.tiles; unit += gridDim.x) {
    const uint64_t tile = unit % l.tiles, part = unit / l.tiles % l.parts, o = unit / l.tiles / l.parts;
    const uint64_t first = part * l.partCols;
    const uint64_t last = l.cols - first < l.partCols ? l.cols : first + l.partCols;
    A acc = Op::identity();
    if (l.inner == 1) {
      const T* x = a.x + o * l.cols;
      for (uint64_t c = first + threadIdx.x; c < last; c += blockDim.x) acc = Op::add(acc, value(x + c), c, a, o);
      acc = combineBlock<Op>(acc);
      if (threadIdx.x == 0) deliver<Op>(a, o, part, 0, acc);
      continue;
    }
    const uint32_t tx = threadIdx.x % kColumns, ty = threadIdx.x / kColumns;
    const uint64_t i = tile * kColumns + tx;
    if (i < l.inner) {
      const T* x = a.x + o * l.cols * l.inner + i;
      for (uint64_t c = first + ty; c < last; c += kRowLanes) {
        acc = Op::add(acc, value(x + c * l.inner), c, a, o * l.inner + i);
      }
    }
    shared[ty][tx] = acc;
    __syncthreads();
    if (ty == 0 && i < l.inner) {
      for (uint32_t r = 1; r < kRowLanes; ++r) acc = Op::combine(acc, shared[r][tx]);
      deliver<Op>(a, o, part, i, acc);
    }
    __syncthreads();
  }
}

// Short rows: a warp each.
template <class Op, class T>
__device__ void reduceWarpRowsKernel(const ReduceKernelArgs<T>& a) {
  const ReduceLayout& l = a.layout;
  const uint64_t warps = globalThreads() / kWarp;
  for (uint64_t o = globalThread() / kWarp; o < l.outer; o += warps) {
    typename Op::A acc = Op::identity();
    const T* x = a.x + o * l.cols;
    for (uint64_t c = laneId(); c < l.cols; c += kWarp) acc = Op::add(acc, value(x + c), c, a, o);
    acc = combineWarp<Op>(acc);
    if (laneId() == 0) Op::write(a, o, acc);
  }
}

template <class Op, class T>
__device__ void reduceFinishKernel(const ReduceKernelArgs<T>& a) {
  const ReduceLayout& l = a.layout;
  for (uint64_t out = globalThread(); out < l.outer * l.inner; out += globalThreads()) {
    const auto* partial = static_cast<const typename Op::A*>(a.partial) + out / l.inner * l.parts * l.inner + out % l.inner;
    typename Op::A acc = partial[0];
    for (uint64_t part = 1; part < l.parts; ++part) acc = Op::combine(acc, partial[part * l.inner]);
    Op::write(a, out, acc);
  }
}

#define EXPORT_REDUCTION(Op, T)                    \
  EXPORT_KERNEL((256), reducePart, Op, T)          \
  EXPORT_KERNEL((256), reduceWarpRows, Op, T)      \
  EXPORT_KERNEL((256), reduceFinish, Op, T)
#define EXPORT_FLOAT_REDUCTION(Op) EXPORT_REDUCTION(Op, f32) EXPORT_REDUCTION(Op, bf16)
EXPORT_FLOAT_REDUCTION(Total)
EXPORT_FLOAT_REDUCTION(Squares)
EXPORT_FLOAT_REDUCTION(Norm2)
EXPORT_FLOAT_REDUCTION(Magnitudes)
EXPORT_FLOAT_REDUCTION(Mean)
EXPORT_FLOAT_REDUCTION(Spread)
EXPORT_FLOAT_REDUCTION(Product)
EXPORT_FLOAT_REDUCTION(LogSum)
EXPORT_FLOAT_REDUCTION(Largest)
EXPORT_FLOAT_REDUCTION(Smallest)
EXPORT_FLOAT_REDUCTION(NonFinites)
EXPORT_FLOAT_REDUCTION(NonZeros)
EXPORT_REDUCTION(NonZeros, i32)
EXPORT_REDUCTION(NonZeros, u8)
EXPORT_REDUCTION(IntSum, i32)
EXPORT_REDUCTION(IntProduct, i32)
EXPORT_REDUCTION(LargestInt, i32)
EXPORT_REDUCTION(SmallestInt, i32)

// ---- elementwise companions ----

template <class T>
__device__ void varianceBackwardKernel(const VarianceBackwardArgs<T>& a) {
  const float divisor = static_cast<float>(a.cols) - a.correction;
  const float scale = 2.0f / (divisor > 0.0f ? divisor : 0.0f);
  for (uint64_t i = globalThread(); i < a.outer * a.cols * a.inner; i += globalThreads()) {
    const uint64_t out = i / (a.cols * a.inner) * a.inner + i % a.inner;
    a.dx[i] = fromFloat<T>(float(a.g[out]) * scale * (float(a.x[i]) - a.mean[out]));
  }
}
EXPORT_KERNEL((256), varianceBackward, f32)
EXPORT_KERNEL((256), varianceBackward, bf16)

// A block per row: each round scans one element per thread and carries the total on.
template <class T>
__device__ void cumsumRowsKernel(const CumsumArgs<T>& a) {
  using D = std::conditional_t<std::is_integral_v<T>, uint32_t, double>;
  for (uint64_t o = blockIdx.x; o < a.outer; o += gridDim.x) {
    D carry = 0;
    for (uint64_t first = 0; first < a.cols; first += blockDim.x) {
      const uint64_t k = first + threadIdx.x;
      const bool inside = k < a.cols;
      const uint64_t at = o * a.cols + (a.reverse != 0 ? a.cols - 1 - k : k);
      const D x = inside ? static_cast<D>(value(a.x + at)) : D(0);
      D total;
      const D running = carry + blockExclusiveSum(x, total) + x;
      carry += total;
      if (!inside) continue;
      if constexpr (std::is_integral_v<T>) {
        a.y[at] = static_cast<T>(running);
      } else {
        a.y[at] = fromFloat<T>(static_cast<float>(running));
      }
    }
  }
}
EXPORT_KERNEL((256), cumsumRows, f32)
EXPORT_KERNEL((256), cumsumRows, bf16)
EXPORT_KERNEL((256), cumsumRows, i32)

template <class T>
__device__ void cumsumColumnsKernel(const CumsumArgs<T>& a) {
  using D = std::conditional_t<std::is_integral_v<T>, uint32_t, double>;
  for (uint64_t out = globalThread(); out < a.outer * a.inner; out += globalThreads()) {
    D running = 0;
    for (uint64_t k = 0; k < a.cols; ++k) {
      const uint64_t c = a.reverse != 0 ? a.cols - 1 - k : k;
      const uint64_t at = (out / a.inner * a.cols + c) * a.inner + out % a.inner;
      running += static_cast<D>(value(a.x + at));
      if constexpr (std::is_integral_v<T>) {
        a.y[at] = static_cast<T>(running);
      } else {
        a.y[at] = fromFloat<T>(static_cast<float>(running));
      }
    }
  }
}
EXPORT_KERNEL((256), cumsumColumns, f32)
EXPORT_KERNEL((256), cumsumColumns, bf16)
EXPORT_KERNEL((256), cumsumColumns, i32)

#if TESSERA_HOST
template <class Op, class T>
void reduce(ReduceKernelArgs<T> args, uint64_t outer, uint64_t cols, uint64_t inner, Stream& s) {
  if (outer == 0 || inner == 0) return;
  const uint64_t columns = inner < kColumns ? inner : kColumns;
  ReduceLayout& l = args.layout;
  l = {outer, cols, inner, kPartElements / columns, 1, ceilDiv(inner, kColumns)};
  l.parts = cols == 0 ? 1 : ceilDiv(cols, l.partCols);
  if (inner == 1 && cols <= 1024) {
    s.launch(KERNEL(reduceWarpRows, Op, T), gridFor(s, outer, kReduceThreads / kWarp), kReduceThreads, 0, args);
    return;
  }
  if (l.parts > 1) args.partial = s.workspace<typename Op::A>(outer * l.parts * inner);
  s.launch(KERNEL(reducePart, Op, T), gridFor(s, outer * l.parts * l.tiles, 1), kReduceThreads, 0, args);
  if (l.parts > 1) {
    s.launch(KERNEL(reduceFinish, Op, T), gridFor(s, outer * inner, kReduceThreads), kReduceThreads, 0, args);
  }
}

template <class Op, class T, class Args>
void reduceInto(const Args& a, float scale, Stream& s) {
  reduce<Op, T>({a.x, a.y, nullptr, nullptr, nullptr, {}, scale}, a.outer, a.cols, a.inner, s);
}

template <class T>
void sum(const SumArgs<T>& a, Stream& s) {
  reduceInto<std::conditional_t<std::is_integral_v<T>, IntSum, Total>, T>(a, a.scale, s);
}
template <class T>
void sumSquares(const ReduceArgs<T>& a, Stream& s) {
  reduceInto<Squares, T>(a, 1.0f, s);
}
template <class T>
void norm2(const ReduceArgs<T>& a, Stream& s) {
  reduceInto<Norm2, T>(a, 1.0f, s);
}
template <class T>
void sumAbs(const ReduceArgs<T>& a, Stream& s) {
  reduceInto<Magnitudes, T>(a, 1.0f, s);
}
template <class T>
void logSumExp(const ReduceArgs<T>& a, Stream& s) {
  reduceInto<LogSum, T>(a, 1.0f, s);
}
template <class T>
void prod(const ProdArgs<T>& a, Stream& s) {
  reduceInto<std::conditional_t<std::is_integral_v<T>, IntProduct, Product>, T>(a, 1.0f, s);
}
template <class T>
void countNonZero(const CountNonZeroArgs<T>& a, Stream& s) {
  reduceInto<NonZeros, T>(a, 1.0f, s);
}
template <class T>
void nonFinite(const NonFiniteArgs<T>& a, Stream& s) {
  reduce<NonFinites, T>({a.x, a.y, nullptr, nullptr, nullptr, {}, 1.0f}, 1, a.n, 1, s);
}
template <class T>
void max(const ReduceIndexArgs<T>& a, Stream& s) {
  using Op = std::conditional_t<std::is_integral_v<T>, LargestInt, Largest>;
  reduce<Op, T>({a.x, a.y, a.index, nullptr, nullptr, {}, 1.0f}, a.outer, a.cols, a.inner, s);
}
template <class T>
void min(const ReduceIndexArgs<T>& a, Stream& s) {
  using Op = std::conditional_t<std::is_integral_v<T>, SmallestInt, Smallest>;
  reduce<Op, T>({a.x, a.y, a.index, nullptr, nullptr, {}, 1.0f}, a.outer, a.cols, a.inner, s);
}

template <class T>
void variance(const VarianceArgs<T>& a, Stream& s) {
  if (a.outer == 0 || a.inner == 0) return;
  float* mean = a.mean != nullptr ? a.mean : s.workspace<float>(a.outer * a.inner);
  const float cols = static_cast<float>(a.cols), divisor = cols - a.correction;
  reduce<Mean, T>({a.x, nullptr, nullptr, mean, nullptr, {}, 1.0f / cols}, a.outer, a.cols, a.inner, s);
  const float scale = 1.0f / (divisor > 0.0f ? divisor : 0.0f);
  reduce<Spread, T>({a.x, a.variance, nullptr, mean, nullptr, {}, scale}, a.outer, a.cols, a.inner, s);
}
template <class T>
void varianceBackward(const VarianceBackwardArgs<T>& a, Stream& s) {
  s.launch(KERNEL(varianceBackward, T), gridFor(s, a.outer * a.cols * a.inner, 256), 256, 0, a);
}
template <class T>
void cumsum(const CumsumArgs<T>& a, Stream& s) {
  if (a.inner == 1) {
    s.launch(KERNEL(cumsumRows, T), gridFor(s, a.outer, 1), 256, 0, a);
  } else {
    s.launch(KERNEL(cumsumColumns, T), gridFor(s, a.outer * a.inner, 256), 256, 0, a);
  }
}
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/reduce.cuda.inc"
#endif
