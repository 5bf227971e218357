// The kernels of the head losses: rows of logits are reduced, or turned into their gradients, a block of columns at a time.
#pragma once

#include "kernel.cuh"
#include "linear_head_row.cuh"

namespace tessera::cuda {

// --- reductions ---

template <class T>
struct HeadReduceArgs {
  const float* logits;  // [rows][ld]
  const T* bias;        // of the first column, or null
  const int32_t* targets;
  HeadPart* parts;
  uint32_t rows, cols, ld, firstColumn;
  float scale;
};

// A block per row adds a block of columns to the row's part.
template <class T>
__device__ void headReduceKernel(const HeadReduceArgs<T>& a) {
  const uint32_t row = blockIdx.x;
  const float* logits = a.logits + uint64_t{row} * a.ld;
  HeadPart part = addColumns(a.parts[row], logits, a.bias, a.cols, a.scale);
  if (threadIdx.x != 0) return;
  const int64_t at = int64_t{a.targets[row]} - a.firstColumn;
  if (at >= 0 && at < a.cols) part.target = scaledLogit(logits, a.bias, static_cast<uint32_t>(at), a.scale);
  a.parts[row] = part;
}
EXPORT_KERNEL((256), headReduce, f32)
EXPORT_KERNEL((256), headReduce, bf16)

struct HeadClearArgs {
  HeadPart* parts;
  uint32_t rows;
};

__device__ void headClearKernel(const HeadClearArgs& a) {
  for (uint64_t i = globalThread(); i < a.rows; i += globalThreads()) a.parts[i] = HeadPart{};
}
EXPORT_KERNEL((256), headClear)

struct HeadFinishArgs {
  const HeadPart* parts;
  const int32_t* targets;
  float* loss;     // cross-entropy, or null
  float* logProb;  // with entropy, or null
  float* entropy;
  float* logSums;
  uint32_t rows, classes;
  int32_t ignoreIndex;
  float labelSmoothing;
};

__device__ __forceinline__ bool isClass(int32_t target, uint32_t classes) {
  return target >= 0 && static_cast<uint32_t>(target) < classes;
}

// A row's cross-entropy from its part.
__device__ __forceinline__ float crossEntropyOf(const HeadPart& part, int32_t target, uint32_t classes, int32_t ignoreIndex,
                                                float labelSmoothing) {
  if (target == ignoreIndex) return 0.0f;
  if (!isClass(target, classes)) return NAN;
  const float smooth =
      labelSmoothing != 0.0f ? labelSmoothing * (part.target - part.total / static_cast<float>(classes)) : 0.0f;
  return kLn2 * ((part.top + log2f(part.sum) - part.target) + smooth);
}

__device__ void headFinishKernel(const HeadFinishArgs& a) {
  for (uint64_t i = globalThread(); i < a.rows; i += globalThreads()) {
    const HeadPart part = a.parts[i];
    const int32_t target = a.targets[i];
    const float log2Sum = log2f(part.sum), logSum = part.top + log2Sum;
    a.logSums[i] = kLn2 * logSum;
    if (a.loss != nullptr) a.loss[i] = crossEntropyOf(part, target, a.classes, a.ignoreIndex, a.labelSmoothing);
    if (a.logProb != nullptr) {
      const bool valid = target != a.ignoreIndex && isClass(target, a.classes);
      const float other = target == a.ignoreIndex ? 0.0f : NAN;
      a.logProb[i] = valid ? kLn2 * (part.target - logSum) : other;
      a.entropy[i] = valid ? kLn2 * (log2Sum - part.weighted / part.sum) : other;
    }
  }
}
EXPORT_KERNEL((256), headFinish)

// --- gradients ---

// dL/dlogit of one row = p (all + perLog log2 p) + everywhere, and atTarget more for the target; scale included.
struct HeadRowGradient {
  float logSum, all, perLog, everywhere, atTarget;
  int32_t target;
};

// Of cross-entropy. `logSum` is in log2 units.
__device__ __forceinline__ HeadRowGradient crossEntropyGradient(float logSum, float dloss, int32_t target, uint32_t classes,
                                                                int32_t ignoreIndex, float scale, float labelSmoothing) {
  const bool valid = isClass(target, classes);
  HeadRowGradient g{logSum, 0.0f, 0.0f, 0.0f, 0.0f, valid ? target : -1};
  if (target == ignoreIndex) return g;
  g.all = (valid ? dloss : NAN) * scale;
  g.everywhere = -g.all * labelSmoothing / static_cast<float>(classes);
  g.atTarget = -g.all * (1.0f - labelSmoothing);
  return g;
}

// Of one logit, from its t.
__device__ __forceinline__ float logitGradient(const HeadRowGradient& r, float t, int64_t column) {
  if (r.all == 0.0f && r.perLog == 0.0f && r.everywhere == 0.0f && r.atTarget == 0.0f) return 0.0f;  // whatever t is
  const float x = t - r.logSum, p = fastExp2(x);
  const float g = (p != 0.0f ? p * fmaf(r.perLog, x, r.all) : 0.0f) + r.everywhere;
  return column == r.target ? g + r.atTarget : g;
}

struct HeadRowGradientsArgs {
  const float* dloss;     // cross-entropy, or null
  const float* dlogProb;  // or null
  const float* dentropy;  // or null
  const float* entropy;
  const float* logSums;
  const int32_t* targets;
  HeadRowGradient* gradients;
  uint32_t rows, classes;
  int32_t ignoreIndex;
  float scale, labelSmoothing;
};

__device__ void headRowGradientsKernel(const HeadRowGradientsArgs& a) {
  for (uint64_t i = globalThread(); i < a.rows; i += globalThreads()) {
    const int32_t target = a.targets[i];
    const float logSum = kLog2e * a.logSums[i];
    if (a.dloss != nullptr) {
      a.gradients[i] = crossEntropyGradient(logSum, a.dloss[i], target, a.classes, a.ignoreIndex, a.scale, a.labelSmoothing);
      continue;
    }
    const bool valid = isClass(target, a.classes);
    HeadRowGradient g{logSum, 0.0f, 0.0f, 0.0f, 0.0f, valid ? target : -1};
    if (target != a.ignoreIndex) {
      const float dlogProb = (a.dlogProb != nullptr ? a.dlogProb[i] : 0.0f) * a.scale;
      const float dentropy = (a.dentropy != nullptr ? a.dentropy[i] : 0.0f) * a.scale;
      g.all = valid ? -dlogProb - dentropy * a.entropy[i] : NAN;
      g.perLog = -dentropy * kLn2;
      g.atTarget = dlogProb;
    }
    a.gradients[i] = g;
  }
}
EXPORT_KERNEL((256), headRowGradients)

template <class T>
struct HeadGradientArgs {
  const float* logits;  // [rows][cols]
  T* g;                 // may be the logits
  const T* bias;
  const HeadRowGradient* gradients;
  uint32_t rows, cols, firstColumn;
  float scale;
};

template <class T>
__device__ void headGradientKernel(const HeadGradientArgs<T>& a) {
  for (uint64_t row = blockIdx.y; row < a.rows; row += gridDim.y) {
    const HeadRowGradient r = a.gradients[row];
    for (uint32_t c = static_cast<uint32_t>(globalThread()); c < a.cols; c += static_cast<uint32_t>(globalThreads())) {
      const float t = scaledLogit(a.logits + row * a.cols, a.bias, c, a.scale);
      a.g[row * a.cols + c] = fromFloat<T>(logitGradient(r, t, static_cast<int64_t>(a.firstColumn) + c));
    }
  }
}
EXPORT_KERNEL((256), headGradient, f32)
EXPORT_KERNEL((256), headGradient, bf16)

// Neighbouring classes of whole rows of logits. Gradients take the place of the logits: rows of g are as far apart.
template <class T>
struct HeadColumns {
  float* logits;  // [rows][cols]
  const T* bias;  // of the first column, or null
  uint32_t first, cols;
};

template <class T>
struct HeadLossArgs {
  HeadColumns<T> parts[2];  // that make up all classes
  const int32_t* targets;
  const float* dloss;  // of all rows
  float* loss;
  uint32_t classes;
  int32_t ignoreIndex;
  float scale, labelSmoothing;
};

// One row of one part.
template <class T>
__device__ __forceinline__ void replaceByGradients(const HeadColumns<T>& columns, float* logits, const HeadRowGradient& gradient,
                                                   float scale) {
  T* g = reinterpret_cast<T*>(logits);
  const bool packed = columns.cols % 4 == 0;
  for (uint32_t from = 0; from < columns.cols; from += 4 * kRowThreads) {
    const uint32_t first = from + threadIdx.x * 4, count = first < columns.cols ? min(4u, columns.cols - first) : 0;
    Pack<float, 4> own;
    if (packed && count > 0) {
      own = loadPack<4>(logits + first);
    } else {
      for (uint32_t i = 0; i < count; ++i) own[i] = logits[first + i];
    }
    // Narrower gradients lie where logits were that others may be about to read.
    __syncthreads();
    Pack<T, 4> gradients;
#pragma unroll
    for (uint32_t i = 0; i < 4; ++i) {
      if (i >= count) break;
      const float t = scaledLogit(own[i], columns.bias, first + i, scale);
      gradients[i] = fromFloat<T>(logitGradient(gradient, t, int64_t{columns.first} + first + i));
    }
    if (packed && count > 0) {
      storePack(g + first, gradients);
    } else {
      for (uint32_t i = 0; i < count; ++i) g[first + i] = gradients[i];
    }
  }
}

// Whole rows of logits become losses and gradients: a block per row.
template <class T>
__device__ void headLossKernel(const HeadLossArgs<T>& a) {
  const int32_t target = a.targets[blockIdx.x];
  HeadPart part{};
  for (const HeadColumns<T>& columns : a.parts) {
    const float* logits = columns.logits + uint64_t{blockIdx.x} * columns.cols;
    for (uint32_t from = 0; from < columns.cols; from += kColBlock) {
      part = addColumns(part, logits + from, columns.bias != nullptr ? columns.bias + from : nullptr,
                        min(kColBlock, columns.cols - from), a.scale);
    }
    const int64_t at = int64_t{target} - columns.first;
    if (at >= 0 && at < columns.cols) part.target = scaledLogit(logits, columns.bias, static_cast<uint32_t>(at), a.scale);
  }
  if (threadIdx.x == 0) a.loss[blockIdx.x] = crossEntropyOf(part, target, a.classes, a.ignoreIndex, a.labelSmoothing);
  const HeadRowGradient gradient = crossEntropyGradient(part.top + log2f(part.sum), *a.dloss, target, a.classes, a.ignoreIndex,
                                                        a.scale, a.labelSmoothing);
  __syncthreads();  // the target's logit has been read
  for (const HeadColumns<T>& columns : a.parts) {
    replaceByGradients(columns, columns.logits + uint64_t{blockIdx.x} * columns.cols, gradient, a.scale);
  }
}
EXPORT_KERNEL((256), headLoss, f32)
EXPORT_KERNEL((256), headLoss, bf16)

template <class T>
struct HeadColumnSumArgs {
  const T* g;  // [rows][ld]
  float* sums;
  uint64_t ld;
  uint32_t rows, cols;
  bool add;  // to what is there
};

template <class T>
__device__ void headColumnSumKernel(const HeadColumnSumArgs<T>& a) {
  for (uint64_t c = globalThread(); c < a.cols; c += globalThreads()) {
    float total = a.add ? a.sums[c] : 0.0f;
    for (uint32_t first = 0; first < a.rows; first += 64) {
      float part = 0.0f;
      for (uint32_t r = first; r < a.rows && r < first + 64; ++r) part += float(a.g[r * a.ld + c]);
      total += part;
    }
    a.sums[c] = total;
  }
}
EXPORT_KERNEL((256), headColumnSum, f32)
EXPORT_KERNEL((256), headColumnSum, bf16)

struct HeadRoundArgs {
  const float* x;
  bf16* y;
  uint64_t n;
};

__device__ void headRoundKernel(const HeadRoundArgs& a) {
  for (uint64_t i = globalThread(); i < a.n; i += globalThreads()) a.y[i] = fromFloat<bf16>(a.x[i]);
}
EXPORT_KERNEL((256), headRound)

}  // namespace tessera::cuda
