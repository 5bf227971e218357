// Connectionist temporal classification: forward and backward variables in the log domain, one sample per chunk.
#include "gen/ctc.h"

#include "cpu/kernel.h"
#include "ctc_rules.h"

namespace tessera::TESSERA_ISA {

namespace {

template <class Args>
TESSERA_INLINE ctc::Sample sampleOf(const Args& a, uint64_t b) {
  return {a.targets + b * a.targetWidth, a.targetLengths[b], a.targetWidth, a.inputLengths[b], a.frames, a.blank, a.classes};
}

template <class Args>
void checkSamples(const Args& a, Context& context) {
  const auto within = [](int32_t length, uint64_t limit) { return length >= 0 && static_cast<uint64_t>(length) <= limit; };
  for (uint64_t b = 0; b < a.batch; ++b) {
    if (!within(a.inputLengths[b], a.frames)) context.fail("INDEX", "input length out of range", a.inputLengths[b], a.frames + 1);
    if (!within(a.targetLengths[b], a.targetWidth))
      context.fail("INDEX", "target length out of range", a.targetLengths[b], a.targetWidth + 1);
    for (int32_t i = 0; i < a.targetLengths[b]; ++i) {
      const int32_t label = a.targets[b * a.targetWidth + static_cast<uint64_t>(i)];
      if (label < 0 || static_cast<uint64_t>(label) >= a.classes) context.fail("INDEX", "label out of range", label, a.classes);
    }
  }
}

// Log-probability of the target: the alignments that end in its last label or in the blank after it.
TESSERA_INLINE float total(const ctc::Sample& sample, const float* last) {
  if (sample.frames == 0) return sample.states == 1 ? 0.0f : -scalar::kInfinity;
  return sample.states == 1 ? last[0] : ctc::addLogs(last[sample.states - 1], last[sample.states - 2]);
}

TESSERA_INLINE uint64_t lastFrame(const ctc::Sample& sample) { return sample.frames == 0 ? 0 : sample.frames - 1; }

}  // namespace

template <class T>
void ctcLossForward(const CtcLossForwardArgs<T>& a, Context& context) {
  checkSamples(a, context);
  forRange(context, a.batch, 1, [&](uint64_t b, uint64_t) {
    const ctc::Sample sample = sampleOf(a, b);
    const uint64_t row = a.batch * a.states;
    float* alpha = a.alpha + b * a.states;
    for (uint64_t t = 0; t < sample.frames; ++t, alpha += row) {
      const T* x = a.logProbs + (t * a.batch + b) * a.classes;
      for (uint64_t s = 0; s < sample.states; ++s) {
        const float from = t > 0 ? ctc::forwardStep(sample, alpha - row, s) : s < 2 ? 0.0f : -scalar::kInfinity;
        alpha[s] = from + load(x + sample.label(s));
      }
    }
    const float loss = -total(sample, a.alpha + lastFrame(sample) * row + b * a.states);
    a.loss[b] = a.zeroInfinity != 0 && loss == scalar::kInfinity ? 0.0f : loss;
  });
}

template <class T>
void ctcLossBackward(const CtcLossBackwardArgs<T>& a, Context& context) {
  float* scratch = context.scratch<float>(a.batch * 3 * a.states);
  forRange(context, a.batch, 1, [&](uint64_t b, uint64_t) {
    const ctc::Sample sample = sampleOf(a, b);
    const uint64_t row = a.batch * a.states;
    const auto dxAt = [&](uint64_t t) { return a.dx + (t * a.batch + b) * a.classes; };
    for (uint64_t t = 0; t < a.frames; ++t) __builtin_memset(static_cast<void*>(dxAt(t)), 0, a.classes * sizeof(T));
    if (sample.frames == 0) return;
    const float logLikelihood = total(sample, a.alpha + lastFrame(sample) * row + b * a.states);
    const bool impossible = logLikelihood == -scalar::kInfinity;
    if (impossible && a.zeroInfinity != 0) return;
    const float g = a.g[b * a.gStep];
    float* beta = scratch + b * 3 * a.states;
    float* after = beta + a.states;
    float* share = after + a.states;  // ln of the alignments through each state, relative to all
    for (uint64_t t = sample.frames; t-- > 0;) {
      const T* x = a.logProbs + (t * a.batch + b) * a.classes;
      const float* alpha = a.alpha + t * row + b * a.states;
      for (uint64_t s = 0; s < sample.states; ++s) {
        const float to = t + 1 < sample.frames ? ctc::backwardStep(sample, after, s)
                         : s + 2 >= sample.states ? 0.0f
                                                  : -scalar::kInfinity;
        share[s] = alpha[s] + to - logLikelihood;
        beta[s] = to + load(x + sample.label(s));
      }
      for (uint64_t s = 0; s < sample.states; ++s) {
        // A class may stand for several states: blanks, repeated labels. The first of them adds up all.
        const uint32_t label = sample.label(s);
        bool first = true;
        for (uint64_t i = 0; i < s && first; ++i) first = sample.label(i) != label;
        if (!first) continue;
        float sum = 0.0f;
        for (uint64_t i = s; i < sample.states; ++i)
          if (sample.label(i) == label) sum += scalar::exp(share[i]);
        store(dxAt(t) + label, impossible ? __builtin_nanf("") : -g * sum);
      }
      float* const swapped = beta;
      beta = after;
      after = swapped;
    }
  });
}

}  // namespace tessera::TESSERA_ISA

#include "gen/ctc.cpu.inc"
