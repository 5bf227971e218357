// Normalisations: one block per row, per group of channels, or per channel, which it reads twice for mean and variance and
// once more for the result; rows that registers can hold have kernels of their own (norm_rows.cuh). Gradients of weights are
// summed over fixed ranges of rows, and the ranges in order.
#include "kernel.cuh"
#include "norm_rows.cuh"
#include "reduce.cuh"

#include "gen/norm.h"

namespace tessera::cuda {

// Element (k, c) of a slice is at base + k * outerStep + c for c < run: a row, a group, or one channel over the batch.
struct Slice {
  uint64_t base, outerStep, outer, run;
};

template <class F>
__device__ __forceinline__ void forSlice(const Slice& slice, F body) {
  if (slice.outer == 1) {  // nothing to divide
    for (uint64_t j = threadIdx.x; j < slice.run; j += blockDim.x) body(slice.base + j);
    return;
  }
  for (uint64_t j = threadIdx.x; j < slice.outer * slice.run; j += blockDim.x) {
    body(slice.base + j / slice.run * slice.outerStep + j % slice.run);
  }
}

template <class T>
__device__ __forceinline__ float sliceMean(const T* x, const Slice& slice) {
  float sum = 0.0f;
  forSlice(slice, [&](uint64_t at) { sum += float(x[at]); });
  return blockSum(sum) / static_cast<float>(slice.outer * slice.run);
}

template <class T>
__device__ __forceinline__ float sliceSpread(const T* x, const Slice& slice, float center) {
  float sum = 0.0f;
  forSlice(slice, [&](uint64_t at) {
    const float d = float(x[at]) - center;
    sum += d * d;
  });
  return blockSum(sum);
}

// Slices with their weights: for rows, groups and channels alike, weight w of element at is at / weightStep % weights.
template <class T>
struct NormArgs {
  const T* x;
  const T* weight;
  const T* bias;
  T* y;
  float* mean;  // null: not centered
  float* rstd;
  float* runningMean;
  float* runningVariance;
  uint64_t slices, weightStep, weights;
  uint64_t sliceStep, outerStep, outer, run;
  float eps, momentum;
  uint32_t training;
};

template <class T>
__device__ void normForwardKernel(const NormArgs<T>& a) {
  for (uint64_t u = blockIdx.x; u < a.slices; u += gridDim.x) {
    const Slice slice{u * a.sliceStep, a.outerStep, a.outer, a.run};
    const float count = static_cast<float>(a.outer * a.run);
    float mean = 0.0f, rstd;
    if (a.training != 0) {
      if (a.mean != nullptr) mean = sliceMean(a.x, slice);
      const float spread = sliceSpread(a.x, slice, mean);
      rstd = 1.0f / sqrtf(spread / count + a.eps);
      if (threadIdx.x == 0) {
        if (a.runningMean != nullptr) a.runningMean[u] += a.momentum * (mean - a.runningMean[u]);
        if (a.runningVariance != nullptr) {
          const float unbiased = spread / (count > 1.0f ? count - 1.0f : 1.0f);
          a.runningVariance[u] += a.momentum * (unbiased - a.runningVariance[u]);
        }
      }
    } else {
      mean = a.runningMean != nullptr ? a.runningMean[u] : 0.0f;
      rstd = 1.0f / sqrtf((a.runningVariance != nullptr ? a.runningVariance[u] : 1.0f) + a.eps);
    }
    if (threadIdx.x == 0) {
      if (a.mean != nullptr) a.mean[u] = mean;
      a.rstd[u] = rstd;
    }
    forSlice(slice, [&](uint64_t at) {
      const uint64_t w = at / a.weightStep % a.weights;
      const float weight = a.weight != nullptr ? float(a.weight[w]) : 1.0f;
      const float bias = a.bias != nullptr ? float(a.bias[w]) : 0.0f;
      a.y[at] = fromFloat<T>(fmaf((float(a.x[at]) - mean) * rstd, weight, bias));
    });
  }
}
EXPORT_KERNEL((256), normForward, f32)
EXPORT_KERNEL((256), normForward, bf16)

template <class T>
struct NormBackwardArgs {
  const T* x;
  const T* weight;
  const float* mean;  // null: not centered
  const float* rstd;
  const T* g;
  T* dx;
  uint64_t slices, weightStep, weights;
  uint64_t sliceStep, outerStep, outer, run;
  uint32_t constant;  // mean and rstd do not depend on x
};

// dx = rstd (h - mean(h) - xhat mean(h xhat)) with h = g weight; without a mean the middle term is absent
template <class T>
__device__ void normBackwardKernel(const NormBackwardArgs<T>& a) {
  for (uint64_t u = blockIdx.x; u < a.slices; u += gridDim.x) {
    const Slice slice{u * a.sliceStep, a.outerStep, a.outer, a.run};
    const float mean = a.mean != nullptr ? a.mean[u] : 0.0f, rstd = a.rstd[u];
    const auto h = [&](uint64_t at) {
      return float(a.g[at]) * (a.weight != nullptr ? float(a.weight[at / a.weightStep % a.weights]) : 1.0f);
    };
    float level = 0.0f, along = 0.0f;
    if (a.constant == 0) {
      forSlice(slice, [&](uint64_t at) {
        const float v = h(at);
        level += v;
        along += v * ((float(a.x[at]) - mean) * rstd);
      });
      const float share = 1.0f / static_cast<float>(a.outer * a.run);
      level = a.mean != nullptr ? blockSum(level) * share : 0.0f;
      along = blockSum(along) * share;
    }
    forSlice(slice, [&](uint64_t at) {
      const float xhat = (float(a.x[at]) - mean) * rstd;
      a.dx[at] = fromFloat<T>(rstd * (h(at) - level - xhat * along));
    });
  }
}
EXPORT_KERNEL((256), normBackward, f32)
EXPORT_KERNEL((256), normBackward, bf16)

// Gradients of weights as column sums of a matrix [rows, weights] of runs of `run` elements; element (r, w, i) belongs to
// slice (r * weights + w) / slicePer % slices. Units are (part of the rows, 32 weights) for run 1, else (part, weight).
template <class T>
struct WeightGradientArgs {
  const T* x;
  const float* mean;
  const float* rstd;
  const T* g;
  float* partWeight;  // [parts, weights]
  float* partBias;
  T* dweight;
  T* dbias;
  uint64_t rows, weights, run, slicePer, slices, partRows, parts;
};

template <class T>
__device__ __forceinline__ void addWeightTerm(const WeightGradientArgs<T>& a, uint64_t r, uint64_t w, uint64_t i, float& dw,
                                              float& db) {
  const uint64_t plane = r * a.weights + w, at = plane * a.run + i;
  const uint64_t u = a.slicePer == a.weights ? r : plane / a.slicePer % a.slices;  // a slice per row needs no division
  const float g = float(a.g[at]), mean = a.mean != nullptr ? a.mean[u] : 0.0f;
  dw += g * ((float(a.x[at]) - mean) * a.rstd[u]);
  db += g;
}

template <class T>
__device__ void weightColumnsKernel(const WeightGradientArgs<T>& a) {
  SHARED(float, dws, [8][33]);
  SHARED(float, dbs, [8][33]);
  const uint32_t tx = threadIdx.x % 32, ty = threadIdx.x / 32;
  const uint64_t tiles = ceilDiv(a.weights, 32);
  for (uint64_t unit = blockIdx.x; unit < a.parts * tiles; unit += gridDim.x) {
    const uint64_t part = unit / tiles, w = unit % tiles * 32 + tx;
    const uint64_t first = part * a.partRows;
    const uint64_t last = a.rows - first < a.partRows ? a.rows : first + a.partRows;
    float dw = 0.0f, db = 0.0f;
    if (w < a.weights) {
      for (uint64_t r = first + ty; r < last; r += 8) addWeightTerm(a, r, w, 0, dw, db);
    }
    dws[ty][tx] = dw;
    dbs[ty][tx] = db;
    __syncthreads();
    if (ty == 0 && w < a.weights) {
      for (int k = 1; k < 8; ++k) {
        dw += dws[k][tx];
        db += dbs[k][tx];
      }
      a.partWeight[part * a.weights + w] = dw;
      a.partBias[part * a.weights + w] = db;
    }
    __syncthreads();
  }
}
EXPORT_KERNEL((256), weightColumns, f32)
EXPORT_KERNEL((256), weightColumns, bf16)

template <class T>
__device__ void weightRunsKernel(const WeightGradientArgs<T>& a) {
  for (uint64_t unit = blockIdx.x; unit < a.parts * a.weights; unit += gridDim.x) {
    const uint64_t part = unit / a.weights, w = unit % a.weights;
    const uint64_t first = part * a.partRows;
    const uint64_t last = a.rows - first < a.partRows ? a.rows : first + a.partRows;
    float dw = 0.0f, db = 0.0f;
    for (uint64_t j = threadIdx.x; j < (last - first) * a.run; j += blockDim.x) {
      addWeightTerm(a, first + j / a.run, w, j % a.run, dw, db);
    }
    dw = blockSum(dw);
    db = blockSum(db);
    if (threadIdx.x == 0) {
      a.partWeight[unit] = dw;
      a.partBias[unit] = db;
    }
  }
}
EXPORT_KERNEL((256), weightRuns, f32)
EXPORT_KERNEL((256), weightRuns, bf16)

template <class T>
__device__ void weightCombineKernel(const WeightGradientArgs<T>& a) {
  for (uint64_t w = globalThread(); w < a.weights; w += globalThreads()) {
    float dw = 0.0f, db = 0.0f;
    for (uint64_t part = 0; part < a.parts; ++part) {
      dw += a.partWeight[part * a.weights + w];
      db += a.partBias[part * a.weights + w];
    }
    if (a.dweight != nullptr) a.dweight[w] = fromFloat<T>(dw);
    if (a.dbias != nullptr) a.dbias[w] = fromFloat<T>(db);
  }
}
EXPORT_KERNEL((256), weightCombine, f32)
EXPORT_KERNEL((256), weightCombine, bf16)

#if TESSERA_HOST
template <class T>
void launchForward(const NormArgs<T>& a, Stream& s) {
  if (a.outer * a.run == 0) return;
  s.launch(KERNEL(normForward, T), gridFor(s, a.slices, 1), 256, 0, a);
}

template <class T>
void launchBackward(const NormBackwardArgs<T>& a, Stream& s) {
  if (a.dx == nullptr || a.outer * a.run == 0) return;
  s.launch(KERNEL(normBackward, T), gridFor(s, a.slices, 1), 256, 0, a);
}

template <class T>
void launchWeights(WeightGradientArgs<T> a, Stream& s) {
  if ((a.dweight == nullptr && a.dbias == nullptr) || a.weights == 0) return;
  // About 64 parts at most, of at least 32 rows.
  a.partRows = a.rows / 64 > 32 ? ceilDiv(a.rows, 64) : 32;
  a.parts = a.rows == 0 ? 0 : ceilDiv(a.rows, a.partRows);
  if (a.run > 0 && a.parts > 0) {
    a.partWeight = s.workspace<float>(a.parts * a.weights);
    a.partBias = s.workspace<float>(a.parts * a.weights);
    if (a.run == 1) {
      s.launch(KERNEL(weightColumns, T), gridFor(s, a.parts * ceilDiv(a.weights, 32), 1), 256, 0, a);
    } else {
      s.launch(KERNEL(weightRuns, T), gridFor(s, a.parts * a.weights, 1), 256, 0, a);
    }
  } else {
    a.parts = 0;
  }
  s.launch(KERNEL(weightCombine, T), gridFor(s, a.weights, 256), 256, 0, a);
}

template <class T>
void launchRows(const NormRowsArgs<T>& a, Stream& s) {
  launchHeldRows<T>(KERNEL(normRows, T, 0), KERNEL(normRows, T, 1), a, s);
}
template <class T>
void launchRowsGradient(const NormRowsBackwardArgs<T>& a, Stream& s) {
  launchHeldRows<T>(KERNEL(normRowsGradient, T, 0), KERNEL(normRowsGradient, T, 1), a, s);
}

template <class T>
void layerNormForward(const LayerNormForwardArgs<T>& a, Stream& s) {
  if (holdsRows<T>(a.cols, {a.x, a.weight, a.bias, a.y})) {
    return launchRows<T>({a.x, a.weight, a.bias, a.y, a.mean, a.rstd, a.rows, static_cast<uint32_t>(a.cols), a.eps}, s);
  }
  launchForward<T>({a.x, a.weight, a.bias, a.y, a.mean, a.rstd, nullptr, nullptr, a.rows, 1, a.cols, a.cols, 0, 1, a.cols,
                    a.eps, 0.0f, 1}, s);
}
template <class T>
void layerNormBackward(const LayerNormBackwardArgs<T>& a, Stream& s) {
  if (a.dx != nullptr && holdsRows<T>(a.cols, {a.x, a.weight, a.g, a.dx})) {
    launchRowsGradient<T>({a.x, a.weight, a.mean, a.rstd, a.g, a.dx, a.rows, a.cols}, s);
  } else {
    launchBackward<T>({a.x, a.weight, a.mean, a.rstd, a.g, a.dx, a.rows, 1, a.cols, a.cols, 0, 1, a.cols, 0}, s);
  }
  launchWeights<T>({a.x, a.mean, a.rstd, a.g, nullptr, nullptr, a.dweight, a.dbias, a.rows, a.cols, 1, a.cols, a.rows, 0, 0}, s);
}
template <class T>
void rmsNormForward(const RmsNormForwardArgs<T>& a, Stream& s) {
  if (holdsRows<T>(a.cols, {a.x, a.weight, a.y})) {
    return launchRows<T>({a.x, a.weight, nullptr, a.y, nullptr, a.rstd, a.rows, static_cast<uint32_t>(a.cols), a.eps}, s);
  }
  launchForward<T>({a.x, a.weight, nullptr, a.y, nullptr, a.rstd, nullptr, nullptr, a.rows, 1, a.cols, a.cols, 0, 1, a.cols,
                    a.eps, 0.0f, 1}, s);
}
template <class T>
void rmsNormBackward(const RmsNormBackwardArgs<T>& a, Stream& s) {
  if (a.dx != nullptr && holdsRows<T>(a.cols, {a.x, a.weight, a.g, a.dx})) {
    launchRowsGradient<T>({a.x, a.weight, nullptr, a.rstd, a.g, a.dx, a.rows, a.cols}, s);
  } else {
    launchBackward<T>({a.x, a.weight, nullptr, a.rstd, a.g, a.dx, a.rows, 1, a.cols, a.cols, 0, 1, a.cols, 0}, s);
  }
  launchWeights<T>({a.x, nullptr, a.rstd, a.g, nullptr, nullptr, a.dweight, nullptr, a.rows, a.cols, 1, a.cols, a.rows, 0, 0}, s);
}

template <class T>
void groupNormForward(const GroupNormForwardArgs<T>& a, Stream& s) {
  if (a.groups == 0) return;
  const uint64_t size = a.channels / a.groups * a.spatial;
  launchForward<T>({a.x, a.weight, a.bias, a.y, a.mean, a.rstd, nullptr, nullptr, a.batch * a.groups, a.spatial, a.channels,
                    size, 0, 1, size, a.eps, 0.0f, 1}, s);
}
template <class T>
void groupNormBackward(const GroupNormBackwardArgs<T>& a, Stream& s) {
  if (a.groups == 0) return;
  const uint64_t perGroup = a.channels / a.groups, size = perGroup * a.spatial;
  launchBackward<T>({a.x, a.weight, a.mean, a.rstd, a.g, a.dx, a.batch * a.groups, a.spatial, a.channels, size, 0, 1, size, 0}, s);
  launchWeights<T>({a.x, a.mean, a.rstd, a.g, nullptr, nullptr, a.dweight, a.dbias, a.batch, a.channels, a.spatial, perGroup,
                    a.batch * a.groups, 0, 0}, s);
}

template <class T>
void batchNormForward(const BatchNormForwardArgs<T>& a, Stream& s) {
  launchForward<T>({a.x, a.weight, a.bias, a.y, a.mean, a.rstd, a.runningMean, a.runningVariance, a.channels, a.spatial,
                    a.channels, a.spatial, a.channels * a.spatial, a.batch, a.spatial, a.eps, a.momentum, a.training}, s);
}
template <class T>
void batchNormBackward(const BatchNormBackwardArgs<T>& a, Stream& s) {
  launchBackward<T>({a.x, a.weight, a.mean, a.rstd, a.g, a.dx, a.channels, a.spatial, a.channels, a.spatial,
                     a.channels * a.spatial, a.batch, a.spatial, a.training != 0 ? 0u : 1u}, s);
  launchWeights<T>({a.x, a.mean, a.rstd, a.g, nullptr, nullptr, a.dweight, a.dbias, a.batch, a.channels, a.spatial, 1,
                    a.channels, 0, 0}, s);
}
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/norm.cuda.inc"
#endif
