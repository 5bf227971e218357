// Cross entropy over rows of logits, one block per row. A target outside 0..cols is reported, reads no memory and gives NaN.
#include "fault.cuh"
#include "kernel.cuh"
#include "reduce.cuh"

#include "gen/loss.h"

namespace tessera::cuda {

template <class T>
__device__ void crossEntropyForwardKernel(const Checked<CrossEntropyForwardArgs<T>>& a) {
  for (uint64_t r = blockIdx.x; r < a.rows; r += gridDim.x) {
    const T* x = a.x + r * a.cols;
    float top = -INFINITY, sum = 0.0f;
    for (uint64_t c = threadIdx.x; c < a.cols; c += blockDim.x) {
      const float v = float(x[c]);
      top = fmaxf(top, v);
      sum += v;
    }
    top = blockMax(top);
    float total = 0.0f;
    for (uint64_t c = threadIdx.x; c < a.cols; c += blockDim.x) total += expf(float(x[c]) - top);
    total = blockSum(total);
    sum = blockSum(sum);
    if (threadIdx.x != 0) continue;
    const float lse = top + logf(total);
    a.lse[r] = lse;
    const int32_t target = a.target[r];
    float loss = 0.0f;
    if (target != a.ignoreIndex) {
      loss = indexIn(a.faults, target, a.cols) ? lse - float(x[target]) : NAN;
      if (a.labelSmoothing != 0.0f) {
        loss = (1.0f - a.labelSmoothing) * loss + a.labelSmoothing * (lse - sum / static_cast<float>(a.cols));
      }
    }
    a.loss[r] = loss;
  }
}
EXPORT_KERNEL((256), crossEntropyForward, f32)
EXPORT_KERNEL((256), crossEntropyForward, bf16)

template <class T>
__device__ void crossEntropyBackwardKernel(const CrossEntropyBackwardArgs<T>& a) {
  const float even = a.labelSmoothing / static_cast<float>(a.cols);
  for (uint64_t r = blockIdx.x; r < a.rows; r += gridDim.x) {
    const T* x = a.x + r * a.cols;
    T* dx = a.dx + r * a.cols;
    const bool ignored = a.target[r] == a.ignoreIndex;
    const auto target = static_cast<uint32_t>(a.target[r]);
    const float lse = a.lse[r], g = a.g[r * a.gStep];
    for (uint64_t c = threadIdx.x; c < a.cols; c += blockDim.x) {
      const float hit = c == target ? 1.0f - a.labelSmoothing : 0.0f;
      dx[c] = fromFloat<T>(ignored ? 0.0f : g * (expf(float(x[c]) - lse) - even - hit));
    }
  }
}
EXPORT_KERNEL((256), crossEntropyBackward, f32)
EXPORT_KERNEL((256), crossEntropyBackward, bf16)

#if TESSERA_HOST
template <class T>
void crossEntropyForward(const CrossEntropyForwardArgs<T>& a, Stream& s) {
  s.launch(KERNEL(crossEntropyForward, T), gridFor(s, a.rows, 1), 256, 0, {a, s.faults()});
}
template <class T>
void crossEntropyBackward(const CrossEntropyBackwardArgs<T>& a, Stream& s) {
  s.launch(KERNEL(crossEntropyBackward, T), gridFor(s, a.rows, 1), 256, 0, a);
}
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/loss.cuda.inc"
#endif
