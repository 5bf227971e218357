// Connectionist temporal classification, one block per sample: its threads share the states of a frame, frames follow one
// another. A label or length outside its range is cut to what the arrays hold.
#include "kernel.cuh"

#include "ctc_rules.h"
#include "gen/ctc.h"

namespace tessera::cuda {

template <class Args>
__device__ __forceinline__ ctc::Sample sampleOf(const Args& a, uint64_t b) {
  return {a.targets + b * a.targetWidth, a.targetLengths[b], a.targetWidth, a.inputLengths[b], a.frames, a.blank, a.classes};
}

// Log-probability of the target: the alignments that end in its last label or in the blank after it.
__device__ __forceinline__ float total(const ctc::Sample& sample, const float* last) {
  if (sample.frames == 0) return sample.states == 1 ? 0.0f : -scalar::kInfinity;
  return sample.states == 1 ? last[0] : ctc::addLogs(last[sample.states - 1], last[sample.states - 2]);
}

__device__ __forceinline__ uint64_t lastFrame(const ctc::Sample& sample) { return sample.frames == 0 ? 0 : sample.frames - 1; }

template <class T>
__device__ void ctcLossForwardKernel(const CtcLossForwardArgs<T>& a) {
  const uint64_t row = a.batch * a.states;
  for (uint64_t b = blockIdx.x; b < a.batch; b += gridDim.x) {
    const ctc::Sample sample = sampleOf(a, b);
    float* alpha = a.alpha + b * a.states;
    for (uint64_t t = 0; t < sample.frames; ++t, alpha += row) {
      const T* x = a.logProbs + (t * a.batch + b) * a.classes;
      for (uint64_t s = threadIdx.x; s < sample.states; s += blockDim.x) {
        const float from = t > 0 ? ctc::forwardStep(sample, alpha - row, s) : s < 2 ? 0.0f : -scalar::kInfinity;
        alpha[s] = from + float(x[sample.label(s)]);
      }
      __syncthreads();
    }
    if (threadIdx.x != 0) continue;
    const float loss = -total(sample, a.alpha + lastFrame(sample) * row + b * a.states);
    a.loss[b] = a.zeroInfinity != 0 && loss == scalar::kInfinity ? 0.0f : loss;
  }
}
EXPORT_KERNEL((128), ctcLossForward, f32)
EXPORT_KERNEL((128), ctcLossForward, bf16)

// The schema's arguments and the memory for two frames of backward variables and one of shares per block.
template <class T>
struct CtcBackwardLaunch {
  CtcLossBackwardArgs<T> args;
  float* scratch;
};

template <class T>
__device__ void ctcLossBackwardKernel(const CtcBackwardLaunch<T>& launch) {
  const CtcLossBackwardArgs<T>& a = launch.args;
  const uint64_t row = a.batch * a.states;
  for (uint64_t b = blockIdx.x; b < a.batch; b += gridDim.x) {
    const ctc::Sample sample = sampleOf(a, b);
    for (uint64_t i = threadIdx.x; i < a.frames * a.classes; i += blockDim.x)
      a.dx[((i / a.classes) * a.batch + b) * a.classes + i % a.classes] = fromFloat<T>(0.0f);
    if (sample.frames == 0) continue;
    const float logLikelihood = total(sample, a.alpha + lastFrame(sample) * row + b * a.states);
    const bool impossible = logLikelihood == -scalar::kInfinity;
    if (impossible && a.zeroInfinity != 0) continue;
    const float g = a.g[b * a.gStep];
    float* beta = launch.scratch + blockIdx.x * 3 * a.states;
    float* after = beta + a.states;
    float* share = after + a.states;
    for (uint64_t t = sample.frames; t-- > 0;) {
      const T* x = a.logProbs + (t * a.batch + b) * a.classes;
      T* dx = a.dx + (t * a.batch + b) * a.classes;
      const float* alpha = a.alpha + t * row + b * a.states;
      for (uint64_t s = threadIdx.x; s < sample.states; s += blockDim.x) {
        const float to = t + 1 < sample.frames ? ctc::backwardStep(sample, after, s)
                         : s + 2 >= sample.states ? 0.0f
                                                  : -scalar::kInfinity;
        share[s] = alpha[s] + to - logLikelihood;
        beta[s] = to + float(x[sample.label(s)]);
      }
      __syncthreads();
      for (uint64_t s = threadIdx.x; s < sample.states; s += blockDim.x) {
        // A class may stand for several states: blanks, repeated labels. The first of them adds up all.
        const uint32_t label = sample.label(s);
        bool first = true;
        for (uint64_t i = 0; i < s && first; ++i) first = sample.label(i) != label;
        if (!first) continue;
        float sum = 0.0f;
        for (uint64_t i = s; i < sample.states; ++i)
          if (sample.label(i) == label) sum += scalar::exp(share[i]);
        dx[label] = fromFloat<T>(impossible ? NAN : -g * sum);
      }
      __syncthreads();  // the shares are read, and overwritten at the next frame
      float* const swapped = beta;
      beta = after;
      after = swapped;
    }
  }
}
EXPORT_KERNEL((128), ctcLossBackward, f32)
EXPORT_KERNEL((128), ctcLossBackward, bf16)

#if TESSERA_HOST
inline constexpr uint32_t kMostBlocks = 1024;

template <class T>
void ctcLossForward(const CtcLossForwardArgs<T>& a, Stream& s) {
  const auto blocks = static_cast<uint32_t>(a.batch < kMostBlocks ? a.batch : kMostBlocks);
  s.launch(KERNEL(ctcLossForward, T), blocks, 128, 0, a);
}
template <class T>
void ctcLossBackward(const CtcLossBackwardArgs<T>& a, Stream& s) {
  const auto blocks = static_cast<uint32_t>(a.batch < kMostBlocks ? a.batch : kMostBlocks);
  s.launch(KERNEL(ctcLossBackward, T), blocks, 128, 0, {a, s.workspace<float>(blocks * 3 * a.states)});
}
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/ctc.cuda.inc"
#endif
