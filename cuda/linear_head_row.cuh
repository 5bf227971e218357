// A row of logits reduced a block of columns at a time, as the language-model head losses do it. Sampling does the same with
// the same threads and the same blocks, so that the log-probability of a draw has the bits of linearLogProb.
#pragma once

#include "kernel.cuh"
#include "reduce.cuh"

namespace tessera::cuda {

inline constexpr float kLn2 = 0.693147181f, kLog2e = 1.44269504f;
inline constexpr uint32_t kColBlock = 8192;   // columns of a block
inline constexpr uint32_t kRowThreads = 256;  // that reduce one

// What is known of a row so far: the largest t, the sums of 2^(t - top), of that times (t - top), and of t; the target's t.
struct HeadPart {
  float top = -INFINITY, sum = 0.0f, weighted = 0.0f, total = 0.0f, target = 0.0f;
};

// t = log2(e) scale (logit + bias)
template <class T>
__device__ __forceinline__ float scaledLogit(float logit, const T* bias, uint32_t column, float scale) {
  const float x = logit * (scale * kLog2e);
  return bias != nullptr ? x + float(bias[column]) * (scale * kLog2e) : x;
}
template <class L, class T>
__device__ __forceinline__ float scaledLogit(const L* logits, const T* bias, uint32_t column, float scale) {
  return scaledLogit(float(logits[column]), bias, column, scale);
}

// The part of a row with a block of columns added, by all kRowThreads threads of a block; each of them gets it.
template <class L, class T>
__device__ __forceinline__ HeadPart addColumns(const HeadPart& part, const L* logits, const T* bias, uint32_t cols, float scale) {
  float top = -INFINITY, total = 0.0f;
  for (uint32_t c = threadIdx.x; c < cols; c += blockDim.x) {
    const float t = scaledLogit(logits, bias, c, scale);
    if (t > top) top = t;
    total += t;
  }
  top = blockMax(top);
  total = blockSum(total);
  float sum = 0.0f, weighted = 0.0f;
  if (top > -INFINITY) {
    for (uint32_t c = threadIdx.x; c < cols; c += blockDim.x) {
      const float x = scaledLogit(logits, bias, c, scale) - top, p = fastExp2(x);
      sum += p;
      if (p != 0.0f) weighted = fmaf(p, x, weighted);
    }
  }
  sum = blockSum(sum);
  weighted = blockSum(weighted);
  if (total != total) sum = total;
  const float higher = fmaxf(part.top, top);
  const auto lowered = [&](float from, float s, float w, float& sumOut, float& weightedOut) {
    if (from == higher) {
      sumOut += s;
      weightedOut += w;
      return;
    }
    const float down = from - higher, factor = from == -INFINITY ? 0.0f : fastExp2(down);
    sumOut += factor * s;
    if (factor != 0.0f) weightedOut += factor * fmaf(down, s, w);
  };
  HeadPart next{higher, 0.0f, 0.0f, part.total + total, part.target};
  lowered(part.top, part.sum, part.weighted, next.sum, next.weighted);
  lowered(top, sum, weighted, next.sum, next.weighted);
  return next;
}

}  // namespace tessera::cuda
