// What the CPU and the CUDA kernels of the CTC loss share: which label a state stands for, and how probabilities of
// alignments add up in the log domain. State 2 k + 1 is label k of the target; even states are blanks.
#pragma once

#include "scalar.h"

namespace tessera::ctc {

// One sample: its target, and how much of the padded arrays it uses.
struct Sample {
  const int32_t* target;
  uint64_t states;
  uint64_t frames;
  uint32_t blank;
  uint64_t classes;

  // Lengths beyond the arrays never get here from a checked command; they are cut all the same, since nothing below may
  // read outside.
  TESSERA_INLINE Sample(const int32_t* target, int32_t targetLength, uint64_t targetWidth, int32_t inputLength,
                        uint64_t maxFrames, uint32_t blank, uint64_t classes)
      : target(target), states(2 * clip(targetLength, targetWidth) + 1), frames(clip(inputLength, maxFrames)), blank(blank),
        classes(classes) {}

  TESSERA_INLINE uint32_t label(uint64_t state) const {
    const uint32_t found = state % 2 == 1 ? static_cast<uint32_t>(target[state / 2]) : blank;
    return found < classes ? found : blank;
  }
  // Whether an alignment may go from state - 2 straight to state: between two labels that differ.
  TESSERA_INLINE bool skips(uint64_t state) const {
    return state % 2 == 1 && state >= 2 && label(state) != label(state - 2);
  }

 private:
  TESSERA_INLINE static uint64_t clip(int32_t length, uint64_t limit) {
    if (length <= 0) return 0;
    return static_cast<uint64_t>(length) < limit ? static_cast<uint64_t>(length) : limit;
  }
};

// ln(e^a + e^b), also where one or both are -infinity.
TESSERA_INLINE float addLogs(float a, float b) {
  const float top = a > b ? a : b;
  if (top == -scalar::kInfinity) return top;
  return top + scalar::log1p(scalar::exp((a > b ? b : a) - top));
}

// The forward variable of `state` at a frame after the first, from those of the frame before.
TESSERA_INLINE float forwardStep(const Sample& sample, const float* before, uint64_t state) {
  float from = before[state];
  if (state >= 1) from = addLogs(from, before[state - 1]);
  if (sample.skips(state)) from = addLogs(from, before[state - 2]);
  return from;
}

// The backward variable, likewise from those of the frame after, which include that frame's log-probabilities.
TESSERA_INLINE float backwardStep(const Sample& sample, const float* after, uint64_t state) {
  float to = after[state];
  if (state + 1 < sample.states) to = addLogs(to, after[state + 1]);
  if (state + 2 < sample.states && sample.skips(state + 2)) to = addLogs(to, after[state + 2]);
  return to;
}

}  // namespace tessera::ctc
