// Softmax over the middle dimension of [outer, cols, inner]: element (o, c, i) lies at (o * cols + c) * inner + i.
// Rows that are contiguous (inner = 1) belong to a warp or a block each, which holds them in registers where they fit; other
// rows to one thread each, whose neighbours read the neighbouring addresses.
#include "held_rows.cuh"
#include "kernel.cuh"
#include "reduce.cuh"

#include "gen/softmax.h"

namespace tessera::cuda {

// The running maximum of a row and the sum of exp(x - maximum) so far: one pass gives both.
struct SoftmaxState {
  float max = -INFINITY;
  float sum = 0.0f;

  __device__ __forceinline__ void add(float x) {
    if (x > max) {
      sum *= fastExp(max - x);
      max = x;
    }
    // A row of -inf only has no maximum to subtract: its sum stays zero and its softmax NaN, as PyTorch has it.
    if (max > -INFINITY) sum += fastExp(x - max);
    if (x != x) sum = x;
  }
};

struct MergeSoftmax {
  __device__ __forceinline__ SoftmaxState operator()(const SoftmaxState& a, const SoftmaxState& b) const {
    SoftmaxState merged;
    merged.max = fmaxf(a.max, b.max);
    const float scaleA = a.max == merged.max ? 1.0f : fastExp(a.max - merged.max);
    const float scaleB = b.max == merged.max ? 1.0f : fastExp(b.max - merged.max);
    merged.sum = a.sum * scaleA + b.sum * scaleB;
    return merged;
  }
};

// Combines the states of `threads` neighbouring threads: a warp, or the whole block.
template <bool wholeBlock>
__device__ __forceinline__ SoftmaxState mergeSoftmax(SoftmaxState state) {
#pragma unroll
  for (int offset = kWarp / 2; offset > 0; offset /= 2) {
    SoftmaxState other;
    other.max = __shfl_xor_sync(kFullMask, state.max, offset);
    other.sum = __shfl_xor_sync(kFullMask, state.sum, offset);
    state = MergeSoftmax{}(state, other);
  }
  if constexpr (wholeBlock) {
    SHARED(float, maxima, [32]);
    SHARED(float, sums, [32]);
    if (laneId() == 0) {
      maxima[warpId()] = state.max;
      sums[warpId()] = state.sum;
    }
    __syncthreads();
    const bool used = laneId() < static_cast<int>(blockDim.x) / kWarp;
    SoftmaxState mine;
    if (used) {
      mine.max = maxima[laneId()];
      mine.sum = sums[laneId()];
    }
    __syncthreads();
    return mergeSoftmax<false>(mine);
  }
  return state;
}

// One contiguous row per `threads` threads (a warp or the block); PACK elements per access.
template <class T, int PACK, bool wholeBlock>
__device__ __forceinline__ void softmaxRow(const T* x, T* y, uint64_t cols, uint32_t thread, uint32_t threads) {
  SoftmaxState state;
  for (uint64_t c = uint64_t{thread} * PACK; c < cols; c += uint64_t{threads} * PACK) {
    const auto pack = loadPack<PACK>(x + c);
#pragma unroll
    for (int i = 0; i < PACK; ++i) state.add(static_cast<float>(pack[i]));
  }
  state = mergeSoftmax<wholeBlock>(state);
  const float scale = 1.0f / state.sum;
  for (uint64_t c = uint64_t{thread} * PACK; c < cols; c += uint64_t{threads} * PACK) {
    const auto pack = loadPack<PACK>(x + c);
    Pack<T, PACK> out;
#pragma unroll
    for (int i = 0; i < PACK; ++i) out[i] = fromFloat<T>(fastExp(static_cast<float>(pack[i]) - state.max) * scale);
    storePack(y + c, out);
  }
}

template <class T>
__device__ void softmaxWarpRowsKernel(const SoftmaxForwardArgs<T>& a) {
  const uint32_t warps = blockDim.x / kWarp;
  for (uint64_t row = uint64_t{blockIdx.x} * warps + warpId(); row < a.outer; row += uint64_t{gridDim.x} * warps) {
    softmaxRow<T, 1, false>(a.x + row * a.cols, a.y + row * a.cols, a.cols, laneId(), kWarp);
  }
}

template <class T, int PACK>
__device__ void softmaxBlockRowsKernel(const SoftmaxForwardArgs<T>& a) {
  for (uint64_t row = blockIdx.x; row < a.outer; row += gridDim.x) {
    softmaxRow<T, PACK, true>(a.x + row * a.cols, a.y + row * a.cols, a.cols, threadIdx.x, blockDim.x);
  }
}

template <class T>
__device__ void softmaxStridedKernel(const SoftmaxForwardArgs<T>& a) {
  const uint64_t rows = a.outer * a.inner;
  for (uint64_t row = globalThread(); row < rows; row += globalThreads()) {
    const uint64_t start = row / a.inner * a.cols * a.inner + row % a.inner;
    SoftmaxState state;
    for (uint64_t c = 0; c < a.cols; ++c) state.add(static_cast<float>(a.x[start + c * a.inner]));
    const float scale = 1.0f / state.sum;
    for (uint64_t c = 0; c < a.cols; ++c) {
      const uint64_t at = start + c * a.inner;
      a.y[at] = fromFloat<T>(fastExp(static_cast<float>(a.x[at]) - state.max) * scale);
    }
  }
}

EXPORT_KERNEL((256), softmaxWarpRows, f32)
EXPORT_KERNEL((256), softmaxWarpRows, bf16)
EXPORT_KERNEL((256), softmaxBlockRows, f32, 1)
EXPORT_KERNEL((256), softmaxBlockRows, f32, 4)
EXPORT_KERNEL((256), softmaxBlockRows, bf16, 1)
EXPORT_KERNEL((256), softmaxBlockRows, bf16, 8)
EXPORT_KERNEL((256), softmaxStrided, f32)
EXPORT_KERNEL((256), softmaxStrided, bf16)

// ---- rows in registers; LOG: the logarithm of the softmax ----

template <class T>
struct HeldSoftmaxArgs {
  const T* x;  // of the gradient: y
  const T* g;
  T* out;
  uint64_t rows, cols;
};

template <class T, int wholeBlock, int LOG>
__device__ void softmaxHeldKernel(const HeldSoftmaxArgs<T>& a) {
  constexpr int P = kPack<T>;
  const HeldRows<T, wholeBlock> threads{static_cast<uint32_t>(a.cols)};
  threads.forRows(a.rows, [&](uint64_t row) {
    float values[kRowPacks][P], top = -INFINITY, sum = 0.0f;
    threads.forPacks([&](uint32_t h, uint32_t column) {
      const auto pack = loadPack<P>(a.x + row * a.cols + column);
#pragma unroll
      for (int e = 0; e < P; ++e) {
        values[h][e] = float(pack[e]);
        top = fmaxf(top, values[h][e]);
      }
    });
    top = threads.max(top);
    threads.forPacks([&](uint32_t h, uint32_t) {
#pragma unroll
      for (int e = 0; e < P; ++e) {
        values[h][e] -= top;
        const float power = fastExp(values[h][e]);
        if constexpr (!LOG) values[h][e] = power;
        sum += power;
      }
    });
    sum = threads.sum(sum);
    const float scale = 1.0f / sum, log = logf(sum);
    threads.forPacks([&](uint32_t h, uint32_t column) {
      Pack<T, P> y;
#pragma unroll
      for (int e = 0; e < P; ++e) y[e] = fromFloat<T>(LOG ? values[h][e] - log : values[h][e] * scale);
      storePack(a.out + row * a.cols + column, y);
    });
  });
}

template <class T, int wholeBlock, int LOG>
__device__ void softmaxGradientHeldKernel(const HeldSoftmaxArgs<T>& a) {
  constexpr int P = kPack<T>;
  const HeldRows<T, wholeBlock> threads{static_cast<uint32_t>(a.cols)};
  threads.forRows(a.rows, [&](uint64_t row) {
    Pack<T, P> ys[kRowPacks], gs[kRowPacks];
    float total = 0.0f;
    threads.forPacks([&](uint32_t h, uint32_t column) {
      ys[h] = loadPack<P>(a.x + row * a.cols + column);
      gs[h] = loadPack<P>(a.g + row * a.cols + column);
#pragma unroll
      for (int e = 0; e < P; ++e) total += LOG ? float(gs[h][e]) : float(ys[h][e]) * float(gs[h][e]);
    });
    total = threads.sum(total);
    threads.forPacks([&](uint32_t h, uint32_t column) {
      Pack<T, P> dx;
#pragma unroll
      for (int e = 0; e < P; ++e) {
        const float y = float(ys[h][e]), g = float(gs[h][e]);
        dx[e] = fromFloat<T>(LOG ? g - expf(y) * total : y * (g - total));
      }
      storePack(a.out + row * a.cols + column, dx);
    });
  });
}

#define EXPORT_HELD(name, T)                              \
  EXPORT_KERNEL((kRowsThreads), name, T, 0, 0)            \
  EXPORT_KERNEL((kRowsThreads), name, T, 0, 1)            \
  EXPORT_KERNEL((kRowsThreads), name, T, 1, 0)            \
  EXPORT_KERNEL((kRowsThreads), name, T, 1, 1)
EXPORT_HELD(softmaxHeld, f32)
EXPORT_HELD(softmaxHeld, bf16)
EXPORT_HELD(softmaxGradientHeld, f32)
EXPORT_HELD(softmaxGradientHeld, bf16)
#undef EXPORT_HELD

// ---- logarithms and gradients of other rows: a row per warp or block where rows are contiguous, else a row per thread ----

// A row and the threads that share it: element c of thread t is at start + (t + c * threads) * step.
struct RowThreads {
  uint64_t start, step;
  uint32_t thread, threads;
};

template <class F>
__device__ __forceinline__ void forRow(const RowThreads& row, uint64_t cols, F body) {
  for (uint64_t c = row.thread; c < cols; c += row.threads) body(row.start + c * row.step);
}

enum class RowMode : uint32_t { warp, block, thread };

// body(row, its threads, sum over them) for every row (o, i); the sum is a function that all threads of a row call.
template <class Body>
__device__ __forceinline__ void forSoftmaxRows(RowMode mode, uint64_t outer, uint64_t cols, uint64_t inner, Body body) {
  if (mode == RowMode::block) {
    for (uint64_t r = blockIdx.x; r < outer; r += gridDim.x) {
      body(r, RowThreads{r * cols, 1, threadIdx.x, blockDim.x}, [](SoftmaxState v) { return mergeSoftmax<true>(v); },
           [](float v) { return blockSum(v); });
    }
  } else if (mode == RowMode::warp) {
    const uint64_t warps = globalThreads() / kWarp;
    for (uint64_t r = globalThread() / kWarp; r < outer; r += warps) {
      body(r, RowThreads{r * cols, 1, static_cast<uint32_t>(laneId()), kWarp},
           [](SoftmaxState v) { return mergeSoftmax<false>(v); }, [](float v) { return warpSum(v); });
    }
  } else {
    for (uint64_t r = globalThread(); r < outer * inner; r += globalThreads()) {
      body(r, RowThreads{r / inner * cols * inner + r % inner, inner, 0, 1}, [](SoftmaxState v) { return v; },
           [](float v) { return v; });
    }
  }
}

template <class T>
struct SoftmaxRowsArgs {
  const T* x;  // or y
  const T* g;
  const T* saved;
  T* out;
  uint64_t outer, cols, inner;
  RowMode mode;
};

template <class T>
__device__ void logSoftmaxKernel(const SoftmaxRowsArgs<T>& a) {
  forSoftmaxRows(a.mode, a.outer, a.cols, a.inner, [&a](uint64_t, const RowThreads& row, auto merge, auto) {
    SoftmaxState state;
    forRow(row, a.cols, [&](uint64_t at) { state.add(float(a.x[at])); });
    state = merge(state);
    const float log = logf(state.sum);
    forRow(row, a.cols, [&](uint64_t at) { a.out[at] = fromFloat<T>(float(a.x[at]) - state.max - log); });
  });
}
EXPORT_KERNEL((256), logSoftmax, f32)
EXPORT_KERNEL((256), logSoftmax, bf16)

template <class T>
__device__ void softmaxGradientKernel(const SoftmaxRowsArgs<T>& a) {
  forSoftmaxRows(a.mode, a.outer, a.cols, a.inner, [&a](uint64_t, const RowThreads& row, auto, auto sum) {
    float total = 0.0f;
    forRow(row, a.cols, [&](uint64_t at) { total += float(a.x[at]) * float(a.g[at]); });
    total = sum(total);
    forRow(row, a.cols, [&](uint64_t at) { a.out[at] = fromFloat<T>(float(a.x[at]) * (float(a.g[at]) - total)); });
  });
}
EXPORT_KERNEL((256), softmaxGradient, f32)
EXPORT_KERNEL((256), softmaxGradient, bf16)

template <class T>
__device__ void logSoftmaxGradientKernel(const SoftmaxRowsArgs<T>& a) {
  forSoftmaxRows(a.mode, a.outer, a.cols, a.inner, [&a](uint64_t, const RowThreads& row, auto, auto sum) {
    float total = 0.0f;
    forRow(row, a.cols, [&](uint64_t at) { total += float(a.g[at]); });
    total = sum(total);
    forRow(row, a.cols, [&](uint64_t at) { a.out[at] = fromFloat<T>(float(a.g[at]) - expf(float(a.x[at])) * total); });
  });
}
EXPORT_KERNEL((256), logSoftmaxGradient, f32)
EXPORT_KERNEL((256), logSoftmaxGradient, bf16)

template <class T>
__device__ void logSumExpGradientKernel(const SoftmaxRowsArgs<T>& a) {
  forSoftmaxRows(a.mode, a.outer, a.cols, a.inner, [&a](uint64_t r, const RowThreads& row, auto, auto) {
    const float y = float(a.saved[r]), g = float(a.g[r]);
    forRow(row, a.cols, [&](uint64_t at) { a.out[at] = fromFloat<T>(g * expf(float(a.x[at]) - y)); });
  });
}
EXPORT_KERNEL((256), logSumExpGradient, f32)
EXPORT_KERNEL((256), logSumExpGradient, bf16)

#if TESSERA_HOST
template <class T>
void softmaxForward(const SoftmaxForwardArgs<T>& a, Stream& s) {
  if (a.outer * a.cols * a.inner == 0) return;
  if (a.inner > 1) {
    s.launch(KERNEL(softmaxStrided, T), gridFor(s, a.outer * a.inner, 256), 256, 0, a);
  } else if (holdsRows<T>(a.cols, {a.x, a.y})) {
    launchHeldRows<T>(KERNEL(softmaxHeld, T, 0, 0), KERNEL(softmaxHeld, T, 1, 0),
                   {a.x, nullptr, a.y, a.outer, a.cols}, s);
  } else if (a.cols <= 1024) {
    s.launch(KERNEL(softmaxWarpRows, T), gridFor(s, a.outer, 8), 256, 0, a);
  } else {
    const bool packed = a.cols % kPack<T> == 0 && alignedFor<kPack<T>>(a.x) && alignedFor<kPack<T>>(a.y);
    s.launch(packed ? KERNEL(softmaxBlockRows, T, kPack<T>) : KERNEL(softmaxBlockRows, T, 1), gridFor(s, a.outer, 1), 256, 0, a);
  }
}
template <class T>
void launchRows(const Kernel<SoftmaxRowsArgs<T>>& kernel, SoftmaxRowsArgs<T> a, Stream& s) {
  if (a.outer * a.cols * a.inner == 0) return;
  a.mode = a.inner > 1 ? RowMode::thread : a.cols <= 1024 ? RowMode::warp : RowMode::block;
  const uint64_t rows = a.outer * a.inner;
  const uint64_t perBlock = a.mode == RowMode::thread ? 256 : a.mode == RowMode::warp ? 8 : 1;
  s.launch(kernel, gridFor(s, rows, perBlock), 256, 0, a);
}
template <class T>
void logSoftmaxForward(const LogSoftmaxForwardArgs<T>& a, Stream& s) {
  if (a.inner == 1 && holdsRows<T>(a.cols, {a.x, a.y})) {
    return launchHeldRows<T>(KERNEL(softmaxHeld, T, 0, 1), KERNEL(softmaxHeld, T, 1, 1),
                          {a.x, nullptr, a.y, a.outer, a.cols}, s);
  }
  launchRows<T>(KERNEL(logSoftmax, T), {a.x, nullptr, nullptr, a.y, a.outer, a.cols, a.inner, {}}, s);
}
template <class T>
void softmaxBackward(const SoftmaxBackwardArgs<T>& a, Stream& s) {
  if (a.inner == 1 && holdsRows<T>(a.cols, {a.y, a.g, a.dx})) {
    return launchHeldRows<T>(KERNEL(softmaxGradientHeld, T, 0, 0), KERNEL(softmaxGradientHeld, T, 1, 0),
                          {a.y, a.g, a.dx, a.outer, a.cols}, s);
  }
  launchRows<T>(KERNEL(softmaxGradient, T), {a.y, a.g, nullptr, a.dx, a.outer, a.cols, a.inner, {}}, s);
}
template <class T>
void logSoftmaxBackward(const LogSoftmaxBackwardArgs<T>& a, Stream& s) {
  if (a.inner == 1 && holdsRows<T>(a.cols, {a.y, a.g, a.dx})) {
    return launchHeldRows<T>(KERNEL(softmaxGradientHeld, T, 0, 1), KERNEL(softmaxGradientHeld, T, 1, 1),
                          {a.y, a.g, a.dx, a.outer, a.cols}, s);
  }
  launchRows<T>(KERNEL(logSoftmaxGradient, T), {a.y, a.g, nullptr, a.dx, a.outer, a.cols, a.inner, {}}, s);
}
template <class T>
void logSumExpBackward(const LogSumExpBackwardArgs<T>& a, Stream& s) {
  launchRows<T>(KERNEL(logSumExpGradient, T), {a.x, a.g, a.y, a.dx, a.outer, a.cols, a.inner, {}}, s);
}
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/softmax.cuda.inc"
#endif
