// LayerNorm and RMSNorm of rows that fit into registers, a warp's or a block's: memory is read once, in packs.
#pragma once

#include <initializer_list>

#include "kernel.cuh"
#include "reduce.cuh"

namespace tessera::cuda {

inline constexpr uint32_t kRowPacks = 4;  // of a row that a thread holds at most
inline constexpr uint32_t kRowsThreads = 256;

template <class T>
struct NormRowsArgs {
  const T* x;
  const T* weight;
  const T* bias;
  T* y;
  float* mean;  // null: not centered
  float* rstd;
  uint64_t rows;
  uint32_t cols;
  float eps;
};

template <class T>
struct NormRowsBackwardArgs {
  const T* x;
  const T* weight;
  const float* mean;  // null: not centered
  const float* rstd;
  const T* g;
  T* dx;
  uint64_t rows;
  uint32_t cols;
};

// The threads that share a row, and which of its packs are whose.
template <class T, bool wholeBlock>
struct RowThreads {
  static constexpr int P = kPack<T>;
  uint32_t cols;

  // body(row) for the rows of these threads.
  template <class F>
  __device__ __forceinline__ void forRows(uint64_t rows, F body) const {
    const uint64_t first = wholeBlock ? blockIdx.x : globalThread() / kWarp, step = wholeBlock ? gridDim.x : globalThreads() / kWarp;
    for (uint64_t row = first; row < rows; row += step) body(row);
  }
  // body(h, column) for the packs of this thread, h from 0 on.
  template <class F>
  __device__ __forceinline__ void forPacks(F body) const {
    const uint32_t thread = wholeBlock ? threadIdx.x : static_cast<uint32_t>(laneId()), threads = wholeBlock ? blockDim.x : kWarp;
#pragma unroll
    for (uint32_t h = 0; h < kRowPacks; ++h) {
      const uint32_t column = (h * threads + thread) * P;
      if (column < cols) body(h, column);
    }
  }
  __device__ __forceinline__ float sum(float value) const {
    if constexpr (wholeBlock) {
      return blockSum(value);
    } else {
      return warpSum(value);
    }
  }
};

template <class T, int wholeBlock>
__device__ void normRowsKernel(const NormRowsArgs<T>& a) {
  constexpr int P = kPack<T>;
  const RowThreads<T, wholeBlock> threads{a.cols};
  const float share = 1.0f / static_cast<float>(a.cols);
  threads.forRows(a.rows, [&](uint64_t row) {
    const T* x = a.x + row * a.cols;
    float values[kRowPacks][P], sum = 0.0f, mean = 0.0f, spread = 0.0f;
    threads.forPacks([&](uint32_t h, uint32_t column) {
      const auto pack = loadPack<P>(x + column);
#pragma unroll
      for (int e = 0; e < P; ++e) {
        values[h][e] = float(pack[e]);
        sum += values[h][e];
      }
    });
    if (a.mean != nullptr) mean = threads.sum(sum) * share;
    threads.forPacks([&](uint32_t h, uint32_t) {
#pragma unroll
      for (int e = 0; e < P; ++e) {
        values[h][e] -= mean;
        spread = fmaf(values[h][e], values[h][e], spread);
      }
    });
    const float rstd = 1.0f / sqrtf(fmaf(threads.sum(spread), share, a.eps));
    if ((wholeBlock ? threadIdx.x : static_cast<uint32_t>(laneId())) == 0) {
      if (a.mean != nullptr) a.mean[row] = mean;
      a.rstd[row] = rstd;
    }
    threads.forPacks([&](uint32_t h, uint32_t column) {
      Pack<T, P> weight, bias, y;
      if (a.weight != nullptr) weight = loadPack<P>(a.weight + column);
      if (a.bias != nullptr) bias = loadPack<P>(a.bias + column);
#pragma unroll
      for (int e = 0; e < P; ++e) {
        const float scaled = values[h][e] * rstd;
        y[e] = fromFloat<T>(fmaf(scaled, a.weight != nullptr ? float(weight[e]) : 1.0f, a.bias != nullptr ? float(bias[e]) : 0.0f));
      }
      storePack(a.y + row * a.cols + column, y);
    });
  });
}
EXPORT_KERNEL((kRowsThreads), normRows, f32, 0)
EXPORT_KERNEL((kRowsThreads), normRows, f32, 1)
EXPORT_KERNEL((kRowsThreads), normRows, bf16, 0)
EXPORT_KERNEL((kRowsThreads), normRows, bf16, 1)

// dx = rstd (h - mean(h) - xhat mean(h xhat)) with h = g weight; without a mean the middle term is absent
template <class T, int wholeBlock>
__device__ void normRowsGradientKernel(const NormRowsBackwardArgs<T>& a) {
  constexpr int P = kPack<T>;
  const RowThreads<T, wholeBlock> threads{a.cols};
  const float share = 1.0f / static_cast<float>(a.cols);
  threads.forRows(a.rows, [&](uint64_t row) {
    const T *x = a.x + row * a.cols, *g = a.g + row * a.cols;
    const float mean = a.mean != nullptr ? a.mean[row] : 0.0f, rstd = a.rstd[row];
    float hs[kRowPacks][P], xhats[kRowPacks][P], level = 0.0f, along = 0.0f;
    threads.forPacks([&](uint32_t h, uint32_t column) {
      const auto packX = loadPack<P>(x + column), packG = loadPack<P>(g + column);
      Pack<T, P> weight;
      if (a.weight != nullptr) weight = loadPack<P>(a.weight + column);
#pragma unroll
      for (int e = 0; e < P; ++e) {
        hs[h][e] = float(packG[e]) * (a.weight != nullptr ? float(weight[e]) : 1.0f);
        xhats[h][e] = (float(packX[e]) - mean) * rstd;
        level += hs[h][e];
        along = fmaf(hs[h][e], xhats[h][e], along);
      }
    });
    level = a.mean != nullptr ? threads.sum(level) * share : 0.0f;
    along = threads.sum(along) * share;
    threads.forPacks([&](uint32_t h, uint32_t column) {
      Pack<T, P> dx;
#pragma unroll
      for (int e = 0; e < P; ++e) dx[e] = fromFloat<T>(rstd * (hs[h][e] - level - xhats[h][e] * along));
      storePack(a.dx + row * a.cols + column, dx);
    });
  });
}
EXPORT_KERNEL((kRowsThreads), normRowsGradient, f32, 0)
EXPORT_KERNEL((kRowsThreads), normRowsGradient, f32, 1)
EXPORT_KERNEL((kRowsThreads), normRowsGradient, bf16, 0)
EXPORT_KERNEL((kRowsThreads), normRowsGradient, bf16, 1)

#if TESSERA_HOST

// Whether rows of these tensors can be held; null pointers do not matter.
template <class T>
bool holdsRows(uint64_t cols, std::initializer_list<const T*> tensors) {
  constexpr int P = kPack<T>;
  bool holds = cols > 0 && cols % P == 0 && cols <= kRowsThreads * P * kRowPacks;
  for (const T* tensor : tensors) holds = holds && alignedFor<P>(tensor);
  return holds;
}

// `warp` takes rows that a warp holds, `block` longer ones.
template <class T, class Args>
void launchHeldRows(const Kernel<Args>& warp, const Kernel<Args>& block, const std::type_identity_t<Args>& a, Stream& s) {
  const uint32_t packs = a.cols / kPack<T>;
  if (packs <= kWarp * kRowPacks) {
    s.launch(warp, gridFor(s, a.rows, kRowsThreads / kWarp), kRowsThreads, 0, a);
  } else {
    const uint32_t threads = ceilDiv(packs, 2u * kWarp) * kWarp;  // two packs each while that makes no larger block
    s.launch(block, gridFor(s, a.rows, 1), threads < kRowsThreads ? threads : kRowsThreads, 0, a);
  }
}

#endif

}  // namespace tessera::cuda
