// The entropies of soft assignments and their gradients, by passes as quantizer_stream.cuh has them.
#pragma once

#include "quantizer_stream.cuh"
#include "reduce.cuh"

namespace tessera::cuda {

constexpr float kLn2 = 0.693147181f;

struct RowEntropyArgs {
  Streams s;
  const float* bias;
  float* logSums;
  float* entropies;
};

// Of 2^(t - top), and of that times (t - top).
struct RowSums {
  float top = -INFINITY, sum = 0.0f, weighted = 0.0f;

  __device__ __forceinline__ void add(float t) {
    if (t > top) {
      const float down = top - t, factor = fastExp2(down);
      weighted = factor > 0.0f ? factor * fmaf(down, sum, weighted) : 0.0f;
      sum = fmaf(factor, sum, 1.0f);
      top = t;
    } else {
      const float below = t - top, p = fastExp2(below);
      sum += p;
      if (p != 0.0f) weighted = fmaf(p, below, weighted);
    }
  }
};

// The log2-sum-exp2 and the entropy of a row: rows held, codes streamed.
template <int kDims, int kHeld>
__device__ void rowEntropyKernel(const RowEntropyArgs& a) {
  const Held<kHeld> rows(a.s);
  RowSums part[kHeld];
  forStreamed<kDims>(a.s, rows, [&](uint32_t code, const float*, auto dot) {
    const float bias = a.bias[code];
#pragma unroll
    for (int h = 0; h < kHeld; ++h) part[h].add(dot(h, bias));
  });
  SHARED(float, tops, [8][32]);
  SHARED(float, sums, [8][32]);
  SHARED(float, weights, [8][32]);
#pragma unroll
  for (int h = 0; h < kHeld; ++h) {
    __syncthreads();
    tops[warpId()][laneId()] = part[h].top;
    sums[warpId()][laneId()] = part[h].sum;
    weights[warpId()][laneId()] = part[h].weighted;
    __syncthreads();
    if (warpId() != 0 || !rows.exists[h]) continue;
    float top = part[h].top, sum = 0.0f, weighted = 0.0f;
    for (int w = 1; w < kStreamWarps; ++w) top = fmaxf(top, tops[w][laneId()]);
    for (int w = 0; w < kStreamWarps; ++w) {
      const float down = tops[w][laneId()] - top, of = sums[w][laneId()];
      if (of == 0.0f) continue;  // a warp without codes
      const float factor = fastExp2(down);
      sum = fmaf(factor, of, sum);
      if (factor > 0.0f) weighted = fmaf(factor, fmaf(down, of, weights[w][laneId()]), weighted);
      if (of != of) sum = of;
    }
    const float logSum = log2f(sum);
    a.logSums[rows.index[h]] = top + logSum;
    a.entropies[rows.index[h]] = kLn2 * (logSum - weighted / sum);
  }
}

struct MeanArgs {
  Streams s;
  const float* bias;
  const float* logSums;
  float* mean;
};

// The mean over the rows of p, for each code: codes held, rows streamed.
template <int kDims, int kHeld>
__device__ void meanAssignmentKernel(const MeanArgs& a) {
  const Held<kHeld> codes(a.s);
  float bias[kHeld], sums[kHeld] = {};
#pragma unroll
  for (int h = 0; h < kHeld; ++h) bias[h] = a.bias[codes.index[h]];
  forStreamed<kDims>(a.s, codes, [&](uint32_t row, const float*, auto dot) {
    const float logSum = a.logSums[row];
#pragma unroll
    for (int h = 0; h < kHeld; ++h) sums[h] += fastExp2(dot(h, bias[h]) - logSum);
  });
#pragma unroll
  for (int h = 0; h < kHeld; ++h) {
    const float sum = sumOverWarps(sums[h]);
    if (warpId() == 0 && codes.exists[h]) a.mean[codes.index[h]] = sum / static_cast<float>(a.s.streamedCount);
  }
}

struct EntropyScalarsArgs {
  const float* entropies;
  const float* mean;
  float* sampleEntropy;
  float* codebookEntropy;
  uint32_t rows, codes;
  float epsilon;
};

__device__ void entropyScalarsKernel(const EntropyScalarsArgs& a) {
  double sample = 0, batch = 0;
  for (uint32_t i = threadIdx.x; i < a.rows; i += blockDim.x) sample += a.entropies[i];
  for (uint32_t k = threadIdx.x; k < a.codes; k += blockDim.x) {
    const float mean = a.mean[k];
    if (mean != 0.0f) batch -= static_cast<double>(mean) * logf(mean + a.epsilon);
  }
  sample = blockSum(sample);
  batch = blockSum(batch);
  if (threadIdx.x != 0) return;
  *a.sampleEntropy = static_cast<float>(sample / a.rows);
  *a.codebookEntropy = static_cast<float>(batch);
}
EXPORT_KERNEL((1024), entropyScalars)

// --- gradients: dL/ds = p (codeTerm[k] - sampleScale ln p - center[i]), see native/src/cpu/quantizer_entropy.h ---

struct CodeTermsArgs {
  const float* dsampleEntropy;
  const float* dcodebookEntropy;
  const float* mean;
  float* codeTerms;
  float* sampleScale;
  uint32_t rows, codes;
  float epsilon;
};

__device__ void codeTermsKernel(const CodeTermsArgs& a) {
  const float batchScale = a.dcodebookEntropy != nullptr ? -*a.dcodebookEntropy / static_cast<float>(a.rows) : 0.0f;
  if (globalThread() == 0) {
    *a.sampleScale = a.dsampleEntropy != nullptr ? *a.dsampleEntropy / static_cast<float>(a.rows) : 0.0f;
  }
  for (uint64_t k = globalThread(); k < a.codes; k += globalThreads()) {
    const float mean = a.mean[k], inside = mean + a.epsilon;
    a.codeTerms[k] = inside > 0.0f || inside != inside ? batchScale * (logf(inside) + mean / inside) : 0.0f;
  }
}
EXPORT_KERNEL((256), codeTerms)

template <class T>
struct RowGradientArgs {
  Streams s;
  const float* bias;
  const float* logSums;
  const float* codeTerms;
  const float* sampleScale;
  float* centers;
  T* dz;
  uint32_t dims;
  float factor;
};

// kGroup dimensions per block of the grid's second axis, each recomputing p.
template <class T, int kDims, int kGroup, int kHeld>
__device__ void vqRowGradientKernel(const RowGradientArgs<T>& a) {
  const Held<kHeld> rows(a.s);
  const uint32_t from = kDims == kGroup ? 0 : blockIdx.y * kGroup;  // known, so that vectors stay in registers
  const float logFactor = *a.sampleScale * kLn2;
  float logSums[kHeld], centers[kHeld] = {}, masses[kHeld] = {};
  float weighted[kHeld][kGroup] = {}, plain[kHeld][kGroup] = {};
#pragma unroll
  for (int h = 0; h < kHeld; ++h) logSums[h] = a.logSums[rows.index[h]];
  forStreamed<kDims>(a.s, rows, [&](uint32_t code, const float* vector, auto dot) {
    const float bias = a.bias[code], codeTerm = a.codeTerms[code];
#pragma unroll
    for (int h = 0; h < kHeld; ++h) {
      const float t = dot(h, bias) - logSums[h], p = fastExp2(t);
      const float w = p > 0.0f || p != p ? p * (codeTerm - logFactor * t) : 0.0f;
      centers[h] += w;
      masses[h] += p;
#pragma unroll
      for (int j = 0; j < kGroup; ++j) {
        weighted[h][j] = fmaf(w, vector[from + j], weighted[h][j]);
        plain[h][j] = fmaf(p, vector[from + j], plain[h][j]);
      }
    }
  });
#pragma unroll
  for (int h = 0; h < kHeld; ++h) {
    const float center = sumOverWarps(centers[h]) / sumOverWarps(masses[h]);
    const bool writes = warpId() == 0 && rows.exists[h];
    if (writes && from == 0) a.centers[rows.index[h]] = center;
#pragma unroll
    for (int j = 0; j < kGroup; ++j) {
      const float sumW = sumOverWarps(weighted[h][j]), sumP = sumOverWarps(plain[h][j]);
      if (writes && a.dz != nullptr && from + j < a.dims) {
        a.dz[uint64_t{rows.index[h]} * a.dims + from + j] = fromFloat<T>(a.factor * (sumW - center * sumP));
      }
    }
  }
}

struct CodeGradientArgs {
  Streams s;
  const float* bias;
  const float* logSums;
  const float* codeTerms;
  const float* sampleScale;
  const float* centers;
  float* dcodebook;
  uint32_t dims;
  float factor;
};

template <int kDims, int kGroup, int kHeld>
__device__ void vqCodeGradientKernel(const CodeGradientArgs& a) {
  const Held<kHeld> codes(a.s);
  const uint32_t from = kDims == kGroup ? 0 : blockIdx.y * kGroup;
  const float logFactor = *a.sampleScale * kLn2;
  float bias[kHeld], codeTerms[kHeld], totals[kHeld] = {}, sums[kHeld][kGroup] = {};
#pragma unroll
  for (int h = 0; h < kHeld; ++h) {
    bias[h] = a.bias[codes.index[h]];
    codeTerms[h] = a.codeTerms[codes.index[h]];
  }
  forStreamed<kDims>(a.s, codes, [&](uint32_t row, const float* vector, auto dot) {
    const float logSum = a.logSums[row], center = a.centers[row];
#pragma unroll
    for (int h = 0; h < kHeld; ++h) {
      const float t = dot(h, bias[h]) - logSum, p = fastExp2(t);
      const float g = p > 0.0f || p != p ? p * (codeTerms[h] - logFactor * t - center) : 0.0f;
      totals[h] += g;
#pragma unroll
      for (int j = 0; j < kGroup; ++j) sums[h][j] = fmaf(g, vector[from + j], sums[h][j]);
    }
  });
#pragma unroll
  for (int h = 0; h < kHeld; ++h) {
    const float total = sumOverWarps(totals[h]);
#pragma unroll
    for (int j = 0; j < kGroup; ++j) {
      const float sum = sumOverWarps(sums[h][j]);
      if (warpId() == 0 && codes.exists[h] && from + j < a.dims) {
        const float e = a.s.held[uint64_t{codes.index[h]} * a.s.padded + from + j];
        a.dcodebook[uint64_t{codes.index[h]} * a.dims + from + j] = kLn2 * sum - a.factor * total * e;
      }
    }
  }
}

}  // namespace tessera::cuda
