// LayerNorm and RMSNorm of rows that fit into registers, a warp's or a block's: memory is read once, in packs.
#pragma once

#include "held_rows.cuh"

namespace tessera::cuda {

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
  uint64_t rows, cols;
};

template <class T, int wholeBlock>
__device__ void normRowsKernel(const NormRowsArgs<T>& a) {
  constexpr int P = kPack<T>;
  const HeldRows<T, wholeBlock> threads{a.cols};
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
    if (threads.isFirst()) {
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
  const HeldRows<T, wholeBlock> threads{static_cast<uint32_t>(a.cols)};
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

}  // namespace tessera::cuda
